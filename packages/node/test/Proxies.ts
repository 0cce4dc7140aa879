/**
 * Small proxies on loopback, and what they were told.
 *
 * @module
 */
import { connect, type Socket } from "node:net"
import { createServer as createTls } from "node:tls"
import { Effect, type Scope } from "effect"
import type { Pem } from "./Certificates.js"
import { type Listening, listening, tcp } from "./Servers.js"

/** A proxy, and the heads that it was sent. */
export interface Proxy extends Listening {
  readonly heads: ReadonlyArray<string>
}

/** What a proxy answers in place of a tunnel or of the origin's answer; `undefined`: it does its work. */
export type Says = (head: string, n: number) => string | undefined

const joined = (one: Socket, other: Socket): void => {
  one.pipe(other).pipe(one)
  for (const [from, to] of [
    [one, other],
    [other, one]
  ] as const) {
    from.on("error", () => to.destroy())
    from.on("close", () => to.destroy())
  }
}

const serve = (heads: Array<string>, says: Says) => (socket: Socket) => {
  const onData = (chunk: Buffer): void => {
    const text = chunk.toString("latin1")
    const head = text.slice(0, text.indexOf("\r\n\r\n") + 4)
    heads.push(head)
    const said = says(head, heads.length)
    if (said !== undefined) {
      socket.write(said, "latin1")
      return
    }
    const [method = "", target = ""] = head.split(" ")
    const url = new URL(method === "CONNECT" ? `http://${target}` : target)
    const upstream = connect(Number(url.port), url.hostname)
    upstream.on("error", () => socket.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"))
    upstream.once("connect", () => {
      socket.off("data", onData)
      if (method === "CONNECT") socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
      else upstream.write(text.replace(/^(\S+) http:\/\/[^/]+/, "$1 "), "latin1")
      if (method === "CONNECT") joined(socket, upstream)
      else {
        upstream.pipe(socket, { end: false })
        socket.on("data", onData)
      }
    })
  }
  socket.on("data", onData)
  socket.on("error", () => {})
}

/** An HTTP proxy that tunnels and forwards, each message in one piece. */
export const http = (says: Says = () => undefined): Effect.Effect<Proxy, never, Scope.Scope> => {
  const heads: Array<string> = []
  return Effect.map(tcp(serve(heads, says)), (server) => ({ ...server, heads }))
}

/** The same, spoken to over TLS. */
export const https = ({ cert, key }: Pem, says: Says = () => undefined): Effect.Effect<Proxy, never, Scope.Scope> => {
  const heads: Array<string> = []
  return Effect.map(listening(createTls({ cert, key }, serve(heads, says)), "https"), (server) => ({
    ...server,
    heads
  }))
}

/** What a SOCKS proxy was asked for. */
export interface Socks extends Listening {
  readonly asked: ReadonlyArray<string>
}

const address = (bytes: Buffer): string => Array.from(bytes).join(".")

/** A SOCKS5 and SOCKS4 proxy that connects to 127.0.0.1 whatever the host is; `reply` other than 0 refuses. */
export const socks = (reply = 0, user?: string): Effect.Effect<Socks, never, Scope.Scope> => {
  const asked: Array<string> = []
  const onward = (socket: Socket, port: number, granted: Buffer): void => {
    const upstream = connect(port, "127.0.0.1")
    upstream.once("connect", () => {
      socket.write(granted)
      joined(socket, upstream)
    })
  }
  const request = (socket: Socket, bytes: Buffer): void => {
    const named = bytes[3] === 3
    const length = bytes[4] ?? 0
    const host = named ? bytes.subarray(5, 5 + length).toString() : address(bytes.subarray(4, 8))
    asked.push(`5 ${host}`)
    const port = bytes.readUInt16BE(named ? 5 + length : 8)
    const granted = Buffer.from([5, reply, 0, 1, 127, 0, 0, 1, 0, 0])
    if (reply === 0) onward(socket, port, granted)
    else socket.end(granted)
  }
  return Effect.map(
    tcp((socket) => {
      socket.on("error", () => {})
      socket.once("data", (hello) => {
        if (hello[0] === 4) {
          const named = hello[4] === 0 && hello[5] === 0
          const [id = "", host = ""] = hello.subarray(8).toString().split("\0")
          asked.push(`4 ${named ? host : address(hello.subarray(4, 8))} ${id}`.trimEnd())
          const granted = Buffer.from([0, reply === 0 ? 90 : 91, 0, 0, 0, 0, 0, 0])
          if (reply === 0) onward(socket, hello.readUInt16BE(2), granted)
          else socket.end(granted)
          return
        }
        if (user === undefined) {
          socket.once("data", (bytes) => request(socket, bytes))
          socket.write(Buffer.from([5, 0]))
          return
        }
        socket.once("data", (login) => {
          const length = login[1] ?? 0
          const said = `${login.subarray(2, 2 + length)}:${login.subarray(3 + length)}`
          socket.once("data", (bytes) => request(socket, bytes))
          socket.write(Buffer.from([1, said === user ? 0 : 1]))
        })
        socket.write(Buffer.from([5, 2]))
      })
    }),
    (server) => ({ ...server, asked })
  )
}
