/**
 * URLs as WHATWG reads them; what it would silently repair into another host is refused.
 *
 * @module
 */
import { Either } from "effect"
import * as Disclosure from "../data/Disclosure.js"
import type * as Params from "../data/Params.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import { parse } from "../data/Target.js"

const refuse = (where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "Url", where, problem, remedy }))

const shown = (text: string): string =>
  JSON.stringify(Disclosure.url(text.length > 200 ? `${text.slice(0, 200)}…` : text))

/**
 * A URL, absolute or relative to `base` (RFC 3986 §5). Refused: what has no scheme and no base, no or a bad host, and
 * what WHATWG repairs into another host than the one a reader sees: tabs and line ends, backslashes before the path,
 * `http:x`, `http:///x`, `///x`.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.parseUrl("/me", new URL("https://h.test/v1/"), "url")).href === "https://h.test/me")
 * console.assert(Either.isLeft(Rules.parseUrl("http://good.test\\@evil.test/", undefined, "url")))
 */
export const parseUrl = (text: string, base: URL | undefined, where: string): Either.Either<URL, InvalidRequest> => {
  // A parser drops controls from both ends without a word, and escapes those between.
  const trimmed = text.trim().replace(/^[\x00-\x08\x0e-\x1f]+|[\x00-\x08\x0e-\x1f]+$/g, encodeURIComponent)
  if (/[\t\r\n]/.test(trimmed)) {
    return refuse(where, `${shown(text)} has a tab or a line end in it`, "Percent-encode it, or remove it")
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(trimmed)?.[1]?.toLowerCase()
  const rest = scheme === undefined ? trimmed : trimmed.slice(scheme.length + 1)
  if (isWeb(scheme ?? base?.protocol.slice(0, -1)) && misleads(rest, scheme !== undefined)) {
    return refuse(
      where,
      `${shown(text)} does not name its host plainly`,
      "Write it as https://host/path, without backslashes or further slashes before the path"
    )
  }
  if (scheme === undefined && base === undefined) {
    return refuse(where, `${shown(text)} has no scheme`, `Perhaps you meant https://…, or a session with a baseUrl`)
  }
  const parsed = parse(trimmed, base)
  if (parsed === undefined || (isWeb(parsed.protocol.slice(0, -1)) && !isHost(parsed.hostname))) {
    return refuse(
      where,
      `${shown(text)} is no URL${parsed === undefined ? "" : " with a host that can be looked up"}`,
      "Check its host and port; write a path or a query with encodeURIComponent"
    )
  }
  return Either.right(parsed)
}

/** An address, or labels of 1 to 63 characters with at most one dot behind them (RFC 1035 §2.3.4); no wildcard. */
const isHost = (host: string): boolean =>
  host.startsWith("[") ||
  (!host.startsWith("*") &&
    host.split(".").every((label, i, all) => label.length < 64 && (label !== "" || (i > 0 && i === all.length - 1))))

const isWeb = (scheme: string | undefined): boolean => scheme === "http" || scheme === "https"

/** What follows the scheme: `//host`, or without a scheme also a path, a query, a fragment. */
const misleads = (rest: string, absolute: boolean): boolean => {
  const slashes = /^[\\/]*/.exec(rest)?.[0] ?? ""
  if (slashes.includes("\\") || slashes.length > 2 || (absolute && slashes.length !== 2)) return true
  if (slashes.length !== 2) return false
  const authority = /^[^/?#]*/.exec(rest.slice(2))?.[0] ?? ""
  // A name has 253 characters at most (RFC 1035 §2.3.4); to map longer ones costs their square.
  return authority === "" || authority.includes("\\") || authority.length > longestAuthority
}

/** A host, a port, and credentials that nobody will write longer. */
const longestAuthority = 8192

/** `application/x-www-form-urlencoded` as Python writes it (requests' `_encode_params`): a blank is "+", `~` stays. */
const encoded = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")

/**
 * Parameters as `a=1&b=2`; what was taken away is left out. A lone surrogate has no UTF-8 and is refused.
 *
 * @example
 * import { Params, Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.encodeParams(Params.make({ q: "a b", n: [1, 2], x: null }), "params")) === "q=a+b&n=1&n=2")
 */
export const encodeParams = (params: Params.Params, where: string): Either.Either<string, InvalidRequest> => {
  const parts: Array<string> = []
  for (const { name, value } of params.entries) {
    if (value === null) continue
    if (value === undefined) {
      return Either.left(
        new InvalidRequest({
          reason: "Params",
          where: name === undefined ? where : `${where}[${JSON.stringify(name)}]`,
          problem: "it is no text, number, boolean or null, nor a list of them",
          remedy: "Give a record, or a list of [name, value]; write nested values as texts"
        })
      )
    }
    if (!isWellFormed(value) || !isWellFormed(name ?? "")) {
      return Either.left(
        new InvalidRequest({
          reason: "Params",
          where: `${where}[${JSON.stringify(name ?? "")}]`,
          problem: "it has half of a surrogate pair, which is no character",
          remedy: "Cut texts at characters, not at code units"
        })
      )
    }
    parts.push(name === undefined ? value : `${encoded(name)}=${encoded(value)}`)
  }
  return Either.right(parts.join("&"))
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

/**
 * The URL with parameters after its own query, before its fragment (requests' `prepare_url`). Only http-like URLs have any.
 *
 * @example
 * import { Params, Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const url = Either.getOrThrow(Rules.withParams(new URL("https://h.test/?a=1#top"), Params.make({ b: "2" })))
 * console.assert(url.href === "https://h.test/?a=1&b=2#top")
 */
export const withParams = (url: URL, params: Params.Params): Either.Either<URL, InvalidRequest> => {
  if (params.entries.length === 0 || !url.protocol.startsWith("http")) return Either.right(url)
  return Either.map(encodeParams(params, "params"), (query) => {
    if (query === "") return url
    const extended = new URL(url)
    extended.search = extended.search === "" ? query : `${extended.search}&${query}`
    return extended
  })
}
