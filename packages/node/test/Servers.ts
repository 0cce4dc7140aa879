/**
 * Loopback servers that live in a scope, and what they saw.
 *
 * @module
 */
import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener
} from "node:http"
import {
  createServer as createH2c,
  createSecureServer as createHttp2,
  type ServerOptions as H2cOptions,
  type IncomingHttpHeaders as Http2Headers,
  type Http2Server,
  type SecureServerOptions,
  type ServerHttp2Stream
} from "node:http2"
import { createServer as createHttps, type Server as HttpsServer, type ServerOptions } from "node:https"
import { createServer as createTcp, type Server, type Socket } from "node:net"
import { Deferred, Effect, type Scope } from "effect"

/** A server that listens. */
export interface Listening {
  readonly port: number
  readonly url: string
  /** Connections so far. */
  readonly accepted: () => number
  /** Connections that are open now, as the server sees it. */
  readonly open: () => number
}

/** Listens on a free port of 127.0.0.1. */
export const listening = (server: Server, scheme: string): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ readonly listening: Listening; readonly sockets: Set<Socket> }>((resume) => {
      const sockets = new Set<Socket>()
      let accepted = 0
      server.on("connection", (socket: Socket) => {
        accepted++
        sockets.add(socket)
        socket.on("error", () => {})
        socket.on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        const url = `${scheme}://127.0.0.1:${port}`
        resume(
          Effect.succeed({ listening: { port, url, accepted: () => accepted, open: () => sockets.size }, sockets })
        )
      })
    }),
    ({ sockets }) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  ).pipe(Effect.map(({ listening }) => listening))

/** Any bytes: `onConnection` does what it likes with the socket. */
export const tcp = (onConnection: (socket: Socket) => void): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.suspend(() => listening(createTcp(onConnection), "http"))

/** What a raw server saw of a request: its head, byte for byte. */
export interface Raw extends Listening {
  readonly heads: ReadonlyArray<string>
}

/** Answers the head of each request (without a body) with bytes; gives `undefined` for none. */
export const raw = (
  answer: (head: string, socket: Socket, n: number) => string | Uint8Array | undefined
): Effect.Effect<Raw, never, Scope.Scope> => {
  const heads: Array<string> = []
  return Effect.map(
    tcp((socket) => {
      let text = ""
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1")
        const end = text.indexOf("\r\n\r\n")
        if (end < 0) return
        const head = text.slice(0, end + 4)
        text = text.slice(end + 4)
        heads.push(head)
        const bytes = answer(head, socket, heads.length)
        if (typeof bytes === "string") socket.write(Buffer.from(bytes, "latin1"))
        else if (bytes !== undefined) socket.write(bytes)
      })
    }),
    (server) => ({ ...server, heads })
  )
}

/** A server of HTTP. */
export const http = (
  listener: RequestListener
): Effect.Effect<Listening & { readonly server: HttpServer }, never, Scope.Scope> =>
  Effect.suspend(() => {
    const server = createHttp(listener)
    return Effect.map(listening(server, "http"), (listens) => ({ ...listens, server }))
  })

/** A server of HTTP over TLS. */
export const https = (
  options: ServerOptions,
  listener: RequestListener
): Effect.Effect<Listening & { readonly server: HttpsServer }, never, Scope.Scope> =>
  Effect.suspend(() => {
    const server = createHttps(options, listener)
    return Effect.map(listening(server, "https"), (listens) => ({ ...listens, server }))
  })

/** What a server of HTTP/2 does with a stream. */
export type OnStream = (stream: ServerHttp2Stream, headers: Http2Headers, raw: ReadonlyArray<string>) => void

const streaming = (server: Http2Server, onStream: OnStream): void => {
  server.on("stream", (stream, headers, _flags, ...rest: ReadonlyArray<unknown>) => {
    stream.on("error", () => {})
    const [raw] = rest
    onStream(stream, headers, Array.isArray(raw) ? raw.map(String) : [])
  })
  server.on("session", (session) => session.on("error", () => {}))
}

/** A server of HTTP/2 over TLS. */
export const http2 = (options: SecureServerOptions, onStream: OnStream) =>
  Effect.suspend(() => {
    const server = createHttp2(options)
    streaming(server, onStream)
    return Effect.map(listening(server, "https"), (listens) => ({ ...listens, server }))
  })

/** A server of HTTP/2 without TLS. */
export const h2c = (onStream: OnStream, options: H2cOptions = {}) =>
  Effect.suspend(() => {
    const server = createH2c(options)
    streaming(server, onStream)
    return Effect.map(listening(server, "http"), (listens) => ({ ...listens, server }))
  })

/** The whole body of a request, as a server sees it. */
export const received = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Array<Uint8Array> = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Something that happens once in a callback, to be awaited by a test. */
export interface Event<A> {
  readonly tell: (value: A) => void
  readonly told: Effect.Effect<A>
}

/** An event that has not happened yet. */
export const event = <A = void>(): Effect.Effect<Event<A>> =>
  Effect.map(Deferred.make<A>(), (deferred) => ({
    tell: (value) => Deferred.unsafeDone(deferred, Effect.succeed(value)),
    told: Deferred.await(deferred)
  }))

/** Waits until it holds, looking after each turn of the event loop: for what no event tells. */
export const until = (holds: () => boolean): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    let going = true
    const look = (): void => {
      if (!going) return
      if (holds()) resume(Effect.void)
      else setImmediate(look)
    }
    look()
    return Effect.sync(() => {
      going = false
    })
  })

const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Asks again after each turn of the event loop, until the answer holds. */
export const eventually = <A, E, R>(
  ask: Effect.Effect<A, E, R>,
  holds: (answer: A) => boolean
): Effect.Effect<A, E, R> => Effect.repeat(Effect.zipLeft(ask, turn), { until: holds })

/** A variable of this process, until the scope closes. */
export const variable = (name: string, value: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env[name]
      process.env[name] = value
      return before
    }),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env[name]
        else process.env[name] = before
      })
  )
