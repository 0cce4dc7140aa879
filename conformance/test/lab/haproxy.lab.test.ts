import { randomUUID } from "node:crypto"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { type Adapter, Body, Retry } from "@effect-requests/core"
import { Clock, Effect, Schema, Stream } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session, wrapped } from "./Sessions.js"

const faults = Effect.suspend(() => session({ baseUrl: server("haproxy-faults").url, timeout: "10 seconds" }))

/** A middleware that keeps the instants of sending, in milliseconds. */
const timed =
  (instants: Array<number>): Adapter.Middleware =>
  (send) =>
  (request) =>
    Effect.zipRight(
      Effect.map(Clock.currentTimeMillis, (now) => instants.push(now)),
      send(request)
    )

/** A session that tries again, and the instants of its tries. */
const retrying = (policy: Retry.Policy) =>
  Effect.gen(function* () {
    const instants: Array<number> = []
    const retry = yield* Retry.make(policy)
    const opened = yield* wrapped((send) => retry(timed(instants)(send)), { baseUrl: server("haproxy-faults").url })
    return { ...opened, instants }
  })

const waited = ([first = 0, second = 0]: ReadonlyArray<number>): number => second - first

describe("haproxy", () => {
  it.scopedLive.each(["haproxy", "haproxy-tls"])("%s, a strict parser, takes what we send", (name) =>
    Effect.gen(function* () {
      const { post } = yield* session({ baseUrl: server(name).url, verify: { caFile: tls().ca } })
      const Seen = Schema.Struct({ data: Schema.String, args: Schema.Unknown })
      const streamed = Body.oneShot(Stream.make("str", "eam").pipe(Stream.encodeText))
      for (const [options, data] of [
        [{ body: "whole" }, "whole"],
        [{ body: streamed }, "stream"],
        [{ json: { a: "\u20ac" } }, '{"a":"\u20ac"}']
      ] as const) {
        const response = yield* post("/anything/%7Bx%7D;p?q=%5B1%5D", {
          ...options,
          headers: { "X-Latin": "caf\u00e9" }
        })
        expect(yield* HttpClientResponse.schemaBodyJson(Seen)(response)).toEqual({ data, args: { q: "[1]" } })
      }
    })
  )
})

describe("haproxy, retries", () => {
  it.scopedLive.each(["/429", "/503", "/503-date"])("wait as long as Retry-After says: %s", (path) =>
    Effect.gen(function* () {
      const { get, instants } = yield* retrying({ ...Retry.standard, retries: 1, firstWait: 1 })
      const response = yield* get(path)
      expect(response.status).toBe(path === "/429" ? 429 : 503)
      expect(instants).toHaveLength(2)
      // A date says whole seconds: the two seconds that it announces are more than one.
      expect(waited(instants)).toBeGreaterThanOrEqual(950)
    })
  )
  it.scopedLive.each(["/flaky", "/flaky-drop"])("go on until it works: %s", (path) =>
    Effect.gen(function* () {
      const { get, instants } = yield* retrying({ ...Retry.standard, firstWait: 1 })
      const response = yield* get(path, { params: { id: randomUUID() } })
      expect([response.status, yield* response.text]).toEqual([200, "ok, try 3"])
      expect(instants).toHaveLength(3)
    })
  )
  it.scopedLive("are none without the middleware, and none of a POST", () =>
    Effect.gen(function* () {
      const { get } = yield* faults
      expect((yield* get("/flaky", { params: { id: randomUUID() } })).status).toBe(503)
      const { instants, post } = yield* retrying({ ...Retry.standard, firstWait: 1 })
      yield* Effect.either(post("/flaky-drop", { params: { id: randomUUID() }, body: "once" }))
      expect(instants).toHaveLength(1)
    })
  )
})

describe("haproxy, faults", () => {
  it.scopedLive("an early hint is no answer", () =>
    Effect.gen(function* () {
      const { get } = yield* faults
      const response = yield* get("/early-hint")
      expect([response.status, yield* response.text, response.headers["link"]]).toEqual([200, "after 103", undefined])
    })
  )
  it.scopedLive.each([
    ["/no-server", 503],
    ["/bad-gateway", 502],
    ["/timeout", 504],
    ["/tarpit", 500]
  ] as const)("%s is a response: %i", ([path, status]) =>
    Effect.gen(function* () {
      const { get } = yield* faults
      expect((yield* get(path)).status).toBe(status)
    })
  )
  it.scopedLive("a connection that is reset is an error that says so", () =>
    Effect.gen(function* () {
      const { get } = yield* faults
      expect(yield* Effect.flip(get("/reject"))).toMatchObject({ reason: "Reset", sent: "maybe" })
    })
  )
  it.scopedLive.each([
    ["headers", "HeadersTimeout"],
    ["total", "Deadline"]
  ] as const)("a server that says nothing more is ended by timeout.%s", ([part, reason]) =>
    Effect.gen(function* () {
      const { get } = yield* faults
      for (const path of ["/silent-drop", "/tarpit"])
        expect(yield* Effect.flip(get(path, { timeout: { [part]: "300 millis" } }))).toMatchObject({ reason })
    })
  )
})
