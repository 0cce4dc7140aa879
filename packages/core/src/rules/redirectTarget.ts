/**
 * What a 3xx says of the next request: where it leads, by which method, and whether requests would sign it.
 *
 * @module
 */
import { Either, Option } from "effect"
import * as Headers from "../data/Headers.js"
import * as Target from "../data/Target.js"
import { sameOrigin } from "./origin.js"
import { parseUrl } from "./url.js"

/**
 * Whether a status asks to be followed: 301, 302, 303, 307, 308 (requests' `REDIRECT_STATI`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.isRedirectStatus(308) && !Rules.isRedirectStatus(304))
 */
export const isRedirectStatus = (status: number): boolean =>
  status === 301 || status === 302 || status === 303 || status === 307 || status === 308

/**
 * The method after a redirect: 303 and 302 make it GET, except HEAD; 301 makes POST a GET (requests' `rebuild_method`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.rebuildMethod("PUT", 302) === "GET" && Rules.rebuildMethod("PUT", 301) === "PUT")
 */
export const rebuildMethod = (method: string, status: number): string =>
  ((status === 302 || status === 303) && method !== "HEAD") || (status === 301 && method === "POST") ? "GET" : method

/** Fields arrive as Latin-1; a Location is UTF-8 where it can be. */
const latin1AsUtf8 = (text: string): string => {
  if (!/[\x80-\xff]/.test(text)) return text
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(text, (character) => character.charCodeAt(0))
    )
  } catch {
    return text
  }
}

/**
 * Where a response sends us: its Location field as a text, UTF-8 with Latin-1 as fallback, or nothing when it is no redirect
 * or the field is empty. Several fields are joined as requests joins them (requests' `get_redirect_target`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * console.assert(Option.getOrNull(Rules.getRedirectTarget(302, ["Location", "/next"])) === "/next")
 */
export const getRedirectTarget = (status: number, headers: Headers.Headers): Option.Option<string> => {
  if (!isRedirectStatus(status)) return Option.none()
  const location = Headers.getAll(headers, "location").join(", ")
  return location === "" ? Option.none() : Option.some(latin1AsUtf8(location))
}

/**
 * Whether requests would take Authorization away between two URLs (`should_strip_auth`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.shouldStripAuth("https://a.test/", "https://b.test/"))
 * console.assert(!Rules.shouldStripAuth("http://a.test/", "https://a.test:443/"))
 */
export const shouldStripAuth = (from: string, to: string): boolean => {
  const parsed = Either.all([parseUrl(from, undefined, "from"), parseUrl(to, undefined, "to")])
  return Either.isLeft(parsed) || !sameOrigin(Target.fromUrl(parsed.right[0]), Target.fromUrl(parsed.right[1]))
}
