import { Body, Errors, Retry, Rules } from "@effect-requests/core"
import { Option, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { call } from "../given.js"

const request = (method = "GET", body?: Body.Body) =>
  call(method, "https://h.test/", body === undefined ? {} : { body }).request.withDeadline(10_000)
const answer = (status: number, ...rawHeaders: ReadonlyArray<string>): Rules.Outcome => ({
  status,
  reason: "",
  rawHeaders,
  content: { _tag: "Whole", bytes: new Uint8Array() }
})
const broke = (reason: Errors.TransportReason, sent: "no" | "maybe" | "yes" = "maybe") =>
  new Errors.TransportError({ reason, sent, request: request(), detail: "" })

const wait = (outcome: Rules.Outcome, asked = request(), attempt = 0, policy = Retry.standard) =>
  Option.getOrUndefined(Rules.retry(policy, asked, outcome, attempt, 0, 1))

describe("what is worth another try", () => {
  it.each<[string, Rules.Outcome, ReturnType<typeof request>, boolean]>([
    ["503 of a GET", answer(503), request(), true],
    ["429 of a POST: nothing was done", answer(429), request("POST"), true],
    ["503 of a POST", answer(503), request("POST"), false],
    ["500", answer(500), request(), false],
    ["200", answer(200), request(), false],
    ["refused, not sent, of a POST", broke("Refused", "no"), request("POST"), true],
    ["reset, maybe sent, of a POST", broke("Reset"), request("POST"), false],
    ["reset, maybe sent, of a PUT", broke("Reset"), request("PUT"), true],
    ["a bad certificate", broke("Tls", "no"), request(), false],
    ["the deadline", broke("Deadline"), request(), false],
    ["a body that broke off", new Errors.BodyError({ reason: "Truncated", detail: "" }), request(), true],
    ["a body that is too large", new Errors.BodyError({ reason: "Limit", detail: "" }), request(), false],
    ["a body that is gone", answer(503), request("PUT", Body.oneShot(Stream.empty)), false],
    [
      "a body that can be made again",
      answer(503),
      request(
        "PUT",
        Body.replayable(() => Stream.empty)
      ),
      true
    ]
  ])("%s", (_what, outcome, asked, expected) => {
    expect(wait(outcome, asked) !== undefined).toBe(expected)
  })
  it("any method, on the caller's word", () => {
    expect(wait(answer(503), request("POST"), 0, { ...Retry.standard, methods: "any" })).toBeDefined()
  })
  it("only so often", () => {
    expect([0, 2, 3].map((attempt) => wait(answer(503), request(), attempt) !== undefined)).toEqual([true, true, false])
  })
})

describe("when", () => {
  it("doubles, up to the longest wait", () => {
    expect([0, 1, 2].map((attempt) => wait(answer(503), request(), attempt))).toEqual([250, 500, 1000])
    expect(wait(answer(503), request(), 2, { ...Retry.standard, longestWait: 300 })).toBe(300)
  })
  it.each([
    ["3", 3000],
    ["0", 0],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 5000],
    ["Wed, 01 Jan 1969 00:00:00 GMT", 0],
    ["soon", 250],
    ["-1", 250],
    ["1.5", 250]
  ])("Retry-After: %s is %i ms", (value, expected) => {
    expect(wait(answer(503, "Retry-After", value))).toBe(expected)
  })
  it("never at or beyond the deadline", () => {
    expect(wait(answer(503, "Retry-After", "10"))).toBeUndefined()
    expect(wait(answer(503, "Retry-After", "9"))).toBe(9000)
  })
  it("is total: any Retry-After, any attempt", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (value, attempt, jitter) => {
        const found = Rules.retry(Retry.standard, request(), answer(503, "Retry-After", value), attempt, 0, jitter)
        expect(Option.isNone(found) || (found.value >= 0 && found.value < 10_000)).toBe(true)
      })
    )
  })
})
