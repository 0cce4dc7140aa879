/**
 * Which mounted adapter serves a URL.
 *
 * @module
 */
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
export const covers = (prefix: string, href: string): boolean => covered(plainly(prefix), href.toLowerCase())

/** Both without case. */
const covered = (text: string, href: string): boolean => {
  if (!href.startsWith(text)) return false
  if (text === "" || text.endsWith("/") || href.length === text.length) return true
  const next = href.charAt(text.length)
  return next === "/" || next === "?" || next === "#" || (next === ":" && isOpen(text))
}

/** A scheme alone, and `scheme://host` without a port, leave the rest open. */
const isOpen = (prefix: string): boolean => /^[a-z][a-z0-9+.-]*(?::\/\/(?:\[[^\]]*\]|[^/?#:]*))?$/.test(prefix)

/** A prefix as it is compared: without case, and without the port that its scheme has anyway. */
const plainly = (prefix: string): string =>
  prefix
    .toLowerCase()
    .replace(/^(http:\/\/[^/?#]*):80(?=[/?#]|$)/, "$1")
    .replace(/^(https:\/\/[^/?#]*):443(?=[/?#]|$)/, "$1")

/** What is mounted under a prefix, ready to be compared. */
export interface Mount<A> {
  readonly text: string
  readonly serves: A
}

/** The mounts as they are looked at: the longest prefix first, among equals the one that was mounted first. */
export const inOrder = <A>(mounts: ReadonlyMap<string, A>): ReadonlyArray<Mount<A>> =>
  Array.from(mounts)
    .sort(([a], [b]) => b.length - a.length)
    .map(([prefix, serves]) => ({ text: plainly(prefix), serves }))

/** What serves the URL: one comparison for each prefix that is longer than its own. */
export const serving = <A>(mounts: ReadonlyArray<Mount<A>>, href: string): A | undefined => {
  const plain = href.toLowerCase()
  for (const { serves, text } of mounts) if (covered(text, plain)) return serves
  return undefined
}

/**
 * The longest prefix that covers the URL; among equals the one that was mounted first.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.longestPrefix(["https://", "https://api.test/"], "https://api.test/v1") === "https://api.test/")
 */
export const longestPrefix = (prefixes: Iterable<string>, href: string): string | undefined =>
  serving(inOrder(new Map(Array.from(prefixes, (prefix) => [prefix, prefix]))), href)

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
