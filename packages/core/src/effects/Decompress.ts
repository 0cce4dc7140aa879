/**
 * Undoes what a Content-Encoding says, within limits, as a middleware. A session puts it around every adapter when decoders
 * are known (`World.Decoders`); the bytes of the wire stay in `Answer.encoded`.
 *
 * @module
 */
import { Effect, Either, Exit, Stream } from "effect"
import { type Answer, live, whole } from "../data/Answer.js"
import { BodyError } from "../data/Body.js"
import type { Decoder, Decoders, Limits, Undecodable } from "../data/Decompression.js"
import * as Headers from "../data/Headers.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import { codingsToUndo, outgrown, roomFor } from "../rules/contentCoding.js"
import { isRedirectStatus } from "../rules/redirectTarget.js"
import type { Middleware } from "./Adapter.js"
import * as Deadline from "./Deadline.js"

/**
 * A middleware over these decoders. It looks at `transport.decompress` of each message: nothing is done where that is absent.
 *
 * @example
 * import { Adapter, Decompress, Decompression, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect, Stream } from "effect"
 *
 * const upsideDown: Decompression.Decoder = {
 *   whole: (bytes) => Effect.succeed(bytes.slice().reverse()),
 *   live: Stream.map((piece) => piece.slice().reverse())
 * }
 * const program = Effect.gen(function* () {
 *   const stub = yield* StubAdapter.make(() => ({ text: "olleh", headers: { "Content-Encoding": "reverse" } }))
 *   const wire = Adapter.wrap(Decompress.make(new Map([["reverse", upsideDown]])))(stub.wire)
 *   const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
 *   return yield* (yield* session.get("https://api.example.test/")).text
 * })
 * console.assert(Effect.runSync(program) === "hello")
 */
export const make =
  (decoders: Decoders): Middleware =>
  (send) =>
  (request) => {
    const limits = request.transport.decompress
    return limits === undefined
      ? send(request)
      : Effect.flatMap(send(request), (answer) =>
          Headers.has(answer.rawHeaders, "content-encoding")
            ? decoded(answer, { request, limits, decoders })
            : Effect.succeed(answer)
        )
  }

interface Job {
  readonly request: PreparedRequest
  readonly limits: Limits
  readonly decoders: Decoders
}

interface Stage {
  readonly coding: string
  readonly decoder: Decoder
}

const decoded = (answer: Answer, job: Job): Effect.Effect<Answer, BodyError> =>
  Either.match(codingsToUndo(job.request, answer, job.decoders, job.limits), {
    onLeft: (refused) => Effect.fail(refused),
    onRight: (codings) => {
      const stages = codings.flatMap((coding): ReadonlyArray<Stage> => {
        const decoder = job.decoders.get(coding)
        return decoder === undefined ? [] : [{ coding, decoder }]
      })
      const { content } = answer
      if (stages.length === 0) return Effect.succeed(answer)
      return content._tag === "Live"
        ? Effect.succeed({ ...answer, encoded: content, content: live(unfolding(content.stream, stages, job)) })
        : Effect.map(unfolded(content.bytes, stages, answer, job), (bytes) => ({
            ...answer,
            encoded: content,
            content: whole(bytes)
          }))
    }
  })

/** A redirect's body is a courtesy: it may not grow beyond what is kept of one, and what goes wrong in it concerns nobody. */
const unfolded = (
  bytes: Uint8Array,
  stages: ReadonlyArray<Stage>,
  answer: Answer,
  job: Job
): Effect.Effect<Uint8Array, BodyError> => {
  const { redirectBody } = job.request.transport
  const followed =
    redirectBody !== Infinity && isRedirectStatus(answer.status) && Headers.has(answer.rawHeaders, "location")
  if (!followed) return atOnce(bytes, stages, bytes.length, job)
  const limits = { ...job.limits, size: Math.min(job.limits.size, redirectBody) }
  return Effect.orElseSucceed(atOnce(bytes, stages, bytes.length, { ...job, limits }), () => new Uint8Array(0))
}

/** Each stage has its limits: what a later one makes small again has been large before. */
const atOnce = (
  bytes: Uint8Array,
  stages: ReadonlyArray<Stage>,
  came: number,
  job: Job
): Effect.Effect<Uint8Array, BodyError> => {
  const [stage, ...rest] = stages
  if (stage === undefined || bytes.length === 0) return Effect.succeed(bytes)
  const { coding, decoder } = stage
  const { limits, request } = job
  const work = decoder.whole(bytes, roomFor(came, limits).bytes)
  return Effect.flatMap(
    Effect.mapError(Exit.isExit(work) ? work : inTime(work, request), (error) =>
      error._tag === "BodyError" ? error : bodyError(error, coding, came, job)
    ),
    (out) => atOnce(out, rest, came, job)
  )
}

const inTime = <A, E>(work: Effect.Effect<A, E>, request: PreparedRequest): Effect.Effect<A, E | BodyError> =>
  Effect.catchTag(Deadline.until(request, Effect.either(work)), "TransportError", () =>
    Effect.fail(new BodyError({ reason: "Deadline", detail: "timeout.total is over", url: request.target.shown }))
  ).pipe(Effect.flatten)

/** The same, piece by piece. The count begins anew with each run. */
const unfolding = (
  wire: Stream.Stream<Uint8Array, BodyError>,
  stages: ReadonlyArray<Stage>,
  job: Job
): Stream.Stream<Uint8Array, BodyError> =>
  Stream.suspend(() => {
    let came = 0
    const counted = Stream.map(wire, (piece) => {
      came += piece.length
      return piece
    })
    return stages.reduce(
      (stream, { coding, decoder }) => bounded(decoder.live(stream), coding, () => came, job),
      counted
    )
  })

const bounded = (
  stream: Stream.Stream<Uint8Array, BodyError | Undecodable>,
  coding: string,
  came: () => number,
  job: Job
): Stream.Stream<Uint8Array, BodyError> => {
  let out = 0
  return stream.pipe(
    Stream.mapError((error) => (error._tag === "BodyError" ? error : bodyError(error, coding, came(), job))),
    Stream.mapChunksEffect((pieces) => {
      for (const piece of pieces) out += piece.length
      return out > roomFor(came(), job.limits).bytes
        ? Effect.fail(outgrown(coding, came(), job.limits, job.request.target.shown))
        : Effect.succeed(pieces)
    }),
    Stream.filter((piece) => piece.length > 0)
  )
}

const bodyError = (error: Undecodable, coding: string, came: number, { limits, request }: Job): BodyError =>
  error.reason === "TooLarge"
    ? outgrown(coding, came, limits, request.target.shown)
    : new BodyError({
        reason: "Decompress",
        detail: `${coding}: ${error.detail}`,
        url: request.target.shown,
        cause: error.cause
      })
