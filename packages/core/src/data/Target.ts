/**
 * A URL, parsed once: every later step reads its part here.
 *
 * @module
 */
import { Inspectable } from "effect"
import * as Disclosure from "./Disclosure.js"

/** What a `Target` is made of. */
export interface Parts {
  /** Absolute, with a fragment, without userinfo. */
  readonly href: string
  /** `scheme://host:port`, the default port left out (RFC 6454). */
  readonly origin: string
  /** With its colon: `"https:"`. */
  readonly scheme: string
  /** As it is looked up: lower case, no port, an IPv6 address in brackets. */
  readonly host: string
  /** `""` for the scheme's own. */
  readonly port: string
  /** Path and query, as the request line has them. */
  readonly path: string
  /** The path alone, for cookies. */
  readonly pathname: string
}

/** Shows itself without the secrets of its query. */
export class Target extends Inspectable.Class implements Parts {
  readonly href: string
  readonly origin: string
  readonly scheme: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly pathname: string

  constructor(parts: Parts) {
    super()
    this.href = parts.href
    this.origin = parts.origin
    this.scheme = parts.scheme
    this.host = parts.host
    this.port = parts.port
    this.path = parts.path
    this.pathname = parts.pathname
  }

  /** The URL as it may be shown. */
  get shown(): string {
    return Disclosure.url(this.href)
  }

  toJSON(): unknown {
    return this.shown
  }
}

/**
 * Reads a parsed URL. A scheme that does not begin with "http" is no affair of ours: its URL stays as it was `written`.
 *
 * @example
 * import { Target } from "@effect-requests/core"
 *
 * const target = Target.fromUrl(new URL("https://H.test:443/a?b=1#c"))
 * console.assert(target.origin === "https://h.test" && target.path === "/a?b=1" && target.pathname === "/a")
 */
export const fromUrl = (url: URL, written?: string): Target => {
  const path = url.pathname + url.search
  const authority = url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin
  const userless = url.username === "" && url.password === "" ? url.href : authority + afterAuthority(url)
  return new Target({
    href: written === undefined || url.protocol.startsWith("http") ? userless : written,
    origin: authority,
    scheme: url.protocol,
    host: url.hostname,
    port: url.port,
    path: path === "" ? "/" : path,
    pathname: url.pathname === "" ? "/" : url.pathname
  })
}

/** Path, query and fragment as they are written: a mark with nothing behind it stays. */
const afterAuthority = ({ host, href }: URL): string => {
  const at = href.indexOf("@")
  return href.slice(at + 1 + host.length)
}

/**
 * A URL, or `undefined` for a text that is none. `URL.canParse` is no help: in Node 20 its answer changes once it is hot.
 *
 * @example
 * import { Target } from "@effect-requests/core"
 *
 * console.assert(Target.parse("/x", new URL("https://h.test"))?.href === "https://h.test/x" && Target.parse("x") === undefined)
 */
export const parse = (text: string, base?: string | URL): URL | undefined => {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
