/**
 * The jar as an immutable value: a persistent map from domain to its cookies in the order of the header. Reading costs
 * the labels of the host and the cookies of these domains; storing copies one bucket; neither grows with the jar.
 *
 * @module
 */
import { HashMap, Option } from "effect"
import { type Cookie, judged, unbracketed } from "./Cookie.js"
import type { Target } from "./Target.js"

/** The cookies of one domain: longer paths first, then older ones (RFC 6265bis §5.8.3). */
type Bucket = ReadonlyArray<Cookie>

/** All cookies. `serial` numbers the next one. */
export interface Cookies {
  readonly byDomain: HashMap.HashMap<string, Bucket>
  readonly size: number
  readonly serial: number
}

/** The most cookies of one domain; the oldest ones go first. */
const largestBucket = 3000

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

const noCookies: Bucket = []
const bucketOf = (self: Cookies, domain: string): Bucket =>
  Option.getOrElse(HashMap.get(self.byDomain, domain), () => noCookies)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ages may be the same where two jars meet: the place decides then, so that the order never hangs on who came first. */
const byPlace = (a: Cookie, b: Cookie): number =>
  compare(a.domain, b.domain) || compare(a.path, b.path) || compare(a.name, b.name)

const byAge = (a: Cookie, b: Cookie): number => a.creation - b.creation || a.serial - b.serial || byPlace(a, b)

const byHeaderOrder = (a: Cookie, b: Cookie): number => b.path.length - a.path.length || byAge(a, b)

/**
 * The cookies that a request to this URL takes along, in the order of the header (RFC 6265bis §5.8.3).
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/"))
 * const jar = Cookies.store(Cookies.empty, app, ["sid=1; Path=/"], 0)
 * console.assert(Cookies.matching(jar, app, 0).length === 1)
 */
export const matching = (self: Cookies, target: Target, now: number): ReadonlyArray<Cookie> => {
  if (self.size === 0) return noCookies
  const host = unbracketed(target.host)
  const path = decodedPath(target.pathname)
  const trusted = isTrusted(target)
  const found: Array<Cookie> = []
  let domains = 0
  for (const domain of domainsOf(host)) {
    const before = found.length
    for (const cookie of bucketOf(self, domain)) {
      if (
        (!cookie.hostOnly || domain === host) &&
        (!cookie.secure || trusted) &&
        cookie.expires > now &&
        pathMatches(path, cookie.path)
      ) {
        found.push(cookie)
      }
    }
    if (found.length > before) domains++
  }
  return domains > 1 ? found.sort(byHeaderOrder) : found
}

/**
 * The Cookie header for this URL, or `undefined` when there is nothing to say.
 *
 * @example
 * import { Cookies, Target } from "@effect-requests/core"
 *
 * const app = Target.fromUrl(new URL("https://app.example.test/a/b"))
 * const jar = Cookies.store(Cookies.empty, app, ["x=1; Path=/", "y=2; Path=/a"], 0)
 * console.assert(Cookies.header(jar, app, 0) === "y=2; x=1")
 */
export const header = (self: Cookies, target: Target, now: number): string | undefined => {
  const found = matching(self, target, now)
  return found.length === 0 ? undefined : found.map((cookie) => cookie.pair).join("; ")
}

/** The host and every domain above it; an address has nothing above it. */
const domainsOf = (host: string): ReadonlyArray<string> => {
  if (isAddress(host)) return [host]
  const domains = [host]
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) domains.push(host.slice(dot + 1))
  return domains
}

const isAddress = (host: string): boolean => host.includes(":") || /(?:^|\.)[0-9]+$/.test(host)

/** RFC 6265bis §5.1.4. */
const pathMatches = (path: string, cookiePath: string): boolean =>
  path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith("/") || path[cookiePath.length] === "/"))

/** tough-cookie compares decoded paths. */
const decodedPath = (pathname: string): string => {
  if (!pathname.includes("%")) return pathname
  try {
    return decodeURI(pathname)
  } catch {
    return pathname
  }
}

/** Whether Secure cookies may travel: https, and this machine itself (W3C Secure Contexts §3.1). */
const isTrusted = ({ host, scheme }: Target): boolean =>
  scheme === "https:" || /^(?:127\.[0-9.]+|\[::1\]|(?:.*\.)?localhost)\.?$/.test(host)

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
export const store = (self: Cookies, target: Target, lines: ReadonlyArray<string>, now: number): Cookies =>
  lines.reduce((jar, line) => {
    const cookie = judged(line, target, now)
    return cookie === undefined ? jar : put(jar, cookie, now)
  }, self)

/**
 * The jar with this cookie: in the place of the one of the same domain, path and name, or gone when it has expired.
 *
 * @example
 * import { Cookie, Cookies } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const cookie = Either.getOrThrow(Cookie.make("theme", "dark", { domain: "app.example.test" }))
 * console.assert(Cookies.size(Cookies.put(Cookies.empty, cookie, 0)) === 1)
 */
export const put = (self: Cookies, cookie: Cookie, now: number): Cookies => {
  const bucket = bucketOf(self, cookie.domain)
  const older = bucket.find((one) => one.name === cookie.name && one.path === cookie.path)
  const others = bucket.filter((one) => one !== older && one.expires > now)
  if (cookie.expires <= now) return older === undefined ? self : withBucket(self, cookie.domain, others)
  const kept =
    older === undefined || older.expires <= now
      ? cookie.aged(now, self.serial)
      : cookie.aged(older.creation, older.serial)
  return withBucket(self, cookie.domain, evicted([...others, kept].sort(byHeaderOrder)))
}

const evicted = (bucket: Bucket): Bucket => {
  if (bucket.length <= largestBucket) return bucket
  const byWorth = [...bucket].sort((a, b) => Number(a.secure) - Number(b.secure) || byAge(a, b))
  const victims = new Set(byWorth.slice(0, bucket.length - largestBucket))
  return bucket.filter((one) => !victims.has(one))
}

const withBucket = (self: Cookies, domain: string, bucket: Bucket): Cookies => ({
  byDomain: bucket.length === 0 ? HashMap.remove(self.byDomain, domain) : HashMap.set(self.byDomain, domain, bucket),
  size: self.size + bucket.length - bucketOf(self, domain).length,
  serial: self.serial + 1
})

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
 * numbers the next cookie, unless one of these has that number already.
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
    ([domain, bucket]) => [domain, evicted([...bucket.values()].sort(byHeaderOrder))] as const
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
    return withBucket(jar, domain, evicted([...others, ...bucket].sort(byHeaderOrder)))
  })
  return { ...merged, serial: Math.max(self.serial, that.serial) }
}
