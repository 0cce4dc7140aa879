import { describe, expect, it } from "@effect/vitest"
import { Auth, Headers, Refreshing, Request, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Deferred, Effect, Fiber, Ref, TestClock } from "effect"

/** Lets in whoever has a token that is not on the list of refused ones. */
const opened = (
  refresh: (n: number) => Effect.Effect<Refreshing.Token, string>,
  refused: ReadonlySet<string> = new Set()
) =>
  Effect.gen(function* () {
    const count = yield* Ref.make(0)
    const auth = yield* Refreshing.make(
      Effect.flatMap(
        Ref.updateAndGet(count, (n) => n + 1),
        refresh
      )
    )
    const stub = yield* StubAdapter.make(({ headers }) => {
      const given = Headers.get(headers, "authorization") ?? "none"
      return refused.has(given.slice("Bearer ".length))
        ? { status: 401, headers: { "Set-Cookie": "seen=1" } }
        : { text: given }
    })
    const session = yield* Effect.provide(Session.make({ baseUrl: "https://h.test", auth }), stub.layer)
    return { session, stub, count: Ref.get(count) }
  })

const numbered = (n: number): Effect.Effect<Refreshing.Token> =>
  Effect.succeed({ token: `t${n}`, expiresIn: "1 minute" })
const shown = (session: Session.Service, url = "/") => Effect.flatMap(session.get(url), (response) => response.text)

describe("a token from an Effect", () => {
  it.effect("is kept until it expires by the Clock", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(numbered)
      expect([yield* shown(session), yield* shown(session)]).toEqual(["Bearer t1", "Bearer t1"])
      yield* TestClock.adjust("59 seconds")
      expect(yield* shown(session)).toBe("Bearer t1")
      yield* TestClock.adjust("1 second")
      expect([yield* shown(session), yield* count]).toEqual(["Bearer t2", 2])
    })
  )
  it.effect("is refreshed once, however many fibers ask, also when the first of them goes away", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { count, session } = yield* opened((n) => Effect.zipRight(Deferred.await(gate), numbered(n)))
      const first = yield* Effect.fork(session.get("/"))
      yield* Effect.yieldNow()
      const others = yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.fork(shown(session)))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(first)
      yield* Deferred.succeed(gate, undefined)
      expect(new Set(yield* Fiber.join(Fiber.all(others)))).toEqual(new Set(["Bearer t1"]))
      expect(yield* count).toBe(1)
    })
  )
  it.effect("is given up after a 401, once, and what it answered is kept", () =>
    Effect.gen(function* () {
      const { count, session, stub } = yield* opened(numbered, new Set(["t1"]))
      const response = yield* session.post("/", { json: 1 })
      expect([yield* response.text, response.history.length, yield* count]).toEqual(["Bearer t2", 1, 2])
      expect(yield* session.cookies.get("seen")).toMatchObject({ value: "1" })
      expect((yield* stub.requests).map(({ body }) => body._tag)).toEqual(["Bytes", "Bytes"])
    })
  )
  it.effect("a second 401 is handed back", () =>
    Effect.gen(function* () {
      const { count, session, stub } = yield* opened(numbered, new Set(["t1", "t2"]))
      expect([(yield* session.get("/")).status, yield* count, (yield* stub.requests).length]).toEqual([401, 2, 2])
    })
  )
  it.effect("many refusals of one token are one refresh", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(numbered, new Set(["t1"]))
      const texts = yield* Effect.all(
        Array.from({ length: 20 }, () => shown(session)),
        { concurrency: "unbounded" }
      )
      expect([new Set(texts), yield* count]).toEqual([new Set(["Bearer t2"]), 2])
    })
  )
  it.effect("a failed refresh is told to all who wait, and the next request tries anew", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { count, session } = yield* opened((n) =>
        n === 1 ? Effect.zipRight(Deferred.await(gate), Effect.fail("SECRET")) : numbered(n)
      )
      const waiting = yield* Effect.forEach([1, 2, 3], () => Effect.fork(Effect.flip(session.get("/"))))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(gate, undefined)
      const errors = yield* Fiber.join(Fiber.all(waiting))
      expect(errors.map(({ _tag }) => _tag)).toEqual(["TokenError", "TokenError", "TokenError"])
      expect(errors[0]?.message).not.toContain("SECRET")
      expect([yield* shown(session), yield* count]).toEqual(["Bearer t2", 2])
    })
  )
  it.effect("a refresh that hangs is ended by the deadline", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => Effect.never)
      const fiber = yield* Effect.fork(Effect.flip(session.get("/", { timeout: "3 seconds" })))
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TransportError", reason: "Deadline" })
    })
  )
  it.effect("never goes to another origin, and an explicit field wins", () =>
    Effect.gen(function* () {
      const { count, session } = yield* opened(numbered)
      expect(yield* shown(session, "https://evil.test/")).toBe("none")
      expect(
        yield* Effect.flatMap(session.get("/", { headers: { Authorization: "Mine" } }), (response) => response.text)
      ).toBe("Mine")
      expect(yield* count).toBe(0)
    })
  )
  it.effect("a token that is no token is a typed error", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => Effect.succeed({ token: "two words" }))
      expect(yield* Effect.flip(session.send(Request.get("/")))).toMatchObject({
        _tag: "InvalidRequest",
        reason: "Auth"
      })
      expect(JSON.stringify(Auth.bearer("SECRET"))).not.toContain("SECRET")
    })
  )
})

describe("a hook that hangs", () => {
  it.effect("is ended by the deadline too", () =>
    Effect.gen(function* () {
      const session = yield* Effect.provide(
        Session.make({ hooks: { response: () => Effect.never } }),
        StubAdapter.layer(() => ({ text: "x" }))
      )
      const fiber = yield* Effect.fork(Effect.flip(session.get("https://h.test/", { timeout: "3 seconds" })))
      yield* TestClock.adjust("3 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "Deadline" })
    })
  )
})
