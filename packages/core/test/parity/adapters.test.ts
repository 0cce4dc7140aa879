import { describe, expect, it } from "@effect/vitest"
import {
  Adapter,
  Answer,
  Errors,
  Headers,
  type PreparedRequest,
  Request,
  Retry,
  Rules,
  Session
} from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Fiber, Option, TestClock } from "effect"
import { call } from "../given.js"
import { asked, opened, redirecting } from "./stub.js"

const transportError = (reason: Errors.TransportReason, sent: Errors.TransportError["sent"], method = "GET") =>
  new Errors.TransportError({ reason, sent, request: call(method, "https://h.test/").request, detail: "" })

const isRetried = (method: string, outcome: Rules.Outcome) =>
  Option.isSome(Rules.retry(Retry.standard, call(method, "https://h.test/").request, outcome, 0, 0, 0.5))

describe("an adapter", () => {
  it.effect("[ADP-08] is a function from a message to an answer, and what it can do", () =>
    Effect.gen(function* () {
      const wire = Adapter.fromWhole((request) =>
        Effect.succeed(StubAdapter.answer({ text: `${request.method} ${request.target.path}` }))
      )
      expect(wire.supports.size).toBe(0)
      const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
      expect(yield* (yield* session.get("https://h.test/a?b")).text).toBe("GET /a?b")
    })
  )
  it.effect("[ADP-15] sees every hop: it follows nothing by itself", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b" }))
      expect((yield* session.get("https://h.test/a", { allowRedirects: false })).status).toBe(302)
      yield* session.get("https://h.test/a")
      expect(yield* asked(stub)).toEqual(["GET https://h.test/a", "GET https://h.test/a", "GET https://h.test/b"])
    })
  )
  it.effect("[ADP-19] brings status, reason, fields and body; the rest of the response is the session's", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({
        status: 404,
        reason: "Nope",
        headers: { "Content-Type": "text/x; charset=utf-8", "Set-Cookie": "a=1" },
        text: "é"
      }))
      const response = yield* session.get("https://h.test/x#f")
      expect([response.status, response.reason, response.url, response.request.method]).toEqual([
        404,
        "Nope",
        "https://h.test/x#f",
        "GET"
      ])
      expect([Headers.get(response.rawHeaders, "CONTENT-TYPE"), response.headers["content-type"]]).toEqual([
        "text/x; charset=utf-8",
        "text/x; charset=utf-8"
      ])
      expect([Object.keys(response.cookies.cookies), response.encoding, yield* response.text]).toEqual([
        ["a"],
        Option.some("utf-8"),
        "é"
      ])
    })
  )
  it.effect("[ADP-20] gets more fields, or anything else, from a middleware around it", () =>
    Effect.gen(function* () {
      const adds: Adapter.Middleware = (send) => (request) =>
        send(request.withHeaders(Headers.set(request.headers, "X-Added", "1")))
      const stub = yield* StubAdapter.make(() => ({ text: "" }))
      const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, Adapter.wrap(adds)(stub.wire))
      yield* session.get("https://h.test/")
      expect((yield* stub.requests).map(({ headers }) => Headers.get(headers, "x-added"))).toEqual(["1"])
      expect(Rules.proxyAuthorization("http://u:p@proxy.test")).toBe("Basic dTpw")
    })
  )
})

describe("mounting", () => {
  it.effect("[ADP-06] an empty prefix catches all, and every other one is longer", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ text: "first" }))
      yield* session.mount(
        "",
        Adapter.fromWhole(() => Effect.succeed(StubAdapter.answer({ text: "all" })))
      )
      const served = (url: string) => Effect.flatMap(session.get(url), (response) => response.text)
      expect([yield* served("x-any://h/"), yield* served("https://h.test/")]).toEqual(["all", "first"])
    })
  )
  it("[ADP-01] [ADP-03] [ADP-04] the longest prefix counts, without case, at a boundary", () => {
    const prefixes = ["https://", "https://API.test", "https://api.test/V1", "http://"]
    const found = (url: string) => Rules.longestPrefix(prefixes, url)
    expect(found("https://api.test/v1/x")).toBe("https://api.test/V1")
    expect(found("https://api.test/v10")).toBe("https://API.test")
    expect(found("https://api.test.evil.test/")).toBe("https://")
    expect(found("https://api.test@evil.test/")).toBe("https://")
    expect(found("ftp://api.test/")).toBeUndefined()
  })
})

describe("sending again", () => {
  it.each<[string, string, Rules.Outcome, boolean]>([
    ["a connect that failed", "GET", transportError("Refused", "no"), true],
    ["a POST of which nothing was sent", "POST", transportError("Refused", "no", "POST"), true],
    ["a POST that may have arrived", "POST", transportError("Reset", "maybe", "POST"), false],
    ["a GET that may have arrived", "GET", transportError("Reset", "maybe"), true],
    ["an answer that is no HTTP", "GET", transportError("Protocol", "yes"), false]
  ])("[ADP-10] %s", (_what, method, outcome, expected) => expect(isRetried(method, outcome)).toBe(expected))

  it.effect(
    "[ADP-11] [EXC-07] by a policy of statuses and waits; when the tries are used up the last answer is the result",
    () =>
      Effect.gen(function* () {
        const stub = yield* StubAdapter.make(() => ({ status: 503, text: "why" }))
        const wire = Adapter.wrap(yield* Retry.make({ ...Retry.standard, retries: 2 }))(stub.wire)
        const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
        const fiber = yield* Effect.fork(session.get("https://h.test/"))
        yield* TestClock.adjust("1 minute")
        const response = yield* Fiber.join(fiber)
        expect([response.status, yield* response.text, (yield* stub.requests).length]).toEqual([503, "why", 3])
      })
  )
  it.effect("[ADP-12] is nobody's default", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(({ target }) => ({
        status: target.path === "/429" ? 429 : 503,
        headers: { "Retry-After": "0" }
      }))
      expect([
        (yield* session.get("https://h.test/429")).status,
        (yield* session.get("https://h.test/503")).status
      ]).toEqual([429, 503])
      expect((yield* stub.requests).length).toBe(2)
    })
  )
})

describe("what an adapter is told", () => {
  it("[ADP-14] has neither userinfo nor fragment in the target of its request line", () => {
    expect(call("GET", "https://ada:pw@h.test/a?b=1#c").request.target).toMatchObject({
      path: "/a?b=1",
      origin: "https://h.test"
    })
  })
  it.effect("[ADP-17] has verify and cert for each request by itself", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const wire: Adapter.Wire = {
        ...Adapter.fromWhole(({ transport }: PreparedRequest.PreparedRequest) => {
          seen.push(transport.verify)
          return Effect.succeed({ status: 200, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
        }),
        supports: new Set(["verify"])
      }
      const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
      yield* session.send(Request.get("https://h.test/", { verify: false }))
      yield* session.send(Request.get("https://h.test/"))
      expect(seen).toEqual([false, true])
    })
  )
})
