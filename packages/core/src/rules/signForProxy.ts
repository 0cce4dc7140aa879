/**
 * What each message tells a proxy that has asked for a Digest.
 *
 * @module
 */
import { HashMap, Option } from "effect"
import * as Body from "../data/Body.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { mapChallenges, type SessionState } from "../data/SessionState.js"
import { answer, coversBody } from "./digest.js"
import { absoluteForm, authorityForm, passage } from "./passage.js"
import { proxyUser } from "./proxyUser.js"

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
export const isSignedForProxy = ({ request }: Call): boolean => proxyUser(request) !== undefined

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
  const known = proxyUser(request)
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
