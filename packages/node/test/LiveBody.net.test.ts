import { describe, expect, it } from "@effect/vitest"
import type { Answer } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Chunk, Effect, Exit, Fiber, Option, Scope, Stream } from "effect"
import { bytes, failure, message, pattern, text } from "./Messages.js"
import { event, eventually, http, raw, until } from "./Servers.js"

const streamOf = ({ content }: Answer.Answer) => (content._tag === "Live" ? content.stream : Stream.make(content.bytes))

describe("a live body", () => {
  it.scopedLive("comes as it is sent, before its end is there", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const server = yield* http((_request, response) => {
        response.write("one")
        Effect.runFork(Effect.map(asked.told, () => response.end("two")))
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url))
      const pieces = yield* Stream.runCollect(Stream.tap(streamOf(answer), () => Effect.sync(() => asked.tell())))
      expect(Chunk.toReadonlyArray(pieces).map((piece) => Buffer.from(piece).toString())).toEqual(["one", "two"])
    })
  )

  it.scopedLive("stops the server while nobody reads, and goes on when somebody does", () =>
    Effect.gen(function* () {
      const size = 64 * 1024 * 1024
      const piece = pattern(256 * 1024)
      const blocked = yield* event()
      let written = 0
      const server = yield* http((_request, response) => {
        const go = (): void => {
          while (written < size) {
            written += piece.length
            if (!response.write(piece)) {
              blocked.tell()
              response.once("drain", go)
              return
            }
          }
          response.end()
        }
        go()
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url))
      yield* blocked.told
      // What the kernel's buffers take is known to nobody; they are full when the server has had many turns without a drain.
      let turns = 0
      let seen = -1
      yield* until(() => {
        turns = written === seen ? turns + 1 : 0
        seen = written
        return turns > 2000
      })
      expect(written).toBeLessThan(size / 2)
      const length = yield* Stream.runFold(streamOf(answer), 0, (sum, one) => sum + one.length)
      expect(length).toBe(size)
    })
  )

  it.scopedLive("[ADP-16] [RSP-48] ends its connection with its scope, unless all of it has come", () =>
    Effect.gen(function* () {
      const closed = yield* event()
      const server = yield* http((request, response) => {
        request.socket.once("close", () => closed.tell())
        response.write("begun")
      })
      const wire = yield* UndiciAdapter.make()
      const scope = yield* Scope.make()
      const answer = yield* Scope.extend(wire.live(message(server.url)), scope)
      yield* Scope.close(scope, Exit.void)
      yield* closed.told
      expect(yield* failure(bytes(answer))).toMatchObject({ _tag: "BodyError", reason: "Consumed" })
    })
  )

  it.scopedLive("[ADP-16] keeps its connection when it was read to its end", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (let i = 0; i < 5; i++) {
        expect(yield* Effect.scoped(Effect.flatMap(wire.live(message(server.url)), text))).toBe("hi")
      }
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("[RSP-30] can be read once", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url))
      expect(yield* text(answer)).toBe("hi")
      expect(yield* failure(bytes(answer))).toMatchObject({
        _tag: "BodyError",
        reason: "Consumed",
        url: `${server.url}/`
      })
    })
  )

  it.scopedLive("[RSP-31] is given away by whoever stops in the middle", () =>
    Effect.gen(function* () {
      const closed = yield* event()
      const server = yield* http((request, response) => {
        request.socket.once("close", () => closed.tell())
        response.write("first")
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url))
      const first = yield* Stream.runHead(streamOf(answer))
      expect(Option.map(first, (piece) => Buffer.from(piece).toString())).toEqual(Option.some("first"))
      expect(yield* failure(bytes(answer))).toMatchObject({ reason: "Consumed" })
      yield* closed.told
    })
  )

  it.scopedLive("lets its reader be interrupted while it waits", () =>
    Effect.gen(function* () {
      const closed = yield* event()
      const server = yield* http((request, response) => {
        request.socket.once("close", () => closed.tell())
        response.flushHeaders()
      })
      const wire = yield* UndiciAdapter.make()
      const reading = yield* Effect.fork(Effect.scoped(Effect.flatMap(wire.live(message(server.url)), bytes)))
      yield* until(() => server.open() === 1)
      yield* eventually(wire.sockets, ([one]) => one?.busy === 1)
      yield* Fiber.interrupt(reading)
      yield* closed.told
      yield* eventually(wire.sockets, (all) => all.every(({ busy }) => busy === 0))
    })
  )

  it.scopedLive("hands on what came before it broke off", () =>
    Effect.gen(function* () {
      const server = yield* raw((_head, socket) => {
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        return undefined
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url))
      let got = ""
      const error = yield* failure(
        Stream.runForEach(streamOf(answer), (piece) =>
          Effect.sync(() => {
            got += Buffer.from(piece).toString()
          })
        )
      )
      expect([got, error.reason]).toEqual(["abc", "Truncated"])
    })
  )
})
