/**
 * What a test answers: a plain value, made into the answer of a wire.
 *
 * @module
 */

import { FileSystem } from "@effect/platform"
import type { PlatformError } from "@effect/platform/Error"
import { Answer, type Errors } from "@effect-requests/core"
import { type Duration, Effect, type Stream } from "effect"

/** What is answered; all of it has a default. At most one of `json`, `text`, `bytes` and `stream`. */
export interface Reply {
  /** Default: 200. */
  readonly status?: number
  readonly reason?: string
  /** A record, or pairs where a name comes twice. */
  readonly headers?: Readonly<Record<string, string>> | ReadonlyArray<readonly [name: string, value: string]>
  /** Sent with `Content-Type: application/json` unless `headers` say otherwise. */
  readonly json?: unknown
  readonly text?: string
  readonly bytes?: Uint8Array
  /** Still arriving, where it is asked for live. */
  readonly stream?: Stream.Stream<Uint8Array, Errors.BodyError>
  /** How long the header is waited for, by the Clock: TestClock drives it. Default: none. */
  readonly delay?: Duration.DurationInput
}

/**
 * The answer that a reply describes.
 *
 * @example
 * import { Reply } from "@effect-requests/testing"
 *
 * const answer = Reply.answer({ status: 201, json: { id: 1 } })
 * console.assert(answer.status === 201 && answer.rawHeaders.join() === "Content-Type,application/json")
 */
export const answer = (reply: Reply): Answer.Answer => {
  const given: ReadonlyArray<readonly [string, string]> =
    reply.headers === undefined ? [] : Array.isArray(reply.headers) ? reply.headers : Object.entries(reply.headers)
  const typed = given.some(([name]) => name.toLowerCase() === "content-type")
  return {
    status: reply.status ?? 200,
    reason: reply.reason ?? "",
    rawHeaders: [
      ...given,
      ...(reply.json === undefined || typed ? [] : [["Content-Type", "application/json"] as const])
    ].flat(),
    content: content(reply)
  }
}

const encoder = new TextEncoder()

const content = (reply: Reply): Answer.Content => {
  if (reply.stream !== undefined) return Answer.live(reply.stream)
  if (reply.bytes !== undefined) return Answer.whole(reply.bytes)
  return Answer.whole(encoder.encode(reply.json === undefined ? (reply.text ?? "") : JSON.stringify(reply.json)))
}

/**
 * The answer that a reply describes, after its delay.
 *
 * @example
 * import { Reply } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * console.assert(Effect.runSync(Reply.given({ text: "at once" })).status === 200)
 */
export const given = (reply: Reply): Effect.Effect<Answer.Answer> =>
  reply.delay === undefined
    ? Effect.sync(() => answer(reply))
    : Effect.delay(
        Effect.sync(() => answer(reply)),
        reply.delay
      )

/**
 * A reply whose body is a file, read each time it is asked for. The rest of the reply may be given; no Content-Type is
 * guessed.
 *
 * @example
 * import { Reply } from "@effect-requests/testing"
 * import { FileSystem } from "@effect/platform"
 * import { Effect } from "effect"
 *
 * const disk = FileSystem.layerNoop({ readFile: () => Effect.succeed(new Uint8Array([1, 2])) })
 * const logo = Reply.file("logo.png", { headers: { "Content-Type": "image/png" } })
 * console.assert(Effect.runSync(Effect.provide(logo, disk)).bytes?.length === 2)
 */
export const file = (
  path: string,
  rest: Omit<Reply, "json" | "text" | "bytes" | "stream"> = {}
): Effect.Effect<Reply, PlatformError, FileSystem.FileSystem> =>
  Effect.map(
    Effect.flatMap(FileSystem.FileSystem, (disk) => disk.readFile(path)),
    (bytes) => ({ ...rest, bytes })
  )
