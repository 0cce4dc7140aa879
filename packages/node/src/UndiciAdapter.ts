/**
 * The adapter of Node: undici's connections below, and no policy of its own. Nothing global is used or changed.
 *
 * @module
 */
import { Adapter, Deadline, type PreparedRequest } from "@effect-requests/core"
import { Effect, Layer, type Scope } from "effect"
import type { Dispatcher } from "undici"
import { Collect } from "./Collect.js"
import { LiveBody } from "./LiveBody.js"
import { type Group, type Options, Pools, type Sockets } from "./Pools.js"
import * as Upload from "./Upload.js"

export type { Information, Options, Sockets } from "./Pools.js"

const capabilities: Adapter.Wire["supports"] = new Set([
  "deadline",
  "proxy",
  "verify",
  "cert",
  "tls",
  "connectTimeout",
  "headersTimeout",
  "readTimeout"
])

type Body = Dispatcher.DispatchOptions["body"]

/** An adapter over undici that can be asked about its connections. */
export class UndiciWire implements Adapter.Wire {
  readonly supports = capabilities

  constructor(private readonly pools: Pools) {}

  /** What is open and what waits now, origin by origin. An origin without either may be missing. */
  readonly sockets: Effect.Effect<ReadonlyArray<Sockets>> = Effect.sync(() => this.pools.stats)

  readonly whole: Adapter.Send = (request) =>
    this.connected(request, (group) => {
      const { body } = request
      switch (body._tag) {
        case "Empty":
          return this.collect(request, group, null, undefined)
        case "Bytes":
          return this.collect(request, group, body.bytes, undefined)
        default:
          return Effect.scoped(
            Effect.flatMap(opened(body), (upload) => this.collect(request, group, upload.readable, upload))
          )
      }
    })

  readonly live: Adapter.Send<Scope.Scope> = (request) =>
    this.connected(request, (group) => {
      const { body } = request
      switch (body._tag) {
        case "Empty":
          return this.stream(request, group, null, undefined)
        case "Bytes":
          return this.stream(request, group, body.bytes, undefined)
        default:
          return Effect.flatMap(opened(body), (upload) => this.stream(request, group, upload.readable, upload))
      }
    })

  private connected<A, E, R>(request: PreparedRequest.PreparedRequest, go: (group: Group) => Effect.Effect<A, E, R>) {
    return Effect.suspend(() => {
      const known = this.pools.known(request)
      return known === undefined ? Effect.flatMap(this.pools.found(request), go) : go(known)
    })
  }

  private collect(
    request: PreparedRequest.PreparedRequest,
    group: Group,
    body: Body,
    upload: Upload.Upload | undefined
  ) {
    return Deadline.within((message, done, clock) => {
      const exchange = new Collect(message, done, clock, upload, this.pools)
      this.pools.start(group, exchange, body)
      return () => exchange.abort()
    }, request)
  }

  /** The finalizer comes first: an interruption may hit the moment between the header's arrival and the fiber's waking. */
  private stream(
    request: PreparedRequest.PreparedRequest,
    group: Group,
    body: Body,
    upload: Upload.Upload | undefined
  ) {
    return Effect.suspend(() => {
      let exchange: LiveBody | undefined
      const dispatch: Deadline.Dispatch = (message, done, clock) => {
        const started = new LiveBody(message, done, clock, upload, this.pools)
        exchange = started
        this.pools.start(group, started, body)
        return () => started.abort()
      }
      return Effect.zipRight(
        Effect.addFinalizer(() => Effect.sync(() => exchange?.close())),
        Deadline.within(dispatch, request)
      )
    })
  }
}

const opened = (body: Exclude<PreparedRequest.PreparedRequest["body"], { readonly _tag: "Empty" | "Bytes" }>) =>
  Upload.open(body._tag === "Replayable" ? body.stream : () => body.stream, body.length)

/**
 * An adapter whose connections live in the scope: when it ends, they are closed, and what is under way or comes later fails
 * with `TransportError`, reason `"Closed"`.
 *
 * @example
 * import { Adapter, Session } from "@effect-requests/core"
 * import { UndiciAdapter } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const wire = yield* UndiciAdapter.make({ connections: 4 })
 *   const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
 *   yield* session.get("https://api.example.test/me")
 *   return yield* wire.sockets
 * })
 * const sockets = await Effect.runPromise(Effect.scoped(program))
 * console.assert(sockets.every(({ busy, queued }) => busy === 0 && queued === 0))
 */
export const make = (options: Options = {}): Effect.Effect<UndiciWire, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Pools(options)),
      (pools) => pools.close
    ),
    (pools) => new UndiciWire(pools)
  )

/**
 * The adapter of a program, as a layer: its connections are closed with it.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { UndiciAdapter } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.map(Http.get("https://api.example.test/me"), (response) => response.status)
 * console.assert((await Effect.runPromise(Effect.provide(program, UndiciAdapter.layer()))) === 200)
 */
export const layer = (options: Options = {}): Layer.Layer<Adapter.Adapter> =>
  Layer.scoped(Adapter.Adapter, make(options))

/**
 * The connections of the adapter of a program; none where that is another adapter, or this one with something around it.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { UndiciAdapter } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.zipRight(Http.get("https://api.example.test/me"), UndiciAdapter.sockets)
 * const sockets = await Effect.runPromise(Effect.provide(program, UndiciAdapter.layer()))
 * console.assert(sockets.length <= 1)
 */
export const sockets: Effect.Effect<ReadonlyArray<Sockets>, never, Adapter.Adapter> = Effect.flatMap(
  Adapter.Adapter,
  (wire) => (wire instanceof UndiciWire ? wire.sockets : Effect.succeed([]))
)
