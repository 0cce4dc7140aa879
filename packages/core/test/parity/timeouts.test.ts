import { describe, expect, it } from "@effect/vitest"
import { Rules, type Settings, Timeout } from "@effect-requests/core"
import { Effect, Either, Fiber, TestClock } from "effect"
import { refusal } from "../given.js"
import { opened } from "./stub.js"

const settled = (timeout: Settings.Settings["timeout"]) =>
  Either.map(Rules.settle({ timeout }, "GET"), (settings) => settings.timeout)

describe("a timeout", () => {
  it.each<[string, Settings.Settings["timeout"], Partial<Timeout.Timeout>]>([
    ["one duration is the total", "5 seconds", { total: 5000 }],
    ["parts have names", { connect: "3 seconds", read: "7 seconds" }, { connect: 3000, read: 7000 }],
    ["null in a part is none", { read: null }, { read: Infinity }],
    [
      "null is none at all",
      null,
      { connect: Infinity, headers: Infinity, read: Infinity, write: Infinity, total: Infinity }
    ],
    ["nothing said is the defaults", undefined, Timeout.defaults]
  ])("[TMO-02] %s", (_what, timeout, expected) =>
    expect(settled(timeout)).toEqual(Either.right({ ...Timeout.defaults, ...expected }))
  )

  it.each(["[1,2,3]", "[1]", '"soon"', '{"connect":"soon"}', "true"])(
    "[TMO-03] [TMO-04] what is no duration is refused before sending: %s",
    (text) => {
      expect(refusal(settled(JSON.parse(text)))).toMatch(/^Setting at timeout\./)
    }
  )
  it.each([0, -1, Number.NaN])("[TMO-04] %d is none", (timeout) =>
    expect(refusal(settled(timeout))).toBe("Setting at timeout.total")
  )
})

describe("the total", () => {
  it.effect("[TMO-09] is over the whole chain, not for each hop", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(({ target }) =>
        Effect.delay(Effect.succeed({ status: 302, headers: { Location: `/${target.path.length}` } }), "4 seconds")
      )
      const fiber = yield* Effect.fork(Effect.flip(session.get("https://h.test/", { timeout: "10 seconds" })))
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TransportError", reason: "Deadline" })
      expect((yield* stub.requests).length).toBe(3)
    })
  )
})
