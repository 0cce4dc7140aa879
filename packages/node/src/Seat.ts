/**
 * One connection of HTTP/1.1, and the request on it: undici's client below.
 *
 * @module
 */
import { Socket } from "node:net"
import { Readable } from "node:stream"
import { Client } from "undici"
import { type Post, turnAway } from "./Carrier.js"
import type * as Connector from "./Connector.js"
import type { Place } from "./Places.js"
import type { Job } from "./Queue.js"
import { RawHandler } from "./RawHandler.js"
import type { Spot } from "./Row.js"
import { Writing } from "./Writing.js"

/** Whom a seat tells of itself. */
export interface Owner {
  /** Its request is over, and the socket is free but for undici's look at what it still says. */
  freed(seat: Seat): void
  /** undici would take another request. */
  ready(seat: Seat): void
  /** Its connection is gone, and nobody sits here. */
  lost(seat: Seat): void
}

/** How a seat connects, and whether the other side is the origin itself. */
export interface Ways {
  readonly origin: string
  readonly options: Connector.PoolOptions
  /** Whether the other side of the socket is the origin, and has an address. */
  readonly isDirect: boolean
}

/** Takes one request after the other. A second one is never queued within undici. */
export class Seat implements Post {
  /** Where it is among the free ones. */
  spot: Spot<Seat> | undefined = undefined
  remoteAddress: string | undefined = undefined
  private job: Job | undefined = undefined
  private socket: Socket | undefined = undefined
  private writing: Writing | undefined = undefined
  private gone = false
  private readonly client: Client

  constructor(
    private readonly owner: Owner,
    { isDirect, options, origin }: Ways,
    readonly place: Place
  ) {
    this.client = new Client(origin, {
      ...options,
      connect: (to, callback) =>
        options.connect(to, (...result) => {
          // undici leaves out what it has not.
          const socket = result[1] instanceof Socket ? result[1] : undefined
          this.socket = socket
          this.remoteAddress = isDirect && socket !== undefined ? addressOf(socket) : undefined
          callback(...result)
        })
    })
    this.client.on("drain", () => this.drained())
    this.client.on("disconnect", () => this.vacant())
    this.client.on("connectionError", () => this.vacant())
  }

  /** Whether a request is on it that has begun. */
  get isBusy(): boolean {
    return this.job?.guest.isSent === true
  }

  /** Whether a request waits here for its connection. */
  get isAwaited(): boolean {
    return this.job?.guest.isSent === false
  }

  get isConnected(): boolean {
    return this.client.stats.connected
  }

  get phase() {
    if (!this.isBusy) return "connect"
    return this.writing?.isOver === false ? "write" : "headers"
  }

  sit(job: Job): void {
    const { guest, options } = job
    this.job = job
    guest.post = this
    this.place.works()
    try {
      // Of a long body its writing is watched, and then the silence.
      this.client.dispatch(guest.isLong ? { ...options, headersTimeout: 0 } : options, new RawHandler(guest))
    } catch (error) {
      turnAway(guest, error)
    }
    // It was refused before undici had it in hand: nothing else will say that the seat is free.
    if (this.job === undefined) queueMicrotask(() => this.drained())
  }

  began(): void {
    if (this.socket === undefined || this.job === undefined || !this.job.guest.isLong) return
    const { guest, options } = this.job
    const { body, headersTimeout, writeTimeout } = options
    const limits = { write: writeTimeout, headers: headersTimeout ?? 0 }
    const made = body instanceof Readable ? body : undefined
    this.writing = new Writing(this.socket, limits, made, (reason) => guest.late(reason))
  }

  answered(): void {
    this.writing?.stop()
    this.writing = undefined
  }

  abandoned(): void {
    this.answered()
  }

  ended(): void {
    if (this.job === undefined) return
    this.answered()
    this.job = undefined
    if (!this.gone) this.owner.freed(this)
  }

  /** Ends it. Whoever sits here hears of it from undici. */
  close(): Promise<void> {
    this.gone = true
    return this.client.destroy()
  }

  private drained(): void {
    if (this.job === undefined && !this.gone) this.owner.ready(this)
  }

  private vacant(): void {
    this.remoteAddress = undefined
    this.socket = undefined
    if (this.job === undefined && !this.gone) {
      this.gone = true
      this.owner.lost(this)
    }
  }
}

/** The other side of a socket, as `address:port`. */
export const addressOf = ({ remoteAddress, remoteFamily, remotePort }: Socket): string | undefined =>
  remoteAddress === undefined
    ? undefined
    : `${remoteFamily === "IPv6" ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`
