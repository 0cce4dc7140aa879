/**
 * Which cookies are kept. Storing copies one bucket, and does not grow with the jar unless the jar is full.
 *
 * @module
 */
import { HashMap } from "effect"
import { type Cookie, judged } from "./Cookie.js"
import { type Bucket, bucketOf, byAge, byHeaderOrder, type Cookies, withBucket } from "./Jar.js"
import { type JarPolicy, safeJar } from "./Policies.js"
import type { Target } from "./Target.js"

/** How many cookies are kept, and how large ones (`JarPolicy`). */
export type Limits = Pick<JarPolicy, "largestCookie" | "mostOfDomain" | "mostOfAll">

/**
 * The jar after these Set-Cookie lines of a response of `target`: what must be ignored is ignored, what has expired
 * goes. The jar itself when nothing changed. One bad line spoils no other.
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/"))
 * const jar = Cookies.store(Cookies.empty, app, ["a=1", "b=2; Domain=evil.test", "c=3"], 0)
 * console.assert(Cookies.size(jar) === 2)
 */
export const store = (
  self: Cookies,
  target: Target,
  lines: ReadonlyArray<string>,
  now: number,
  limits: Limits = safeJar
): Cookies =>
  lines.reduce((jar, line) => {
    const cookie = judged(line, target, now, limits.largestCookie)
    return cookie === undefined ? jar : put(jar, cookie, now, limits)
  }, self)

/**
 * The jar with this cookie: in the place of the one of the same domain, path and name, or gone when it has expired. What
 * is more than the limits allow goes in the order of RFC 6265bis §5.7: what has expired, then of its domain the cookies
 * that are not Secure and the others, then of all; of equal ones the oldest.
 *
 * @example
 * import { Cookie, Cookies } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const cookie = Either.getOrThrow(Cookie.make("theme", "dark", { domain: "app.example.test" }))
 * console.assert(Cookies.size(Cookies.put(Cookies.empty, cookie, 0)) === 1)
 */
export const put = (self: Cookies, cookie: Cookie, now: number, limits: Limits = safeJar): Cookies => {
  const bucket = bucketOf(self, cookie.domain)
  const older = bucket.find((one) => one.name === cookie.name && one.path === cookie.path)
  const others = bucket.filter((one) => one !== older && one.expires > now)
  if (cookie.expires <= now) return older === undefined ? self : withBucket(self, cookie.domain, others)
  const kept =
    older === undefined || older.expires <= now
      ? cookie.aged(now, self.serial)
      : cookie.aged(older.creation, older.serial)
  const fitting = evicted([...others, kept].sort(byHeaderOrder), limits.mostOfDomain)
  return withinAll(withBucket(self, cookie.domain, fitting), now, limits.mostOfAll)
}

const evicted = (bucket: Bucket, most: number): Bucket => {
  if (bucket.length <= most) return bucket
  const byWorth = [...bucket].sort((a, b) => Number(a.secure) - Number(b.secure) || byAge(a, b))
  const victims = new Set(byWorth.slice(0, bucket.length - most))
  return bucket.filter((one) => !victims.has(one))
}

/** A jar that has too many, without those that have expired, and then without the oldest ones. */
const withinAll = (self: Cookies, now: number, most: number): Cookies => {
  if (self.size <= most) return self
  const all = Array.from(HashMap.values(self.byDomain)).flat()
  const byWorth = all.sort((a, b) => Number(a.expires > now) - Number(b.expires > now) || byAge(a, b))
  const expired = byWorth.findIndex(({ expires }) => expires > now)
  const victims = new Set(byWorth.slice(0, Math.max(all.length - most, expired < 0 ? all.length : expired)))
  return Array.from(new Set(Array.from(victims, ({ domain }) => domain))).reduce(
    (jar, domain) =>
      withBucket(
        jar,
        domain,
        bucketOf(jar, domain).filter((one) => !victims.has(one))
      ),
    self
  )
}
