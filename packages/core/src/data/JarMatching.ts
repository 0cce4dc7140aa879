/**
 * Which cookies a request takes along. Reading costs the labels of the host and the cookies of these domains.
 *
 * @module
 */
import { type Cookie, unbracketed } from "./Cookie.js"
import { bucketOf, byHeaderOrder, type Cookies, noCookies } from "./Jar.js"
import { byText } from "./Memo.js"
import type { Target } from "./Target.js"

/**
 * The cookies that a request to this URL takes along, in the order of the header (RFC 6265bis §5.8.3).
 * The cookies of other sites cost nothing but the depth of the tree that the domains stand in: its logarithm.
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
const domainsOf = byText(256, (host): ReadonlyArray<string> => {
  if (isAddress(host)) return [host]
  const domains = [host]
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) domains.push(host.slice(dot + 1))
  return domains
})

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
const isTrusted = ({ host, scheme }: Target): boolean => scheme === "https:" || isThisMachine(host)

const isThisMachine = byText(256, (host) => /^(?:127\.[0-9.]+|\[::1\]|(?:.*\.)?localhost)\.?$/.test(host))
