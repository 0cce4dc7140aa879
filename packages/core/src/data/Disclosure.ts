/**
 * What may be shown of a request or a response in an error, a log, a span or `toJSON`: an allow-list, never a deny-list.
 *
 * @module
 */
import * as Headers from "./Headers.js"

/** Stands where a value was. */
export const hidden = "<hidden>"

const harmlessFields = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "accept-ranges",
  "age",
  "allow",
  "cache-control",
  "connection",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "etag",
  "expires",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "last-modified",
  "range",
  "retry-after",
  "server",
  "trailer",
  "transfer-encoding",
  "user-agent",
  "vary",
  "via"
])

const harmlessParams = new Set([
  "after",
  "before",
  "count",
  "cursor",
  "fields",
  "filter",
  "format",
  "from",
  "include",
  "lang",
  "limit",
  "locale",
  "offset",
  "order",
  "page",
  "page_size",
  "pagesize",
  "per_page",
  "q",
  "query",
  "search",
  "size",
  "since",
  "skip",
  "sort",
  "start",
  "to",
  "until"
])

/**
 * A URL without userinfo, and without the values of query parameters that are not known to be harmless. A fragment is
 * hidden whole. Works on any text, since what is shown is often what could not be parsed.
 *
 * @example
 * import { Disclosure } from "@effect-requests/core"
 *
 * console.assert(Disclosure.url("https://ada:pw@h.test/a?page=2&token=abc#t") === "https://h.test/a?page=2&token=<hidden>#<hidden>")
 */
export const url = (href: string): string => {
  const hash = href.indexOf("#")
  const whole = hash < 0 ? href : href.slice(0, hash)
  const mark = whole.indexOf("?")
  const place = withoutUserinfo(mark < 0 ? whole : whole.slice(0, mark))
  const query =
    mark < 0
      ? ""
      : "?" +
        whole
          .slice(mark + 1)
          .split("&")
          .map(param)
          .join("&")
  return place + query + (hash < 0 || hash === href.length - 1 ? "" : "#" + hidden)
}

const withoutUserinfo = (place: string): string => {
  const authority = /^([a-zA-Z][a-zA-Z0-9+.-]*:)?[\\/]{2,}/.exec(place)
  if (authority === null) return /^[^/\\]*@/.test(place) ? place.slice(place.lastIndexOf("@") + 1) : place
  const start = authority[0].length
  const slash = place.slice(start).search(/[/\\]/)
  const end = slash < 0 ? place.length : start + slash
  const at = place.slice(start, end).lastIndexOf("@")
  return at < 0 ? place : place.slice(0, start) + place.slice(start + at + 1)
}

const param = (text: string): string => {
  const equals = text.indexOf("=")
  if (equals < 0) return text === "" || harmlessParams.has(text.toLowerCase()) ? text : hidden
  const name = text.slice(0, equals)
  return harmlessParams.has(name.toLowerCase()) || equals === text.length - 1 ? text : name + "=" + hidden
}

/**
 * Header fields with only the values that are known to be harmless; a Location is shown as `url` shows it.
 *
 * @example
 * import { Disclosure } from "@effect-requests/core"
 *
 * console.assert(Disclosure.headers(["Accept", "text/html", "X-Api-Key", "abc"])[1]?.[1] === "<hidden>")
 */
export const headers = (fields: Headers.Headers): ReadonlyArray<readonly [name: string, value: string]> =>
  Headers.pairs(fields).map(([name, value]) => {
    const lower = name.toLowerCase()
    return [name, lower === "location" ? url(value) : harmlessFields.has(lower) ? value : hidden] as const
  })

/**
 * Keeps fields of an error out of what a console lists: when an error ends a program, Node prints all of its fields and asks
 * no `toJSON`. They are read as before.
 *
 * @example
 * import { Errors } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const { request } = Hops.call("GET", "https://a.example.test/", { headers: { "X-Api-Key": "abc" } })
 * const error = new Errors.TransportError({ reason: "Refused", sent: "no", request, detail: "" })
 * console.assert(error.request === request && !Object.keys(error).includes("request"))
 */
export const conceal = <E extends Error>(error: E, ...fields: ReadonlyArray<string>): E => {
  for (const field of fields)
    if (Object.hasOwn(error, field)) Object.defineProperty(error, field, { enumerable: false })
  return error
}
