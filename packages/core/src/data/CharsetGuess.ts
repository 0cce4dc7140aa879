/**
 * The encoding of bytes that nobody named, by how they look (requests' `Response.apparent_encoding`).
 *
 * @module
 */
import { analyse } from "chardet"
import { canonical, decodeStrict, fromBom } from "./CharsetDecoding.js"

/** How many bytes are looked at: a guess costs the same for every longer body. */
const looked = 65_536

/** From this share of NULs among the upper bytes on, it is UTF-16 without a mark; a text of words reaches 0.9. */
const mostly = 0.7

// Western text of a sentence or two is often one percent more likely Latin-2 to `chardet`; it is by far the commoner.
const western = /^(?:ISO-8859-1|windows-1252)$/
const lead = 8

/**
 * The encoding that the first 64 KiB look like: by the mark, else UTF-32 or UTF-16 by where the NULs stand, else UTF-8
 * when they are that, else the likeliest of those in which they are a text, by `chardet`. `undefined` when nothing
 * fits, as for binary data with NULs. It may be wrong, more so for a short text: `Charset.detect` asks it last.
 *
 * @example
 * import { Charset } from "@effect-requests/core"
 *
 * const shiftJis = new Uint8Array([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xcc, 0x95, 0xb6, 0x8f, 0xcd])
 * console.assert(Charset.guess(shiftJis) === "shift_jis")
 * console.assert(Charset.guess(new TextEncoder().encode("é")) === "utf-8")
 */
export const guess = (bytes: Uint8Array): string | undefined => {
  const mark = fromBom(bytes)
  if (mark !== undefined) return mark
  const start = bytes.subarray(0, looked)
  if (start.includes(0)) return wide(start)
  if (isText(start, "utf-8")) return "utf-8"
  return analyse(start)
    .map(({ confidence, name }) => ({ name: canonical(name), weight: confidence + (western.test(name) ? lead : 0) }))
    .sort((one, other) => other.weight - one.weight)
    .map(({ name }) => name)
    .find((name) => name !== undefined && isText(start, name))
}

const wide = (bytes: Uint8Array): string | undefined => {
  const zeros = [0, 0, 0, 0]
  for (const [at, byte] of bytes.entries()) if (byte === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1
  const [first = 0, second = 0, third = 0, fourth = 0] = zeros
  const whole = bytes.length / 4
  if (first === whole && fourth < whole && isUtf32(bytes, "utf-32be")) return "utf-32be"
  if (fourth === whole && first < whole && isUtf32(bytes, "utf-32le")) return "utf-32le"
  const [upper, lower] = [first + third, second + fourth]
  if (bytes.length % 2 !== 0 || bytes.length < 4 || Math.max(upper, lower) < (bytes.length / 2) * mostly)
    return undefined
  const name = upper > lower ? "utf-16be" : "utf-16le"
  return Math.min(upper, lower) === 0 && isText(bytes, name) ? name : undefined
}

const isUtf32 = (bytes: Uint8Array, name: string): boolean => decodeStrict(bytes, name)._tag === "Right"

/** Whether the bytes are valid in it, but for a character that is cut at the end of what is looked at. */
const isText = (bytes: Uint8Array, name: string): boolean => {
  try {
    new TextDecoder(name, { fatal: true }).decode(bytes, { stream: bytes.length === looked })
    return true
  } catch {
    return false
  }
}
