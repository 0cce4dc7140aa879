import { describe, expect, it } from "@effect/vitest"
import { Adapter, Body, Request, Session } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Exit, Fiber, Scope, Stream } from "effect"
import { failure, message, text } from "./Messages.js"
import { event, eventually, http, type Listening, tcp, until } from "./Servers.js"

const idle = (wire: UndiciAdapter.UndiciWire) =>
  eventually(wire.sockets, (all) => all.every(({ busy, queued }) => busy === 0 && queued === 0))

describe("the end of the scope", () => {
  it.scopedLive("[ADP-18] closes the connections; what comes later fails", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("hi"))
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make(), scope)
      yield* wire.whole(message(server.url))
      expect(server.open()).toBe(1)
      yield* Scope.close(scope, Exit.void)
      yield* until(() => server.open() === 0)
      for (const send of [wire.whole, wire.live]) {
        const error = yield* failure(Effect.scoped(send(message(server.url))))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Closed", sent: "no" })
      }
    })
  )

  it.scopedLive("ends what is under way and what queues", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const server = yield* http(() => asked.tell())
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make({ connections: 1 }), scope)
      const first = yield* Effect.fork(failure(wire.whole(message(server.url))))
      yield* asked.told
      const second = yield* Effect.fork(failure(wire.whole(message(server.url))))
      yield* eventually(wire.sockets, ([one]) => one?.queued === 1)
      yield* Scope.close(scope, Exit.void)
      expect(yield* Fiber.join(first)).toMatchObject({ reason: "Closed", sent: "maybe" })
      expect(yield* Fiber.join(second)).toMatchObject({ reason: "Closed", sent: "no" })
      yield* until(() => server.open() === 0)
    })
  )
})

describe("the end of the scope, in a body", () => {
  it.scopedLive("is a reset to its reader", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => {
        response.write("begun")
      })
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make(), scope)
      const answer = yield* wire.live(message(server.url))
      yield* Scope.close(scope, Exit.void)
      expect(yield* failure(text(answer))).toMatchObject({ _tag: "BodyError", reason: "Reset" })
      yield* until(() => server.open() === 0)
    })
  )

  it.scopedLive("ends a connection that is not there yet", () =>
    Effect.gen(function* () {
      const accepted = yield* event()
      const server = yield* tcp(() => accepted.tell())
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make(), scope)
      const asking = yield* Effect.fork(failure(wire.whole(message(`https://127.0.0.1:${server.port}`))))
      yield* accepted.told
      yield* Scope.close(scope, Exit.void)
      expect(yield* Fiber.join(asking)).toMatchObject({ reason: "Closed", sent: "no" })
      yield* until(() => server.open() === 0)
    })
  )
})

describe("connections", () => {
  it.scopedLive("[ADP-09] are no more than the option says, and are counted", () =>
    Effect.gen(function* () {
      const go = yield* event()
      const server = yield* http((_request, response) => {
        Effect.runFork(Effect.map(go.told, () => response.end("hi")))
      })
      const wire = yield* UndiciAdapter.make({ connections: 3 })
      const all = yield* Effect.fork(
        Effect.forEach(Array.from({ length: 10 }), () => wire.whole(message(server.url)), { concurrency: 10 })
      )
      yield* eventually(wire.sockets, ([one]) => one?.busy === 3)
      expect(yield* wire.sockets).toEqual([{ origin: server.url, busy: 3, free: 0, queued: 7 }])
      go.tell()
      expect((yield* Fiber.join(all)).length).toBe(10)
      expect(server.accepted()).toBe(3)
      yield* idle(wire)
      expect(yield* wire.sockets).toEqual([{ origin: server.url, busy: 0, free: 3, queued: 0 }])
    })
  )

  it.scopedLive("are apart for each origin and each connect timeout", () =>
    Effect.gen(function* () {
      const one = yield* http((_request, response) => response.end("1"))
      const two = yield* http((_request, response) => response.end("2"))
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      yield* wire.whole(message(one.url))
      yield* wire.whole(message(two.url))
      yield* wire.whole(message(two.url, { transport: { connectTimeout: 5000 } }))
      expect([one.accepted(), two.accepted()]).toEqual([1, 2])
      expect(yield* wire.sockets).toEqual([
        { origin: one.url, busy: 0, free: 1, queued: 0 },
        { origin: two.url, busy: 0, free: 2, queued: 0 }
      ])
    })
  )

  it.scopedLive("of origins that nobody asks any more are forgotten", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => {
        response.setHeader("Connection", "close")
        response.end("hi")
      })
      const wire = yield* UndiciAdapter.make({
        lookup: (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }])
      })
      for (let i = 0; i < 600; i++) yield* wire.whole(message(`http://host${i}.example.test:${server.port}`))
      expect((yield* wire.sockets).length).toBeLessThan(300)
    })
  )
})

describe("an interrupted request", () => {
  it.scopedLive("that queues is dropped when its turn comes: nothing of it is sent, and its connection goes on", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const go = yield* event()
      const seen: Array<string> = []
      const server = yield* http((request, response) => {
        seen.push(request.url ?? "")
        asked.tell()
        Effect.runFork(Effect.map(go.told, () => response.end("hi")))
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const first = yield* Effect.fork(wire.whole(message(`${server.url}/first`)))
      yield* asked.told
      const lost = yield* Effect.forEach(Array.from({ length: 50 }), () =>
        Effect.fork(wire.whole(message(`${server.url}/lost`)))
      )
      const last = yield* Effect.fork(wire.whole(message(`${server.url}/last`)))
      yield* eventually(wire.sockets, ([one]) => one?.queued === 51)
      yield* Fiber.interruptAll(lost)
      go.tell()
      yield* Fiber.join(first)
      yield* Fiber.join(last)
      expect(seen).toEqual(["/first", "/last"])
      expect(server.accepted()).toBe(1)
    })
  )
})

describe("a pool of one connection", () => {
  /** What servers do to a client that does not read to the end. */
  const trouble = (asked: () => void): Effect.Effect<Listening, never, Scope.Scope> =>
    http((request, response) => {
      switch (request.url) {
        case "/redirect":
          response.writeHead(302, { Location: "/hello" })
          response.end("x".repeat(200_000))
          break
        case "/endless":
          response.writeHead(302, { Location: "/hello" })
          response.write("x".repeat(200_000))
          break
        case "/big":
          response.write("x".repeat(1_000_000))
          break
        case "/never":
          asked()
          break
        default:
          request.resume()
          response.end("hello")
      }
    })

  it.scopedLive("survives redirects with bodies, unread bodies, interruptions and failed uploads", () =>
    Effect.gen(function* () {
      const asked = { tell: (): void => {} }
      const { url } = yield* trouble(() => asked.tell())
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const session = yield* Effect.provideService(Session.make({ baseUrl: url }), Adapter.Adapter, wire)
      const greets = Effect.map(
        Effect.flatMap(session.get("/hello"), ({ text: body }) => body),
        (body) => expect(body).toBe("hello")
      )
      for (let i = 0; i < 5; i++) {
        expect(yield* Effect.flatMap(session.get("/redirect"), (response) => response.text)).toBe("hello")
        expect(yield* Effect.flatMap(session.get("/endless"), (response) => response.text)).toBe("hello")
        const redirected = yield* Effect.scoped(
          Effect.flatMap(session.stream(Request.get("/redirect")), (response) => response.text)
        )
        expect(redirected).toBe("hello")
        yield* greets
        yield* Effect.scoped(session.stream(Request.get("/big")))
        yield* greets
        const told = yield* event()
        asked.tell = told.tell
        const waiting = yield* Effect.fork(session.get("/never"))
        yield* told.told
        yield* Fiber.interrupt(waiting)
        yield* greets
        const upload = Body.oneShot(Stream.concat(Stream.make(new Uint8Array(10)), Stream.fail("broken")))
        expect(yield* failure(session.post("/upload", { body: upload }))).toMatchObject({ reason: "Upload" })
        yield* greets
      }
      yield* idle(wire)
      expect((yield* wire.sockets).every(({ free }) => free <= 1)).toBe(true)
    })
  )

  it.scopedLive("is free after an unread live body, on the wire too", () =>
    Effect.gen(function* () {
      const { url } = yield* trouble(() => {})
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      yield* Effect.scoped(wire.live(message(`${url}/big`)))
      expect(yield* Effect.flatMap(wire.whole(message(`${url}/hello`)), text)).toBe("hello")
    })
  )
})
