/**
 * What a session learns from a hop.
 *
 * @module
 */
import * as Cookies from "../data/Cookies.js"
import type { Moment } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import type { Hop } from "../data/Request.js"
import { mapCookies, type SessionState } from "../data/SessionState.js"
import { rememberChallenge, teachesDigest } from "./challenge.js"
import { proxySaid, proxyTeaches, rememberProxy } from "./proxyChallenge.js"

/**
 * Whether a hop leaves anything to learn: decided without the state, so that most hops never touch the Ref.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const hop = Hops.answered(Hops.call("GET", "https://api.example.test/"), { headers: { "Set-Cookie": "sid=1" } })
 * console.assert(Rules.teaches(hop))
 */
export const teaches = (hop: Hop): boolean =>
  Headers.has(hop.response.answer.rawHeaders, "set-cookie") || teachesDigest(hop) || teachesProxyDigest(hop)

/**
 * Whether the proxy that read the message of a hop says anything about Digest.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "http://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * console.assert(Rules.teachesProxyDigest(Hops.answered(call, { status: 407 })))
 */
export const teachesProxyDigest = (hop: Hop): boolean => {
  const said = proxySaid(hop)
  return said !== undefined && proxyTeaches(said)
}

/**
 * The state after a hop: its cookies are stored by the URL that sent them, never by that of a redirect's target
 * (CVE-2015-2296), and its challenge is remembered. The state itself when nothing was learned.
 *
 * @example
 * import { Cookies, Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const hop = Hops.answered(Hops.call("GET", "https://api.example.test/"), { headers: { "Set-Cookie": "sid=1" } })
 * const state = Rules.absorb(SessionState.empty, hop, { now: 0, nonce: "" })
 * console.assert(Cookies.size(state.cookies) === 1)
 */
export const absorb = (state: SessionState, hop: Hop, { nonce, now }: Moment): SessionState => {
  const lines = Headers.getAll(hop.response.answer.rawHeaders, "set-cookie")
  const cookies = Cookies.store(state.cookies, hop.call.request.target, lines, now, hop.call.settings.jar)
  const after = cookies === state.cookies ? state : mapCookies(() => cookies)(state)
  const signed = teachesDigest(hop) ? rememberChallenge(after, hop, nonce) : after
  const said = proxySaid(hop)
  return said === undefined ? signed : rememberProxy(signed, said, nonce)
}
