import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Body, Request, Session } from "@effect-requests/core"
import { AppAdapter } from "@effect-requests/testing"
import { Context, Effect, Fiber, Stream, TestClock } from "effect"

const opened = (wire: Adapter.Wire) =>
  Effect.provideService(Session.make({ baseUrl: "https://app.test", trustEnv: false }), Adapter.Adapter, wire)

class Greeting extends Context.Tag("Greeting")<Greeting, string>() {}

const bytes = (...numbers: ReadonlyArray<number>) => Uint8Array.from(numbers)

const app = HttpRouter.empty.pipe(
  HttpRouter.get(
    "/greeting",
    Effect.map(Greeting, (text) => HttpServerResponse.text(text))
  ),
  HttpRouter.post(
    "/login",
    HttpServerResponse.empty({ status: 303, headers: { location: "/me" } }).pipe(
      Effect.flatMap(HttpServerResponse.setCookie("sid", "1", { path: "/" })),
      Effect.orDie
    )
  ),
  HttpRouter.get(
    "/me",
    Effect.map(HttpServerRequest.HttpServerRequest, ({ cookies, headers }) =>
      HttpServerResponse.unsafeJson({ sid: cookies["sid"], host: headers["host"] })
    )
  ),
  HttpRouter.post(
    "/echo",
    Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
      HttpServerResponse.stream(Stream.orDie(request.stream))
    )
  ),
  HttpRouter.get("/slow", Effect.delay(Effect.succeed(HttpServerResponse.empty()), "1 hour"))
)

describe("an HttpApp", () => {
  const session = Effect.flatMap(AppAdapter.fromHttpApp(Effect.provideService(app, Greeting, "hello")), opened)

  it.effect("sees services, redirects and cookies", () =>
    Effect.gen(function* () {
      const open = yield* session
      expect(yield* (yield* open.get("/greeting")).text).toBe("hello")
      const me = yield* open.post("/login")
      expect([me.history.length, yield* me.json]).toEqual([1, { sid: "1", host: "app.test" }])
      expect((yield* open.get("/nowhere")).status).toBe(404)
    })
  )

  it.effect("streams both ways: an endless upload is answered piece by piece", () =>
    Effect.gen(function* () {
      const open = yield* session
      let sent = 0
      const body = Body.replayable(() =>
        Stream.repeatEffect(
          Effect.sync(() => {
            sent++
            return bytes(1, 2)
          })
        )
      )
      const first = yield* Effect.scoped(
        Effect.flatMap(open.stream(Request.post("/echo", { body })), (response) =>
          Stream.runCollect(Stream.take(response.stream, 3))
        )
      )
      expect(Array.from(first)).toEqual([bytes(1, 2), bytes(1, 2), bytes(1, 2)])
      const after = sent
      yield* Effect.yieldNow()
      expect(sent - after).toBeLessThan(50)
    })
  )

  it.effect("is held to timeout.headers by the Clock", () =>
    Effect.gen(function* () {
      const open = yield* session
      const fiber = yield* Effect.fork(Effect.flip(open.get("/slow", { timeout: { total: null } })))
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TransportError", reason: "HeadersTimeout" })
    })
  )
})

describe("a web handler", () => {
  const failing = (handler: AppAdapter.WebHandler, request: Request.Request) =>
    Effect.flatMap(opened(AppAdapter.fromWebHandler(handler)), (session) => Effect.flip(session.send(request)))
  const fine = async () => new Response("fine")

  it.effect("what it rejects with, what cannot be said, and a failing upload are typed errors", () =>
    Effect.gen(function* () {
      const rejected = yield* failing(() => Promise.reject(new Error("down")), Request.get("/"))
      expect(rejected).toMatchObject({ _tag: "TransportError", reason: "Adapter" })
      expect(rejected.message).toBe("GET https://app.test/: the adapter failed: the handler has rejected: down")
      const body = yield* failing(fine, Request.make("GET", "/", { body: Body.text("x") }))
      expect(body).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported" })
      const upload = Body.oneShot(Stream.fail(new Error("no disk")))
      const read = async (request: globalThis.Request) => new Response(await request.text())
      expect(yield* failing(read, Request.post("/", { body: upload }))).toMatchObject({ reason: "Upload" })
    })
  )

  it.effect("a stream that fails in the middle is a BodyError; repeated Set-Cookie stay apart", () =>
    Effect.gen(function* () {
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(bytes(1))
          controller.error(new Error("gone"))
        }
      })
      expect(yield* failing(async () => new Response(broken), Request.get("/"))).toMatchObject({
        _tag: "BodyError",
        reason: "Reset"
      })
      const headers = new Headers([
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"]
      ])
      const session = yield* opened(AppAdapter.fromWebHandler(async () => new Response(null, { headers })))
      expect((yield* session.get("/")).rawHeaders).toEqual(["set-cookie", "a=1", "set-cookie", "b=2"])
    })
  )
})
