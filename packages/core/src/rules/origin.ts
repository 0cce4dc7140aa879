/**
 * Whose secrets are whose: when two URLs are of one origin, and what may travel to another.
 *
 * @module
 */

import { getDomain } from "tldts"
import * as Headers from "../data/Headers.js"
import type { Target } from "../data/Target.js"

/**
 * Whether a secret of `from` may go to `to`: the same scheme, host and port, or the same host from http:80 up to https:443,
 * never the reverse.
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * const at = (url: string) => Target.fromUrl(new URL(url))
 * console.assert(Rules.sameOrigin(at("http://h.test/"), at("https://h.test/")))
 * console.assert(!Rules.sameOrigin(at("https://h.test/"), at("http://h.test/")))
 */
export const sameOrigin = (from: Target, to: Target): boolean =>
  from.origin === to.origin ||
  (from.scheme === "http:" && to.scheme === "https:" && from.host === to.host && from.port === "" && to.port === "")

/**
 * Whether two URLs are of one site: the same registrable domain, both over https (public suffix list).
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * const at = (url: string) => Target.fromUrl(new URL(url))
 * console.assert(Rules.sameSite(at("https://a.example.com/"), at("https://b.example.com/")))
 * console.assert(!Rules.sameSite(at("https://a.co.uk/"), at("https://b.co.uk/")))
 */
export const sameSite = (from: Target, to: Target): boolean => {
  if (from.scheme !== "https:" || to.scheme !== "https:") return false
  if (from.host === to.host) return true
  const domain = getDomain(from.host, { allowPrivateDomains: true })
  return domain !== null && domain === getDomain(to.host, { allowPrivateDomains: true })
}

const harmless = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "user-agent",
  "range",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since"
])

const representation = new Set([
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "transfer-encoding"
])

/**
 * Whether a request field describes its body: it goes when the body goes (RFC 9110 §15.4).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.describesBody("Content-Type") && !Rules.describesBody("Accept"))
 */
export const describesBody = (name: string): boolean => representation.has(name.toLowerCase())

/**
 * Whether a field may be told to another origin: an allow-list, and the names that the user adds (lower case).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.isHarmless("Accept", new Set()) && !Rules.isHarmless("X-Api-Key", new Set()))
 */
export const isHarmless = (name: string, kept: ReadonlySet<string>): boolean => {
  const lower = name.toLowerCase()
  return harmless.has(lower) || representation.has(lower) || kept.has(lower)
}

/**
 * The names of the fields that `after` lacks.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.droppedNames(["A", "1", "B", "2"], ["B", "2"]).join() === "A")
 */
export const droppedNames = (before: Headers.Headers, after: Headers.Headers): ReadonlyArray<string> =>
  Headers.pairs(before).flatMap(([name]) => (Headers.has(after, name) ? [] : [name]))
