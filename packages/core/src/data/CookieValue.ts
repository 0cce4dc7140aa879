/**
 * One cookie, and what may be wrong with one.
 *
 * @module
 */
import { Data, Inspectable } from "effect"
import { hidden } from "./Disclosure.js"

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
