/**
 * What connects in the same way, and how its pools are made.
 *
 * @module
 */
import { maxHeaderSize as defaultMaxHeaderSize } from "node:http"
import type { Socket } from "node:net"
import type { Errors, Target } from "@effect-requests/core"
import { Duration, Either } from "effect"
import type { Carrier } from "./Carrier.js"
import * as Connector from "./Connector.js"
import type * as Dial from "./Dial.js"
import { Http1Pool } from "./Http1Pool.js"
import { Http2Pool } from "./Http2Pool.js"
import { Line } from "./Line.js"
import type { Places } from "./Places.js"
import { type Options, perOrigin } from "./PoolOptions.js"
import * as PoolStats from "./PoolStats.js"
import type * as Trust from "./Trust.js"
import * as UnixSocket from "./UnixSocket.js"

/** What a group takes part in. */
export interface Ground {
  readonly options: Options
  readonly places: Places
  /** Told of each socket as soon as there is one. */
  readonly watch: (socket: Socket) => void
}

/** So many idle pools are kept before the empty ones are dropped: a crawler sees more origins than it will see again. */
export const keptPools = 256

/** To whom its connections are trusted, as whom, by what proxy, and within what time. */
export class Group {
  private readonly pools = new Map<string, Carrier>()
  /** Who waits at the pools of a proxy. */
  private readonly lines = new Map<string, Line>()

  constructor(
    private readonly ground: Ground,
    private readonly number: number,
    readonly connectTimeout: number,
    readonly tls: Trust.Identity,
    readonly via?: Dial.Via
  ) {}

  get isEmpty(): boolean {
    return this.pools.size === 0
  }

  get stats(): ReadonlyArray<PoolStats.PoolNumbers> {
    const proxy = this.via === undefined ? {} : { proxy: this.via.proxy.shown }
    return Array.from(this.pools, ([origin, pool]) => ({
      origin,
      ...proxy,
      way: this.number,
      protocol: pool.isHttp2 ? "HTTP/2" : "HTTP/1.1",
      ...PoolStats.numbers(pool)
    }))
  }

  /** Whether HTTP/2 may be what such a target speaks. */
  speaks2({ scheme }: Target.Target): boolean {
    const { http2 = false } = this.ground.options
    return this.via === undefined && http2 !== false && (scheme === "https:" || http2 === "prior-knowledge")
  }

  /** Who waits at this place for a connection by a proxy. */
  line(place: string): Line | undefined {
    return this.lines.get(place)
  }

  /** The pool of a place, made when it is first asked for. */
  pool(place: string, target: Target.Target): Either.Either<Carrier, Errors.InvalidRequest> {
    const known = this.pools.get(place)
    if (known !== undefined) return Either.right(known)
    if (this.pools.size >= keptPools) this.sweep()
    return Either.map(this.made(place, target), (pool) => {
      this.pools.set(place, pool)
      return pool
    })
  }

  /** Drops the pools that have nothing open and nothing to do. */
  sweep(): void {
    for (const [place, pool] of this.pools) {
      if (!PoolStats.isIdle(pool.counts)) continue
      this.pools.delete(place)
      this.lines.delete(place)
      void pool.destroy()
    }
  }

  async destroy(): Promise<void> {
    await Promise.all(Array.from(this.pools.values(), (pool) => pool.destroy()))
  }

  private made(place: string, target: Target.Target): Either.Either<Carrier, Errors.InvalidRequest> {
    const { options, places } = this.ground
    if (this.via !== undefined) return Either.right(this.byProxy(place, this.via))
    return Either.map(UnixSocket.placeOf(target, options.socketPath), ({ origin, socketPath }) =>
      this.speaks2(target)
        ? this.http2Pool(origin, socketPath)
        : new Http1Pool(this.ways(origin, this.poolOptions(socketPath), socketPath === undefined), places)
    )
  }

  private http2Pool(origin: string, socketPath: string | undefined): Http2Pool {
    const { options, places, watch } = this.ground
    const { http2, keepAliveTimeout = 4000, maxHeaderSize = defaultMaxHeaderSize } = options
    const isDirect = socketPath === undefined
    return new Http2Pool(
      {
        origin,
        connect: Connector.make(options, this, watch, { socketPath, http2: true }),
        fallback: (socket) => {
          const begun = Connector.beginWith(socket, this.poolOptions(socketPath))
          return new Http1Pool(this.ways(origin, begun, isDirect), places)
        },
        prior: http2 === "prior-knowledge",
        keepAliveTimeout: Duration.toMillis(keepAliveTimeout),
        maxHeaderSize,
        isDirect
      },
      places
    )
  }

  private byProxy(place: string, via: Dial.Via): Http1Pool {
    const { options, places, watch } = this.ground
    const { connectTimeout, tls } = this
    const line = new Line()
    const { maxHeaderSize } = options
    const connect = Connector.by(options, { connectTimeout, tls, via, line, maxHeaderSize }, watch)
    this.lines.set(place, line)
    return new Http1Pool(this.ways(place, { ...this.poolOptions(undefined), connect }, false), places)
  }

  private ways(origin: string, options: Connector.PoolOptions, isDirect: boolean) {
    return { origin, options, isDirect, connections: perOrigin(this.ground.options) }
  }

  private poolOptions(socketPath: string | undefined): Connector.PoolOptions {
    const { options, watch } = this.ground
    const { keepAliveTimeout, localAddress, maxHeaderSize } = options
    return {
      connect: Connector.make(options, this, watch, { socketPath, http2: false }),
      ...(keepAliveTimeout === undefined ? {} : { keepAliveTimeout: Duration.toMillis(keepAliveTimeout) }),
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(maxHeaderSize === undefined ? {} : { maxHeaderSize })
    }
  }
}
