/**
 * The connections of an adapter: a pool for each origin, apart for each way to connect.
 *
 * @module
 */
import type { Socket } from "node:net"
import { Errors, type PreparedRequest, Roster, Rules } from "@effect-requests/core"
import { Effect, Either } from "effect"
import type { Dispatcher } from "undici"
import * as Connector from "./Connector.js"
import * as Dial from "./Dial.js"
import type { Exchange } from "./Exchange.js"
import * as Fields from "./Fields.js"
import { Group, keptPools } from "./Group.js"
import * as Guard from "./Guard.js"
import type { Line } from "./Line.js"
import { Places } from "./Places.js"
import { type Information, type Options, overAll, perOrigin, refusal } from "./PoolOptions.js"
import * as PoolStats from "./PoolStats.js"
import * as Route from "./Route.js"
import * as Trust from "./Trust.js"
import * as UnixSocket from "./UnixSocket.js"

/** All pools of an adapter, what is under way in them, and their end. */
export class Pools {
  private readonly groups = new Map<string | number, Group>()
  private readonly underWay = new Roster.Roster<Exchange>()
  private readonly sockets = new Set<Socket>()
  private readonly inLine = new Map<Exchange, Line>()
  private readonly places: Places
  private readonly wrong: Errors.InvalidRequest | undefined
  private made = 0
  private closed = false

  constructor(private readonly options: Options) {
    this.places = new Places(overAll(options))
    this.wrong = refusal(options)
  }

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
    const { options, places, watch } = this
    const group = new Group({ options, places, watch }, ++this.made, connectTimeout, tls, via)
    this.groups.set(key, group)
    return group
  }

  private sweep(): void {
    for (const [key, group] of this.groups) {
      group.sweep()
      if (group.isEmpty) this.groups.delete(key)
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
    this.underWay.remove(exchange)
    const line = this.inLine.get(exchange)
    if (line === undefined) return
    this.inLine.delete(exchange)
    line.leave(exchange)
  }

  /** Hands a request to its pool: in its queue or on the wire. Whatever goes wrong is told to the exchange. */
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
      this.wrong ??
      UnixSocket.proxyRefusal(this.options.socketPath, request) ??
      Fields.given(request.headers, group.speaks2(request.target))
    if (fields instanceof Errors.InvalidRequest) {
      exchange.refuse(fields)
      return
    }
    this.underWay.add(exchange)
    this.dispatch(group, exchange, fields, body ?? null)
  }

  private dispatch(
    group: Group,
    exchange: Exchange,
    fields: Array<string>,
    body: NonNullable<Dispatcher.DispatchOptions["body"]> | null
  ): void {
    const { request } = exchange
    const { method, target, transport } = request
    const forwards = group.via?.passage === "Forward"
    const place = group.via !== undefined && forwards ? Route.placeOf(group.via) : target.origin
    try {
      const pool = group.pool(place, target)
      if (Either.isLeft(pool)) {
        exchange.refuse(pool.left)
        return
      }
      this.queue(exchange, group.line(place))
      pool.right.dispatch(
        {
          path: forwards ? Rules.absoluteForm(target) : target.path,
          method,
          writeTimeout: Connector.millis(transport.writeTimeout),
          headers: forwards ? Fields.forwarded(fields, request) : fields,
          body,
          headersTimeout: Connector.millis(transport.headersTimeout),
          bodyTimeout: Connector.millis(transport.readTimeout)
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

  /** undici loses sight of sockets that still connect, and of those whose first attempt failed. */
  private readonly watch = (socket: Socket): void => {
    this.sockets.add(socket)
    socket.once("close", () => this.sockets.delete(socket))
    // A pool that was forgotten may try once more for what it has queued.
    if (this.closed) socket.destroy()
  }

  /** What is open, under way and waiting now. */
  get stats(): PoolStats.Stats {
    const pools = Array.from(this.groups.values()).flatMap((group) => group.stats)
    return { ...PoolStats.sum(pools), pools, limits: { perOrigin: perOrigin(this.options), ...this.places.limits } }
  }

  /** Ends everything: whoever waits gets an error, sockets are closed. */
  readonly close: Effect.Effect<void> = Effect.promise(async () => {
    this.closed = true
    for (const exchange of this.underWay.members) exchange.dismiss()
    const groups = Array.from(this.groups.values())
    this.groups.clear()
    await Promise.all(groups.map((group) => group.destroy()))
    Dial.destroy(this.sockets)
  })
}

const keyOf = (transport: PreparedRequest.Transport): string => `${transport.connectTimeout}|${Trust.keyOf(transport)}`
