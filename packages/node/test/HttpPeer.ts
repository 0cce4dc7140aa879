/**
 * A peer of HTTP/1.1 on loopback, for the laws of an adapter that has sockets.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Peer } from "@effect-requests/testing"
import { Effect, type Scope } from "effect"
import { http, received } from "./Servers.js"

const pairs = (raw: ReadonlyArray<string>) =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""] as const] : []))

/** Begins an answer that promises more than it has. */
const begin = (response: ServerResponse, first: Uint8Array, then: () => void) => {
  response.writeHead(200, { "Content-Length": first.length + 10 })
  response.write(first, then)
}

const answer = (reply: Peer.Reply, request: IncomingMessage, response: ServerResponse): void =>
  Peer.Reply.$match(reply, {
    Answers: ({ body, headers, status }) => {
      response.writeHead(status, headers.flat())
      response.end(body)
    },
    Silent: () => {},
    Stalls: ({ first }) => begin(response, first, () => {}),
    Breaks: ({ first }) => begin(response, first, () => request.socket.destroy())
  })

/** A server that does the same with every message. */
export const peer = (reply: Peer.Reply): Effect.Effect<Peer.Peer, never, Scope.Scope> =>
  Effect.suspend(() => {
    const seen: Array<Peer.Seen> = []
    let open = 0
    const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      open++
      response.on("close", () => open--)
      const { method = "", rawHeaders, url: path = "" } = request
      seen.push({ method, path, headers: pairs(rawHeaders), body: await received(request) })
      answer(reply, request, response)
    }
    return Effect.map(
      http((request, response) => void listener(request, response).catch(() => {})),
      ({ url }) => ({ url, seen: Effect.sync(() => seen), open: Effect.sync(() => open) })
    )
  })
