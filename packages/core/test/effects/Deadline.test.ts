import { describe, expect, it } from "@effect/vitest"
import { Adapter, Answer, Deadline, Errors, Request, Session } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Effect, Fiber, Option, TestClock } from "effect"

/** A callback adapter that never answers by itself. */
const silent = () => {
  const asked: Array<Deadline.Done> = []
  const aborted: Array<number> = []
  const dispatch: Deadline.Dispatch = (_request, done) => {
    const n = asked.push(done)
    return () => {
      aborted.push(n)
      return n === 1 ? "no" : "maybe"
    }
  }
  const wire = Adapter.fromWhole((request) => Deadline.within(dispatch, request), new Set(["deadline"]))
  return { asked, aborted, wire }
}

const answer = Effect.succeed({ status: 200, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
const waiting = Effect.map(Effect.clock, Deadline.waiting)

const over = (wire: Adapter.Wire, timeout?: "30 seconds") =>
  Effect.provideService(
    Session.make({ baseUrl: "http://h.test", ...(timeout === undefined ? {} : { timeout }) }),
    Adapter.Adapter,
    wire
  )

describe("within", () => {
  it.effect("ends an exchange at its deadline, by the Clock, and aborts it once", () =>
    Effect.gen(function* () {
      const { aborted, wire } = silent()
      const session = yield* over(wire, "30 seconds")
      const fiber = yield* Effect.fork(Effect.flip(session.get("/")))
      yield* TestClock.adjust("29999 millis")
      expect([aborted.length, yield* waiting]).toEqual([0, 1])
      yield* TestClock.adjust("1 millis")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TransportError", reason: "Deadline", sent: "no" })
      expect([aborted.length, yield* waiting]).toEqual([1, 0])
    })
  )
  it.effect("many deadlines each have their own time", () =>
    Effect.gen(function* () {
      const { aborted, wire } = silent()
      const session = yield* over(wire)
      const fibers = yield* Effect.forEach([3, 1, 2], (n) =>
        Effect.fork(Effect.flip(session.get("/", { timeout: n * 1000 })))
      )
      for (const expected of [[2], [2, 3], [2, 3, 1]]) {
        yield* TestClock.adjust("1 second")
        expect(aborted).toEqual(expected)
      }
      yield* Fiber.joinAll(fibers)
    })
  )
  it.effect("an answer in time leaves nothing, and a second one counts for nothing", () =>
    Effect.gen(function* () {
      const { aborted, asked, wire } = silent()
      const session = yield* over(wire, "30 seconds")
      const fiber = yield* Effect.fork(session.get("/"))
      yield* Effect.yieldNow()
      asked[0]?.(answer)
      asked[0]?.(Effect.fail(new Errors.BodyError({ reason: "Reset", detail: "late" })))
      expect((yield* Fiber.join(fiber)).status).toBe(200)
      yield* TestClock.adjust("1 minute")
      expect([aborted.length, yield* waiting]).toEqual([0, 0])
    })
  )
  it.effect("1,000 interruptions are 1,000 aborts and leave nothing", () =>
    Effect.gen(function* () {
      const { aborted, wire } = silent()
      const session = yield* over(wire)
      const fibers = yield* Effect.forEach(Array.from({ length: 1000 }), () => Effect.fork(session.get("/")))
      yield* Effect.yieldNow()
      expect(yield* waiting).toBe(1000)
      yield* Fiber.interruptAll(fibers)
      expect([aborted.length, yield* waiting]).toEqual([1000, 0])
    })
  )
  it.effect("an answer within the dispatch itself is taken", () =>
    Effect.gen(function* () {
      const dispatch: Deadline.Dispatch = (_request, done) => {
        done(answer)
        return () => "yes"
      }
      const wire = Adapter.fromWhole((request) => Deadline.within(dispatch, request), new Set(["deadline"]))
      const session = yield* over(wire)
      expect((yield* session.send(Request.get("/"))).status).toBe(200)
      expect(yield* waiting).toBe(0)
    })
  )
  it.effect("no deadline at all waits for ever", () =>
    Effect.gen(function* () {
      const { wire } = silent()
      const session = yield* over(wire)
      const fiber = yield* Effect.fork(session.get("/", { timeout: null }))
      yield* TestClock.adjust("1000 days")
      expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
      yield* Fiber.interrupt(fiber)
    })
  )
})

describe("by", () => {
  it.effect("is a description: run twice, it sends twice", () =>
    Effect.gen(function* () {
      let sent = 0
      const dispatch: Deadline.Dispatch = (_request, done) => {
        sent++
        done(answer)
        return () => "yes"
      }
      const { request } = Hops.call("GET", "https://a.example.test/")
      const one = Deadline.by(yield* Effect.clock, dispatch, request)
      expect([(yield* one).status, (yield* one).status, sent]).toEqual([200, 200, 2])
    })
  )
})

describe("at", () => {
  it.effect("calls back at its instant, unless it is cancelled", () =>
    Effect.gen(function* () {
      const clock = yield* Effect.clock
      const called: Array<string> = []
      Deadline.at(clock, 1000, () => called.push("first"))
      const cancel = Deadline.at(clock, 1000, () => called.push("second"))
      cancel()
      yield* TestClock.adjust("1 second")
      expect(called).toEqual(["first"])
    })
  )
})
