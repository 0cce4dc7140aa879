/**
 * Digest for a proxy: which 407 is answered, and what is remembered of it. What each message tells the proxy is in
 * `signForProxy.ts`.
 *
 * @module
 */
import { Either, HashMap, Option } from "effect"
import * as Body from "../data/Body.js"
import { parse, parseDictHeader } from "../data/Challenge.js"
import type { DigestChallenge } from "../data/DigestChallenge.js"
import * as Headers from "../data/Headers.js"
import { AuthRefused } from "../data/Refused.js"
import type { Call, Hop } from "../data/Request.js"
import type { SessionState } from "../data/SessionState.js"
import { remembered } from "./challenge.js"
import { coversBody, strongest } from "./digest.js"
import { passage } from "./passage.js"
import { proxyUser } from "./proxyUser.js"

/** What a proxy said of a call: with a response to a message that it read, or to CONNECT. */
export interface ProxySaid {
  readonly call: Call
  readonly status: number
  readonly rawHeaders: Headers.Headers
}

/**
 * What the proxy of a hop may have said: only where it reads the message. Through a tunnel, and without a proxy, a 407 is
 * an origin's, and none of its business.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const hop = (proxies: { all?: string }) =>
 *   Hops.answered(Hops.call("GET", "http://h.test/", { proxies }), { status: 407 })
 * console.assert(Rules.proxySaid(hop({})) === undefined)
 * console.assert(Rules.proxySaid(hop({ all: "http://proxy.test:3128" }))?.status === 407)
 */
export const proxySaid = ({ call, response }: Hop): ProxySaid | undefined =>
  passage(call.request) === "Forward"
    ? { call, status: response.status, rawHeaders: response.answer.rawHeaders }
    : undefined

/** A wrong password is told apart from an old nonce: a message is sent again once, and once more when it is stale. */
const mostAnswers = 2

const offered = ({ call, rawHeaders, status }: ProxySaid): Option.Option<DigestChallenge> =>
  status === 407 && proxyUser(call.request) !== undefined
    ? strongest(parse(Headers.getAll(rawHeaders, "proxy-authenticate")), call.settings.authentication)
    : Option.none()

/**
 * The challenge of a proxy that will be answered: a 407 with a Digest that we know, the strongest of them. A second one
 * is answered only when it says `stale`. Basic needs no answer: it was said at once.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const call = Hops.call("GET", "https://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * const rawHeaders = ["Proxy-Authenticate", "Digest realm=r, nonce=n, qop=auth"]
 * console.assert(Option.isSome(Rules.proxyAnswerable({ call, status: 407, rawHeaders })))
 */
export const proxyAnswerable = (said: ProxySaid): Option.Option<DigestChallenge> =>
  Option.filter(
    offered(said),
    ({ stale }) => said.call.proxyChallenged === 0 || (stale && said.call.proxyChallenged < mostAnswers)
  )

/**
 * The same call once more, in answer to the 407 of the proxy that read it; a body that is gone, or that an `auth-int`
 * answer cannot look at, is a refusal.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const call = Hops.call("GET", "http://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * const reply = { status: 407, headers: { "Proxy-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * console.assert(Option.isSome(Rules.proxyAnswered(Hops.answered(call, reply))))
 */
export const proxyAnswered = (hop: Hop): Option.Option<Either.Either<Call, AuthRefused>> => {
  const { call, response } = hop
  const { body } = call.request
  const refuse = (reason: AuthRefused["reason"], detail: string) =>
    Either.left(new AuthRefused({ reason, response, detail }))
  return Option.map(Option.flatMap(Option.fromNullable(proxySaid(hop)), proxyAnswerable), (challenge) => {
    if (!Body.isReplayable(body)) {
      return refuse(
        "UnrewindableBody",
        "the proxy asks for it again, and its body could be sent only once; use Body.replayable"
      )
    }
    return coversBody(challenge) && body._tag === "Replayable"
      ? refuse(
          "BodyNotInMemory",
          "the proxy asks for a signature of the body (auth-int), which is a stream; send it as bytes"
        )
      : Either.right(call.onceMoreToProxy())
  })
}

/**
 * Whether a proxy says anything about Digest: a challenge, or the next nonce (RFC 7616 §3.5).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "http://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * console.assert(Rules.proxyTeaches({ call, status: 407, rawHeaders: [] }))
 */
export const proxyTeaches = ({ call, rawHeaders, status }: ProxySaid): boolean =>
  (status === 407 || Headers.has(rawHeaders, "proxy-authentication-info")) && proxyUser(call.request) !== undefined

/**
 * The state with what a proxy says about Digest. `cnonce` is a fresh random text, used as long as the challenge is.
 *
 * @example
 * import { Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { HashMap } from "effect"
 *
 * const call = Hops.call("GET", "https://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * const rawHeaders = ["Proxy-Authenticate", "Digest realm=r, nonce=n, qop=auth"]
 * const state = Rules.rememberProxy(SessionState.empty, { call, status: 407, rawHeaders }, "random")
 * console.assert(HashMap.has(state.challenges, "proxy http://proxy.test:3128"))
 */
export const rememberProxy = (state: SessionState, said: ProxySaid, cnonce: string): SessionState => {
  const known = proxyUser(said.call.request)
  if (known === undefined) return state
  const challenge = Option.orElse(offered(said), () => renewed(state, known.key, said.rawHeaders))
  return Option.match(challenge, {
    onNone: () => state,
    onSome: (one) => remembered(state, known.key, one, cnonce)
  })
}

const renewed = ({ challenges }: SessionState, key: string, fields: Headers.Headers) => {
  const info = Headers.get(fields, "proxy-authentication-info")
  const nonce = info === undefined ? undefined : parseDictHeader(info)["nextnonce"]
  return nonce === undefined || nonce === null
    ? Option.none()
    : Option.map(HashMap.get(challenges, key), ({ challenge }) => ({ ...challenge, nonce, stale: false }))
}
