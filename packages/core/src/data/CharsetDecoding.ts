/**
 * How the bytes of an encoding are read. Labels are WHATWG's and Python's spellings.
 *
 * @module
 */
import { Either } from "effect"

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

// Labels without `-` and `_`: those that TextDecoder lacks, or reads as another encoding.
const utf = /^utf(?:(8)(?:sig)?|(16|32)(le|be)?)$/
const latin = /^(?:iso88591(?::1987)?|isoir100|csisolatin1|latin1|l1|cp819|ibm819)$/

/** How we call the encoding of a label in WHATWG's or Python's spelling; `undefined` for what nobody knows. */
export const canonical = (label: string): string | undefined => {
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

/** One character for each byte: the real ISO-8859-1. */
export const latin1 = (bytes: Uint8Array): string => utf16.decode(new Uint16Array(bytes))

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
