import { describe, expect, it } from "@effect/vitest"
import { Deadline } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { bytes, failure, message, text } from "./Messages.js"
import { event, eventually, http, until } from "./Servers.js"

const idle = (wire: UndiciAdapter.UndiciWire) =>
  eventually(wire.sockets, (all) => all.every(({ busy, queued }) => busy === 0 && queued === 0))

const soon = Effect.map(Clock.currentTimeMillis, (now) => now + 5000)

describe("the deadline", () => {
  it.scoped("ends a request that nobody answers, by the Clock", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const closed = yield* event()
      const server = yield* http((request) => {
        request.socket.once("close", () => closed.tell())
        asked.tell()
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const sending = yield* Effect.fork(failure(wire.whole(message(server.url, { deadline: yield* soon }))))
      yield* asked.told
      yield* TestClock.adjust("4999 millis")
      expect(sending.unsafePoll()).toBe(null)
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(sending)).toMatchObject({ _tag: "TransportError", reason: "Deadline" })
      yield* closed.told
      expect(Deadline.waiting(yield* Effect.clock)).toBe(0)
    })
  )

  it.scoped("ends a request that queues, and its turn passes", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const go = yield* event()
      const seen: Array<string | undefined> = []
      const server = yield* http((request, response) => {
        seen.push(request.url)
        asked.tell()
        Effect.runFork(Effect.map(go.told, () => response.end("hi")))
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const first = yield* Effect.fork(Effect.flatMap(wire.whole(message(`${server.url}/1`)), text))
      yield* asked.told
      const second = yield* Effect.fork(failure(wire.whole(message(`${server.url}/2`, { deadline: yield* soon }))))
      yield* eventually(wire.sockets, ([one]) => one?.queued === 1)
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(second)).toMatchObject({ reason: "Deadline" })
      go.tell()
      expect(yield* Fiber.join(first)).toBe("hi")
      expect(yield* Effect.flatMap(wire.whole(message(`${server.url}/3`)), text)).toBe("hi")
      expect([seen, server.accepted()]).toEqual([["/1", "/3"], 1])
    })
  )

  it.scoped("ends a body: whole and live", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => {
        response.write("begun")
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const deadline = yield* soon
      const reading = yield* Effect.fork(
        Effect.scoped(Effect.flatMap(wire.live(message(server.url, { deadline })), (answer) => failure(bytes(answer))))
      )
      const clock = yield* Effect.clock
      yield* until(() => Deadline.waiting(clock) === 1)
      yield* eventually(wire.sockets, ([one]) => one?.busy === 1)
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(reading)
      expect(["BodyError", "TransportError"]).toContain(error._tag)
      const later = yield* soon
      const asked = yield* Effect.fork(failure(wire.whole(message(server.url, { deadline: later }))))
      yield* until(() => Deadline.waiting(clock) === 1)
      yield* TestClock.adjust("5 seconds")
      expect(yield* Fiber.join(asked)).toMatchObject({ reason: "Deadline" })
      expect(Deadline.waiting(clock)).toBe(0)
      yield* idle(wire)
    })
  )

  it.scoped("that passes between head and body is a BodyError", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => {
        response.write("begun")
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.live(message(server.url, { deadline: yield* soon }))
      yield* TestClock.adjust("5 seconds")
      expect(yield* failure(bytes(answer))).toMatchObject({ _tag: "BodyError", reason: "Deadline" })
      expect(Deadline.waiting(yield* Effect.clock)).toBe(0)
    })
  )

  it.scoped("is no matter any more when the body is all there", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("all"))
      const wire = yield* UndiciAdapter.make()
      const clock = yield* Effect.clock
      const answer = yield* wire.live(message(server.url, { deadline: yield* soon }))
      yield* until(() => Deadline.waiting(clock) === 0)
      yield* TestClock.adjust("5 seconds")
      expect(yield* text(answer)).toBe("all")
    })
  )
})

describe("1,000 interruptions at any moment", () => {
  it.scopedLive.each([
    ["whole", 1],
    ["whole", 64],
    ["live", 1],
    ["live", 64]
  ] as const)("leave nothing behind: %s over %i", ([way, connections]) =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        if (request.url === "/never") return
        response.write("half")
        if (request.url === "/half") return
        setImmediate(() => response.end("done"))
      })
      const wire = yield* UndiciAdapter.make({ connections })
      const clock = yield* Effect.clock
      const deadline = clock.unsafeCurrentTimeMillis() + 600_000
      const paths = ["/never", "/half", "/all", "/all"]
      const one = (i: number) =>
        Effect.gen(function* () {
          const asked = message(`${server.url}${paths[i % 4]}`, { deadline })
          const fiber = yield* Effect.fork(Effect.scoped(Effect.flatMap(wire[way](asked), bytes)))
          // A number of turns of its own for each: some are hit in the queue, some on the wire, some in the body.
          yield* Effect.iterate((i * 7919) % 40, {
            while: (turns) => turns > 0,
            body: (turns) =>
              Effect.async<number>((resume) => {
                setImmediate(() => resume(Effect.succeed(turns - 1)))
              })
          })
          yield* Fiber.interrupt(fiber)
        })
      yield* Effect.forEach(
        Array.from({ length: 1000 }, (_, i) => i),
        one,
        { concurrency: 50, discard: true }
      )
      yield* idle(wire)
      expect(Deadline.waiting(clock)).toBe(0)
      expect(yield* Effect.flatMap(wire.whole(message(`${server.url}/all`)), text)).toBe("halfdone")
      yield* until(() => server.open() <= connections)
      yield* idle(wire)
      expect((yield* wire.sockets).every(({ free }) => free <= connections)).toBe(true)
    })
  )
})
