/**
 * What undoes a Content-Encoding, and how much of that is allowed.
 *
 * @module
 */
import { Data, type Effect, type Stream } from "effect"

/** How far a body may grow while its codings are undone. What is larger is a `BodyError`, reason `"Limit"`, naming the limit. */
export interface Limits {
  /** Bytes of the decoded body, at most. */
  readonly size: number
  /** How many times larger than what came over the wire. It is not asked below 8 MiB, where nothing can be hurt. */
  readonly ratio: number
  /** How many codings may lie over each other. */
  readonly codings: number
}

/**
 * 1 GiB, 200 times, 5 codings. Texts shrink to a tenth or a fiftieth; what shrinks to a thousandth is a bomb.
 *
 * @example
 * import { Decompression } from "@effect-requests/core"
 *
 * console.assert(Decompression.limits.ratio === 200 && Decompression.limits.size === 2 ** 30)
 */
export const limits: Limits = { size: 2 ** 30, ratio: 200, codings: 5 }

/** The setting: `false` for the bytes of the wire, or limits of one's own; what they leave out is the default. */
export type Input = boolean | Partial<Limits>

/**
 * Why bytes are not what their coding says: a decoder's own word, before it becomes a `BodyError`.
 *
 * @example
 * import { Decompression } from "@effect-requests/core"
 *
 * console.assert(new Decompression.Undecodable({ reason: "Truncated", detail: "" })._tag === "Undecodable")
 */
export class Undecodable extends Data.TaggedError("Undecodable")<{
  /** `"TooLarge"`: there was more than `room` bytes. */
  readonly reason: "Corrupt" | "Truncated" | "TooLarge"
  readonly detail: string
  readonly cause?: unknown
}> {}

/**
 * Undoes one coding. No bytes are no bytes, whatever the coding. Data that ends too early is `"Truncated"`, the check sum at
 * its end included; what follows its end is `"Corrupt"`, unless it is padding of zeros or, for gzip, another member.
 */
export interface Decoder {
  /** All at once. It stops at `room` bytes. */
  readonly whole: (bytes: Uint8Array, room: number) => Effect.Effect<Uint8Array, Undecodable>
  /** Piece by piece: never much further than its reader has come. It reads its source to the end. */
  readonly live: <E>(pieces: Stream.Stream<Uint8Array, E>) => Stream.Stream<Uint8Array, E | Undecodable>
}

/** Decoders by the name of their coding in lower case, in the order in which they are announced. */
export type Decoders = ReadonlyMap<string, Decoder>

/**
 * No decoder at all: nothing is announced, and every body stays as it came.
 *
 * @example
 * import { Decompression } from "@effect-requests/core"
 *
 * console.assert(Decompression.none.size === 0)
 */
export const none: Decoders = new Map()
