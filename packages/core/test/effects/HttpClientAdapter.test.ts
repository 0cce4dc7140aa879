import { FetchHttpClient, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Body, Cookies, type Errors, Rules, Session } from "@effect-requests/core"
import { Effect, Fiber, Layer, Ref, Stream } from "effect"
import * as fc from "effect/FastCheck"

/** A session over fetch, with this in the place of fetch. */
const byFetch = (fetch: (input: Request) => Response | Promise<Response>) => {
  const asked: Array<{ readonly input: Request; readonly init: RequestInit | undefined }> = []
  const layer = Layer.provide(
    Adapter.layerHttpClient,
    Layer.provide(
      FetchHttpClient.layer,
      Layer.succeed(FetchHttpClient.Fetch, async (url, init) => {
        const input = new Request(url, init)
        asked.push({ input, init })
        return fetch(input)
      })
    )
  )
  return { asked, session: (settings = {}) => Effect.provide(Session.make(settings), layer) }
}

/** A session over a client that answers by a function. */
const byClient = (
  answer: Parameters<typeof HttpClient.make>[0],
  settings: Parameters<typeof Session.make>[0] = {}
): Effect.Effect<Session.Service> =>
  Session.make(settings).pipe(
    Effect.provide(
      Layer.provide(Adapter.layerHttpClient, Layer.succeed(HttpClient.HttpClient, HttpClient.make(answer)))
    )
  )

describe("fetch", () => {
  it.effect(
    "follows nothing by itself: the session does, with cookies, and fetch is given this fiber's own fetch",
    () =>
      Effect.gen(function* () {
        const { asked, session } = byFetch((input) => {
          const { pathname } = new URL(input.url)
          return pathname === "/a"
            ? new Response(null, {
                status: 302,
                headers: [
                  ["Location", "/b"],
                  ["Set-Cookie", "a=1; Path=/"],
                  ["Set-Cookie", "b=2; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Path=/"]
                ]
              })
            : Response.json({ cookie: input.headers.get("cookie"), path: input.url })
        })
        const http = yield* session()
        const response = yield* http.get("https://h.test/a?x=%20y&z#frag")
        expect(yield* response.json).toEqual({ cookie: "a=1; b=2", path: "https://h.test/b" })
        expect(response.history.map(({ status }) => status)).toEqual([302])
        expect(asked.map(({ init }) => init?.redirect)).toEqual(["manual", "manual"])
        expect(asked[0]?.input.url).toBe("https://h.test/a?x=%20y&z")
      })
  )

  it.effect("sends what was prepared: method, fields, body, and no Content-Type of its own", () =>
    Effect.gen(function* () {
      const { asked, session } = byFetch(async (input) => Response.json({ text: await input.text() }))
      const http = yield* session()
      const response = yield* http.post("https://h.test/", {
        body: new TextEncoder().encode("raw"),
        headers: { "X-Several": ["1", "2"], __proto__x: "p" }
      })
      expect(yield* response.json).toEqual({ text: "raw" })
      const headers = asked[0]?.input.headers
      expect([headers?.get("x-several"), headers?.get("content-type"), headers?.get("__proto__x")]).toEqual([
        "1, 2",
        null,
        "p"
      ])
    })
  )

  it.effect("a coding that fetch has undone is not named any more, nor the length that it had", () =>
    Effect.gen(function* () {
      const { session } = byFetch(
        () => new Response("plain", { headers: { "content-encoding": "gzip", "content-length": "999", "x-a": "1" } })
      )
      const response = yield* Effect.flatMap(session(), (http) => http.get("https://h.test/"))
      expect(response.rawHeaders.join()).toBe("content-type,text/plain;charset=UTF-8,x-a,1")
      expect(yield* response.text).toBe("plain")
    })
  )

  it.effect("where a browser hides a redirect, that is a typed error", () =>
    Effect.gen(function* () {
      const opaque = Object.defineProperty(new Response(null), "status", { value: 0 })
      const { session } = byFetch(() => opaque)
      const error = yield* Effect.flip(Effect.flatMap(session(), (http) => http.get("https://h.test/a")))
      expect(error.message).toBe(
        "GET https://h.test/a: the adapter failed: a browser does not say where a redirect leads: ask for the URL that it leads to"
      )
    })
  )

  it.effect("a body that breaks off is a BodyError", () =>
    Effect.gen(function* () {
      const { session } = byFetch(
        () =>
          new Response(
            new ReadableStream({
              start: (controller) => {
                controller.enqueue(new Uint8Array([1]))
                controller.error(Object.assign(new Error("gone"), { code: "ECONNRESET" }))
              }
            })
          )
      )
      const error = yield* Effect.flip(Effect.flatMap(session(), (http) => http.get("https://h.test/?key=secret")))
      expect([error._tag, error.message]).toEqual([
        "BodyError",
        "The connection was reset within the body: ECONNRESET (https://h.test/?key=<hidden>)"
      ])
    })
  )
})

describe("what no such client can do is refused", () => {
  it.effect.each<[string, Parameters<Session.Service["get"]>[1], string]>([
    ["a proxy", { proxies: { all: "http://p.test" } }, "proxies"],
    ["verify", { verify: false }, "verify"],
    ["a timeout of one's own", { timeout: { read: 5 } }, "timeout.read"]
  ])("%s", ([, options, where]) =>
    Effect.gen(function* () {
      const http = yield* byClient((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response())))
      const error = yield* Effect.flip(http.get("https://h.test/", options))
      expect(error._tag === "InvalidRequest" && [error.reason, error.where]).toEqual(["Unsupported", where])
    })
  )

  it.effect("a method that platform does not know", () =>
    Effect.gen(function* () {
      const http = yield* byClient((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response())))
      const error = yield* Effect.flip(http.request("PROPFIND", "https://h.test/"))
      expect(error.message).toBe(
        "method: platform's HttpClient does not know PROPFIND. Use another adapter for this URL."
      )
    })
  )
})

describe("any client", () => {
  it.effect("cookies come from platform's own, other fields as they are joined", () =>
    Effect.gen(function* () {
      const http = yield* byClient((request) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(
            request,
            new Response("x", {
              headers: [
                ["Set-Cookie", "a=1; Path=/; HttpOnly"],
                ["Set-Cookie", "b=2"],
                ["X-A", "1"],
                ["X-A", "2"]
              ]
            })
          )
        )
      )
      const response = yield* http.get("https://h.test/")
      expect(response.rawHeaders.join("|")).toBe(
        "content-type|text/plain;charset=UTF-8|x-a|1, 2|set-cookie|a=1; Path=/; HttpOnly|set-cookie|b=2"
      )
      expect(Cookies.toArray((yield* Ref.get(http.state)).cookies).map(({ name }) => name)).toEqual(["a", "b"])
    })
  )

  it.effect("an empty body is empty, and the client's span stays away", () =>
    Effect.gen(function* () {
      const http = yield* byClient((request) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { status: 204 })))
      )
      expect(yield* (yield* http.get("https://h.test/")).text).toBe("")
    })
  )

  it.effect("a failure says what the code below says, and nothing of the query", () =>
    Effect.gen(function* () {
      const http = yield* byClient((request) =>
        Effect.fail(
          new HttpClientError.RequestError({
            request,
            reason: "Transport",
            cause: Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })
          })
        )
      )
      const error = yield* Effect.flip(http.get("https://h.test/?key=secret"))
      expect(error._tag === "TransportError" && [error.reason, error.sent, error.detail]).toEqual([
        "Refused",
        "no",
        "ECONNREFUSED"
      ])
      expect(JSON.stringify(error)).not.toContain("secret")
    })
  )

  it.effect.each<[string, Body.Body]>([
    ["once", Body.oneShot(Stream.fail(new Error("no disk")))],
    ["again", Body.replayable(() => Stream.fail(new Error("no disk")))]
  ])("a body that fails while it is sent is told from the network, where it can be sent %s", ([, body]) =>
    Effect.gen(function* () {
      const { session } = byFetch(async (input) => new Response(await input.text()))
      const error = yield* Effect.flip(Effect.flatMap(session(), (http) => http.post("https://h.test/", { body })))
      expect(error).toMatchObject({
        _tag: "TransportError",
        reason: "Upload",
        sent: "maybe",
        cause: new Error("no disk")
      })
    })
  )

  it.effect("interruption aborts the client", () =>
    Effect.gen(function* () {
      const signals: Array<AbortSignal> = []
      const http = yield* byClient((_request, _url, signal) => {
        signals.push(signal)
        return Effect.never
      })
      const fiber = yield* Effect.fork(http.get("https://h.test/"))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => signals.length > 0 })
      yield* Fiber.interrupt(fiber)
      expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    })
  )
})

describe("platformFailure", () => {
  it("is total, and never more than its code or its name", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (cause) => {
        const { detail, sent } = Rules.platformFailure(cause)
        expect(typeof detail === "string" && (sent === "no" || sent === "maybe")).toBe(true)
      })
    )
    const looped: { cause?: unknown } = {}
    looped.cause = looped
    expect(Rules.platformFailure(looped).reason).toBe("Adapter" satisfies Errors.TransportReason)
  })
})
