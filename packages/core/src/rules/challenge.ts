/**
 * Digest in a session: which challenge is answered, and what is remembered of it.
 *
 * @module
 */
import { HashMap, Option } from "effect"
import { parse, parseDictHeader } from "../data/Challenge.js"
import type { DigestChallenge } from "../data/DigestChallenge.js"
import * as Headers from "../data/Headers.js"
import type { Call, Hop } from "../data/Request.js"
import { mapChallenges, type SessionState } from "../data/SessionState.js"
import { strongest } from "./digest.js"
import { digestOf } from "./entitled.js"

/**
 * Whether a status may come with a challenge of an origin: 401, or what `authentication.challengedBy` lets be one.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/")
 * console.assert(Rules.isChallenge(call, 401) && !Rules.isChallenge(call, 403))
 */
export const isChallenge = ({ settings: { authentication } }: Call, status: number): boolean =>
  status === 401 || (status >= 400 && status < 500 && authentication.challengedBy === "any4xx")

const offered = ({ call, response }: Hop): Option.Option<DigestChallenge> =>
  isChallenge(call, response.status) && digestOf(call) !== undefined
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
  digestOf(hop.call) !== undefined &&
  (isChallenge(hop.call, hop.response.status) || Headers.has(hop.response.answer.rawHeaders, "authentication-info"))

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
    onSome: (one) => remembered(state, origin, one, cnonce)
  })
}

/**
 * The state with a challenge under this key, to be counted from nought; the state itself when it is in use already.
 *
 * @example
 * import { Challenge, Digest, Rules, SessionState } from "@effect-requests/core"
 * import { HashMap, Option } from "effect"
 *
 * const challenge = Option.getOrThrow(Digest.strongest(Challenge.parse(["Digest realm=r, nonce=n, qop=auth"])))
 * const state = Rules.remembered(SessionState.empty, "https://h.test", challenge, "random")
 * console.assert(HashMap.size(state.challenges) === 1)
 */
export const remembered = (
  state: SessionState,
  key: string,
  challenge: DigestChallenge,
  cnonce: string
): SessionState =>
  isUsed(state, key, challenge)
    ? state
    : mapChallenges((all) => HashMap.set(all, key, { challenge, cnonce, count: 0 }))(state)

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
