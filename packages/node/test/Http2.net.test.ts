import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2"
import type { Socket } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Answer, Body, Headers } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Fiber, Stream } from "effect"
import { authority } from "./Certificates.js"
import { bytes, failure, message, pattern, text } from "./Messages.js"
import { event, eventually, h2c, http, http2, https, type OnStream, raw, until } from "./Servers.js"

const prior = { http2: "prior-knowledge" } as const

/** Says what it was asked. */
const mirror: OnStream = (stream, headers) => {
  const pieces: Array<Buffer> = []
  stream.on("data", (piece: Buffer) => pieces.push(piece))
  stream.on("end", () => {
    if (stream.destroyed) return
    stream.respond({ ":status": 200, "x-method": headers[":method"] ?? "" })
    stream.end(Buffer.concat(pieces))
  })
}

describe("HTTP/2 over TLS", () => {
  it.scopedLive("is spoken where it is offered and taken: fields both ways, on one connection", () =>
    Effect.gen(function* () {
      const { ca, server: own } = yield* authority
      const seen: Array<ReadonlyArray<string>> = []
      const server = yield* http2({ cert: own.cert, key: own.key }, (stream, _headers, raw) => {
        seen.push(raw)
        stream.respond({ ":status": 200, "set-cookie": ["a=1", "b=2"], "x-last": "caf\u00e9" })
        stream.end("over 2")
      })
      const wire = yield* UndiciAdapter.make({ http2: true })
      const asked = message(`${server.url}/p?q=1`, {
        headers: ["X-A", "1", "Accept", "a/b", "X-A", "2", "Connection", "keep-alive", "Host", "other.test"],
        transport: { verify: { ca: ca.cert } }
      })
      const answers = yield* Effect.all(
        Array.from({ length: 10 }, () => wire.whole(asked)),
        { concurrency: "unbounded" }
      )
      for (const answer of answers) {
        expect([answer.status, answer.reason, yield* text(answer)]).toEqual([200, "", "over 2"])
        expect(Headers.getAll(answer.rawHeaders, "set-cookie")).toEqual(["a=1", "b=2"])
        expect(Headers.get(answer.rawHeaders, "x-last")).toBe("caf\u00e9")
      }
      expect(seen[0]).toEqual([
        ...[":method", "GET", ":path", "/p?q=1", ":scheme", "https", ":authority", "other.test"],
        ...["x-a", "1", "x-a", "2", "accept", "a/b"]
      ])
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("falls back to HTTP/1.1 on the connection that is there, and refuses Expect on it", () =>
    Effect.gen(function* () {
      const { ca, server: own } = yield* authority
      const server = yield* https({ cert: own.cert, key: own.key }, (request, response) =>
        response.end(`over ${request.httpVersion}`)
      )
      const wire = yield* UndiciAdapter.make({ http2: true, connections: 1 })
      const transport = { verify: { ca: ca.cert } }
      for (let i = 0; i < 3; i++) {
        expect(yield* Effect.flatMap(wire.whole(message(server.url, { transport })), text)).toBe("over 1.1")
      }
      expect(server.accepted()).toBe(1)
      const expecting = message(server.url, { transport, body: Body.text("x"), headers: ["Expect", "100-continue"] })
      expect(yield* failure(wire.whole(expecting))).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported" })
    })
  )

  it.scopedLive("is not spoken unless asked for", () =>
    Effect.gen(function* () {
      const { ca, server: own } = yield* authority
      const server = yield* http2({ cert: own.cert, key: own.key, allowHTTP1: true }, () => {})
      server.server.on("request", (request, response) => {
        if (request.httpVersion === "1.1") response.end("over 1.1")
      })
      const wire = yield* UndiciAdapter.make()
      const asked = message(server.url, { transport: { verify: { ca: ca.cert } } })
      expect(yield* Effect.flatMap(wire.whole(asked), text)).toBe("over 1.1")
    })
  )

  it.scopedLive("verifies certificates as ever", () =>
    Effect.gen(function* () {
      const { server: own } = yield* authority
      const server = yield* http2({ cert: own.cert, key: own.key }, mirror)
      const wire = yield* UndiciAdapter.make({ http2: true })
      expect(yield* failure(wire.whole(message(server.url)))).toMatchObject({ reason: "Tls", sent: "no" })
    })
  )
})

describe("HTTP/2 by prior knowledge", () => {
  it.scopedLive.each([
    ["bytes", "POST", Body.bytes(pattern(300_000)), 300_000],
    ["a stream of unknown length", "PUT", Body.oneShot(Stream.make(pattern(3), pattern(4))), 7],
    ["an empty stream", "POST", Body.oneShot(Stream.empty), 0],
    ["no bytes", "POST", Body.bytes(new Uint8Array(0)), 0],
    ["a body with DELETE", "DELETE", Body.bytes(pattern(5)), 5],
    ["a body with GET", "GET", Body.bytes(pattern(5)), 5],
    ["nothing", "OPTIONS", Body.empty, 0]
  ] as const)("carries %s", ([, method, body, length]) =>
    Effect.gen(function* () {
      const server = yield* h2c(mirror)
      const wire = yield* UndiciAdapter.make(prior)
      const answer = yield* wire.whole(message(server.url, { method, body }))
      expect([Headers.get(answer.rawHeaders, "x-method"), (yield* bytes(answer)).length]).toEqual([method, length])
    })
  )

  it.scopedLive("streams with back-pressure, and loses nothing", () =>
    Effect.gen(function* () {
      const all = pattern(8 * 1024 * 1024)
      const server = yield* h2c((stream) => {
        stream.respond({ ":status": 200, "content-length": all.length })
        stream.end(all)
      })
      const wire = yield* UndiciAdapter.make(prior)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { content } = yield* wire.live(message(server.url))
          if (content._tag !== "Live") throw new Error("whole")
          const slow = Stream.tap(content.stream, () => Effect.yieldNow())
          expect(Buffer.compare(yield* Answer.collect(slow), all)).toBe(0)
        })
      )
    })
  )

  it.scopedLive("tells trailers and interim answers", () =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => {
        stream.additionalHeaders({ ":status": 103, link: "</a>; rel=preload" })
        stream.respond({ ":status": 200 }, { waitForTrailers: true })
        stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "6" }))
        stream.end("abc")
      })
      const seen: Array<number> = []
      const wire = yield* UndiciAdapter.make({ ...prior, onInformation: ({ status }) => seen.push(status) })
      const answer = yield* wire.whole(message(server.url))
      expect([yield* text(answer), answer.trailers?.(), seen]).toEqual(["abc", ["x-sum", "6"], [103]])
    })
  )

  it.scopedLive("with a server of HTTP/1.1 is a typed error", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("1.1"))
      const garbage = yield* raw(() => "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
      const wire = yield* UndiciAdapter.make(prior)
      for (const { url } of [server, garbage]) {
        const error = yield* failure(wire.whole(message(url)))
        expect(error).toMatchObject({ _tag: "TransportError", reason: expect.stringMatching(/Protocol|Reset/) })
      }
    })
  )

  it.scopedLive("ends one stream when its request is interrupted, and not the connection", () =>
    Effect.gen(function* () {
      const begun = yield* event()
      const reset = yield* event<number>()
      const server = yield* h2c((stream, headers) => {
        if (headers[":path"] === "/quick") {
          stream.respond({ ":status": 200 })
          stream.end("quick")
          return
        }
        stream.on("close", () => reset.tell(stream.rstCode ?? -1))
        begun.tell()
      })
      const wire = yield* UndiciAdapter.make(prior)
      const slow = yield* Effect.fork(wire.whole(message(`${server.url}/slow`)))
      yield* begun.told
      yield* Fiber.interrupt(slow)
      expect(yield* reset.told).toBe(constants.NGHTTP2_CANCEL)
      expect(yield* Effect.flatMap(wire.whole(message(`${server.url}/quick`)), text)).toBe("quick")
      expect(server.accepted()).toBe(1)
      yield* eventually(wire.sockets, ([one]) => one?.busy === 0)
    })
  )

  it.scopedLive("sends as many at once as the server allows, and the others after them", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const server = yield* h2c(
        (stream) => {
          most = Math.max(most, ++now)
          setImmediate(() => {
            now--
            stream.respond({ ":status": 200 })
            stream.end()
          })
        },
        { settings: { maxConcurrentStreams: 2 } }
      )
      const wire = yield* UndiciAdapter.make(prior)
      const asked = message(server.url)
      yield* wire.whole(asked)
      const answers = yield* Effect.all(
        Array.from({ length: 20 }, () => wire.whole(asked)),
        { concurrency: "unbounded" }
      )
      expect(answers.every(({ status }) => status === 200)).toBe(true)
      expect(most).toBeLessThanOrEqual(2)
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("lets streams end after GOAWAY, and connects again for the next", () =>
    Effect.gen(function* () {
      const sessions: Array<ServerHttp2Session> = []
      const server = yield* h2c((stream) => {
        stream.respond({ ":status": 200 })
        if (sessions.length > 1) stream.end("second")
        else {
          stream.session?.goaway(0)
          setImmediate(() => stream.end("first"))
        }
      })
      server.server.on("session", (session) => sessions.push(session))
      const wire = yield* UndiciAdapter.make(prior)
      expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("first")
      expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("second")
      expect(server.accepted()).toBe(2)
    })
  )

  it.scopedLive.each([
    ["a refused stream", constants.NGHTTP2_REFUSED_STREAM, "Reset", "no"],
    ["a reset stream", constants.NGHTTP2_INTERNAL_ERROR, "Reset", "maybe"]
  ] as const)("%s says whether it was sent", ([, code, reason, sent]) =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => stream.close(code))
      const wire = yield* UndiciAdapter.make(prior)
      expect(yield* failure(wire.whole(message(server.url)))).toMatchObject({ _tag: "TransportError", reason, sent })
    })
  )

  it.scopedLive.each([
    ["a stream that is reset in its body", (stream) => stream.destroy(new Error("no more")), /^Reset$/],
    ["a connection that ends in a body", (_stream, socket) => socket?.destroy(), /^Truncated$/],
    ["a connection that is reset in a body", (_stream, socket) => socket?.resetAndDestroy(), /^(?:Reset|Truncated)$/]
  ] satisfies ReadonlyArray<readonly [string, (stream: ServerHttp2Stream, socket?: Socket) => void, RegExp]>)(
    "%s is a typed error",
    ([, cut, reason]) =>
      Effect.gen(function* () {
        let socket: Socket | undefined
        const server = yield* h2c((stream) => {
          stream.respond({ ":status": 200 })
          stream.write("abc", () => setImmediate(() => cut(stream, socket)))
        })
        server.server.on("connection", (one: Socket) => {
          socket = one
        })
        const wire = yield* UndiciAdapter.make(prior)
        for (const ask of [
          Effect.flatMap(wire.whole(message(server.url)), bytes),
          Effect.flatMap(wire.live(message(server.url)), bytes)
        ]) {
          expect(yield* failure(Effect.scoped(ask))).toMatchObject({
            _tag: "BodyError",
            reason: expect.stringMatching(reason)
          })
        }
      })
  )

  it.scopedLive.each([
    ["shorter", "ab", "Truncated"],
    // Node hands on nothing of it.
    ["longer", "abcdef", "Truncated"]
  ] as const)("a body that is %s than its length is a typed error", ([, body, reason]) =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => {
        stream.respond({ ":status": 200, "content-length": 4 })
        stream.end(body)
      })
      const wire = yield* UndiciAdapter.make(prior)
      expect(yield* failure(wire.whole(message(server.url)))).toMatchObject({ _tag: "BodyError", reason })
    })
  )

  it.scopedLive.each([
    ["two of what there can be one of", "GET", ["Content-Type", "a/b", "Content-Type", "c/d"]],
    ["a field of the connection", "GET", ["TE", "gzip"]],
    ["a tunnel", "CONNECT", []]
  ] as const)("cannot send %s, and says so", ([, method, headers]) =>
    Effect.gen(function* () {
      const server = yield* h2c(mirror)
      const wire = yield* UndiciAdapter.make(prior)
      const error = yield* failure(wire.whole(message(server.url, { method, headers: [...headers] })))
      expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported" })
      expect((yield* wire.whole(message(server.url))).status).toBe(200)
    })
  )

  it.scopedLive("takes 1,000 fields", () =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => {
        stream.respond(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, String(i)])))
        stream.end()
      })
      const wire = yield* UndiciAdapter.make({ ...prior, maxHeaderSize: 100_000 })
      expect(Headers.get((yield* wire.whole(message(server.url))).rawHeaders, "x-999")).toBe("999")
    })
  )

  it.scopedLive("keeps its timeouts", () =>
    Effect.gen(function* () {
      const server = yield* h2c((stream, headers) => {
        if (headers[":path"] !== "/body") return
        stream.respond({ ":status": 200 })
        stream.write("abc")
      })
      const wire = yield* UndiciAdapter.make(prior)
      const transport = { headersTimeout: 50, readTimeout: 50 }
      const asked = message(`${server.url}/head`, { transport })
      expect(yield* failure(wire.whole(asked))).toMatchObject({ reason: "HeadersTimeout" })
      const body = message(`${server.url}/body`, { transport })
      expect(yield* failure(wire.whole(body))).toMatchObject({ _tag: "BodyError", reason: "ReadTimeout" })
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("hears an early answer while it uploads, and stops", () =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => {
        stream.respond({ ":status": 413 })
        stream.end("too much")
      })
      const wire = yield* UndiciAdapter.make(prior)
      const ended = yield* event()
      const endless = Stream.concat(Stream.make(pattern(9)), Stream.never).pipe(
        Stream.ensuring(Effect.sync(() => ended.tell()))
      )
      const answer = yield* wire.whole(message(server.url, { body: Body.oneShot(endless) }))
      expect([answer.status, yield* text(answer)]).toEqual([413, "too much"])
      yield* ended.told
      yield* eventually(wire.sockets, ([one]) => one?.busy === 0)
    })
  )

  it.scopedLive("waits for 100 Continue, and not for ever", () =>
    Effect.gen(function* () {
      const heard: Array<unknown> = []
      const server = yield* h2c((stream, headers, raw) => {
        heard.push([headers[":path"], headers.expect])
        if (headers[":path"] === "/no") {
          stream.respond({ ":status": 417 })
          stream.end()
          return
        }
        if (headers[":path"] === "/yes") stream.additionalHeaders({ ":status": 100 })
        mirror(stream, headers, raw)
      })
      const wire = yield* UndiciAdapter.make(prior)
      const ask = (path: string) =>
        wire.whole(message(server.url + path, { body: Body.text("body"), headers: ["Expect", "100-continue"] }))
      expect(yield* Effect.flatMap(ask("/yes"), text)).toBe("body")
      expect(yield* Effect.flatMap(ask("/silent"), text)).toBe("body")
      expect((yield* ask("/no")).status).toBe(417)
      expect(heard).toEqual(["/yes", "/silent", "/no"].map((path) => [path, "100-continue"]))
    })
  )

  it.scopedLive("an upload that fails is a typed error, and the connection goes on", () =>
    Effect.gen(function* () {
      const server = yield* h2c(mirror)
      const wire = yield* UndiciAdapter.make(prior)
      const failing = Body.oneShot(Stream.concat(Stream.make(pattern(3)), Stream.fail("disk")))
      expect(yield* failure(wire.whole(message(server.url, { body: failing })))).toMatchObject({ reason: "Upload" })
      yield* wire.whole(message(server.url))
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("a header that is too large is a typed error", () =>
    Effect.gen(function* () {
      const server = yield* h2c((stream) => {
        stream.respond({ ":status": 200, "x-a": "a".repeat(20_000) })
        stream.end()
      })
      const wire = yield* UndiciAdapter.make(prior)
      expect(yield* failure(wire.whole(message(server.url)))).toMatchObject({ reason: "Limit" })
    })
  )

  it.scopedLive("ends with its adapter", () =>
    Effect.gen(function* () {
      const begun = yield* event()
      const server = yield* h2c(() => begun.tell())
      const waiting = yield* Effect.scoped(
        Effect.gen(function* () {
          const wire = yield* UndiciAdapter.make(prior)
          const fiber = yield* Effect.forkDaemon(failure(wire.whole(message(server.url))))
          yield* begun.told
          return fiber
        })
      )
      expect(yield* Fiber.join(waiting)).toMatchObject({ reason: "Closed" })
      yield* until(() => server.open() === 0)
    })
  )
})
