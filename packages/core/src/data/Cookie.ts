/**
 * One cookie. Who may set it is judged by tough-cookie: public suffixes, prefixes, Secure, Domain, Path.
 *
 * @module
 */
import { Either } from "effect"
import { parse as parseDomain } from "tldts"
import { Cookie, InvalidCookie } from "./CookieValue.js"
import { safeJar } from "./Policies.js"

export { judged } from "./CookieJudging.js"
export { Cookie, CookieConflict, InvalidCookie, type Parts } from "./CookieValue.js"

/** What a cookie of one's own may say; `domain` is where it belongs. */
export interface Attributes {
  readonly domain: string
  /** Default: `"/"`. */
  readonly path?: string | undefined
  /** Sent to exactly this host. Default: yes. */
  readonly hostOnly?: boolean | undefined
  readonly secure?: boolean | undefined
  readonly httpOnly?: boolean | undefined
  readonly sameSite?: "strict" | "lax" | "none" | undefined
  /** Milliseconds since 1970; absent for a cookie of the session. */
  readonly expires?: number | undefined
}

const unfit = /[\x00-\x1f\x7f;]|[^\x00-\xff]/

/**
 * A cookie of one's own, held to the same rules as a server's (requests' `create_cookie`). `largest`:
 * bytes of name and value together.
 *
 * @example
 * import { Cookie } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.isRight(Cookie.make("theme", "dark", { domain: "app.example.test" })))
 * console.assert(Either.isLeft(Cookie.make("a", "1; Domain=evil.test", { domain: "app.example.test" })))
 */
export const make = (
  name: string,
  value: string,
  attributes: Attributes,
  largest: number = safeJar.largestCookie
): Either.Either<Cookie, InvalidCookie> => {
  const refuse = (problem: string) => Either.left(new InvalidCookie({ name, problem }))
  if (unfit.test(name) || name.includes("=") || name.trim() !== name || name === "") {
    return refuse("its name is empty, or has a character that a cookie cannot have")
  }
  if (unfit.test(value) || value.trim() !== value)
    return refuse("its value has a character that a cookie cannot have; encode it")
  if (name.length + value.length > largest) return refuse(`name and value are longer than ${largest} bytes`)
  const path = attributes.path ?? "/"
  if (!path.startsWith("/") || unfit.test(path))
    return refuse(`its path ${JSON.stringify(path)} does not begin with "/"`)
  const host = hostOf(attributes.domain)
  if (host === undefined) return refuse(`its domain ${JSON.stringify(attributes.domain)} is no host`)
  if (/^__(?:Secure|Host)-/i.test(name) && attributes.secure !== true)
    return refuse("its name promises that it is secure")
  if (/^__Host-/i.test(name) && (attributes.hostOnly === false || path !== "/")) {
    return refuse('its name promises that it is of one host and of "/"')
  }
  if (attributes.hostOnly === false && isShared(host)) {
    return refuse(`its domain ${JSON.stringify(host)} belongs to many; no cookie may speak for all of them`)
  }
  return Either.right(
    new Cookie({
      name,
      value,
      domain: host,
      path,
      hostOnly: attributes.hostOnly ?? true,
      secure: attributes.secure ?? false,
      httpOnly: attributes.httpOnly ?? false,
      sameSite: attributes.sameSite,
      expires: attributes.expires ?? Infinity,
      creation: 0,
      serial: 0
    })
  )
}

/**
 * The host that a domain names, as cookies have it: lower case, in ASCII, no leading dot; `undefined` when it is none.
 *
 * @example
 * import { Cookie } from "@effect-requests/core"
 *
 * console.assert(Cookie.hostOf(".Bücher.Example") === "xn--bcher-kva.example" && Cookie.hostOf("a/b") === undefined)
 */
export const hostOf = (domain: string): string | undefined => {
  const bare = domain.startsWith(".") ? domain.slice(1) : domain
  if (bare === "" || /[/?#@\\\s]/.test(bare)) return undefined
  try {
    return unbracketed(new URL(`http://${bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare}`).hostname)
  } catch {
    return undefined
  }
}

/**
 * Whether a domain is a public suffix or a single label: nobody may set a cookie for all below it (RFC 6265bis §5.7).
 *
 * @example
 * import { Cookie } from "@effect-requests/core"
 *
 * console.assert(Cookie.isShared("co.uk") && !Cookie.isShared("example.co.uk"))
 */
export const isShared = (host: string): boolean => {
  const { domain, isIp } = parseDomain(host, { allowPrivateDomains: true })
  return domain === null && isIp !== true
}

/**
 * A host as cookies have it: an IPv6 address without its brackets.
 *
 * @example
 * import { Cookie } from "@effect-requests/core"
 *
 * console.assert(Cookie.unbracketed("[::1]") === "::1")
 */
export const unbracketed = (host: string): string =>
  host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host
