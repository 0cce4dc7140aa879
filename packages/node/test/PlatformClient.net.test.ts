/** What platform's own tests ask of its clients, asked of a session in their place: over sockets, by two adapters. */
import { createServer } from "node:http"
import {
  Cookies,
  FetchHttpClient,
  HttpBody,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  HttpRouter,
  HttpServer,
  HttpServerRequest,
  HttpServerResponse
} from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Errors, Session } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Deferred, Effect, Fiber, Layer, Logger, Ref, Schema, Stream } from "effect"

const Todo = Schema.Struct({ id: Schema.Number, title: Schema.String })
const large = 2 * 1024 * 1024

/** The server, and what it has seen end. */
const world = Effect.gen(function* () {
  const hanging = yield* Deferred.make<void>()
  const interrupted = yield* Deferred.make<void>()
  const app = HttpRouter.empty.pipe(
    HttpRouter.get("/text", HttpServerResponse.text("test")),
    HttpRouter.get("/todos/1", HttpServerResponse.unsafeJson({ id: 1, title: "test" })),
    HttpRouter.post(
      "/todos",
      HttpServerRequest.schemaBodyJson(Schema.Struct({ title: Schema.String })).pipe(
        Effect.map(({ title }) => HttpServerResponse.unsafeJson({ id: 201, title }, { status: 201 })),
        Effect.orDie
      )
    ),
    HttpRouter.head("/todos", HttpServerResponse.empty({ status: 200 })),
    HttpRouter.get("/large", HttpServerResponse.uint8Array(new Uint8Array(large).fill(97))),
    HttpRouter.get(
      "/hang",
      Effect.zipRight(Deferred.succeed(hanging, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
      )
    ),
    HttpRouter.get("/redirect", HttpServerResponse.redirect("/redirected")),
    HttpRouter.get("/redirected", HttpServerResponse.text("redirected")),
    HttpRouter.get("/form", HttpServerResponse.urlParams({ a: "1", b: "2" })),
    HttpRouter.get(
      "/set-cookie",
      HttpServerResponse.empty().pipe(
        Effect.flatMap(HttpServerResponse.setCookie("sid", "1", { path: "/" })),
        Effect.orDie
      )
    ),
    HttpRouter.get(
      "/cookies",
      Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
        HttpServerResponse.text(headers["cookie"] ?? "none")
      )
    ),
    HttpRouter.post(
      "/echo",
      Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
        HttpServerResponse.stream(Stream.orDie(request.stream), {
          contentType: request.headers["content-type"]
        })
      )
    )
  )
  const server = yield* Layer.build(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  yield* Effect.provide(HttpServer.serveEffect(app), server)
  const baseUrl = yield* Effect.provide(HttpServer.addressFormattedWith(Effect.succeed), server)
  return { baseUrl, hanging, interrupted }
})

const adapters: ReadonlyArray<readonly [string, Layer.Layer<Adapter.Adapter>]> = [
  ["undici", UndiciAdapter.layer()],
  ["fetch", Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)]
]

describe.each(adapters)("a session over %s, as platform's client", (_, adapter) => {
  const opened = Effect.gen(function* () {
    const known = yield* world
    const wire = yield* Layer.build(adapter)
    const client = yield* Effect.provide(Session.make({ baseUrl: known.baseUrl, trustEnv: false }), wire)
    return { ...known, http: Session.toHttpClient(client) }
  })

  it.scopedLive("texts, streams and large bodies", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      expect(yield* Effect.flatMap(http.get("/text"), ({ text }) => text)).toBe("test")
      expect(yield* HttpClientResponse.stream(http.get("/text")).pipe(Stream.decodeText(), Stream.mkString)).toBe(
        "test"
      )
      expect(yield* Effect.flatMap(http.get("/large"), ({ arrayBuffer }) => arrayBuffer)).toHaveProperty(
        "byteLength",
        large
      )
      // Twenty bodies that nobody reads hold up nobody, once their scope is over.
      for (let i = 0; i < 20; i++) yield* Effect.scoped(HttpClient.withScope(http).get("/large"))
      expect(yield* Effect.flatMap(http.get("/text"), ({ text }) => text)).toBe("test")
    })
  )

  it.scopedLive("Schemas: bodies, statuses, headers, forms", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      const todo = yield* Effect.flatMap(http.get("/todos/1"), HttpClientResponse.schemaBodyJson(Todo))
      expect(todo).toEqual({ id: 1, title: "test" })
      const created = yield* HttpClientRequest.post("/todos").pipe(
        HttpClientRequest.schemaBodyJson(Schema.Struct({ title: Schema.String }))({ title: "new" }),
        Effect.flatMap(http.execute),
        Effect.flatMap(HttpClientResponse.schemaJson(Schema.Struct({ status: Schema.Literal(201), body: Todo })))
      )
      expect(created.body).toEqual({ id: 201, title: "new" })
      const head = yield* Effect.flatMap(
        http.head("/todos"),
        HttpClientResponse.schemaNoBody(Schema.Struct({ status: Schema.Literal(200) }))
      )
      expect(head.status).toBe(200)
      expect(
        yield* Effect.flatMap(
          http.get("/todos/1"),
          HttpClientResponse.schemaHeaders(Schema.Struct({ "content-type": Schema.String }))
        )
      ).toMatchObject({ "content-type": "application/json" })
      expect(yield* Effect.flatMap(http.get("/form"), ({ urlParamsBody }) => urlParamsBody)).toEqual([
        ["a", "1"],
        ["b", "2"]
      ])
      expect(
        yield* Effect.flatMap(
          http.get("/nowhere"),
          HttpClientResponse.matchStatus({
            "2xx": () => Effect.succeed("found"),
            404: () => Effect.succeed("not found"),
            orElse: () => Effect.succeed("?")
          })
        )
      ).toBe("not found")
    })
  )

  it.scopedLive("redirects are followed, whether or not platform is asked to", () =>
    Effect.gen(function* () {
      const { baseUrl, http } = yield* opened
      for (const client of [http, HttpClient.followRedirects(http)]) {
        const response = yield* client.get("/redirect")
        expect([yield* response.text, response.request.url]).toEqual(["redirected", `${baseUrl}/redirected`])
      }
    })
  )

  it.scopedLive("an interruption reaches the server, and so does a timeout", () =>
    Effect.gen(function* () {
      const { hanging, http, interrupted } = yield* opened
      const fiber = yield* Effect.fork(http.get("/hang"))
      yield* Deferred.await(hanging)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(interrupted)
      const timedOut = yield* http.get("/hang").pipe(Effect.timeout("20 millis"), Effect.flip)
      expect(timedOut._tag).toBe("TimeoutException")
    })
  )

  it.scopedLive("a form with a file arrives as one; an upload runs in the fiber that asked for it", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      const form = new FormData()
      form.append("file", new Blob(["data"]), "a.txt")
      const back = yield* http.post("/echo", { body: HttpBody.formData(form) })
      const echoed = yield* back.formData
      expect(echoed.get("file")).toMatchObject({ name: "a.txt", size: 4 })

      const said: Array<unknown> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => said.push(message))
      )
      const body = Stream.make("hello", "world").pipe(
        Stream.tap((word) => Effect.log(word)),
        Stream.encodeText
      )
      const answer = yield* http
        .post("/echo", { body: HttpBody.stream(body, "text/plain") })
        .pipe(Effect.provide(logger))
      expect([yield* answer.text, said]).toEqual(["helloworld", [["hello"], ["world"]]])
    })
  )

  it.scopedLive("an upload that fails is the request's failure, and is not sent again", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      let runs = 0
      const failing = Stream.suspend(() => {
        runs++
        return Stream.fail(new Error("no disk"))
      })
      const error = yield* HttpClient.retryTransient(http, { times: 3 })
        .post("/echo", { body: HttpBody.stream(failing) })
        .pipe(Effect.flip)
      expect([error._tag, error.reason, runs]).toEqual(["RequestError", "Encode", 1])
      expect(error.cause).toBeInstanceOf(Errors.TransportError)
    })
  )

  it.scopedLive("cookies are the session's; platform's own store on top says the same", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      const ref = yield* Ref.make(Cookies.empty)
      const stored = HttpClient.withCookiesRef(http, ref)
      yield* stored.get("/set-cookie")
      expect(Cookies.toCookieHeader(yield* Ref.get(ref))).toBe("sid=1")
      expect(yield* Effect.flatMap(http.get("/cookies"), ({ text }) => text)).toBe("sid=1")
      expect(yield* Effect.flatMap(stored.get("/cookies"), ({ text }) => text)).toBe("sid=1")
    })
  )

  it.scopedLive("what stands around a client: taps, filters, mapped requests, caught failures", () =>
    Effect.gen(function* () {
      const { http } = yield* opened
      const seen: Array<string> = []
      const client = http.pipe(
        HttpClient.tapRequest(({ method, url }) => Effect.sync(() => seen.push(`${method} ${url}`))),
        HttpClient.mapRequestInput(HttpClientRequest.appendUrl("1")),
        HttpClient.filterStatus((status) => status < 400),
        HttpClient.tapError((error) => Effect.sync(() => seen.push(error.reason))),
        HttpClient.tap(({ status }) => Effect.sync(() => seen.push(String(status))))
      )
      yield* client.get("/todos/")
      const caught = HttpClient.catchTag(client, "ResponseError", ({ response }) => Effect.succeed(response))
      expect((yield* caught.get("/nowhere/")).status).toBe(404)
      expect(seen).toEqual(["GET /todos/1", "200", "GET /nowhere/1", "StatusCode"])
    })
  )
})
