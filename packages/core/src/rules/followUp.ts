/**
 * The one decision of a session: what follows from an answer.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Facts } from "../data/Facts.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { AuthRefused, RedirectRefused } from "../data/Refused.js"
import type { Call, Hop } from "../data/Request.js"
import { answered } from "./answered.js"
import { dress } from "./dress.js"
import { isRedirectStatus, redirect } from "./redirect.js"

/** Why a chain does not go on though its answer asks for it. */
export type SendRefused = RedirectRefused | AuthRefused | InvalidRequest

/** The next call, ready to be sent, or why there is none; nothing when the chain ends here. */
export type FollowUp = Option.Option<Either.Either<Call, SendRefused>>

/**
 * Whether there is anything to decide, seen from the status alone: most hops need no facts.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(!Rules.asks(Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 200 })))
 */
export const asks = ({ response: { status } }: Hop): boolean => isRedirectStatus(status) || status === 401

/**
 * Whether the chain goes on by itself: a challenge is always answered, a redirect is followed where it is allowed.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { allowRedirects: false })
 * console.assert(!Rules.goesOn(Hops.answered(call, { status: 302, headers: { Location: "/" } })))
 */
export const goesOn = ({ call, response }: Hop): boolean =>
  call.settings.allowRedirects || !isRedirectStatus(response.status)

/**
 * The call that an answer asks for: the same once more for a challenge, another one for a redirect.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const hop = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 404 })
 * console.assert(Option.isNone(Rules.followUp(hop, Hops.facts())))
 */
export const followUp = (hop: Hop, facts: Facts): FollowUp =>
  Option.map(
    Option.orElse(answered(hop), (): Option.Option<Either.Either<Call, SendRefused>> => redirect(hop)),
    (next): Either.Either<Call, SendRefused> =>
      Either.flatMap(next, (call): Either.Either<Call, SendRefused> => dress(call, facts))
  )
