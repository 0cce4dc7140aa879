/**
 * The encoding of a text: what names it, and how its bytes are read. Labels are WHATWG's and Python's spellings.
 *
 * @module
 */
import { Either } from "effect"
import { quotedString } from "./Challenge.js"

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
 * The encoding that a byte order mark names; UTF-32 goes before UTF-16, whose mark it begins with.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.fromBom(new Uint8Array([0xff, 0xfe, 0x61, 0])) === "utf-16le")
 */
export const fromBom = (bytes: Uint8Array): string | undefined => {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8"
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le"
  if (a === 0xfe && b === 0xff) return "utf-16be"
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32be" : undefined
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

// Labels without `-` and `_`: those that TextDecoder lacks, or reads as another encoding.
const utf = /^utf(?:(8)(?:sig)?|(16|32)(le|be)?)$/
const latin = /^(?:iso88591(?::1987)?|isoir100|csisolatin1|latin1|l1|cp819|ibm819)$/

const canonical = (label: string): string | undefined => {
  if (label === "utf-8") return label
  if (label === "" || label.length > 64) return undefined
  const name = label.trim().toLowerCase()
  const plain = name.replace(/[-_]/g, "")
  const [known, eight, wide = eight, side = ""] = utf.exec(plain) ?? []
  if (known !== undefined) return `utf-${wide}${side}`
  if (latin.test(plain)) return "iso-8859-1"
  try {
    return new TextDecoder(name).encoding
  } catch {
    return undefined
  }
}

/**
 * The whole decision for a response's text: byte order mark, else charset parameter, else for JSON where its NULs
 * stand, else for HTML and XML what the document names, else UTF-8. A label that nobody knows counts as none. requests
 * differs: it reads every `text/*` as ISO-8859-1 and guesses the rest.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.detect(new Uint8Array([0xe9]), "text/plain; charset=latin1") === "iso-8859-1")
 */
export const detect = (bytes: Uint8Array, contentType: string | undefined): string => {
  const named = fromBom(bytes) ?? canonical(fromContentType(contentType) ?? "")
  if (named !== undefined) return named
  const type = ((contentType ?? "").split(/[;,]/, 1)[0] ?? "").trim().toLowerCase()
  const found = json.test(type) ? canonical(guessJson(bytes) ?? "") : markup.test(type) ? fromMeta(bytes) : undefined
  return found ?? "utf-8"
}

const json = /^(?:application|text)\/json$|\+json$/
const markup = /^(?:text\/html|(?:application|text)\/xml)$|\+xml$/

/**
 * A response's text: its bytes in the encoding that `detect` finds, never failing (requests' `Response.text`).
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.text(new TextEncoder().encode("é"), "text/plain") === "é")
 */
export const text = (bytes: Uint8Array, contentType: string | undefined): string =>
  decode(bytes, detect(bytes, contentType))

/**
 * Bytes as text. What is not in the encoding becomes U+FFFD; an unknown label means UTF-8; a byte order mark is taken
 * off. ISO-8859-1 is the real one, not WHATWG's windows-1252; UTF-16 and UTF-32 without a mark are little-endian.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * console.assert(Charset.decode(new Uint8Array([0x80]), "ISO-8859-1") === "\u0080")
 */
export const decode = (bytes: Uint8Array, label: string): string => {
  const name = canonical(label) ?? "utf-8"
  if (name === "utf-8") return utf8.decode(bytes)
  const single = singleBytes[name]
  if (single !== undefined) return single(bytes)
  return name.startsWith("utf-32") ? utf32(bytes, name)[0] : new TextDecoder(sided(bytes, name)).decode(bytes)
}

/**
 * Bytes as text, or in words why they are none: a label that nobody knows, or bytes that are not in its encoding.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.isLeft(Charset.decodeStrict(new Uint8Array([0xe9]), "utf-8")))
 */
export const decodeStrict = (bytes: Uint8Array, label: string): Either.Either<string, string> => {
  const name = canonical(label)
  if (name === undefined) return Either.left(`unknown charset ${JSON.stringify(label.slice(0, 64))}`)
  const single = singleBytes[name]
  if (single !== undefined) return Either.right(single(bytes))
  const wrong = `the bytes are not ${name}`
  if (name.startsWith("utf-32")) {
    const [text, valid] = utf32(bytes, name)
    return valid ? Either.right(text) : Either.left(wrong)
  }
  return Either.try({
    try: () => (name === "utf-8" ? strictUtf8 : new TextDecoder(sided(bytes, name), { fatal: true })).decode(bytes),
    catch: () => wrong
  })
}

const utf8 = new TextDecoder()
const strictUtf8 = new TextDecoder("utf-8", { fatal: true })

const littleMachine = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
const utf16 = new TextDecoder(littleMachine ? "utf-16le" : "utf-16be", { ignoreBOM: true })

const latin1 = (bytes: Uint8Array): string => utf16.decode(new Uint16Array(bytes))

const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

// TextDecoder reads both as windows-1252 by the standard, and both as ISO-8859-1 in Node 20.
const singleBytes: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  "iso-8859-1": latin1,
  "windows-1252": (bytes) => latin1(bytes).replace(/[\x80-\x9f]/g, (char) => windows.charAt(char.charCodeAt(0) - 0x80))
}

const sided = (bytes: Uint8Array, name: string): string =>
  name !== "utf-16" ? name : fromBom(bytes) === "utf-16be" ? "utf-16be" : "utf-16le"

// TextDecoder has no UTF-32.
const utf32 = (bytes: Uint8Array, name: string): readonly [text: string, valid: boolean] => {
  const little = name === "utf-32" ? fromBom(bytes) !== "utf-32be" : name === "utf-32le"
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const units = new Uint16Array(Math.ceil(bytes.length / 4) * 2)
  let length = 0
  let valid = true
  for (let at = 0; at < bytes.length; at += 4) {
    const code = at + 4 <= bytes.length ? view.getUint32(at, little) : -1
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      units[length++] = 0xfffd
      valid = false
    } else if (code > 0xffff) {
      units[length++] = 0xd7c0 + (code >> 10)
      units[length++] = 0xdc00 + (code & 0x3ff)
    } else if (at > 0 || code !== 0xfeff) units[length++] = code
  }
  return [utf16.decode(units.subarray(0, length)), valid]
}
