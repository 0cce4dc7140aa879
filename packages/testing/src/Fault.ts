/**
 * What may go wrong with one exchange, and what it does to an answer.
 *
 * @module
 */
import { Answer, Errors, Headers, type PreparedRequest } from "@effect-requests/core"
import { Chunk, Data, type Duration, Effect, Ref, Stream } from "effect"
import { readWithin } from "./Clocked.js"

/** One fault. Bytes are counted in the body; waiting is on the Clock. */
export type Fault = Data.TaggedEnum<{
  /** Nothing listens there. */
  Refuse: {}
  /** The name is not found. */
  Dns: {}
  /** The handshake fails. */
  Tls: {}
  /** What comes is no HTTP. */
  Garbage: {}
  /** The connection is reset: before the answer, or within the body after so many bytes. */
  Reset: { readonly after?: number }
  /** Nothing more comes at this phase, until the message's timeout for it is over. */
  Stall: { readonly at: "connect" | "headers" | "body"; readonly after?: number }
  /** The header comes late; `timeout.headers` may end it. */
  SlowHeaders: { readonly wait: Duration.DurationInput }
  /** The body comes in pieces of `size` bytes, with a pause before each; `timeout.read` may end it. */
  Drip: { readonly size: number; readonly wait: Duration.DurationInput }
  /** The connection ends within the body, after so many bytes. */
  Truncate: { readonly after: number }
  /** Content-Length announces `by` bytes more than come: the body ends too early. */
  WrongLength: { readonly by: number }
}>

/** The faults by their names: `Fault.Refuse()`, `Fault.Reset({ after: 10 })`. */
export const Fault = Data.taggedEnum<Fault>()

/** The failure of a fault that comes before any answer. */
export const reply = (
  fault: Fault
): { readonly reason: Errors.TransportReason; readonly sent: Errors.TransportError["sent"] } | undefined => {
  switch (fault._tag) {
    case "Refuse":
      return { reason: "Refused", sent: "no" }
    case "Dns":
      return { reason: "Dns", sent: "no" }
    case "Tls":
      return { reason: "Tls", sent: "no" }
    case "Garbage":
      return { reason: "Protocol", sent: "yes" }
    case "Reset":
      return fault.after === undefined ? { reason: "Reset", sent: "maybe" } : undefined
    default:
      return undefined
  }
}

/** What a fault within the body does to an answer. A body in memory becomes one that arrives. */
export const spoil =
  (fault: Fault, request: PreparedRequest.PreparedRequest) =>
  (answer: Answer.Answer): Answer.Answer => {
    const stream = streamOf(answer.content)
    const live = (content: Stream.Stream<Uint8Array, Errors.BodyError>) =>
      readWithin(request)({ ...answer, content: Answer.live(content) })
    const broken = (reason: Errors.BodyReason, detail: string) =>
      Stream.fail(new Errors.BodyError({ reason, detail, url: request.target.shown }))
    switch (fault._tag) {
      case "Reset":
        return live(cut(stream, fault.after ?? 0, (seen) => broken("Reset", `planned: after ${seen} bytes`)))
      case "Truncate":
        return live(cut(stream, fault.after, (seen) => broken("Truncated", `planned: after ${seen} bytes`)))
      case "Stall":
        return live(cut(stream, fault.after ?? 0, () => Stream.never))
      case "Drip":
        return live(dripped(stream, fault.size, fault.wait))
      case "WrongLength":
        return announced(answer, stream, fault.by, request)
      default:
        return answer
    }
  }

const streamOf = (content: Answer.Content): Stream.Stream<Uint8Array, Errors.BodyError> =>
  content._tag === "Live" ? content.stream : Stream.succeed(content.bytes)

/** The first bytes, and then something else; a shorter body ends with it as well. */
const cut = (
  stream: Stream.Stream<Uint8Array, Errors.BodyError>,
  limit: number,
  then: (seen: number) => Stream.Stream<never, Errors.BodyError>
): Stream.Stream<Uint8Array, Errors.BodyError> =>
  Stream.unwrap(
    Effect.map(Ref.make(0), (seen) =>
      Stream.concat(
        stream.pipe(
          Stream.mapEffect((piece) =>
            Ref.modify(seen, (before) => {
              const kept = piece.subarray(0, Math.max(0, limit - before))
              return [kept, before + kept.length]
            })
          ),
          Stream.takeUntilEffect(() => Effect.map(Ref.get(seen), (n) => n >= limit)),
          Stream.filter((piece) => piece.length > 0)
        ),
        Stream.unwrap(Effect.map(Ref.get(seen), then))
      )
    )
  )

const dripped = (
  stream: Stream.Stream<Uint8Array, Errors.BodyError>,
  size: number,
  wait: Duration.DurationInput
): Stream.Stream<Uint8Array, Errors.BodyError> =>
  stream.pipe(
    Stream.mapConcatChunk((piece) => Chunk.unsafeFromArray(pieces(piece, Math.max(1, size)))),
    Stream.rechunk(1),
    Stream.mapEffect((piece) => Effect.delay(Effect.succeed(piece), wait))
  )

const pieces = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

/** The body as it is, under a length that is not its own. */
const announced = (
  answer: Answer.Answer,
  stream: Stream.Stream<Uint8Array, Errors.BodyError>,
  by: number,
  request: PreparedRequest.PreparedRequest
): Answer.Answer => {
  const known = Headers.get(answer.rawHeaders, "content-length")
  const length = answer.content._tag === "Whole" ? answer.content.bytes.length : Number(known ?? 0)
  const short = cut(stream, Infinity, (seen) =>
    Stream.fail(
      new Errors.BodyError({
        reason: "Truncated",
        detail: `planned: ${seen} of ${length + by} bytes came`,
        url: request.target.shown
      })
    )
  )
  const rawHeaders = Headers.set(answer.rawHeaders, "Content-Length", String(length + by))
  return readWithin(request)({ ...answer, rawHeaders, content: Answer.live(short) })
}
