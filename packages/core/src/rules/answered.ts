/**
 * The same message once more: with the answer to a challenge, or with another token.
 *
 * @module
 */
import { Either, Option } from "effect"
import * as Body from "../data/Body.js"
import type { DigestChallenge } from "../data/DigestChallenge.js"
import { AuthRefused } from "../data/Refused.js"
import type { Call, Hop } from "../data/Request.js"
import { answerable } from "./challenge.js"
import { coversBody } from "./digest.js"
import { isRefusedToken } from "./entitled.js"

/**
 * The same call once more, in answer to its challenge; a body that is gone, or that an `auth-int` answer cannot look at,
 * is a refusal.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either, Option } from "effect"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * const again = Either.getOrThrow(Option.getOrThrow(Rules.answered(Hops.answered(call, reply))))
 * console.assert(again.challenged === 1)
 */
export const answered = (hop: Hop): Option.Option<Either.Either<Call, AuthRefused>> =>
  isRefusedToken(hop)
    ? Option.some(onceMore(hop))
    : Option.map(answerable(hop), (challenge) => answerTo(hop, challenge))

const onceMore = ({ call, response }: Hop): Either.Either<Call, AuthRefused> =>
  Body.isReplayable(call.request.body)
    ? Either.right(call.onceMore())
    : Either.left(
        new AuthRefused({
          reason: "UnrewindableBody",
          response,
          detail: "the request must go out again, and its body could be sent only once; use Body.replayable"
        })
      )

const answerTo = (hop: Hop, challenge: DigestChallenge): Either.Either<Call, AuthRefused> =>
  coversBody(challenge) && hop.call.request.body._tag === "Replayable"
    ? Either.left(
        new AuthRefused({
          reason: "BodyNotInMemory",
          response: hop.response,
          detail: "the challenge asks for a signature of the body (auth-int), which is a stream; send it as bytes"
        })
      )
    : onceMore(hop)
