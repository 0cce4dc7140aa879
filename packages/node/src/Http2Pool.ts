/**
 * The HTTP/2 connection to one origin, or what the origin speaks instead.
 *
 * @module
 */
import type { Socket } from "node:net"
import { type buildConnector, errors } from "undici"
import { type Carrier, type Counts, type Errand, type Guest, turnAway } from "./Carrier.js"
import type { Http1Pool } from "./Http1Pool.js"
import { type Http2Connection, isOver, mostStreams, speaking, widen } from "./Http2Connection.js"
import { Http2Exchange } from "./Http2Exchange.js"
import type { Place, Places, Tenant } from "./Places.js"
import { type Job, Queue } from "./Queue.js"

/** How such a connection is made and kept. */
export interface Manner {
  readonly origin: string
  readonly connect: buildConnector.connector
  /** For an origin that turns out to speak HTTP/1.1: its pool, which begins with the socket that is open already. */
  readonly fallback: (socket: Socket) => Http1Pool
  /** Whether HTTP/2 is spoken without asking (RFC 9113 §3.3). */
  readonly prior: boolean
  readonly keepAliveTimeout: number
  readonly maxHeaderSize: number
  /** Whether the other side of the socket is the origin, and has an address. */
  readonly isDirect: boolean
}

/** One connection; requests over the server's number of streams wait. A connection that goes away is replaced by the next request. */
export class Http2Pool implements Carrier, Tenant {
  private readonly queue: Queue
  private readonly all = new Set<Http2Connection>()
  private current: Http2Connection | undefined = undefined
  private instead: Http1Pool | undefined = undefined
  private connecting = false
  private destroyed = false
  private open = 0

  constructor(
    private readonly manner: Manner,
    private readonly places: Places
  ) {
    this.queue = new Queue(
      places,
      () => places.sate(this),
      () => (this.isLost ? "connect" : "queue")
    )
  }

  get isHttp2(): boolean {
    return this.instead === undefined
  }

  get turn(): number {
    return this.queue.turn
  }

  get counts(): Counts {
    if (this.instead !== undefined) return this.instead.counts
    return { connected: this.all.size, busy: this.open, waiting: this.queue.size }
  }

  dispatch(options: Errand, guest: Guest): void {
    if (this.instead !== undefined) {
      this.instead.dispatch(options, guest)
      return
    }
    const free = this.queue.size === 0 ? this.free() : undefined
    if (free !== undefined) this.begin(free, { options, guest })
    else if (this.queue.join({ options, guest })) this.drain()
  }

  admit(): void {
    this.drain()
  }

  async destroy(): Promise<void> {
    this.destroyed = true
    this.failAll(new errors.ClientDestroyedError())
    for (const { session } of this.all) session.destroy()
    await this.instead?.destroy()
  }

  private get isLost(): boolean {
    return this.current === undefined || isOver(this.current)
  }

  /** The connection, where it takes another stream. */
  private free(): Http2Connection | undefined {
    if (this.current === undefined || isOver(this.current)) return undefined
    return this.open < mostStreams(this.current) ? this.current : undefined
  }

  private drain(): void {
    while (this.queue.size > 0) {
      const free = this.free()
      if (free === undefined) {
        if (this.isLost) this.connect()
        return
      }
      const job = this.queue.take()
      if (job !== undefined) this.begin(free, job)
    }
  }

  private begin(on: Http2Connection, { guest, options }: Job): void {
    const { place, remoteAddress, session } = on
    const { host, protocol } = new URL(this.manner.origin)
    const fields = Array.isArray(options.headers) ? options.headers.map(String) : []
    const exchange = new Http2Exchange(
      { options, handler: guest, fields, remoteAddress },
      this.manner.maxHeaderSize,
      () => {
        this.ends(on)
        this.drain()
      }
    )
    const { method, path } = options
    guest.post = exchange
    this.open++
    place.works()
    session.ref()
    if (!exchange.start(session, { method, path, scheme: protocol.slice(0, -1), authority: host })) this.ends(on)
  }

  /** A stream is over. A free connection is given up for whoever waits longer elsewhere. */
  private ends({ place, session }: Http2Connection): void {
    this.open--
    if (this.open > 0) return
    session.unref()
    if (this.places.isOwed(this.turn)) session.close()
    else place.rests()
  }

  private connect(): void {
    if (this.connecting || this.destroyed) return
    const place = this.places.take(this.turn, () => {})
    if (place === undefined) {
      this.places.hunger(this)
      return
    }
    this.connecting = true
    const { host, hostname, port, protocol } = new URL(this.manner.origin)
    const to = { host, hostname: hostname.replace(/^\[|\]$/g, ""), port, protocol }
    const failed = (error: unknown): void => {
      this.connecting = false
      this.failAll(error)
      place.leaves()
    }
    try {
      this.manner.connect(to, (error, socket) => {
        this.connecting = false
        // undici leaves the other argument out.
        if (error instanceof Error || socket === null) failed(error)
        else if (this.destroyed) socket.destroy()
        else this.connected(socket, place, failed)
      })
    } catch (error) {
      failed(error)
    }
  }

  private connected(socket: Socket, place: Place, failed: (error: unknown) => void): void {
    const isHttp2 = "alpnProtocol" in socket ? socket.alpnProtocol === "h2" : this.manner.prior
    try {
      if (isHttp2) this.speak(socket, place)
      else this.fallBack(socket, place)
    } catch (error) {
      socket.destroy()
      failed(error)
    }
  }

  private fallBack(socket: Socket, place: Place): void {
    const instead = this.manner.fallback(socket)
    this.instead = instead
    instead.adopt(place)
    for (let job = this.queue.take(); job !== undefined; job = this.queue.take()) {
      instead.dispatch(job.options, job.guest)
    }
  }

  private speak(socket: Socket, place: Place): void {
    const opened = speaking(socket, place, this.manner)
    this.current = opened
    this.all.add(opened)
    place.close = () => {
      this.forget(opened)
      opened.session.destroy()
    }
    this.listen(opened, socket)
    widen(opened)
    this.drain()
    if (this.open === 0) place.rests()
  }

  private listen(opened: Http2Connection, socket: Socket): void {
    const { session } = opened
    let failure: Error | undefined
    // Streams that have begun go on; what comes now needs another connection (RFC 9113 §6.8).
    session.on("goaway", () => {
      if (this.current === opened) this.current = undefined
    })
    session.on("remoteSettings", () => this.drain())
    session.on("error", (error: Error) => {
      failure = error
    })
    session.setTimeout(this.manner.keepAliveTimeout, () => {
      if (this.open === 0) session.close()
    })
    session.on("close", () => {
      this.forget(opened)
      socket.destroy()
      if (failure !== undefined && this.current === undefined) this.failAll(failure)
      else this.drain()
    })
  }

  private forget(opened: Http2Connection): void {
    if (this.current === opened) this.current = undefined
    if (this.all.delete(opened)) opened.place.leaves()
  }

  /** Whoever waits is told; a request that comes later tries again. */
  private failAll(error: unknown): void {
    for (let job = this.queue.take(); job !== undefined; job = this.queue.take()) turnAway(job.guest, error)
  }
}
