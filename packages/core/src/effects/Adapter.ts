/**
 * What sends: a swappable service without any policy. No redirects, no cookies, no retries and no decompression inside;
 * whatever stands around it is `send => send`.
 *
 * @module
 */
import { HttpClient } from "@effect/platform"
import { Context, Effect, Layer, type Scope } from "effect"
import { type Answer, read, whole } from "../data/Answer.js"
import type { BodyError } from "../data/Body.js"
import type { Capability, InvalidRequest, PreparedRequest, TransportError } from "../data/PreparedRequest.js"
import { bodyLimit } from "../rules/bodyLimit.js"
import * as HttpClientAdapter from "./HttpClientAdapter.js"

/** What sending once may fail with. `InvalidRequest` is for what this adapter cannot put on its wire. */
export type WireError = InvalidRequest | TransportError | BodyError

/** Sends one message, once. `R` is `Scope` where the answer's body still arrives while the scope is open. */
export type Send<R = never> = (request: PreparedRequest) => Effect.Effect<Answer, WireError, R>

/** Around any adapter, for both of its ways to send: it cannot look at `R`, so it holds for either. */
export type Middleware = <R>(send: Send<R>) => Send<R>

/** An adapter's two ways to send, and what it can do. */
export interface Wire {
  /** The body is read inside the call; the connection is free when it ends. */
  readonly whole: Send
  /** The body still arrives; the connection belongs to the scope. */
  readonly live: Send<Scope.Scope>
  readonly supports: ReadonlySet<Capability>
}

/** The adapter that a session sends by (requests' transport adapter). */
export class Adapter extends Context.Tag("@effect-requests/core/Adapter")<Adapter, Wire>() {}

const nothing: Wire["supports"] = new Set()

/**
 * An adapter that can only stream: whole bodies are collected under a scope of their own.
 *
 * @example
 * import { Adapter, Answer } from "@effect-requests/core"
 * import { Effect, Stream } from "effect"
 *
 * const wire = Adapter.fromLive(() =>
 *   Effect.succeed({ status: 200, reason: "OK", rawHeaders: [], content: Answer.live(Stream.empty) })
 * )
 * console.assert(wire.supports.size === 0)
 */
export const fromLive = (live: Send<Scope.Scope>, supports: Wire["supports"] = nothing): Wire => ({
  live,
  whole: (request) =>
    Effect.scoped(
      Effect.flatMap(live(request), (answer) => {
        const limit = bodyLimit(request.transport, answer.status, answer.rawHeaders)
        return limit === Infinity
          ? read(answer, Infinity)
          : Effect.orElseSucceed(read(answer, limit), () => ({ ...answer, content: whole(new Uint8Array()) }))
      })
    ),
  supports
})

/**
 * An adapter that has the whole answer at hand (a stub, a cassette): there is nothing to close.
 *
 * @example
 * import { Adapter, Answer } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const teapot = Adapter.fromWhole(() =>
 *   Effect.succeed({ status: 418, reason: "I'm a teapot", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
 * )
 * console.assert(teapot.whole === teapot.live)
 */
export const fromWhole = (send: Send, supports: Wire["supports"] = nothing): Wire => ({
  whole: send,
  live: send,
  supports
})

/**
 * An adapter with something around it.
 *
 * @example
 * import { Adapter } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const counted = (count: { n: number }): Adapter.Middleware => (send) => (request) =>
 *   Effect.suspend(() => {
 *     count.n++
 *     return send(request)
 *   })
 * console.assert(typeof Adapter.wrap(counted({ n: 0 })) === "function")
 */
export const wrap =
  (middleware: Middleware) =>
  (wire: Wire): Wire => ({ whole: middleware(wire.whole), live: middleware(wire.live), supports: wire.supports })

/**
 * The adapter of every session below.
 *
 * @example
 * import { Adapter, Answer, Session } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const offline = Adapter.layer(
 *   Adapter.fromWhole(() =>
 *     Effect.succeed({ status: 200, reason: "OK", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
 *   )
 * )
 * const status = Effect.gen(function* () {
 *   const session = yield* Session.make()
 *   return (yield* session.get("http://anywhere.test/")).status
 * })
 * console.assert(Effect.runSync(Effect.provide(status, offline)) === 200)
 */
export const layer = (wire: Wire): Layer.Layer<Adapter> => Layer.succeed(Adapter, wire)

/**
 * The adapter below, with something around it, as a layer.
 *
 * @example
 * import { Adapter } from "@effect-requests/core"
 *
 * const same: Adapter.Middleware = (send) => (request) => send(request)
 * console.assert(Adapter.layerWrapped(same) !== undefined)
 */
export const layerWrapped = (middleware: Middleware): Layer.Layer<Adapter, never, Adapter> =>
  Layer.effect(Adapter, Effect.map(Adapter, wrap(middleware)))

/**
 * An adapter from platform's `HttpClient`: fetch, platform-node's, a mock. It must follow no redirects and keep no cookies of
 * its own. A proxy, `verify`, `cert` and single timeouts are refused there, since no such client has them; the total
 * deadline holds. A browser refuses fields such as `Cookie`, and hides where a redirect leads: both are typed errors.
 *
 * @example
 * import { Adapter, Session } from "@effect-requests/core"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const byFetch = Layer.provide(Session.layer(), Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer))
 * const program = Effect.flatMap(Session.Session, (session) => session.get("https://api.example.test/me"))
 * console.assert(Effect.isEffect(Effect.provide(program, byFetch)))
 */
export const layerHttpClient: Layer.Layer<Adapter, never, HttpClient.HttpClient> = Layer.effect(
  Adapter,
  Effect.map(HttpClient.HttpClient, (client) => fromLive(HttpClientAdapter.send(client)))
)
