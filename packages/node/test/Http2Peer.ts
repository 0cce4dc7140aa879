/**
 * A peer of HTTP/2 in cleartext on loopback, for the laws of an adapter that has sockets.
 *
 * @module
 */
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream
} from "node:http2"
import { Peer } from "@effect-requests/testing"
import { Effect, type Scope } from "effect"

/** node:http2 takes fields as an object: those of one name stand side by side. */
const fields = (status: number, headers: Peer.Seen["headers"]): OutgoingHttpHeaders => {
  const out: Record<string, Array<string>> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    out[key] = [...(out[key] ?? []), value]
  }
  const single = Object.entries(out).map(([name, values]) => [name, values.length === 1 ? values[0] : values] as const)
  return { ...Object.fromEntries(single), ":status": status }
}

const answer = (reply: Peer.Reply, stream: ServerHttp2Stream): void =>
  Peer.Reply.$match(reply, {
    Answers: ({ body, headers, status }) => {
      stream.respond(fields(status, headers))
      if (stream.writable) stream.end(body)
    },
    Silent: () => {},
    Stalls: ({ first }) => {
      stream.respond({ ":status": 200, "content-length": first.length + 10 })
      stream.write(first)
    },
    Breaks: ({ first }) => {
      stream.respond({ ":status": 200, "content-length": first.length + 10 })
      stream.write(first, () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    }
  })

const pairs = (raw: ReadonlyArray<string>) =>
  raw.flatMap((name, i) => (i % 2 === 0 && !name.startsWith(":") ? [[name, raw[i + 1] ?? ""] as const] : []))

/** A server that does the same with every message. */
export const peer = (reply: Peer.Reply): Effect.Effect<Peer.Peer, never, Scope.Scope> =>
  Effect.suspend(() => {
    const seen: Array<Peer.Seen> = []
    let open = 0
    const server = createServer()
    const sessions = new Set<{ readonly destroy: () => void }>()
    server.on("session", (session) => sessions.add(session))
    server.on(
      "stream",
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: Array<string>) => {
        open++
        const pieces: Array<Uint8Array> = []
        stream.on("close", () => open--)
        stream.on("error", () => {})
        stream.on("data", (piece: Uint8Array) => pieces.push(piece))
        stream.on("end", () => {
          const { ":method": method = "", ":path": path = "" } = headers
          seen.push({ method, path, headers: pairs(raw), body: Buffer.concat(pieces) })
          answer(reply, stream)
        })
      }
    )
    const listening = Effect.async<string>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed(`http://127.0.0.1:${port}`))
      })
    })
    const ended = Effect.async<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const session of sessions) session.destroy()
    })
    return Effect.map(
      Effect.acquireRelease(listening, () => ended),
      (url) => ({ url, seen: Effect.sync(() => seen), open: Effect.sync(() => open) })
    )
  })
