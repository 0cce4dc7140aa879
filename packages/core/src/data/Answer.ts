/**
 * What an adapter brings back: the wire's part of a response.
 *
 * @module
 */
import { Chunk, Data, Effect, Stream } from "effect"
import type { BodyError } from "./Body.js"
import { concat } from "./Bytes.js"
import type { Headers } from "./Headers.js"

/** What arrives: whole in memory, or still arriving. */
export type Content = Data.TaggedEnum<{
  Whole: { readonly bytes: Uint8Array }
  /** Can be read once, while the Scope of its connection is open. */
  Live: { readonly stream: Stream.Stream<Uint8Array, BodyError> }
}>

const constructors = Data.taggedEnum<Content>()
// Taken once: each look at one makes it anew.
const { Live, Whole } = constructors

/** A question and a case analysis over the variants. */
export const { $is: is, $match: match } = constructors

/**
 * A body in memory.
 *
 * @example
 * import { Answer } from "@effect-requests/core"
 *
 * console.assert(Answer.whole(new Uint8Array(2))._tag === "Whole")
 */
export const whole = (bytes: Uint8Array): Content => Whole({ bytes })

/**
 * A body that still arrives.
 *
 * @example
 * import { Answer } from "@effect-requests/core"
 * import { Stream } from "effect"
 *
 * console.assert(Answer.live(Stream.empty)._tag === "Live")
 */
export const live = (stream: Stream.Stream<Uint8Array, BodyError>): Content => Live({ stream })

/** Status line, fields and body, as they came. */
export interface Answer {
  readonly status: number
  /** The reason phrase, `""` when there is none. */
  readonly reason: string
  readonly rawHeaders: Headers
  readonly content: Content
  /** The body as it came, where `content` is what its Content-Encoding was undone to. A live one is the same stream: it is read once. */
  readonly encoded?: Content
  readonly remoteAddress?: string
  /** The fields behind the body (RFC 9110 §6.5), once it was read; none before that. Absent where the adapter cannot tell. */
  readonly trailers?: () => Headers
  /** When the header was there, in nanoseconds of the Clock; absent where the adapter cannot tell. */
  readonly headersAt?: bigint
}

/**
 * All bytes of a stream, in one array.
 *
 * @example
 * import { Answer } from "@effect-requests/core"
 * import { Effect, Stream } from "effect"
 *
 * const bytes = Effect.runSync(Answer.collect(Stream.make(new Uint8Array([1]), new Uint8Array([2, 3]))))
 * console.assert(bytes.length === 3)
 */
export const collect = <E>(stream: Stream.Stream<Uint8Array, E>): Effect.Effect<Uint8Array, E> =>
  Effect.map(Stream.runCollect(stream), (pieces) => concat(Chunk.toReadonlyArray(pieces)))

/**
 * The same answer with its body read, up to `limit` bytes: what lies beyond is left on the wire.
 *
 * @example
 * import { Answer } from "@effect-requests/core"
 * import { Effect, Stream } from "effect"
 *
 * const answer = { status: 200, reason: "", rawHeaders: [], content: Answer.live(Stream.make(new Uint8Array(9))) }
 * console.assert(Effect.runSync(Answer.read(answer, Infinity)).content._tag === "Whole")
 */
export const read = (self: Answer, limit: number): Effect.Effect<Answer, BodyError> => {
  if (self.content._tag === "Whole") return Effect.succeed(self)
  const { stream } = self.content
  return Effect.map(collect(limit === Infinity ? stream : upTo(stream, limit)), (bytes) => ({
    ...self,
    content: whole(bytes)
  }))
}

const upTo = <E>(stream: Stream.Stream<Uint8Array, E>, limit: number): Stream.Stream<Uint8Array, E> =>
  stream.pipe(
    Stream.mapAccum(0, (seen, piece) => [seen + piece.length, { piece, seen }] as const),
    Stream.takeWhile(({ seen }) => seen < limit),
    Stream.map(({ piece, seen }) => piece.subarray(0, limit - seen))
  )
