/**
 * What a message says of its encoding: its Content-Type, and what JSON, HTML and XML say of themselves.
 *
 * @module
 */
import { quotedString } from "./Challenge.js"
import { canonical, fromBom, latin1 } from "./CharsetDecoding.js"

const parameterName = /[^;]*;\s*([^\s=;"]*)\s*(=?)\s*/y
const unquoted = /[^\s;,]*/y

/**
 * The `charset` parameter of a Content-Type (RFC 9110 §8.3.2): names without case, the last one counts, quotes of both
 * kinds taken off; an empty one counts as none.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.fromContentType("Text/HTML; Charset=\"utf-8\"") === "utf-8")
 * console.assert(Charset.fromContentType("text/html") === undefined)
 */
export const fromContentType = (contentType: string | undefined): string | undefined => {
  const text = contentType ?? ""
  let charset: string | undefined
  parameterName.lastIndex = 0
  for (let found = parameterName.exec(text); found !== null; found = parameterName.exec(text)) {
    const at = parameterName.lastIndex
    const quoted = found[2] === "=" && text[at] === '"'
    const [value, end] = quoted ? quotedString(text, at) : bare(text, at)
    if (found[2] === "=" && found[1]?.toLowerCase() === "charset" && value !== "") charset = value
    parameterName.lastIndex = end
  }
  return charset
}

const bare = (text: string, at: number): readonly [value: string, end: number] => {
  unquoted.lastIndex = at
  unquoted.test(text)
  return [strip(text.slice(at, unquoted.lastIndex), "'\""), unquoted.lastIndex]
}

const strip = (text: string, chars: string): string => {
  let start = 0
  let end = text.length
  while (start < end && chars.includes(text.charAt(start))) start += 1
  while (end > start && chars.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/**
 * What requests' `get_encoding_from_headers` says: the charset parameter, which may be `""`; else `"ISO-8859-1"` for a
 * type with `text` in it and `"utf-8"` for `application/json`, both with case. `detect` is the better rule.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.getEncodingFromHeaders("text/html") === "ISO-8859-1")
 * console.assert(Charset.getEncodingFromHeaders("TEXT/HTML") === undefined)
 */
export const getEncodingFromHeaders = (contentType: string | undefined): string | undefined => {
  const [type = "", ...params] = (contentType ?? "").split(";")
  let charset: string | undefined
  for (const param of params) {
    const mark = param.indexOf("=")
    if (mark >= 0 && strip(param.slice(0, mark).trimStart(), "\"' ").toLowerCase() === "charset") {
      charset = strip(param.slice(mark + 1).trimEnd(), "\"' ")
    }
  }
  return charset ?? (type.includes("text") ? "ISO-8859-1" : type.includes("application/json") ? "utf-8" : undefined)
}

/**
 * The encoding of a JSON text by its first four bytes: by its mark, else by where the NULs stand. The names are those
 * of requests' `guess_json_utf`; `undefined` when no UTF fits.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.guessJson(new Uint8Array([0, 0x5b, 0, 0x5d])) === "utf-16-be")
 */
export const guessJson = (bytes: Uint8Array): string | undefined => {
  const bom = fromBom(bytes)
  if (bom !== undefined) return bom === "utf-8" ? "utf-8-sig" : bom.slice(0, 6)
  const start = bytes.subarray(0, 4)
  if (!start.includes(0)) return "utf-8"
  const zeros = Array.from(start, (byte) => (byte === 0 ? "0" : "x")).join("")
  if (/^0x0x?$/.test(zeros)) return "utf-16-be"
  if (/^000x?$/.test(zeros)) return "utf-32-be"
  return zeros === "x0x0" ? "utf-16-le" : zeros === "x000" ? "utf-32-le" : undefined
}

/**
 * The encoding that a document names in its first 1,024 bytes: an XML declaration, else the first HTML `meta` with a
 * known one. A UTF-16 named in ASCII is UTF-8 (WHATWG HTML, "prescan a byte stream").
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.fromMeta(new TextEncoder().encode("<meta charset='koi8-r'>")) === "koi8-r")
 */
export const fromMeta = (bytes: Uint8Array): string | undefined => {
  const head = latin1(bytes.subarray(0, 1024))
  if (head.startsWith("<\0?\0")) return "utf-16le"
  if (head.startsWith("\0<\0?")) return "utf-16be"
  const declared = /^\s*<\?xml\s(?:[^>]*?\s)?encoding\s*=\s*["']([^"'>]*)["']/.exec(head)
  for (const label of [declared?.[1], ...metaLabels(head)]) {
    const name = label === undefined ? undefined : canonical(label)
    if (name !== undefined) return name.startsWith("utf-") ? "utf-8" : name
  }
  return undefined
}

const metas = /<meta(?=[\s/])((?:[^>"']|"[^"]*"|'[^']*')*)/gi
const pairs = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

const metaLabels = (head: string): ReadonlyArray<string | undefined> =>
  Array.from(head.replace(/<!--[\s\S]*?(?:-->|$)/g, "").matchAll(metas), ([, inside = ""]) => {
    const attributes = new Map<string, string>()
    for (const [, name = "", ...values] of inside.matchAll(pairs)) {
      attributes.set(name.toLowerCase(), values.find((value) => value !== undefined) ?? "")
    }
    const inContent = /charset\s*=\s*["']?\s*([^\s"';]+)/i.exec(attributes.get("content") ?? "")
    const isType = attributes.get("http-equiv")?.toLowerCase() === "content-type"
    return attributes.get("charset") ?? (isType ? inContent?.[1] : undefined)
  })
