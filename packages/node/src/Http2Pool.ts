/**
 * The HTTP/2 connection to one origin, or what the origin speaks instead.
 *
 * @module
 */
import { type ClientHttp2Session, connect } from "node:http2"
import type { Socket } from "node:net"
import { type buildConnector, type Dispatcher, errors } from "undici"
import { Http2Exchange, type Job } from "./Http2Exchange.js"

/** What carries the requests to one origin: undici's pool, or this one. */
export interface Carrier {
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): unknown
  readonly stats: {
    readonly connected: number
    readonly running: number
    readonly pending: number
    readonly size: number
  }
  close(callback: () => void): void
  destroy(): Promise<void>
}

/** How such a connection is made and kept. */
export interface Manner {
  readonly origin: string
  readonly connect: buildConnector.connector
  /** For an origin that turns out to speak HTTP/1.1: its pool, which begins with the socket that is open already. */
  readonly fallback: (socket: Socket) => Carrier
  /** Whether HTTP/2 is spoken without asking (RFC 9113 §3.3). */
  readonly prior: boolean
  readonly keepAliveTimeout: number
  readonly maxHeaderSize: number
}

/** Streams at once, until the server has said how many it wants (RFC 9113 §6.5.2 recommends no fewer). */
const streams = 100
/** How many fields an answer may have; their size is limited apart. */
const fieldCount = 4096
const window = 1024 * 1024

const ignore = (): void => {}

/** One connection; requests over the server's number of streams wait. A connection that goes away is replaced by the next request. */
export class Http2Pool implements Carrier {
  private readonly waiting: Array<Job> = []
  private readonly sessions = new Set<ClientHttp2Session>()
  private session: ClientHttp2Session | undefined = undefined
  private instead: Carrier | undefined = undefined
  private connecting = false
  private destroyed = false
  private open = 0

  constructor(private readonly manner: Manner) {}

  get stats(): Carrier["stats"] {
    if (this.instead !== undefined) return this.instead.stats
    const pending = this.waiting.length
    return { connected: this.sessions.size, running: this.open, pending, size: this.open + pending }
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    if (this.instead !== undefined) {
      pass(this.instead, options, handler)
      return
    }
    const fields = Array.isArray(options.headers) ? options.headers.map(String) : []
    this.waiting.push({ options, handler, fields })
    this.drain()
  }

  close(callback: () => void): void {
    for (const session of this.sessions) session.close()
    if (this.instead === undefined) callback()
    else this.instead.close(callback)
  }

  async destroy(): Promise<void> {
    this.destroyed = true
    this.failAll(new errors.ClientDestroyedError())
    for (const session of this.sessions) session.destroy()
    await this.instead?.destroy()
  }

  private drain(): void {
    while (this.waiting.length > 0) {
      const { session } = this
      if (session === undefined || session.closed || session.destroyed) {
        this.connect()
        return
      }
      if (this.open >= (session.remoteSettings.maxConcurrentStreams ?? streams)) return
      const job = this.waiting.shift()
      if (job !== undefined) this.begin(session, job)
    }
  }

  private begin(session: ClientHttp2Session, job: Job): void {
    const { host, protocol } = new URL(this.manner.origin)
    const exchange = new Http2Exchange(job, this.manner.maxHeaderSize, () => {
      this.open--
      if (this.open === 0) session.unref()
      this.drain()
    })
    const { method, path } = job.options
    this.open++
    session.ref()
    if (!exchange.start(session, { method, path, scheme: protocol.slice(0, -1), authority: host })) {
      this.open--
      if (this.open === 0) session.unref()
    }
  }

  private connect(): void {
    if (this.connecting) return
    this.connecting = true
    const { host, hostname, port, protocol } = new URL(this.manner.origin)
    const to = { host, hostname: hostname.replace(/^\[|\]$/g, ""), port, protocol }
    try {
      this.manner.connect(to, (error, socket) => {
        this.connecting = false
        // undici leaves the other argument out.
        if (error instanceof Error || socket === null) this.failAll(error)
        else if (this.destroyed) socket.destroy()
        else this.connected(socket)
      })
    } catch (error) {
      this.connecting = false
      this.failAll(error)
    }
  }

  private connected(socket: Socket): void {
    const isHttp2 = "alpnProtocol" in socket ? socket.alpnProtocol === "h2" : this.manner.prior
    try {
      if (isHttp2) this.open2(socket)
      else this.fallBack(this.manner.fallback(socket))
    } catch (error) {
      socket.destroy()
      this.failAll(error)
    }
  }

  private fallBack(instead: Carrier): void {
    this.instead = instead
    for (const { handler, options } of this.waiting.splice(0)) pass(instead, options, handler)
  }

  private open2(socket: Socket): void {
    const session = connect(this.manner.origin, {
      createConnection: () => socket,
      maxHeaderListPairs: fieldCount,
      settings: { enablePush: false, initialWindowSize: window, maxHeaderListSize: this.manner.maxHeaderSize }
    })
    this.session = session
    this.sessions.add(session)
    let failure: Error | undefined
    const leave = (): void => {
      if (this.session === session) this.session = undefined
    }
    // Streams that have begun go on; what comes now needs another connection (RFC 9113 §6.8).
    session.on("goaway", leave)
    session.on("remoteSettings", () => this.drain())
    session.on("error", (error: Error) => {
      failure = error
    })
    session.setTimeout(this.manner.keepAliveTimeout, () => {
      if (this.open === 0) session.close()
    })
    session.on("close", () => {
      leave()
      this.sessions.delete(session)
      socket.destroy()
      if (failure !== undefined && this.session === undefined) this.failAll(failure)
      else this.drain()
    })
    session.setLocalWindowSize(window * 4)
    this.drain()
  }

  /** Whoever waits is told; a request that comes later tries again. */
  private failAll(error: unknown): void {
    const said = error instanceof Error ? error : new Error(String(error))
    for (const { handler } of this.waiting.splice(0)) handler.onResponseError?.(nobody, said)
  }
}

/** undici throws what it cannot send. */
const pass = (carrier: Carrier, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void => {
  try {
    carrier.dispatch(options, handler)
  } catch (error) {
    handler.onResponseError?.(nobody, error instanceof Error ? error : new Error(String(error)))
  }
}

/** A request that has not begun cannot be paused or aborted. */
const nobody: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: ignore,
  pause: ignore,
  resume: ignore
}
