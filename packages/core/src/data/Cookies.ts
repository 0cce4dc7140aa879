/**
 * The jar as an immutable value: a persistent map from domain to its cookies in the order of the header. What is sent is
 * in `JarMatching.ts`, what is kept in `JarStoring.ts`.
 *
 * @module
 */
import { HashMap } from "effect"
import { type Cookie, unbracketed } from "./Cookie.js"
import { bucketOf, byAge, byHeaderOrder, type Cookies, withBucket } from "./Jar.js"

export { type Cookies, empty, size } from "./Jar.js"
export { header, matching } from "./JarMatching.js"
export { type Limits, put, store } from "./JarStoring.js"

/** Which cookies: all that agree with every part given. */
export interface Which {
  readonly name?: string | undefined
  /** Exactly this domain, with or without a leading dot. */
  readonly domain?: string | undefined
  readonly path?: string | undefined
}

const agrees = (cookie: Cookie, which: Which): boolean =>
  (which.name === undefined || cookie.name === which.name) && (which.path === undefined || cookie.path === which.path)

const canonical = (domain: string): string =>
  unbracketed((domain.startsWith(".") ? domain.slice(1) : domain).toLowerCase())

const domainsIn = (self: Cookies, which: Which): ReadonlyArray<string> =>
  which.domain === undefined ? Array.from(HashMap.keys(self.byDomain)) : [canonical(which.domain)]

/**
 * The cookies that are meant, in no particular order across domains.
 *
 * @example
 * import { Cookies } from "@effect-requests/core"
 *
 * console.assert(Cookies.find(Cookies.empty, { name: "sid" }).length === 0)
 */
export const find = (self: Cookies, which: Which): ReadonlyArray<Cookie> =>
  domainsIn(self, which).flatMap((domain) => bucketOf(self, domain).filter((cookie) => agrees(cookie, which)))

/**
 * The jar without the cookies that are meant; the jar itself when there are none.
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.com/"))
 * const jar = Cookies.store(Cookies.empty, app, ["a=1", "b=2"], 0)
 * console.assert(Cookies.size(Cookies.remove(jar, { domain: "app.example.com", name: "a" })) === 1)
 */
export const remove = (self: Cookies, which: Which): Cookies =>
  domainsIn(self, which).reduce((jar, domain) => {
    const bucket = bucketOf(jar, domain)
    const kept = bucket.filter((cookie) => !agrees(cookie, which))
    return kept.length === bucket.length ? jar : withBucket(jar, domain, kept)
  }, self)

/** Together with the domain it is what no two cookies of a jar have in common. */
const keyOf = ({ name, path }: Cookie): string => `${name.length} ${name}${path}`

/**
 * All cookies, the oldest first.
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/"))
 * const jar = Cookies.store(Cookies.empty, app, ["a=1", "b=2"], 0)
 * console.assert(Cookies.toArray(jar).map((cookie) => cookie.name).join() === "a,b")
 */
export const toArray = (self: Cookies): ReadonlyArray<Cookie> =>
  Array.from(self.byDomain)
    .flatMap(([, bucket]) => bucket)
    .sort(byAge)

/**
 * A jar of these cookies, each with its own age; of several with one domain, path and name the last counts. `serial`
 * numbers the next cookie, unless one of these has that number already. None is too many: limits hold when a cookie comes.
 *
 * @example
 * import { Cookie, Cookies } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const cookie = Either.getOrThrow(Cookie.make("theme", "dark", { domain: "app.example.test" }))
 * console.assert(Cookies.size(Cookies.fromArray([cookie, cookie])) === 1)
 */
export const fromArray = (cookies: Iterable<Cookie>, serial = 0): Cookies => {
  const byDomain = new Map<string, Map<string, Cookie>>()
  let next = serial
  for (const cookie of cookies) {
    const bucket = byDomain.get(cookie.domain) ?? new Map<string, Cookie>()
    byDomain.set(cookie.domain, bucket.set(keyOf(cookie), cookie))
    next = Math.max(next, cookie.serial + 1)
  }
  const buckets = Array.from(
    byDomain,
    ([domain, bucket]) => [domain, [...bucket.values()].sort(byHeaderOrder)] as const
  )
  return {
    byDomain: HashMap.fromIterable(buckets),
    size: buckets.reduce((sum, [, bucket]) => sum + bucket.length, 0),
    serial: next
  }
}

/**
 * Both jars as one: a cookie of `that` takes the place of the one of the same domain, path and name, with its own age
 * (requests' `merge_cookies`). Costs the domains that `that` has.
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/"))
 * const jar = (line: string) => Cookies.store(Cookies.empty, app, [line], 0)
 * console.assert(Cookies.header(Cookies.merge(jar("a=1"), jar("a=2")), app, 0) === "a=2")
 */
export const merge = (self: Cookies, that: Cookies): Cookies => {
  const merged = HashMap.reduce(that.byDomain, self, (jar, bucket, domain) => {
    const keys = new Set(bucket.map(keyOf))
    const others = bucketOf(jar, domain).filter((cookie) => !keys.has(keyOf(cookie)))
    return withBucket(jar, domain, [...others, ...bucket].sort(byHeaderOrder))
  })
  return { ...merged, serial: Math.max(self.serial, that.serial) }
}
