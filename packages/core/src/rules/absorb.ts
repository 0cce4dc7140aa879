/**
 * What a session learns from a hop.
 *
 * @module
 */
import * as Cookies from "../data/Cookies.js"
import * as Headers from "../data/Headers.js"
import type { Hop } from "../data/Request.js"
import { SessionState } from "../data/SessionState.js"

/**
 * Whether a hop leaves anything to learn: decided without the state, so that most hops never touch the Ref.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.teaches === "function")
 */
export const teaches = ({ response }: Hop): boolean => Headers.has(response.answer.rawHeaders, "set-cookie")

/**
 * The state after a hop: its cookies are stored by the URL that sent them, never by that of a redirect's target
 * (CVE-2015-2296). The state itself when nothing was learned.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.absorb === "function")
 */
export const absorb = (state: SessionState, hop: Hop, now: number): SessionState => {
  const lines = Headers.getAll(hop.response.answer.rawHeaders, "set-cookie")
  const cookies = Cookies.store(state.cookies, hop.call.request.target, lines, now)
  return cookies === state.cookies ? state : new SessionState(state.settings, cookies)
}
