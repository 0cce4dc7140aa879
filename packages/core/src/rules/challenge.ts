/**
 * Digest in a session: which challenge is answered, what is remembered of it, and the signature of each message.
 *
 * @module
 */
import { Either, HashMap, Option, Redacted } from "effect"
import type { Auth, TokenSource } from "../data/Auth.js"
import * as Body from "../data/Body.js"
import { parse, parseDictHeader } from "../data/Challenge.js"
import type { DigestChallenge } from "../data/DigestChallenge.js"
import * as Headers from "../data/Headers.js"
import { AuthRefused } from "../data/Refused.js"
import type { Call, Hop } from "../data/Request.js"
import { mapChallenges, type SessionState } from "../data/SessionState.js"
import { mayCarry } from "./authorize.js"
import { answer, coversBody, strongest } from "./digest.js"

type Digest = Extract<Auth, { readonly _tag: "Digest" }>

/**
 * The source of this call's tokens, where they may go to its URL and the user has not written the field himself.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(Rules.tokenSource(Hops.call("GET", "https://a.example.test/")) === undefined)
 */
export const tokenSource = ({
  home,
  own,
  request,
  settings: { auth, authentication }
}: Call): TokenSource | undefined =>
  auth?._tag === "Refreshing" &&
  mayCarry(auth, home, request.target) &&
  (authentication.field === "isReplaced" || !Headers.has(own, "authorization"))
    ? auth.source
    : undefined

/** The Digest credentials that may be proved to this call's origin, unless the user has written the field himself. */
const credentials = ({ home, own, request, settings: { auth, authentication } }: Call): Digest | undefined =>
  auth?._tag === "Digest" &&
  mayCarry(auth, home, request.target) &&
  (authentication.field === "isReplaced" || !Headers.has(own, "authorization"))
    ? auth
    : undefined

const offered = ({ call, response }: Hop): Option.Option<DigestChallenge> =>
  response.status === 401 && credentials(call) !== undefined
    ? strongest(parse(Headers.getAll(response.answer.rawHeaders, "www-authenticate")), call.settings.authentication)
    : Option.none()

/** A wrong password is told apart from an old nonce: a message is sent again once, and once more when it is stale. */
const mostAnswers = 2

/**
 * The challenge of a hop that will be answered: a 401 of the origin that was asked, with a Digest challenge that we know,
 * the strongest of them (RFC 7616 §3.7). A second one is answered only when it says `stale`.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * console.assert(Option.isSome(Rules.answerable(Hops.answered(call, reply))))
 */
export const answerable = (hop: Hop): Option.Option<DigestChallenge> =>
  Option.filter(
    offered(hop),
    (challenge) => hop.call.challenged === 0 || (challenge.stale && hop.call.challenged < mostAnswers)
  )

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

/**
 * Whether a hop refused a token that may be renewed: a 401, once a message.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/")
 * console.assert(!Rules.isRefusedToken(Hops.answered(call, { status: 401 })))
 */
export const isRefusedToken = ({ call, response }: Hop): boolean =>
  response.status === 401 && call.challenged === 0 && tokenSource(call) !== undefined

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

/**
 * Whether a hop says anything about Digest: a challenge, or the next nonce (RFC 7616 §3.5).
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * console.assert(Rules.teachesDigest(Hops.answered(call, reply)))
 */
export const teachesDigest = (hop: Hop): boolean =>
  credentials(hop.call) !== undefined &&
  (hop.response.status === 401 || Headers.has(hop.response.answer.rawHeaders, "authentication-info"))

/**
 * The state with what a hop says about Digest. `cnonce` is a fresh random text, used as long as the challenge is.
 *
 * @example
 * import { Auth, Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { HashMap } from "effect"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * const state = Rules.rememberChallenge(SessionState.empty, Hops.answered(call, reply), "random")
 * console.assert(HashMap.has(state.challenges, "https://a.example.test"))
 */
export const rememberChallenge = (state: SessionState, hop: Hop, cnonce: string): SessionState => {
  const { origin } = hop.call.request.target
  const challenge = Option.orElse(offered(hop), () => renewed(state, hop))
  return Option.match(challenge, {
    onNone: () => state,
    onSome: (one) =>
      isUsed(state, origin, one)
        ? state
        : mapChallenges((all) => HashMap.set(all, origin, { challenge: one, cnonce, count: 0 }))(state)
  })
}

/** Another fiber has learned of this nonce already, and may have signed with it: its count goes on. */
const isUsed = ({ challenges }: SessionState, origin: string, { nonce, realm }: DigestChallenge): boolean =>
  Option.exists(
    HashMap.get(challenges, origin),
    ({ challenge }) => challenge.nonce === nonce && challenge.realm === realm
  )

const renewed = ({ challenges }: SessionState, { call, response }: Hop): Option.Option<DigestChallenge> => {
  const info = Headers.get(response.answer.rawHeaders, "authentication-info")
  const nonce = info === undefined ? undefined : parseDictHeader(info)["nextnonce"]
  return nonce === undefined || nonce === null
    ? Option.none()
    : Option.map(HashMap.get(challenges, call.request.target.origin), ({ challenge }) => ({
        ...challenge,
        nonce,
        stale: false
      }))
}

/**
 * Whether `sign` has anything to do.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(Rules.isSigned(Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })))
 */
export const isSigned = (call: Call): boolean => credentials(call) !== undefined

/**
 * The call with its Digest signature, and the state that has counted it. For `Ref.modify`, at the moment of sending: a
 * nonce's count only grows, whoever sends at the same time, and a call that is sent twice uses two.
 *
 * @example
 * import { Auth, Headers, Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * const state = Rules.rememberChallenge(SessionState.empty, Hops.answered(call, reply), "random")
 * const [signed] = Rules.sign(call, state)
 * console.assert(Headers.get(signed.request.headers, "Authorization")?.includes("nc=00000001"))
 */
export const sign = (call: Call, state: SessionState): readonly [Call, SessionState] => {
  const auth = credentials(call)
  const { body, headers, method, target } = call.request
  const used = Option.getOrUndefined(HashMap.get(state.challenges, target.origin))
  if (auth === undefined || used === undefined || (coversBody(used.challenge) && !isInMemory(body)))
    return [call, state]
  const count = used.count + 1
  const value = answer({
    challenge: used.challenge,
    method,
    uri: target.path,
    username: auth.username,
    password: Redacted.value(auth.password),
    cnonce: used.cnonce,
    count,
    body: body._tag === "Bytes" ? body.bytes : undefined
  })
  return [
    call.withRequest(call.request.withHeaders(Headers.set(headers, "Authorization", value))),
    mapChallenges((all) => HashMap.set(all, target.origin, { ...used, count }))(state)
  ]
}

const isInMemory = (body: Body.Body): boolean => body._tag === "Bytes" || body._tag === "Empty"
