/**
 * The connections of an adapter: a pool for each origin, apart for each way to connect.
 *
 * @module
 */
import { maxHeaderSize as defaultMaxHeaderSize } from "node:http"
import type { Socket } from "node:net"
import { Errors, type Headers, type PreparedRequest, Rules, type Target } from "@effect-requests/core"
import { Duration, Effect, Either } from "effect"
import { type Dispatcher, Pool } from "undici"
import * as Connector from "./Connector.js"
import * as Dial from "./Dial.js"
import type { Exchange } from "./Exchange.js"
import * as Fields from "./Fields.js"
import * as Guard from "./Guard.js"
import { type Carrier, Http2Pool } from "./Http2Pool.js"
import { Line } from "./Line.js"
import * as Route from "./Route.js"
import * as Trust from "./Trust.js"
import * as UnixSocket from "./UnixSocket.js"

/** How an adapter connects, and keeps its connections. All of it is optional. */
export interface Options extends Connector.Dialing {
  /**
   * The most connections to one origin, from 1; further requests queue for the first that is free. `Infinity` for no limit.
   * Default: 64. Requests of another `verify`, `cert` or `timeout.connect` have connections of their own.
   */
  readonly connections?: number
  /** How long a free connection is kept, unless the server's Keep-Alive field says otherwise. Default: 4 seconds. */
  readonly keepAliveTimeout?: Duration.DurationInput
  /** The most bytes of a response's header; beyond them `TransportError`, reason `"Limit"`. Default: Node's, 16,384. */
  readonly maxHeaderSize?: number
  /** The address of this machine to connect from. */
  readonly localAddress?: string
  /** Sees the answers before the answer: 102 and 103 (RFC 9110 §15.2), which a response does not show. What it throws is lost. */
  readonly onInformation?: (information: Information) => void
}

/** An interim answer, such as 103 Early Hints with its Link fields (RFC 8297). */
export interface Information {
  readonly request: PreparedRequest.PreparedRequest
  readonly status: number
  readonly rawHeaders: Headers.Headers
}

/** The connections to one origin, counted. */
export interface Sockets {
  readonly origin: string
  /** Connections that carry a request; with HTTP/2 streams, since one connection carries many. */
  readonly busy: number
  /** Open connections that carry none. */
  readonly free: number
  /** Requests that wait for a connection. */
  readonly queued: number
}

/** So many idle pools are kept before the empty ones are dropped: a crawler sees more origins than it will see again. */
const keptPools = 256

const isIdle = ({ stats }: Carrier): boolean => stats.connected === 0 && stats.size === 0
const ignore = (): void => {}

/** What connects in the same way: to whom it is trusted, as whom, and within what time. */
export class Group {
  readonly pools = new Map<string, Carrier>()
  /** Who waits at the pools of a proxy. */
  readonly lines = new Map<string, Line>()

  constructor(
    readonly connectTimeout: number,
    readonly tls: Trust.Identity,
    readonly via?: Dial.Via
  ) {}

  sweep(): void {
    for (const [origin, pool] of this.pools) {
      if (isIdle(pool)) {
        this.pools.delete(origin)
        this.lines.delete(origin)
        pool.close(ignore)
      }
    }
  }
}

/** All pools of an adapter, what is under way in them, and their end. */
export class Pools {
  private readonly groups = new Map<string | number, Group>()
  private readonly underWay = new Set<Exchange>()
  private readonly sockets = new Set<Socket>()
  private readonly inLine = new Map<Exchange, Line>()
  private closed = false

  constructor(private readonly options: Options) {}

  /** How this request connects, when that is known without a look at a file. */
  known(request: PreparedRequest.PreparedRequest): Group | undefined {
    const { target, transport } = request
    if (transport.proxy !== undefined) return this.groups.get(Route.keyOf(request))
    // Without TLS there is nobody to verify and no certificate to show.
    if (target.scheme !== "https:" || Trust.isPlain(transport)) {
      return this.groups.get(transport.connectTimeout) ?? this.group(transport.connectTimeout, transport, Trust.plain)
    }
    return this.groups.get(keyOf(transport))
  }

  /** How this request connects: a CA file is read once, when it is first needed. */
  found(request: PreparedRequest.PreparedRequest): Effect.Effect<Group, Errors.InvalidRequest> {
    const { transport } = request
    if (transport.proxy !== undefined) {
      const key = Route.keyOf(request)
      return Effect.map(
        Route.find(request),
        ({ tls, via }) => this.groups.get(key) ?? this.group(key, transport, tls, via)
      )
    }
    const key = keyOf(transport)
    return Effect.map(
      Trust.identify(transport),
      // Another request may have been as fast.
      (tls) => this.groups.get(key) ?? this.group(key, transport, tls)
    )
  }

  private group(
    key: string | number,
    { connectTimeout }: PreparedRequest.Transport,
    tls: Trust.Identity,
    via?: Dial.Via
  ): Group {
    if (this.groups.size >= keptPools) this.sweep()
    const group = new Group(connectTimeout, tls, via)
    this.groups.set(key, group)
    return group
  }

  private sweep(): void {
    for (const [key, group] of this.groups) {
      group.sweep()
      if (group.pools.size === 0) this.groups.delete(key)
    }
  }

  /** Tells whoever wants to know of an interim answer; nothing of the request depends on it. */
  readonly inform = (information: Information): void => {
    try {
      this.options.onInformation?.(information)
    } catch {
      // Not the request's fault, and nobody's to hear of it.
    }
  }

  /** Takes an exchange out of the books. */
  readonly forget = (exchange: Exchange): void => {
    this.underWay.delete(exchange)
    const line = this.inLine.get(exchange)
    if (line === undefined) return
    this.inLine.delete(exchange)
    line.leave(exchange)
  }

  /** Hands a request to undici, in its queue or on the wire. Whatever goes wrong is told to the exchange. */
  start(group: Group, exchange: Exchange, body: Dispatcher.DispatchOptions["body"]): void {
    const { request } = exchange
    if (this.closed) {
      exchange.dismiss()
      return
    }
    const blocked = Guard.refusal(this.options, request)
    if (blocked !== undefined) {
      exchange.onResponseError(undefined, blocked)
      return
    }
    const fields =
      UnixSocket.proxyRefusal(this.options.socketPath, request) ??
      Fields.given(request.headers, group.via === undefined && this.speaks2(request.target))
    if (fields instanceof Errors.InvalidRequest) {
      exchange.refuse(fields)
      return
    }
    this.underWay.add(exchange)
    const forwards = group.via?.passage === "Forward"
    const place = group.via !== undefined && forwards ? Route.placeOf(group.via) : request.target.origin
    try {
      const pool = group.pools.get(place) ?? this.pool(group, place, request.target)
      if (pool instanceof Errors.InvalidRequest) {
        exchange.refuse(pool)
        return
      }
      this.queue(exchange, group.lines.get(place))
      pool.dispatch(
        {
          path: forwards ? Rules.absoluteForm(request.target) : request.target.path,
          method: request.method,
          headers: forwards ? Fields.forwarded(fields, request) : fields,
          body: body ?? null,
          headersTimeout: Connector.millis(request.transport.headersTimeout),
          bodyTimeout: Connector.millis(request.transport.readTimeout)
        },
        exchange
      )
    } catch (error) {
      exchange.onResponseError(undefined, error)
    }
  }

  private queue(exchange: Exchange, line: Line | undefined): void {
    if (line === undefined) return
    this.inLine.set(exchange, line)
    line.join(exchange)
  }

  /** Whether HTTP/2 may be what such a target speaks. */
  private speaks2({ scheme }: Target.Target): boolean {
    const { http2 = false } = this.options
    return http2 !== false && (scheme === "https:" || http2 === "prior-knowledge")
  }

  private pool(group: Group, place: string, target: Target.Target): Carrier | Errors.InvalidRequest {
    const { via } = group
    if (via !== undefined) return this.poolBy(group, via, place)
    return Either.merge(
      Either.map(UnixSocket.placeOf(target, this.options.socketPath), ({ origin, socketPath }) => {
        if (group.pools.size >= keptPools) group.sweep()
        const pool = this.speaks2(target)
          ? this.http2Pool(group, origin, socketPath)
          : new Pool(origin, this.poolOptions(group, socketPath))
        group.pools.set(target.origin, pool)
        return pool
      })
    )
  }

  private http2Pool(group: Group, origin: string, socketPath: string | undefined): Carrier {
    const { http2, keepAliveTimeout = 4000, maxHeaderSize = defaultMaxHeaderSize } = this.options
    return new Http2Pool({
      origin,
      connect: Connector.make(this.options, group, this.watch, { socketPath, http2: true }),
      fallback: (socket) => new Pool(origin, Connector.beginWith(socket, this.poolOptions(group, socketPath))),
      prior: http2 === "prior-knowledge",
      keepAliveTimeout: Duration.toMillis(keepAliveTimeout),
      maxHeaderSize
    })
  }

  private poolBy(group: Group, via: Dial.Via, place: string): Pool {
    if (group.pools.size >= keptPools) group.sweep()
    const line = new Line()
    const connect = Connector.by(
      this.options,
      { ...group, via, line, maxHeaderSize: this.options.maxHeaderSize },
      this.watch
    )
    const pool = new Pool(place, { ...this.poolOptions(group, undefined), connect })
    group.pools.set(place, pool)
    group.lines.set(place, line)
    return pool
  }

  private poolOptions(group: Group, socketPath: string | undefined): Connector.PoolOptions {
    const { connections = 64, keepAliveTimeout, localAddress, maxHeaderSize } = this.options
    return {
      // undici takes nought for no limit; less is an error, as it should be.
      connections: connections === Infinity ? null : connections === 0 ? -1 : connections,
      connect: Connector.make(this.options, group, this.watch, { socketPath, http2: false }),
      ...(keepAliveTimeout === undefined ? {} : { keepAliveTimeout: Duration.toMillis(keepAliveTimeout) }),
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(maxHeaderSize === undefined ? {} : { maxHeaderSize })
    }
  }

  /** undici loses sight of sockets that still connect, and of those whose first attempt failed. */
  private readonly watch = (socket: Socket): void => {
    this.sockets.add(socket)
    socket.once("close", () => this.sockets.delete(socket))
    // A pool that was forgotten may try once more for what it has queued.
    if (this.closed) socket.destroy()
  }

  /** What is open now, origin by origin; several ways to connect to one are counted together. */
  get stats(): ReadonlyArray<Sockets> {
    const counted = new Map<string, Sockets>()
    for (const { pools } of this.groups.values()) {
      for (const [origin, { stats }] of pools) {
        const before = counted.get(origin) ?? { busy: 0, free: 0, queued: 0 }
        counted.set(origin, {
          origin,
          busy: before.busy + stats.running,
          free: before.free + Math.max(0, stats.connected - stats.running),
          queued: before.queued + stats.pending
        })
      }
    }
    return Array.from(counted.values())
  }

  /** Ends everything: whoever waits gets an error, sockets are closed. */
  readonly close: Effect.Effect<void> = Effect.promise(async () => {
    this.closed = true
    for (const exchange of this.underWay) exchange.dismiss()
    const pools = Array.from(this.groups.values()).flatMap((group) => Array.from(group.pools.values()))
    this.groups.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
    Dial.destroy(this.sockets)
  })
}

const keyOf = (transport: PreparedRequest.Transport): string => `${transport.connectTimeout}|${Trust.keyOf(transport)}`
