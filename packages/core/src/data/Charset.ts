/**
 * The encoding of a text: who says which it is, and in which order they are asked.
 *
 * @module
 */
import { fromContentType, fromMeta, guessJson } from "./CharsetDeclared.js"
import { canonical, decode, fromBom } from "./CharsetDecoding.js"
import { guess } from "./CharsetGuess.js"

export { fromContentType, fromMeta, getEncodingFromHeaders, guessJson } from "./CharsetDeclared.js"
export { decode, decodeStrict, fromBom } from "./CharsetDecoding.js"
export { guess } from "./CharsetGuess.js"

/**
 * The whole decision for a response's text: byte order mark, else charset parameter, else for JSON where its NULs
 * stand, else for HTML and XML what the document names, else UTF-8 if it is that, else a `guess`, else UTF-8. A label that
 * nobody knows counts as none. requests differs: it reads every `text/*` as ISO-8859-1 and guesses the rest.
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
  return found ?? guess(bytes) ?? "utf-8"
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
