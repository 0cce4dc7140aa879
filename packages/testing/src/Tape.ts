/**
 * What a cassette holds: a versioned value of plain JSON that a person can read and compare.
 *
 * @module
 */
import { Either, Encoding, Schema } from "effect"

const Base64 = Schema.String.pipe(
  Schema.filter((text) => Either.isRight(Encoding.decodeBase64(text)), { description: "base64" })
)

/** A body: as text where it is UTF-8, else as base64, or only its length where it may hold secrets. */
export const TapeBody = Schema.Union(
  Schema.Struct({ text: Schema.String }),
  Schema.Struct({ base64: Base64 }),
  Schema.Struct({ hidden: Schema.NonNegativeInt })
)

/** A body on tape. */
export type TapeBody = typeof TapeBody.Type

const Fields = Schema.Array(Schema.Tuple(Schema.String, Schema.String))

/** A request without its secrets. */
export const TapeRequest = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Fields,
  body: TapeBody
})

/** A request on tape. */
export interface TapeRequest extends Schema.Schema.Type<typeof TapeRequest> {}

/** A response: status line, fields in order and with their case, and the body. */
export const TapeResponse = Schema.Struct({
  status: Schema.Int,
  reason: Schema.String,
  headers: Fields,
  body: TapeBody
})

/** A response on tape. */
export interface TapeResponse extends Schema.Schema.Type<typeof TapeResponse> {}

/** One hop. `at`: milliseconds since 1970; `millis`: how long it took, by the Clock. */
export const Exchange = Schema.Struct({
  at: Schema.Number,
  millis: Schema.Number,
  request: TapeRequest,
  response: TapeResponse
})

/** A hop on tape. */
export interface Exchange extends Schema.Schema.Type<typeof Exchange> {}

/** A cassette. `version` is 1; another one is refused with its number. */
export const Tape = Schema.Struct({ version: Schema.Literal(1), exchanges: Schema.Array(Exchange) })

/** A cassette's content. */
export interface Tape extends Schema.Schema.Type<typeof Tape> {}

/** Nothing recorded. */
export const empty: Tape = { version: 1, exchanges: [] }

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Bytes as text where they are UTF-8, byte for byte; else `undefined`. */
export const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Bytes as a body on tape; `bytesOf` gives the same bytes back. */
export const bodyOf = (bytes: Uint8Array): TapeBody => {
  const text = textOf(bytes)
  return text === undefined ? { base64: Encoding.encodeBase64(bytes) } : { text }
}

const encoder = new TextEncoder()

/** The bytes of a body on tape; none where they were hidden. */
export const bytesOf = (body: TapeBody): Uint8Array => {
  if ("text" in body) return encoder.encode(body.text)
  if ("hidden" in body) return new Uint8Array()
  return Either.getOrElse(Encoding.decodeBase64(body.base64), () => new Uint8Array())
}

/** As it stands in the file. */
export const write = (tape: Tape): string => `${JSON.stringify(tape, null, 2)}\n`
