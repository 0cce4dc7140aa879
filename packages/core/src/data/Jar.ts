/**
 * The shape of the jar: a persistent map from domain to its cookies in the order of the header.
 *
 * @module
 */
import { HashMap, Option } from "effect"
import type { Cookie } from "./Cookie.js"

/** The cookies of one domain: longer paths first, then older ones (RFC 6265bis §5.8.3). */
export type Bucket = ReadonlyArray<Cookie>

/** All cookies. `serial` numbers the next one. */
export interface Cookies {
  readonly byDomain: HashMap.HashMap<string, Bucket>
  readonly size: number
  readonly serial: number
}

/**
 * A jar with nothing in it.
 *
 * @example
 * import { Cookies } from "@effect-requests/core"
 *
 * console.assert(Cookies.size(Cookies.empty) === 0)
 */
export const empty: Cookies = { byDomain: HashMap.empty(), size: 0, serial: 0 }

/**
 * How many cookies it has, expired ones that nobody has met yet included.
 *
 * @example
 * import { Cookies } from "@effect-requests/core"
 *
 * console.assert(Cookies.size(Cookies.empty) === 0)
 */
export const size = (self: Cookies): number => self.size

export const noCookies: Bucket = []
/** The cookies of one domain; none where there are none. */
export const bucketOf = (self: Cookies, domain: string): Bucket =>
  Option.getOrElse(HashMap.get(self.byDomain, domain), () => noCookies)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ages may be the same where two jars meet: the place decides then, so that the order never hangs on who came first. */
const byPlace = (a: Cookie, b: Cookie): number =>
  compare(a.domain, b.domain) || compare(a.path, b.path) || compare(a.name, b.name)

/** Older cookies first. */
export const byAge = (a: Cookie, b: Cookie): number => a.creation - b.creation || a.serial - b.serial || byPlace(a, b)

/** RFC 6265bis §5.8.3. */
export const byHeaderOrder = (a: Cookie, b: Cookie): number => b.path.length - a.path.length || byAge(a, b)

/** The jar with another bucket in the place of a domain's. */
export const withBucket = (self: Cookies, domain: string, bucket: Bucket): Cookies => ({
  byDomain: bucket.length === 0 ? HashMap.remove(self.byDomain, domain) : HashMap.set(self.byDomain, domain, bucket),
  size: self.size + bucket.length - bucketOf(self, domain).length,
  serial: self.serial + 1
})
