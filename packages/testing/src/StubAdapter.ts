/**
 * An adapter from a function: it stands below all policy and remembers what it was asked.
 *
 * @module
 */
import { Adapter, type PreparedRequest } from "@effect-requests/core"
import { Effect, Layer, Ref } from "effect"
import { given, type Reply } from "./Reply.js"

export { answer, type Reply } from "./Reply.js"

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
          return Effect.isEffect(reply) ? Effect.flatMap(reply, given) : given(reply)
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
