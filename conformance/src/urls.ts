/**
 * Where WHATWG, which we follow, and requests read a URL differently.
 *
 * @module
 */
import { Target } from "@effect-requests/core"
import { type Entries, isList } from "./given.js"

const schemeOf = (text: string): string | undefined => /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()

const authorityOf = (text: string): string => /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(text)?.[1] ?? ""

const hostOf = (text: string): string =>
  authorityOf(text)
    .replace(/^.*@/, "")
    .replace(/:[0-9]*$/, "")
    .toLowerCase()

/** Whether a URL has a user in it. */
export const hasUser = (text: string): boolean => authorityOf(text.trim()).includes("@")

/** What the two read, escape or judge differently. Names of either side's own rule, not of cases. */
const differences: ReadonlyArray<(text: string) => boolean> = [
  // A parser takes blanks off both ends; requests off the start alone.
  (text) => text.trim() !== text,
  // requests escapes every "%" of a URL with one escape that is not hex.
  (text) => /%(?![0-9a-f]{2})/i.test(text),
  // RFC 3986 has no such characters: WHATWG leaves some of them, requests escapes all.
  (text) => /["<>\\^`{|}]/.test(text),
  // An empty query or fragment stays; Python's urljoin takes it off.
  (text) => /[?#]$|\?#/.test(text),
  // Only the first "#" of a URL begins a fragment, and is escaped in none.
  (text) => /#.*#/.test(text),
  // WHATWG leaves a bracket where it stands.
  (text) => /[[\]]/.test(text.trim().replace(authorityOf(text.trim()), "")),
  // WHATWG looks at an address and at a host beyond ASCII, where requests keeps what is written.
  (text) =>
    authorityOf(text.trim()) !== "" && hostOf(text.trim()) !== Target.parse(text.trim(), "http://h.test")?.hostname,
  // Python's urljoin takes empty segments out of a relative path, and a ";" with nothing behind it off.
  (text) => schemeOf(text) === undefined && /^;|;(?:[?#]|$)|^[^/?#][^?#]*\/\//.test(text),
  // A port of nought is none to requests.
  (text) => /:0+$/.test(authorityOf(text.trim())),
  // requests takes some hosts that are none to WHATWG, and labels that nobody can look up until it sends.
  (text) => /[^a-z0-9.:@[\]-]/i.test(authorityOf(text.trim())) || isUnknowable(text),
  (text) => !/^https?$/.test(schemeOf(text.trim()) ?? "http")
]

/** Whether a URL is read in two ways. `absolute`: it has to have a scheme. */
export const isReadDifferently = (text: string, absolute: boolean): boolean =>
  refuses(text, absolute) || differences.some((differs) => differs(text))

/** Whether its host has an empty label, one over 63 characters, or a wildcard: we say so when it is prepared. */
const isUnknowable = (text: string): boolean => {
  const host = hostOf(text.trim())
  return !host.startsWith("[") && /^\*|^\.|\.\.|[^.]{64}/.test(host)
}

/** Whether a text would be repaired into a host that nobody sees in it. `absolute`: it has to have a scheme. */
export const refuses = (text: string, absolute: boolean): boolean => {
  const trimmed = text.trim()
  const scheme = schemeOf(trimmed)
  if (/[\t\r\n]/.test(trimmed)) return true
  if (scheme === undefined) return absolute || /^(?:\/*\\|\/\/\/|\/\/$|\/\/[^/?#]*\\)/.test(trimmed)
  return (
    /^https?$/.test(scheme) &&
    (authorityOf(trimmed) === "" || authorityOf(trimmed).includes("\\") || isUnknowable(trimmed))
  )
}

/** A URL without its user, as WHATWG reads it; `undefined` for none. */
export const whatwg = (text: string, base?: string): URL | undefined => {
  // Controls at the ends are escaped as those between are.
  const url = Target.parse(text.trim().replace(/^[\x00-\x1f]+|[\x00-\x1f]+$/g, encodeURIComponent), base)
  if (url === undefined) return undefined
  url.username = ""
  url.password = ""
  return url
}

/** Parameters or a form as Python quotes them, with values as JavaScript writes them. */
export const quoted = (entries: typeof Entries.Type): string => {
  const pairs = isList(entries)
    ? entries
    : Object.entries(entries).flatMap(([name, value]) =>
        (isList(value) ? value : [value]).map((one) => [name, one] as const)
      )
  const kept = pairs.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))
  return new URLSearchParams(kept).toString().replaceAll("*", "%2A").replaceAll("%7E", "~")
}

/** Whether a value is among them that the two languages may write differently: a truth, or 1.0 and 1e+20. */
export const hasOtherForms = (entries: typeof Entries.Type): boolean =>
  (isList(entries) ? entries.map(([, value]) => value) : Object.values(entries).flat()).some(
    (value) => typeof value === "boolean" || typeof value === "number"
  )
