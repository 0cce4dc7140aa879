/**
 * All that a session remembers, as one immutable value.
 *
 * @module
 */
import { HashMap, Inspectable } from "effect"
import * as Cookies from "./Cookies.js"
import type { Remembered } from "./DigestChallenge.js"
import { empty as noSettings, type Settings } from "./Settings.js"

/** The Digest challenges that are in use, by origin. */
export type Challenges = HashMap.HashMap<string, Remembered>

/** Settings, cookies and challenges. It shows itself without secrets. */
export class SessionState extends Inspectable.Class {
  constructor(
    readonly settings: Settings,
    readonly cookies: Cookies.Cookies,
    readonly challenges: Challenges
  ) {
    super()
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/SessionState",
      settings: Object.keys(this.settings),
      cookies: Cookies.size(this.cookies),
      challenges: Array.from(HashMap.keys(this.challenges))
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
export const make = (parts: {
  readonly settings?: Settings
  readonly cookies?: Cookies.Cookies
  readonly challenges?: Challenges
}): SessionState =>
  new SessionState(parts.settings ?? noSettings, parts.cookies ?? Cookies.empty, parts.challenges ?? HashMap.empty())

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
    new SessionState(f(self.settings), self.cookies, self.challenges)

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
    new SessionState(self.settings, f(self.cookies), self.challenges)

/**
 * The state with other challenges.
 *
 * @example
 * import { SessionState } from "@effect-requests/core"
 * import { HashMap } from "effect"
 *
 * const forgets = SessionState.mapChallenges(() => HashMap.empty())
 * console.assert(HashMap.isEmpty(forgets(SessionState.empty).challenges))
 */
export const mapChallenges =
  (f: (challenges: Challenges) => Challenges) =>
  (self: SessionState): SessionState =>
    new SessionState(self.settings, self.cookies, f(self.challenges))
