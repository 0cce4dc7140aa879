/**
 * An adapter from a function: it stands below all policy and remembers what it was asked.
 *
 * @module
 */
import { Adapter, Answer, type Errors, type PreparedRequest } from "@effect-requests/core"
import { Effect, Layer, Ref, type Stream } from "effect"

/** What a stub answers; all of it has a default. At most one of `json`, `text`, `bytes` and `stream`. */
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
}

/** Answers a request: at once, or by an Effect that may wait, count or fail. */
export type Handler = (request: PreparedRequest.PreparedRequest) => Reply | Effect.Effect<Reply, Adapter.WireError>

/** A stub, and what it was asked so far. */
export interface Stub {
  readonly wire: Adapter.Wire
  /** Every message, in the order of sending. */
  readonly requests: Effect.Effect<ReadonlyArray<PreparedRequest.PreparedRequest>>
  /** An `Adapter` layer of it. */
  readonly layer: Layer.Layer<Adapter.Adapter>
}

/**
 * The answer that a reply describes.
 *
 * @example
 * import { StubAdapter } from "@effect-requests/testing"
 *
 * const answer = StubAdapter.answer({ status: 201, json: { id: 1 } })
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
 * A stub of its own, with its own memory.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const stub = yield* StubAdapter.make(({ target }) => ({ json: { path: target.path } }))
 *   const session = yield* Effect.provide(Session.make({ baseUrl: "https://api.example.test" }), stub.layer)
 *   yield* session.get("/users", { params: { page: 2 } })
 *   return (yield* stub.requests).map((request) => request.url)
 * })
 * console.assert(Effect.runSync(program).join() === "https://api.example.test/users?page=2")
 */
export const make = (handler: Handler): Effect.Effect<Stub> =>
  Effect.map(Ref.make<ReadonlyArray<PreparedRequest.PreparedRequest>>([]), (asked) => {
    const live: Adapter.Send = (request) =>
      Effect.zipRight(
        Ref.update(asked, (requests) => [...requests, request]),
        Effect.suspend(() => {
          const reply = handler(request)
          return Effect.isEffect(reply) ? Effect.map(reply, answer) : Effect.succeed(answer(reply))
        })
      )
    const wire = Adapter.fromLive(live)
    return { wire, requests: Ref.get(asked), layer: Adapter.layer(wire) }
  })

/**
 * An `Adapter` layer from a function, where nobody asks what was asked.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const hello = Effect.flatMap(Http.get("https://anywhere.test/"), (response) => response.text)
 * console.assert(Effect.runSync(Effect.provide(hello, StubAdapter.layer(() => ({ text: "hello" })))) === "hello")
 */
export const layer = (handler: Handler): Layer.Layer<Adapter.Adapter> =>
  Layer.unwrapEffect(Effect.map(make(handler), (stub) => stub.layer))
