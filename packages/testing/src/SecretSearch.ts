/**
 * Looks for secrets in texts, in every dress in which they may stand there.
 *
 * @module
 */
import { Encoding } from "effect"
import { long, type Secret } from "./Secrets.js"

/** A text and its name: what a person reads when a secret was found in it. */
export interface Place {
  readonly name: string
  readonly text: string
}

/** A secret, and where it stands. */
export interface Leak {
  readonly place: string
  readonly from: string
}

/** Each place in which a secret stands. A long one is found within words and in base64, a short one as a word alone. */
export const leaks = (places: ReadonlyArray<Place>, secrets: Iterable<Secret>): ReadonlyArray<Leak> => {
  const sought = Array.from(secrets, (secret) => ({ from: secret.from, isIn: searchFor(secret.value) }))
  return sought.length === 0
    ? []
    : places.flatMap(({ name, text }) => {
        const read = readings(text)
        return sought.flatMap(({ from, isIn }) => (isIn(read) ? [{ place: name, from }] : []))
      })
}

const encoder = new TextEncoder()

/** One character for each byte, so that a text is found within bytes that are no UTF-8. */
export const bytewise = (bytes: Uint8Array): string => {
  const pieces: Array<string> = []
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return pieces.join("")
}

const searchFor = (secret: string): ((read: Readings) => boolean) => {
  const bytes = encoder.encode(secret)
  const forms = Array.from(new Set([secret, bytewise(bytes), secret.replaceAll(" ", "+")]))
  if (secret.length < long) {
    const whole = [Encoding.encodeBase64(bytes), Encoding.encodeBase64Url(bytes)]
    return wordIn([...forms, ...whole.map((one) => one.replace(/=+$/, ""))])
  }
  const hex = Encoding.encodeHex(bytes)
  const all = [...forms, hex, hex.toUpperCase(), ...based(bytes)]
  return ({ dense, texts }) => all.some((form) => [...texts, ...dense].some((text) => text.includes(form)))
}

const wordIn = (forms: ReadonlyArray<string>): ((read: Readings) => boolean) => {
  const any = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|")
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, "u")
  return ({ texts }) => texts.some((text) => pattern.test(text))
}

/** Base64 has three forms of a text, by where in its groups the text begins, and two alphabets. */
const based = (bytes: Uint8Array): ReadonlyArray<string> =>
  [0, 1, 2]
    .map((shift) => {
      const form = Encoding.encodeBase64(Uint8Array.from([...new Uint8Array(shift), ...bytes]))
      // Only the characters that the secret alone decides.
      return form.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
    })
    .flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")])

/** So many dresses over each other are looked through: JSON within JSON, percent-encoded. */
const deepest = 3

/** A text as it stands, and as it reads without escapes, percent-encoding and entities. */
interface Readings {
  readonly texts: ReadonlyArray<string>
  /** The same without spaces and line ends, as base64 is cut into lines. */
  readonly dense: ReadonlyArray<string>
}

const readings = (text: string): Readings => {
  const found = new Set([text])
  let fresh = [text]
  for (let depth = 0; depth < deepest && fresh.length > 0; depth++) {
    fresh = fresh
      .flatMap((one) => [unescaped(one), unpercented(one), named(one)])
      .filter((one) => !found.has(one) && found.add(one) !== undefined)
  }
  const texts = Array.from(found)
  return { texts, dense: texts.map((one) => one.replace(/\s+/g, "")) }
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, one = "") =>
    code === undefined ? (escapes[one] ?? one) : String.fromCharCode(Number.parseInt(code, 16))
  )

const decoder = new TextDecoder()

const unpercented = (text: string): string =>
  text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)))
  )

const entities: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' }

const named = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/g,
    (whole, hex?: string, decimal?: string, name = "") => {
      const code = Number.parseInt(hex ?? decimal ?? "", hex === undefined ? 10 : 16)
      if (Number.isNaN(code)) return entities[name] ?? whole
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    }
  )
