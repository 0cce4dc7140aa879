import { createServer, type Socket } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, type Scope } from "effect"
import { bytes, failure, message, type Parts } from "./Messages.js"
import { raw } from "./Servers.js"
import { nothingUnhandled } from "./Unhandled.js"

const closed = Effect.async<string>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(`http://127.0.0.1:${port}`)))
  })
})

const serves = (reply: string | ((socket: Socket) => void)): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    raw((_head, socket) => {
      if (typeof reply === "string") socket.end(Buffer.from(reply, "latin1"))
      else reply(socket)
      return undefined
    }),
    ({ url }) => url
  )

/** Header fields without an end, as fast as they are read. */
const endless = (socket: Socket): void => {
  const more = (): void => {
    while (socket.writable && socket.write(`X-${"a".repeat(500)}: b\r\n`)) {
      // Until the socket is full.
    }
  }
  socket.on("drain", more)
  socket.write("HTTP/1.1 200 OK\r\n")
  more()
}

const fields = (n: number): string => Array.from({ length: n }, (_, i) => `X-${i}: ${i}\r\n`).join("")
const soon: Parts = { transport: { headersTimeout: 100, readTimeout: 100 } }

interface Case {
  readonly name: string
  readonly url: Effect.Effect<string, never, Scope.Scope>
  readonly tag: "TransportError" | "BodyError"
  readonly reason: string
  readonly parts?: Parts
}

const cases: ReadonlyArray<Case> = [
  { name: "garbage", url: serves("\0\u00ff\u0001 no HTTP at all\r\n\r\n"), tag: "TransportError", reason: "Protocol" },
  { name: "a line of SMTP", url: serves("220 mail.test ESMTP\r\n"), tag: "TransportError", reason: "Protocol" },
  { name: "HTTP/0.9", url: serves("<html>hello</html>"), tag: "TransportError", reason: "Protocol" },
  { name: "a version that is none", url: serves("HTTP/9.9 200 OK\r\n\r\n"), tag: "TransportError", reason: "Protocol" },
  { name: "a status that is none", url: serves("HTTP/1.1 2OO OK\r\n\r\n"), tag: "TransportError", reason: "Protocol" },
  { name: "a header without an end", url: serves(endless), tag: "TransportError", reason: "Limit" },
  {
    name: "a header that stops coming",
    url: serves((socket) => socket.write("HTTP/1.1 200 OK\r\nX-A: 1\r\n")),
    tag: "TransportError",
    reason: "HeadersTimeout",
    parts: soon
  },
  {
    name: "a line of the header without a name",
    url: serves("HTTP/1.1 200 OK\r\n: nameless\r\nContent-Length: 0\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol"
  },
  {
    name: "a control character in a field",
    url: serves("HTTP/1.1 200 OK\r\nX-A: a\u0000b\r\nContent-Length: 0\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol"
  },
  {
    name: "a length and chunks at once",
    url: serves("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    tag: "TransportError",
    reason: "Protocol"
  },
  {
    name: "two lengths",
    url: serves("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    tag: "TransportError",
    reason: "Protocol"
  },
  {
    name: "a length that is none",
    url: serves("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc"),
    tag: "TransportError",
    reason: "Protocol"
  },
  {
    name: "a body that is shorter than it says",
    url: serves("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    tag: "BodyError",
    reason: "Truncated"
  },
  {
    name: "a chunk that is none",
    url: serves("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
    tag: "BodyError",
    reason: "Protocol"
  },
  { name: "nothing at all", url: serves(""), tag: "TransportError", reason: "Reset" },
  { name: "an unknown name", url: Effect.succeed("http://no-such-name.invalid"), tag: "TransportError", reason: "Dns" },
  { name: "a closed port", url: closed, tag: "TransportError", reason: "Refused" }
]

nothingUnhandled()

describe.each(cases)("$name", ({ parts, reason, tag, url }) => {
  it.scopedLive(`is ${tag}, reason ${reason}, collected and streamed, and leaves no socket busy`, () =>
    Effect.gen(function* () {
      const asked = message(yield* url, parts)
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const errors = [
        yield* failure(wire.whole(asked)),
        yield* failure(Effect.scoped(Effect.flatMap(wire.live(asked), bytes)))
      ]
      for (const error of errors) {
        expect(error).toMatchObject({ _tag: tag, reason })
        expect(error.message).toContain(asked.target.shown)
      }
      expect((yield* wire.sockets).every(({ busy, queued }) => busy === 0 && queued === 0)).toBe(true)
    })
  )
})

describe("what is odd and no error", () => {
  it.scopedLive("1,000 fields arrive, in their order, where the adapter has room for them", () =>
    Effect.gen(function* () {
      const url = yield* serves(`HTTP/1.1 200 OK\r\n${fields(1000)}Content-Length: 0\r\n\r\n`)
      const wire = yield* UndiciAdapter.make({ maxHeaderSize: 65_536 })
      const { rawHeaders } = yield* wire.whole(message(url))
      expect(rawHeaders.slice(0, 4)).toEqual(["X-0", "0", "X-1", "1"])
      expect(rawHeaders.length).toBe(2002)
    })
  )

  it.scopedLive("a body that is longer than it says ends where it says, and its rest answers no other request", () =>
    Effect.gen(function* () {
      const url = yield* serves(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      )
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (let i = 0; i < 2; i++) {
        expect(Buffer.from(yield* Effect.flatMap(wire.whole(message(url)), bytes)).toString()).toBe("abc")
      }
    })
  )
})
