/**
 * All that a session remembers, as one immutable value.
 *
 * @module
 */
import { Inspectable } from "effect"
import * as Cookies from "./Cookies.js"
import { empty as noSettings, type Settings } from "./Settings.js"

/** Settings and cookies. It shows itself without secrets. */
export class SessionState extends Inspectable.Class {
  constructor(
    readonly settings: Settings,
    readonly cookies: Cookies.Cookies
  ) {
    super()
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/SessionState",
      settings: Object.keys(this.settings),
      cookies: Cookies.size(this.cookies)
    }
  }
}

/**
 * A state from its parts.
 *
 * @example
 * import { SessionState } from "@effect-requests/core"
 *
 * console.assert(SessionState.make({ settings: { maxRedirects: 3 } }).settings.maxRedirects === 3)
 */
export const make = (parts: { readonly settings?: Settings; readonly cookies?: Cookies.Cookies }): SessionState =>
  new SessionState(parts.settings ?? noSettings, parts.cookies ?? Cookies.empty)

/** Nothing said and nothing remembered. */
export const empty: SessionState = make({})

/**
 * The state with other settings, for `session.update`.
 *
 * @example
 * import { SessionState } from "@effect-requests/core"
 *
 * const slower = SessionState.mapSettings((settings) => ({ ...settings, timeout: "1 minute" }))
 * console.assert(slower(SessionState.empty).settings.timeout === "1 minute")
 */
export const mapSettings =
  (f: (settings: Settings) => Settings) =>
  (self: SessionState): SessionState =>
    new SessionState(f(self.settings), self.cookies)

/**
 * The state with other cookies, for `session.update`.
 *
 * @example
 * import { Cookies, SessionState } from "@effect-requests/core"
 *
 * const forgets = SessionState.mapCookies(() => Cookies.empty)
 * console.assert(Cookies.size(forgets(SessionState.empty).cookies) === 0)
 */
export const mapCookies =
  (f: (cookies: Cookies.Cookies) => Cookies.Cookies) =>
  (self: SessionState): SessionState =>
    new SessionState(self.settings, f(self.cookies))
