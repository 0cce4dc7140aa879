import { createServer } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import type { Errors } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, type Scope } from "effect"
import { bytes, failure, message, type Parts } from "./Messages.js"
import { event, type Listening, raw, tcp } from "./Servers.js"

/** A port where nobody listens: one that was free a moment ago. */
const closedPort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** Writes and does not close. */
const says = (reply: string) => raw(() => reply)
/** Writes and closes. */
const saysLast = (reply: string) =>
  raw((_head, socket) => {
    socket.end(Buffer.from(reply, "latin1"))
    return undefined
  })
/** Writes, and resets when the other side has had the time to read: Node takes a reset behind unread bytes for an end. */
const saysAndResets = (reply: string) =>
  raw((_head, socket) => {
    const later = (turns: number): void => {
      if (turns === 0) socket.resetAndDestroy()
      else setImmediate(later, turns - 1)
    }
    socket.write(reply, () => later(50))
    return undefined
  })

interface Case {
  readonly name: string
  readonly server: Effect.Effect<Pick<Listening, "url">, never, Scope.Scope>
  readonly tag: "TransportError" | "BodyError"
  readonly reason: string
  readonly sent?: Errors.TransportError["sent"]
  readonly detail?: RegExp
  readonly parts?: Parts
}

const at = (url: string) => Effect.succeed({ url })
const soon: Parts = { transport: { headersTimeout: 50, readTimeout: 50, connectTimeout: 50 } }

const cases: ReadonlyArray<Case> = [
  {
    name: "[EXC-04] a closed port",
    server: Effect.map(closedPort, (port) => ({ url: `http://127.0.0.1:${port}` })),
    tag: "TransportError",
    reason: "Refused",
    sent: "no",
    detail: /ECONNREFUSED/
  },
  {
    name: "a closed port behind several addresses",
    server: Effect.map(closedPort, (port) => ({ url: `http://localhost:${port}` })),
    tag: "TransportError",
    reason: "Refused",
    sent: "no",
    detail: /ECONNREFUSED/
  },
  {
    name: "[EXC-04] an unknown name",
    server: at("http://nosuch.invalid"),
    tag: "TransportError",
    reason: "Dns",
    sent: "no",
    detail: /ENOTFOUND|EAI_AGAIN/
  },
  {
    name: "[TMO-05] a handshake that never ends",
    server: Effect.map(
      tcp(() => {}),
      ({ port }) => ({ url: `https://127.0.0.1:${port}` })
    ),
    tag: "TransportError",
    reason: "ConnectTimeout",
    sent: "no",
    parts: soon
  },
  {
    name: "[ADP-22] garbage",
    server: says("SSH-2.0-OpenSSH_9.2\r\n"),
    tag: "TransportError",
    reason: "Protocol",
    detail: /does not match the HTTP\/1.1 protocol/
  },
  {
    name: "[EXC-10] HTTP/1.1 with two different lengths",
    server: says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol",
    sent: "yes"
  },
  {
    name: "an unasked-for 100",
    server: says("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol",
    sent: "yes",
    detail: /100 Continue/
  },
  {
    name: "an unasked-for 101",
    server: says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol",
    sent: "yes",
    detail: /101/
  },
  {
    name: "a head without an end",
    server: says("HTTP/1.1 200 OK\r\nX-A: 1\r\n"),
    tag: "TransportError",
    reason: "HeadersTimeout",
    sent: "yes",
    parts: soon
  },
  {
    name: "a head that is too large",
    server: says(`HTTP/1.1 200 OK\r\nX-A: ${"x".repeat(20_000)}\r\n\r\n`),
    tag: "TransportError",
    reason: "Limit",
    sent: "yes"
  },
  {
    name: "[EXC-04] an end before an answer",
    server: saysLast(""),
    tag: "TransportError",
    reason: "Reset",
    sent: "maybe"
  },
  {
    name: "[EXC-04] a reset before an answer",
    server: saysAndResets(""),
    tag: "TransportError",
    reason: "Reset",
    sent: "maybe",
    detail: /ECONNRESET/
  },
  {
    name: "an end in the head",
    server: saysLast("HTTP/1.1 200 OK\r\nX-A"),
    tag: "TransportError",
    reason: "Reset",
    sent: "yes"
  },
  {
    name: "[TMO-06] no answer",
    server: says(""),
    tag: "TransportError",
    reason: "HeadersTimeout",
    sent: "maybe",
    parts: soon
  },
  {
    name: "[EXC-08] an end in a body with a length",
    server: saysLast("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
    tag: "BodyError",
    reason: "Truncated"
  },
  {
    name: "an end in a body with a length, and no keep-alive",
    server: saysLast("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc"),
    tag: "BodyError",
    reason: "Truncated"
  },
  {
    name: "[EXC-08] an end in a chunked body",
    server: saysLast("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
    tag: "BodyError",
    reason: "Truncated"
  },
  {
    name: "an end in a chunked body, and no keep-alive",
    server: saysLast("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
    tag: "BodyError",
    reason: "Truncated"
  },
  {
    name: "[EXC-08] a chunk that is none",
    server: says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n"),
    tag: "BodyError",
    reason: "Protocol",
    detail: /Invalid character in chunk size/
  },
  {
    name: "a reset in a body",
    server: saysAndResets("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
    tag: "BodyError",
    reason: "Reset"
  },
  {
    name: "[TMO-07] a body that stops coming",
    server: says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
    tag: "BodyError",
    reason: "ReadTimeout",
    parts: soon
  }
]

describe.each(cases)("$name", ({ detail, parts, reason, sent, server, tag }) => {
  it.scopedLive(`is ${tag} ${reason}`, () =>
    Effect.gen(function* () {
      const { url } = yield* server
      const wire = yield* UndiciAdapter.make()
      const asked = message(url, parts)
      const [whole, live] = yield* Effect.all(
        [failure(wire.whole(asked)), failure(Effect.scoped(Effect.flatMap(wire.live(asked), bytes)))],
        { concurrency: 2 }
      )
      for (const error of [whole, live]) {
        expect(error).toMatchObject({ _tag: tag, reason, ...(sent === undefined ? {} : { sent }) })
        if (detail !== undefined) expect(error).toMatchObject({ detail: expect.stringMatching(detail) })
        expect(error.message).not.toBe("")
      }
    })
  )
})

describe("a limit", () => {
  it.scopedLive("of the head is an option", () =>
    Effect.gen(function* () {
      const server = yield* says(`HTTP/1.1 200 OK\r\nX-A: ${"x".repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`)
      const wire = yield* UndiciAdapter.make({ maxHeaderSize: 40_000 })
      expect((yield* wire.whole(message(server.url))).status).toBe(200)
    })
  )
})

describe("a name", () => {
  it.scopedLive("is looked up as the adapter is told", () =>
    Effect.gen(function* () {
      const server = yield* says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      const asked = yield* event<string>()
      const wire = yield* UndiciAdapter.make({
        lookup: (name, _options, callback) => {
          asked.tell(name)
          callback(null, [{ address: "127.0.0.1", family: 4 }])
        }
      })
      expect((yield* wire.whole(message(`http://nosuch.invalid:${server.port}`))).status).toBe(200)
      expect(yield* asked.told).toBe("nosuch.invalid")
    })
  )
})
