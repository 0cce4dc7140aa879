import { describe, expect, it } from "@effect/vitest"
import { Adapter, Errors, Request, Retry, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Fiber, Option, Stream, TestClock } from "effect"

const opened = (handler: StubAdapter.Handler, policy = Retry.standard) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const wire = Adapter.wrap(yield* Retry.make(policy))(stub.wire)
    const session = yield* Effect.provideService(Session.make({ baseUrl: "http://h.test" }), Adapter.Adapter, wire)
    return { session, count: Effect.map(stub.requests, (all) => all.length) }
  })

/** Fails n times, then answers. */
const flaky = (n: number, failure: StubAdapter.Reply): StubAdapter.Handler => {
  let left = n
  return () => (left-- > 0 ? failure : { text: "in the end" })
}

describe("Retry", () => {
  it.effect("an hour of Retry-After is an hour of the Clock", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(flaky(1, { status: 503, headers: { "Retry-After": "3600" } }))
      const fiber = yield* Effect.fork(session.get("/", { timeout: "2 hours" }))
      yield* TestClock.adjust("3599 seconds")
      expect([Option.isNone(yield* Fiber.poll(fiber)), yield* count]).toEqual([true, 1])
      yield* TestClock.adjust("1 seconds")
      expect((yield* Fiber.join(fiber)).status).toBe(200)
    })
  )
  it.effect("gives the last answer back when the tries are used up", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(() => ({ status: 503, headers: { "Retry-After": "0" } }))
      const fiber = yield* Effect.fork(session.get("/"))
      yield* TestClock.adjust("1 second")
      expect([(yield* Fiber.join(fiber)).status, yield* count]).toEqual([503, 4])
    })
  )
  it.effect("and the last error", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened((request) =>
        Effect.fail(new Errors.TransportError({ reason: "Reset", sent: "maybe", request, detail: "" }))
      )
      const fiber = yield* Effect.fork(Effect.flip(session.get("/")))
      yield* TestClock.adjust("1 minute")
      expect([yield* Fiber.join(fiber), yield* count]).toMatchObject([{ reason: "Reset" }, 4])
    })
  )
  it.effect("works live: a refused answer's body is given up before the next try", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const stream = Stream.ensuring(
        Stream.repeatValue(new Uint8Array(1024)),
        Effect.sync(() => void log.push("given up"))
      )
      const { session } = yield* opened((request) => {
        log.push("asked")
        return flakyOnce(log.filter((one) => one === "asked").length, request.method, stream)
      })
      const fiber = yield* Effect.fork(
        Effect.scoped(Effect.flatMap(session.stream(Request.get("/")), (response) => response.text))
      )
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toBe("in the end")
      expect(log).toEqual(["asked", "given up", "asked"])
    })
  )
  it.effect("a session's budget ends a storm", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(() => ({ status: 503, headers: { "Retry-After": "0" } }), {
        ...Retry.standard,
        budget: 2
      })
      const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], () => session.get("/")))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      expect(yield* count).toBe(5)
    })
  )
})

const flakyOnce = (n: number, _method: string, stream: NonNullable<StubAdapter.Reply["stream"]>): StubAdapter.Reply =>
  n === 1 ? { status: 503, headers: { "Retry-After": "0" }, stream } : { text: "in the end" }
