/**
 * What is different between two states.
 *
 * @module
 */
import { Either, HashMap, Option, Schema } from "effect"
import type { Cookie } from "../data/Cookie.js"
import * as Cookies from "../data/Cookies.js"
import { saveChallenges } from "../data/SavedChallenges.js"
import { SavedSettings } from "../data/SavedSettings.js"
import { save } from "../data/Saving.js"
import type { Challenges, SessionState } from "../data/SessionState.js"
import { type Hooks, Only, type Settings } from "../data/Settings.js"
import { hooksOf } from "./merge.js"

/** Which cookie: no two of a jar have all three in common. */
export interface CookieName {
  readonly name: string
  readonly domain: string
  readonly path: string
}

/** What came, what is other than it was, what went. */
export interface Changes<A> {
  readonly added: ReadonlyArray<A>
  readonly changed: ReadonlyArray<A>
  readonly removed: ReadonlyArray<A>
}

/** What is different between two states, without a value. */
export interface StateDiff {
  /** The settings that do not say the same. */
  readonly settings: Changes<keyof Settings>
  /** Oldest first. A cookie with another value, attribute or age is changed. */
  readonly cookies: Changes<CookieName>
  /** Origins whose Digest challenge, or count of its use, is another; sorted. */
  readonly challenges: Changes<string>
}

/**
 * What is different in `after`. Settings are compared by what they say: a `baseUrl` as `URL` or text, params as record
 * or pairs, durations in any unit; functions by identity, the order of names counts. Costs the size of both.
 *
 * @example
 * import { Rules, SessionState } from "@effect-requests/core"
 *
 * const before = SessionState.make({ settings: { timeout: "1 second", maxRedirects: 3 } })
 * const after = SessionState.make({ settings: { timeout: 1000, trustEnv: false } })
 * const { settings } = Rules.diff(before, after)
 * console.assert(settings.added.join() === "trustEnv" && settings.removed.join() === "maxRedirects")
 * console.assert(settings.changed.length === 0)
 */
export const diff = (before: SessionState, after: SessionState): StateDiff => ({
  settings: changes(settingsByKey(before.settings), settingsByKey(after.settings), sameSetting, ({ key }) => key),
  cookies: changes(
    cookiesByKey(before.cookies, after.cookies),
    cookiesByKey(after.cookies, before.cookies),
    sameCookie,
    cookieName
  ),
  challenges: changes(
    challengesByOrigin(before.challenges),
    challengesByOrigin(after.challenges),
    (a, b) => a.text === b.text,
    ({ origin }) => origin
  )
})

/**
 * Whether nothing is different.
 *
 * @example
 * import { Rules, SessionState } from "@effect-requests/core"
 *
 * console.assert(Rules.isEmptyDiff(Rules.diff(SessionState.empty, SessionState.empty)))
 */
export const isEmptyDiff = (self: StateDiff): boolean =>
  [self.settings, self.cookies, self.challenges].every(
    ({ added, changed, removed }) => added.length + changed.length + removed.length === 0
  )

const changes = <K, A, N>(
  before: ReadonlyMap<K, A>,
  after: ReadonlyMap<K, A>,
  same: (a: A, b: A) => boolean,
  named: (one: A) => N
): Changes<N> => {
  const [added, changed]: [Array<N>, Array<N>] = [[], []]
  for (const [key, now] of after) {
    const was = before.get(key)
    if (was === undefined) added.push(named(now))
    else if (!same(was, now)) changed.push(named(now))
  }
  return { added, changed, removed: Array.from(before).flatMap(([key, was]) => (after.has(key) ? [] : [named(was)])) }
}

/** One setting, alone. */
interface Said {
  readonly key: keyof Settings
  readonly said: Settings
}

const isKey = (settings: Settings, key: string): key is keyof Settings => Object.hasOwn(settings, key)

const settingsByKey = (settings: Settings): ReadonlyMap<keyof Settings, Said> =>
  new Map(
    Object.keys(settings).flatMap((key) =>
      isKey(settings, key) && settings[key] !== undefined
        ? [[key, { key, said: { [key]: settings[key] } }] as const]
        : []
    )
  )

const sameSetting = ({ key, said: a }: Said, { said: b }: Said): boolean => {
  if (a[key] === b[key]) return true
  const [left, right] = [parted(a), parted(b)]
  return sameList(left.functions, right.functions) && Either.getOrElse(sameText(left.rest, right.rest), () => false)
}

const sameList = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((one, i) => Object.is(one, b[i]))

const text = (settings: Settings) =>
  Either.map(Either.flatMap(save(settings), Schema.encodeEither(SavedSettings)), (saved) => JSON.stringify(saved))

const sameText = (a: Settings, b: Settings) => Either.zipWith(text(a), text(b), (left, right) => left === right)

/** What only identity can compare, and what has a text. */
interface Parted {
  readonly functions: ReadonlyArray<unknown>
  readonly rest: Settings
}

const parted = (said: Settings): Parted => {
  const { auth, hooks, redirects } = said
  if (auth?._tag === "Custom") return { functions: [auth.sign, ...(auth.origins ?? [undefined])], rest: {} }
  if (auth?._tag === "Refreshing") return { functions: [auth.source, ...(auth.origins ?? [undefined])], rest: {} }
  if (hooks instanceof Only)
    return { functions: functionsOf(hooks.value), rest: { hooks: new Only(silent(hooks.value)) } }
  if (hooks) return { functions: functionsOf(hooks), rest: { hooks: silent(hooks) } }
  const policy = redirects instanceof Only ? redirects.value : redirects
  if (!policy) return { functions: [], rest: said }
  const { decide, ...points } = policy
  return { functions: [decide], rest: { redirects: redirects instanceof Only ? new Only(points) : points } }
}

const functionsOf = (hooks: Hooks): ReadonlyArray<unknown> => [
  hooksOf({ ...hooks, append: [] }).length,
  ...hooksOf(hooks)
]

const silent = ({ append, response }: Hooks): Hooks => ({
  ...(response === undefined ? {} : { response: [] }),
  ...(append === undefined ? {} : { append: [] })
})

/** Without the domains that both share as they are. */
const cookiesByKey = (self: Cookies.Cookies, other: Cookies.Cookies): ReadonlyMap<string, Cookie> => {
  const own = HashMap.filter(
    self.byDomain,
    (bucket, domain) => Option.getOrNull(HashMap.get(other.byDomain, domain)) !== bucket
  )
  return new Map(
    Cookies.toArray({ ...self, byDomain: own }).map((cookie) => [
      JSON.stringify([cookie.domain, cookie.path, cookie.name]),
      cookie
    ])
  )
}

const cookieName = ({ domain, name, path }: Cookie): CookieName => ({ name, domain, path })

const told = ({
  creation,
  expires,
  hostOnly,
  httpOnly,
  sameSite,
  secure,
  serial,
  value
}: Cookie): ReadonlyArray<unknown> => [value, hostOnly, secure, httpOnly, sameSite, expires, creation, serial]

const sameCookie = (a: Cookie, b: Cookie): boolean => a === b || sameList(told(a), told(b))

const challengesByOrigin = (challenges: Challenges) =>
  new Map(saveChallenges(challenges).map((one) => [one.origin, { origin: one.origin, text: JSON.stringify(one) }]))
