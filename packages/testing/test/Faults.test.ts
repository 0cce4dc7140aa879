import { describe, expect, it } from "@effect/vitest"
import { Adapter, Request, Retry, Session } from "@effect-requests/core"
import { Faults, Hops, Route, Routes } from "@effect-requests/testing"
import { Duration, Effect, Either, Fiber, Option, Stream, TestClock } from "effect"
import * as fc from "effect/FastCheck"

const { Fault } = Faults
const body = "0123456789"

const opened = (rules: ReadonlyArray<Faults.Rule>, retry = false) =>
  Effect.gen(function* () {
    const running = yield* Routes.toAdapter(
      Routes.make(
        Route.get("/busy").replies([{ status: 503, headers: { "Retry-After": "3600" } }, { text: "in the end" }]),
        Route.get("*").reply({ text: body })
      )
    )
    const faulty = (yield* Faults.make(Faults.plan(rules)))(running.wire)
    const wire = retry ? Adapter.wrap(yield* Retry.make())(faulty) : faulty
    const settings = { baseUrl: "https://h.test", trustEnv: false, timeout: { total: null } }
    const session = yield* Effect.provideService(Session.make(settings), Adapter.Adapter, wire)
    return { running, session }
  })

const whole = (session: Session.Service) => Effect.flatMap(session.get("/"), (response) => response.text)

/** What came of it, and how many milliseconds of the Clock it took. */
const outcome = (fault: Faults.Fault) =>
  Effect.gen(function* () {
    const { session } = yield* opened([{ fault }])
    const fiber = yield* Effect.fork(Effect.timed(Effect.either(whole(session))))
    yield* TestClock.adjust("1 day")
    const [duration, result] = yield* Fiber.join(fiber)
    return [Either.match(result, { onLeft: said, onRight: (text) => text }), Duration.toMillis(duration)]
  })

const said = (error: { readonly _tag: string; readonly reason?: string; readonly sent?: string }): string =>
  [error._tag, error.reason, error.sent].filter((part) => part !== undefined).join(" ")

describe("each fault, by its error and its time", () => {
  for (const [fault, expected, millis] of [
    [Fault.Refuse(), "TransportError Refused no", 0],
    [Fault.Dns(), "TransportError Dns no", 0],
    [Fault.Tls(), "TransportError Tls no", 0],
    [Fault.Garbage(), "TransportError Protocol yes", 0],
    [Fault.Reset({}), "TransportError Reset maybe", 0],
    [Fault.Reset({ after: 4 }), "BodyError Reset", 0],
    [Fault.Truncate({ after: 4 }), "BodyError Truncated", 0],
    [Fault.WrongLength({ by: 5 }), "BodyError Truncated", 0],
    [Fault.Stall({ at: "connect" }), "TransportError ConnectTimeout no", 10_000],
    [Fault.Stall({ at: "headers" }), "TransportError HeadersTimeout maybe", 30_000],
    [Fault.Stall({ at: "body", after: 4 }), "BodyError ReadTimeout", 30_000],
    [Fault.SlowHeaders({ wait: "29 seconds" }), body, 29_000],
    [Fault.SlowHeaders({ wait: "31 seconds" }), "TransportError HeadersTimeout maybe", 30_000],
    [Fault.Drip({ size: 3, wait: "20 seconds" }), body, 80_000],
    [Fault.Drip({ size: 3, wait: "40 seconds" }), "BodyError ReadTimeout", 30_000]
  ] as const) {
    it.effect(JSON.stringify(fault), () =>
      Effect.map(outcome(fault), (came) => expect(came).toEqual([expected, millis]))
    )
  }

  it.effect("what came before the fault is not lost: a live body gives it", () =>
    Effect.gen(function* () {
      const { session } = yield* opened([{ fault: Fault.Truncate({ after: 4 }) }])
      const pieces: Array<string> = []
      const read = Effect.scoped(
        Effect.flatMap(session.stream(Request.get("/")), (response) =>
          Stream.runForEach(response.stream, (piece) => Effect.sync(() => pieces.push(new TextDecoder().decode(piece))))
        )
      )
      expect(yield* Effect.flip(read)).toMatchObject({
        cause: { reason: "Truncated", detail: "planned: after 4 bytes" }
      })
      expect(pieces.join("")).toBe("0123")
    })
  )
})

describe("a plan", () => {
  const { request } = Hops.call("GET", "https://h.test/a")
  const met = (plan: Faults.Plan, n: number): ReadonlyArray<boolean> => {
    let counts: Faults.Counts = []
    return Array.from({ length: n }, () => {
      const [fault, next] = Faults.decide(plan, request, counts)
      counts = next
      return fault !== undefined
    })
  }
  const fault = Fault.Refuse()

  it.each([
    [{ fault }, "11111"],
    [{ fault, every: 2 }, "01010"],
    [{ fault, from: 3 }, "00111"],
    [{ fault, until: 2 }, "11000"],
    [{ fault, probability: 0 }, "00000"],
    [{ fault, where: () => false }, "00000"]
  ])("%o meets %s", (rule, expected) => {
    expect(
      met(Faults.plan([rule]), 5)
        .map(Number)
        .join("")
    ).toBe(expected)
  })

  it("the same seed has the same luck, and a probability is kept", () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.1, 0.5, 0.9), (seed, probability) => {
        const plan = Faults.plan([{ fault, probability }], seed)
        const once = met(plan, 400)
        expect(met(plan, 400)).toEqual(once)
        const share = once.filter((one) => one).length / 400
        expect(Math.abs(share - probability)).toBeLessThan(0.15)
      }),
      { numRuns: 50 }
    )
  })

  it.effect.each<[Faults.Rule, string]>([
    [{ fault, every: 0 }, "rule 1, Refuse: every is 0, and is a whole number from 1 on"],
    [{ fault, from: 3, until: 2 }, "rule 1, Refuse: until is 2, and is a whole number from 3 on"],
    [{ fault, probability: 1.5 }, "rule 1, Refuse: probability is 1.5, and goes from 0 to 1"],
    [{ fault: Fault.Reset({ after: -1 }) }, "rule 1, Reset: after is -1, and is a whole number from 0 on"],
    [{ fault: Fault.WrongLength({ by: 0 }) }, "rule 1, WrongLength: by is 0, and is a whole number from 1 on"],
    [{ fault: Fault.Drip({ size: 0.5, wait: 1 }) }, "rule 1, Drip: size is 0.5, and is a whole number from 1 on"],
    [{ fault: Fault.SlowHeaders({ wait: Number.NaN }) }, "rule 1, SlowHeaders: wait is NaN, which is no duration"]
  ])("that cannot be meant is refused: %o", ([rule, problem]) =>
    Effect.map(Effect.flip(Faults.make(Faults.plan([rule]))), (error) => {
      expect(error).toMatchObject({ _tag: "InvalidPlan", problems: [problem] })
    })
  )

  it.effect("that can be meant is carried out", () =>
    Effect.map(Faults.make(Faults.plan([{ fault, until: Infinity, from: 2, every: 2, probability: 0 }], -7)), (made) =>
      expect(typeof made).toBe("function")
    )
  )

  it.effect("keeps a message that never connects from the adapter below", () =>
    Effect.gen(function* () {
      const { running, session } = yield* opened([{ fault, every: 2 }])
      expect((yield* session.get("/1")).status).toBe(200)
      expect(yield* Effect.flip(session.get("/2"))).toMatchObject({
        reason: "Refused",
        sent: "no",
        detail: "planned: Refuse"
      })
      yield* running.calledTimes("GET *", 1)
    })
  )

  it.effect("timeout.total ends what no other timeout would, at its instant", () =>
    Effect.gen(function* () {
      const { session } = yield* opened([{ fault: Fault.Stall({ at: "headers" }) }])
      const patient = { timeout: { total: "30 seconds", headers: null } } as const
      const fiber = yield* Effect.fork(Effect.timed(Effect.flip(session.get("/", patient))))
      yield* TestClock.adjust("1 minute")
      const [duration, error] = yield* Fiber.join(fiber)
      expect([Duration.toMillis(duration), error]).toMatchObject([30_000, { reason: "Deadline" }])
    })
  )

  it.effect("an hour of Retry-After, behind a refusal, in milliseconds", () =>
    Effect.gen(function* () {
      const { session } = yield* opened([{ fault, until: 1 }], true)
      const fiber = yield* Effect.fork(Effect.flatMap(session.get("/busy"), (response) => response.text))
      yield* TestClock.adjust("59 minutes")
      expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
      yield* TestClock.adjust("2 minutes")
      expect(yield* Fiber.join(fiber)).toBe("in the end")
    })
  )
})
