/**
 * Two states as one. What is different between them is in `stateDiff.ts`.
 *
 * @module
 */
import { HashMap, Option } from "effect"
import * as Cookies from "../data/Cookies.js"
import type { Remembered } from "../data/DigestChallenge.js"
import { make, type SessionState } from "../data/SessionState.js"
import { merge } from "./merge.js"

/**
 * Two states as one: settings as `merge` has them, cookies of `over` in the place of those of the same domain, path and
 * name, challenges of `over` in the place of those of the same origin. What is different in both (a fork and its
 * parent, both used) is not told apart: `over` wins.
 *
 * @example
 * import { Rules, SessionState } from "@effect-requests/core"
 *
 * const base = SessionState.make({ settings: { maxRedirects: 3, trustEnv: false } })
 * const merged = Rules.mergeStates(base, SessionState.make({ settings: { maxRedirects: 5 } }))
 * console.assert(merged.settings.maxRedirects === 5 && merged.settings.trustEnv === false)
 */
export const mergeStates = (base: SessionState, over: SessionState): SessionState =>
  make({
    settings: merge(base.settings, over.settings),
    cookies: Cookies.merge(base.cookies, over.cookies),
    challenges: HashMap.reduce(over.challenges, base.challenges, (all, remembered, origin) =>
      HashMap.modifyAt(all, origin, (known) => Option.some(later(known, remembered)))
    )
  })

/** A server refuses a count that it has seen: of one nonce the higher one is the truth, whoever counted. */
const later = (known: Option.Option<Remembered>, over: Remembered): Remembered =>
  Option.isSome(known) && known.value.challenge.nonce === over.challenge.nonce && known.value.cnonce === over.cnonce
    ? { ...over, count: Math.max(known.value.count, over.count) }
    : over
