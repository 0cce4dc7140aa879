/**
 * Which mounted adapter serves a URL.
 *
 * @module
 */
import { byText } from "../data/Memo.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import type { Target } from "../data/Target.js"

/**
 * Whether a prefix covers a URL. It ends at a boundary: `https://api.example.com` covers no
 * `https://api.example.com.evil.test`, `/v1` covers `/v1/x` and no `/v10`. Neither has case (requests' `get_adapter`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.covers("https://api.example.com", "https://api.example.com:8443/v1"))
 * console.assert(!Rules.covers("https://api.example.com", "https://api.example.com.evil.test/"))
 */
export const covers = (prefix: string, href: string): boolean => {
  const text = plainly(prefix)
  if (!href.toLowerCase().startsWith(text)) return false
  if (text === "" || text.endsWith("/") || href.length === text.length) return true
  const next = href.charAt(text.length)
  return next === "/" || next === "?" || next === "#" || (next === ":" && isOpen(text))
}

/** A scheme alone, and `scheme://host` without a port, leave the rest open. */
const isOpen = (prefix: string): boolean => /^[a-z][a-z0-9+.-]*(?::\/\/(?:\[[^\]]*\]|[^/?#:]*))?$/.test(prefix)

const withoutDefaultPort = (prefix: string): string =>
  prefix.replace(/^(http:\/\/[^/?#]*):80(?=[/?#]|$)/, "$1").replace(/^(https:\/\/[^/?#]*):443(?=[/?#]|$)/, "$1")

/** A prefix as it is compared; there are as many as there are mounts, and each is looked at again for every request. */
const plainly = byText(4096, (prefix) => withoutDefaultPort(prefix.toLowerCase()))

/**
 * The longest prefix that covers the URL; among equals the one that was mounted first.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.longestPrefix(["https://", "https://api.test/"], "https://api.test/v1") === "https://api.test/")
 */
export const longestPrefix = (prefixes: Iterable<string>, href: string): string | undefined => {
  let best: string | undefined
  for (const prefix of prefixes) {
    if ((best === undefined || prefix.length > best.length) && covers(prefix, href)) best = prefix
  }
  return best
}

/**
 * What is said when no mounted adapter covers a URL (requests' `InvalidSchema`).
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * console.assert(Rules.noAdapter(Target.fromUrl(new URL("ftp://x/"))).reason === "NoAdapter")
 */
export const noAdapter = ({ scheme }: Target): InvalidRequest =>
  new InvalidRequest({
    reason: "NoAdapter",
    where: "url",
    problem: `no adapter is mounted for ${scheme}//`,
    remedy: "Use http or https, or mount an adapter for it: session.mount(prefix, adapter)"
  })
