/**
 * The adapter of Node: undici's connections below, and no policy of its own. Nothing global is used or changed.
 *
 * @module
 */
import { Adapter, Deadline, type Errors, type PreparedRequest } from "@effect-requests/core"
import { Clock, Context, Effect, Layer, type Scope } from "effect"
import type { Dispatcher } from "undici"
import { Collect } from "./Collect.js"
import type { Group } from "./Group.js"
import { LiveBody } from "./LiveBody.js"
import type { Options } from "./PoolOptions.js"
import * as PoolStats from "./PoolStats.js"
import { Pools } from "./Pools.js"
import * as Upload from "./Upload.js"

export type { Information, Options } from "./PoolOptions.js"
export type { Numbers, PoolNumbers, Sockets, Stats } from "./PoolStats.js"

const capabilities: Adapter.Wire["supports"] = new Set([
  "deadline",
  "proxy",
  "verify",
  "cert",
  "tls",
  "connectTimeout",
  "writeTimeout",
  "headersTimeout",
  "readTimeout"
])

type Body = Dispatcher.DispatchOptions["body"]

/** An adapter over undici that can be asked about its connections. */
export class UndiciWire implements Adapter.Wire {
  readonly supports = capabilities

  constructor(private readonly pools: Pools) {}

  /** What is open and what waits now, origin by origin. An origin without either may be missing. */
  readonly sockets: Effect.Effect<ReadonlyArray<PoolStats.Sockets>> = Effect.sync(() =>
    PoolStats.byOrigin(this.pools.stats.pools)
  )

  /** What is open, under way and waiting now, pool by pool and in all. */
  readonly stats: Effect.Effect<PoolStats.Stats> = Effect.sync(() => this.pools.stats)

  readonly whole: Adapter.Send = (request) =>
    this.connected(request, (group, clock) => {
      const { body } = request
      switch (body._tag) {
        case "Empty":
          return this.collect(request, group, clock, null, undefined)
        case "Bytes":
          return this.collect(request, group, clock, body.bytes, undefined)
        default:
          return Effect.scoped(
            Effect.flatMap(opened(body), (upload) => this.collect(request, group, clock, upload.readable, upload))
          )
      }
    })

  readonly live: Adapter.Send<Scope.Scope> = (request) =>
    this.connected(request, (group, clock) => {
      const { body } = request
      switch (body._tag) {
        case "Empty":
          return this.stream(request, group, clock, null, undefined)
        case "Bytes":
          return this.stream(request, group, clock, body.bytes, undefined)
        default:
          return Effect.flatMap(opened(body), (upload) => this.stream(request, group, clock, upload.readable, upload))
      }
    })

  /** The fiber is looked at once. */
  private connected<A, E, R>(
    request: PreparedRequest.PreparedRequest,
    go: (group: Group, clock: Clock.Clock) => Effect.Effect<A, E, R>
  ) {
    return Effect.withFiberRuntime<A, E | Errors.InvalidRequest, R>((fiber) => {
      const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
      const known = this.pools.known(request)
      return known === undefined
        ? Effect.flatMap(this.pools.found(request), (group) => go(group, clock))
        : go(known, clock)
    })
  }

  private collect(
    request: PreparedRequest.PreparedRequest,
    group: Group,
    clock: Clock.Clock,
    body: Body,
    upload: Upload.Upload | undefined
  ) {
    const dispatch: Deadline.Dispatch = (message, done, clock) => {
      const exchange = new Collect(message, done, clock, upload, this.pools)
      this.pools.start(group, exchange, body)
      return () => exchange.abort()
    }
    return Deadline.by(clock, dispatch, request)
  }

  /** The finalizer comes first: an interruption may hit the moment between the header's arrival and the fiber's waking. */
  private stream(
    request: PreparedRequest.PreparedRequest,
    group: Group,
    clock: Clock.Clock,
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
        Deadline.by(clock, dispatch, request)
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

/** What a program may ask about its connections. */
export class Connections extends Context.Tag("@effect-requests/node/Connections")<
  Connections,
  { readonly stats: Effect.Effect<PoolStats.Stats> }
>() {}

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
export const layer = (options: Options = {}): Layer.Layer<Adapter.Adapter | Connections> =>
  Layer.scopedContext(
    Effect.map(make(options), (wire) => Context.add(Context.make(Adapter.Adapter, wire), Connections, wire))
  )

/**
 * The connections of a program: pool by pool, and in all. `NodeSession.layer` provides what it needs.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { NodeSession, UndiciAdapter } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   yield* session.get("/me")
 *   yield* session.get("/me")
 *   return yield* UndiciAdapter.stats
 * })
 * const layer = NodeSession.layer({ baseUrl: "https://api.example.test" }, { totalConnections: 10 })
 * const { connected, limits, pools, waiting } = await Effect.runPromise(Effect.provide(program, layer))
 * console.assert(connected === 1 && waiting === 0 && limits.total === 10)
 * console.assert(pools.every(({ free, protocol }) => free === 1 && protocol === "HTTP/1.1"))
 */
export const stats: Effect.Effect<PoolStats.Stats, never, Connections> = Effect.flatMap(
  Connections,
  (connections) => connections.stats
)
