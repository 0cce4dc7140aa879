/**
 * One cookie. Who may set it is judged by tough-cookie: public suffixes, prefixes, Secure, Domain, Path.
 *
 * @module
 */
import { Data, Either, Inspectable } from "effect"
import { parse as parseDomain } from "tldts"
import { CookieJar, type CookieJar as Judge, Store, Cookie as ToughCookie } from "tough-cookie"
import { hidden } from "./Disclosure.js"
import type { Target } from "./Target.js"

/** What a cookie is made of. */
export interface Parts {
  readonly name: string
  readonly value: string
  /** Canonical: lower case, no leading dot, an IPv6 address without brackets. */
  readonly domain: string
  readonly path: string
  /** Sent to exactly this host, not to hosts below it. */
  readonly hostOnly: boolean
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: "strict" | "lax" | "none" | undefined
  /** Milliseconds since 1970; `Infinity` for a cookie of the session. */
  readonly expires: number
  /** When it first came, in milliseconds since 1970. */
  readonly creation: number
  /** Tells cookies of the same millisecond apart: a number that only grows within a jar. */
  readonly serial: number
}

/** An immutable cookie that never shows its value. */
export class Cookie extends Inspectable.Class implements Parts {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly path: string
  readonly hostOnly: boolean
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: "strict" | "lax" | "none" | undefined
  readonly expires: number
  readonly creation: number
  readonly serial: number
  /** `name=value` as the Cookie header has it; a nameless cookie is its value alone (RFC 6265bis §5.8.3). */
  readonly pair: string

  constructor(parts: Parts) {
    super()
    this.name = parts.name
    this.value = parts.value
    this.domain = parts.domain
    this.path = parts.path
    this.hostOnly = parts.hostOnly
    this.secure = parts.secure
    this.httpOnly = parts.httpOnly
    this.sameSite = parts.sameSite
    this.expires = parts.expires
    this.creation = parts.creation
    this.serial = parts.serial
    this.pair = parts.name === "" ? parts.value : `${parts.name}=${parts.value}`
  }

  /** The same cookie with another age: a new one gets the jar's next number, one in an older one's place keeps that one's. */
  aged(creation: number, serial: number): Cookie {
    return new Cookie({ ...this, creation, serial })
  }

  toJSON(): unknown {
    const { domain, expires, hostOnly, httpOnly, name, path, sameSite, secure } = this
    return {
      _id: "@effect-requests/core/Cookie",
      name,
      value: hidden,
      domain,
      path,
      hostOnly,
      secure,
      httpOnly,
      sameSite,
      expires
    }
  }
}

/** Several cookies answer to one name, and one was asked for (requests' `CookieConflictError`). */
export class CookieConflict extends Data.TaggedError("CookieConflict")<{
  readonly name: string
  readonly places: ReadonlyArray<string>
}> {
  override get message(): string {
    return `Several cookies are named ${JSON.stringify(this.name)}: at ${this.places.join(", ")}. Give a domain or a path.`
  }
}

/** A cookie that nobody could have set. */
export class InvalidCookie extends Data.TaggedError("InvalidCookie")<{
  readonly name: string
  readonly problem: string
}> {
  override get message(): string {
    return `The cookie ${JSON.stringify(this.name)} cannot be kept: ${this.problem}.`
  }
}

/** Remembers nothing: tough-cookie is asked what it would store, the jar is ours. */
class Nothing extends Store {
  override synchronous = true
  override findCookie(...args: ReadonlyArray<unknown>): Promise<undefined> {
    return answer(args)
  }
  override putCookie(...args: ReadonlyArray<unknown>): Promise<void> {
    return answer(args)
  }
  override updateCookie(...args: ReadonlyArray<unknown>): Promise<void> {
    return answer(args)
  }
}

const resolved = Promise.resolve(undefined)
const answer = (args: ReadonlyArray<unknown>): Promise<undefined> => {
  const callback = args.at(-1)
  if (typeof callback === "function") callback(null, undefined)
  return resolved
}

const judge: Judge = new CookieJar(new Nothing(), { looseMode: true })

/** RFC 6265bis §5.6: name and value together. */
const largest = 4096

/**
 * The cookie that a Set-Cookie line makes when `target` sent it, or `undefined` when it must be ignored (RFC 6265bis §5.7).
 *
 * @example
 * import { Cookie, Target } from "@effect-requests/core"
 *
 * const from = Target.fromUrl(new URL("https://app.example.test/login"))
 * console.assert(Cookie.judged("sid=1; Path=/; Secure", from, 0)?.hostOnly === true)
 * console.assert(Cookie.judged("sid=1; Domain=other.test", from, 0) === undefined)
 */
export const judged = (line: string, target: Target, now: number): Cookie | undefined => {
  const cookie = tryJudge(line, target.href, now)
  if (cookie === undefined) return undefined
  const length = cookie.key.length + cookie.value.length
  if (length === 0 || length > largest) return undefined
  const domain = cookie.domain ?? ""
  const { sameSite } = cookie
  return new Cookie({
    name: cookie.key,
    value: cookie.value,
    domain,
    path: cookie.path ?? "/",
    // A single label has nobody below it whom it may speak for.
    hostOnly: (cookie.hostOnly ?? true) || !domain.includes("."),
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: sameSite === "strict" || sameSite === "lax" || sameSite === "none" ? sameSite : undefined,
    expires: cookie.expiryTime(new Date(now)) ?? Infinity,
    creation: now,
    serial: 0
  })
}

const tryJudge = (line: string, href: string, now: number): ToughCookie | undefined => {
  try {
    const cookie = judge.setCookieSync(line, href, { now: new Date(now), ignoreError: true })
    return cookie instanceof ToughCookie ? cookie : undefined
  } catch {
    return undefined
  }
}

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
 * A cookie of one's own, held to the same rules as a server's (requests' `create_cookie`).
 *
 * @example
 * import { Cookie } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.isRight(Cookie.make("theme", "dark", { domain: "app.example.test" })))
 * console.assert(Either.isLeft(Cookie.make("a", "1; Domain=evil.test", { domain: "app.example.test" })))
 */
export const make = (name: string, value: string, attributes: Attributes): Either.Either<Cookie, InvalidCookie> => {
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
