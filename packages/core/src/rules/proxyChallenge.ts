/**
 * Digest for a proxy: which 407 is answered, what is remembered of it, and what each message tells the proxy.
 *
 * @module
 */
import { Either, HashMap, Option } from "effect"
import * as Body from "../data/Body.js"
import { parse, parseDictHeader } from "../data/Challenge.js"
import type { DigestChallenge } from "../data/DigestChallenge.js"
import * as Headers from "../data/Headers.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import { AuthRefused } from "../data/Refused.js"
import type { Call, Hop } from "../data/Request.js"
import { mapChallenges, type SessionState } from "../data/SessionState.js"
import { remembered } from "./challenge.js"
import { answer, coversBody, strongest } from "./digest.js"
import { urlOf } from "./noProxy.js"
import { absoluteForm, authorityForm, passage } from "./passage.js"
import { getAuthFromUrl } from "./userinfo.js"

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

interface Credentials {
  readonly username: string
  readonly password: string
  /** Where the proxy's challenge is kept: apart from what an origin of the same name says. */
  readonly key: string
}

/** Only what stands in the proxy's URL is a user and a password; a field of the user's own stays as it is. */
const credentials = (request: PreparedRequest): Credentials | undefined => {
  const { proxy } = request.transport
  if (proxy === undefined || passage(request) === "Socks") return undefined
  const [username, password] = getAuthFromUrl(proxy)
  const origin = urlOf(proxy)?.origin
  return username === "" || origin === undefined ? undefined : { username, password, key: `proxy ${origin}` }
}

/** A wrong password is told apart from an old nonce: a message is sent again once, and once more when it is stale. */
const mostAnswers = 2

const offered = ({ call, rawHeaders, status }: ProxySaid): Option.Option<DigestChallenge> =>
  status === 407 && credentials(call.request) !== undefined
    ? strongest(parse(Headers.getAll(rawHeaders, "proxy-authenticate")))
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
  (status === 407 || Headers.has(rawHeaders, "proxy-authentication-info")) && credentials(call.request) !== undefined

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
  const known = credentials(said.call.request)
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

/**
 * Whether `signForProxy` has anything to do.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const by = (all: string) => Hops.call("GET", "http://h.test/", { proxies: { all } })
 * console.assert(Rules.isSignedForProxy(by("http://ada:pw@proxy.test:3128")))
 * console.assert(!Rules.isSignedForProxy(by("http://proxy.test:3128")))
 */
export const isSignedForProxy = ({ request }: Call): boolean => credentials(request) !== undefined

/**
 * The call with a Digest for its proxy, and the state that has counted it; as it was where the proxy never asked for one.
 * For `Ref.modify`, at the moment of sending. What is signed is the proxy's request line: the whole URL, or CONNECT.
 *
 * @example
 * import { Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * const rawHeaders = ["Proxy-Authenticate", "Digest realm=r, nonce=n, qop=auth"]
 * const state = Rules.rememberProxy(SessionState.empty, { call, status: 407, rawHeaders }, "random")
 * const [signed] = Rules.signForProxy(call, state)
 * console.assert(signed.request.transport.proxyAuthorization?.includes("uri=\"h.test:443\"") === true)
 */
export const signForProxy = (call: Call, state: SessionState): readonly [Call, SessionState] => {
  const { request } = call
  const known = credentials(request)
  const used = known === undefined ? undefined : Option.getOrUndefined(HashMap.get(state.challenges, known.key))
  if (known === undefined || used === undefined) return [call, state]
  const { body, method, uri } = proxyLine(request)
  if (coversBody(used.challenge) && body._tag !== "Bytes" && body._tag !== "Empty") return [call, state]
  const count = used.count + 1
  const proxyAuthorization = answer({
    challenge: used.challenge,
    method,
    uri,
    username: known.username,
    password: known.password,
    cnonce: used.cnonce,
    count,
    body: body._tag === "Bytes" ? body.bytes : undefined
  })
  return [
    call.withRequest(request.withTransport({ ...request.transport, proxyAuthorization })),
    mapChallenges((all) => HashMap.set(all, known.key, { ...used, count }))(state)
  ]
}

/** The request line that the proxy reads, and the body behind it. */
const proxyLine = (request: PreparedRequest) =>
  passage(request) === "Tunnel"
    ? { method: "CONNECT", uri: authorityForm(request.target), body: Body.empty }
    : { method: request.method, uri: absoluteForm(request.target), body: request.body }
