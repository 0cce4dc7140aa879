/**
 * A zlib stream, and what is wrong with the data when it fails.
 *
 * @module
 */
import { Transform } from "node:stream"
import { Decompression } from "@effect-requests/core"
import { Effect } from "effect"

/** A stream of zlib's: it counts the bytes that it has used up. */
export interface Engine extends Transform {
  readonly bytesWritten: number
}

/** Whether a value is one: Node's types do not know of all of them. */
export const isEngine = (value: unknown): value is Engine =>
  value instanceof Transform && "bytesWritten" in value && typeof value.bytesWritten === "number"

/** How an engine is made: by the first two bytes, which tell the kinds of deflate apart. */
export type Start = (head: Uint8Array) => Engine

/** What zlib says as an error of a decoder. */
export const undecodable = (cause: unknown): Decompression.Undecodable => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  if (code === "Z_BUF_ERROR")
    return new Decompression.Undecodable({ reason: "Truncated", detail: "the data ends too early", cause })
  if (code === "ERR_BUFFER_TOO_LARGE") return new Decompression.Undecodable({ reason: "TooLarge", detail: "", cause })
  const detail = cause instanceof Error ? cause.message : "the data is damaged"
  return new Decompression.Undecodable({ reason: "Corrupt", detail, cause })
}

/** What follows the end may be padding, and nothing else: it would be lost without a word. */
export const misplaced = (rest: Uint8Array): Decompression.Undecodable | undefined =>
  rest.every((byte) => byte === 0)
    ? undefined
    : new Decompression.Undecodable({ reason: "Corrupt", detail: "more data follows its end" })

/** An engine that zlib cannot make is a coding that cannot be undone. */
export const started = <A>(make: () => A): Effect.Effect<A, Decompression.Undecodable> =>
  Effect.try({ try: make, catch: undecodable })
