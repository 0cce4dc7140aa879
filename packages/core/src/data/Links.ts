/**
 * The Link header.
 *
 * @module
 */
import { Either, Option } from "effect"
import { quotedString } from "./Challenge.js"
import * as Charset from "./Charset.js"

/** One link (RFC 8288). */
export interface Link {
  /** The target as written; a relative one is to be resolved against the response's URL. */
  readonly url: string
  /** Its relation types in lower case. */
  readonly rel: ReadonlyArray<string>
  /** Names in lower case; the first of a name counts. `title` holds the decoded `title*` where there is one. */
  readonly params: ReadonlyMap<string, string>
}

const separators = /[\s,]*/y
const garbage = /[^,"]*/y
const untilParameter = /[^;,]*/y
const parameterName = /;[ \t]*([^\s=;,"]*)[ \t]*(=?)[ \t]*/y

const after = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  pattern.test(text)
  return pattern.lastIndex
}

/**
 * Reads a Link field (RFC 8288 §3; several fields are joined by a comma). What fits no rule is skipped. A link with an
 * `anchor` parameter speaks of that resource, not of the one that was fetched.
 *
 * @example
 * import { Links } from "@effect-requests/core"
 *
 * const [link] = Links.parse("</items?page=2>; rel=\"next last\"; title=\"a, b\"")
 * console.assert(link?.url === "/items?page=2" && link.rel.join() === "next,last")
 * console.assert(link?.params.get("title") === "a, b")
 */
export const parse = (value: string): ReadonlyArray<Link> => {
  const links: Array<Link> = []
  let at = after(separators, value, 0)
  while (at < value.length) {
    if (value[at] === "<") {
      const close = value.indexOf(">", at)
      if (close < 0) return links
      const [params, end] = parameters(value, after(untilParameter, value, close + 1))
      links.push(make(value.slice(at + 1, close).trim(), params))
      at = end
    } else at = value[at] === '"' ? quotedString(value, at)[1] : after(garbage, value, at)
    at = after(separators, value, at)
  }
  return links
}

type Pair = readonly [name: string, value: string]

const parameters = (text: string, start: number): readonly [params: ReadonlyArray<Pair>, end: number] => {
  const params: Array<Pair> = []
  let at = start
  while (text[at] === ";") {
    parameterName.lastIndex = at
    const found = parameterName.exec(text)
    const name = found?.[1]?.toLowerCase() ?? ""
    const valueAt = parameterName.lastIndex
    const quoted = found?.[2] === "=" && text[valueAt] === '"'
    const [value, valueEnd] = quoted ? quotedString(text, valueAt) : ["", valueAt]
    at = after(untilParameter, text, valueEnd)
    if (name !== "") params.push([name, quoted ? value : text.slice(valueAt, at).trim()])
  }
  return [params, at]
}

const make = (url: string, pairs: ReadonlyArray<Pair>): Link => {
  const params = new Map<string, string>()
  const decoded = new Map<string, string>()
  for (const [name, value] of pairs) {
    const plain = name.endsWith("*") ? name.slice(0, -1) : undefined
    if (plain === undefined) {
      if (!params.has(name)) params.set(name, value)
    } else if (!decoded.has(plain)) {
      const text = extendedValue(value)
      if (text !== undefined) decoded.set(plain, text)
    }
  }
  for (const [name, value] of decoded) params.set(name, value)
  const rel = (params.get("rel") ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((type) => type !== "")
  return { url, rel, params }
}

// RFC 8187 §3.2: charset'language'percent-encoded.
const extendedValue = (value: string): string | undefined => {
  const first = value.indexOf("'")
  const second = first < 0 ? -1 : value.indexOf("'", first + 1)
  if (second < 0 || !/^(?:utf-8|iso-8859-1)$/i.test(value.slice(0, first))) return undefined
  const bytes = percentDecoded(value.slice(second + 1))
  return bytes && Either.getOrUndefined(Charset.decodeStrict(bytes, value.slice(0, first)))
}

const percentDecoded = (text: string): Uint8Array | undefined => {
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const percent = text[i] === "%"
    const hex = text.slice(i + 1, i + 3)
    if (percent ? !/^[0-9a-f]{2}$/i.test(hex) : text.charCodeAt(i) > 0x7e) return undefined
    bytes[length++] = percent ? Number.parseInt(hex, 16) : text.charCodeAt(i)
    if (percent) i += 2
  }
  return bytes.subarray(0, length)
}

/**
 * The first link of a relation type; types have no case (RFC 8288 §2.1).
 *
 * @example
 * import { Links } from "@effect-requests/core"
 *
 * const links = Links.parse("<?page=1>; rel=prev, <?page=3>; rel=next")
 * console.assert(Links.byRel(links, "next")?.url === "?page=3")
 */
export const byRel = (links: ReadonlyArray<Link>, rel: string): Link | undefined => {
  const wanted = rel.toLowerCase()
  return links.find((link) => link.rel.includes(wanted))
}

/**
 * Reads a Link field exactly as requests' `parse_header_links` does: parameter names as written beside `url`, nothing
 * unescaped; `;` and `=` within quotes break it. `parse` is the better reader.
 *
 * @example
 * import { Links } from "@effect-requests/core"
 *
 * const [link] = Links.parseHeaderLinks("<x>; rel=\"next last\"")
 * console.assert(link?.["url"] === "x" && link["rel"] === "next last")
 */
export const parseHeaderLinks = (value: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const stripped = strip(value, " '\"")
  return stripped === "" ? [] : stripped.split(/, *</).map(headerLink)
}

const headerLink = (text: string): Readonly<Record<string, string>> => {
  const [target = "", ...params] = text.split(";")
  const entries: Array<Pair> = [["url", strip(target, "<> '\"")]]
  for (const param of params) {
    const [name = "", value, more] = param.split("=", 3)
    if (value === undefined || more !== undefined) break
    entries.push([strip(name, " '\""), strip(value, " '\"")])
  }
  return Object.fromEntries(entries)
}

const strip = (text: string, chars: string): string => {
  let start = 0
  let end = text.length
  while (start < end && chars.includes(text.charAt(start))) start += 1
  while (end > start && chars.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/**
 * Where a link leads, by the URL of the response that it stands in (RFC 8288 §3.1); none where the two make no URL.
 *
 * @example
 * import { Links } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const [link] = Links.parse("<?page=2>; rel=next")
 * const leads = Option.flatMap(Option.fromNullable(link), (next) => Links.target(next, "https://h.test/items?page=1"))
 * console.assert(Option.contains(leads, "https://h.test/items?page=2"))
 */
export const target: (link: Link, from: string) => Option.Option<string> = Option.liftThrowable(
  ({ url }: Link, from: string) => new URL(url, from).href
)
