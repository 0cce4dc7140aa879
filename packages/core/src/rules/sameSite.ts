/**
 * Which cookies a request takes along when another site has led to it.
 *
 * @module
 */

import { getDomain } from "tldts"
import type { Cookie } from "../data/Cookie.js"
import type { Target } from "../data/Target.js"

/**
 * Whether a redirect leads from one site to another: another registrable domain (public suffix list), or from https to
 * http. Up from http to https of one domain is the same site, as it is the same origin.
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * const at = (url: string) => Target.fromUrl(new URL(url))
 * console.assert(Rules.crossesSite(at("https://a.example.com/"), at("https://b.example.org/")))
 * console.assert(!Rules.crossesSite(at("http://example.com/"), at("https://www.example.com/")))
 */
export const crossesSite = (from: Target, to: Target): boolean => {
  if (from.scheme === "https:" && to.scheme !== "https:") return true
  if (from.host === to.host) return false
  const domain = getDomain(from.host, { allowPrivateDomains: true })
  return domain === null || domain !== getDomain(to.host, { allowPrivateDomains: true })
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"])

/**
 * Whether a cookie stays behind in a request that another site has led to (RFC 6265bis §5.8.3): a `Strict` one always, a
 * `Lax` one unless the method is safe (RFC 9110 §9.2.1). One that says nothing goes: browsers do not agree about it.
 *
 * @example
 * import { Cookie, Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const lax = Either.getOrThrow(Cookie.make("sid", "1", { domain: "app.example.test", sameSite: "lax" }))
 * console.assert(Rules.staysBehind(lax, "POST") && !Rules.staysBehind(lax, "GET"))
 */
export const staysBehind = ({ sameSite }: Cookie, method: string): boolean =>
  sameSite === "strict" || (sameSite === "lax" && !safeMethods.has(method))
