import { inspect } from "node:util"
import { HttpClient, HttpClientError, HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { type Adapter, Auth, Errors, Headers, HttpClientBridge, Session, Tracing } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import {
  Chunk,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Ref,
  Schedule,
  Schema,
  Scope,
  Stream,
  Tracer
} from "effect"
import { world } from "./server.js"

const base = "https://h.test"

/** A client of a session over a stub, and what the stub was asked. */
const client = (
  handler: StubAdapter.Handler = world,
  settings: Parameters<typeof Session.make>[0] = { baseUrl: base }
) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const session = yield* Effect.provide(Session.make(settings), stub.layer)
    return { client: Session.toHttpClient(session), session, asked: stub.requests }
  })

const bytes = (text: string) => new TextEncoder().encode(text)

/** Spans as they end, with their parents and attributes. */
const recorder = () => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: `000000000000000${spans.length}`,
        traceId: "00000000000000000000000000000001",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: () => undefined,
        attribute: (key, value) => attributes.set(key, value),
        event: () => undefined,
        addLinks: () => undefined
      }
      spans.push(span)
      return span
    },
    context: (f) => f()
  })
  return { spans, layer: Layer.setTracer(tracer) }
}

describe("a session as platform's client", () => {
  it.effect("resolves by the session's baseUrl, keeps cookies, follows redirects, and gives platform's responses", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      yield* http.get("/set?a=1")
      const response = yield* http.get("/chain/2", { urlParams: { q: "x y" }, headers: { "X-Trace": "t" } })
      const User = Schema.Struct({ id: Schema.Number, name: Schema.String })
      expect(yield* HttpClientResponse.schemaBodyJson(User)(response)).toEqual({ id: 1, name: "ada" })
      const sent = yield* asked
      expect(sent.map(({ method, target }) => `${method} ${target.path}`)).toEqual([
        "GET /set?a=1",
        "GET /chain/2?q=x+y",
        "GET /chain/1",
        "GET /chain/0"
      ])
      expect(sent.map(({ headers }) => Headers.get(headers, "cookie"))).toEqual([
        undefined,
        "a=1",
        "a=1; hop2=1",
        "a=1; hop2=1; hop1=1"
      ])
      const ours = Option.getOrThrow(HttpClientBridge.responseOf(response))
      expect([ours.history.map(({ status }) => status), ours.url]).toEqual([[302, 302], `${base}/chain/0`])
      expect(HttpClientBridge.responseOf(HttpClientResponse.fromWeb(response.request, new Response()))).toEqual(
        Option.some(ours)
      )
      expect(
        Option.isNone(
          HttpClientBridge.responseOf(HttpClientResponse.fromWeb(HttpClientRequest.get("/"), new Response()))
        )
      ).toBe(true)
    })
  )

  it.effect("a relative URL is resolved after all that is mapped on top, and keeps its scope", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client(world, { baseUrl: "https://h.test/v1/" })
      const below = (path: string) => HttpClient.mapRequest(HttpClientRequest.prependUrl(path))
      yield* http.pipe(below("users"), below("/x/")).get("/1")
      yield* http.pipe(below("users")).get("/1", { urlParams: { q: 1 } })
      yield* http.pipe(below("https://other.test/")).get("a")
      yield* http.get("")
      expect((yield* asked).map(({ url }) => url)).toEqual([
        "https://h.test/x/users/1",
        "https://h.test/v1/users/1?q=1",
        "https://other.test/a",
        "https://h.test/v1/"
      ])
    })
  )

  it.effect.each<[string, HttpClientRequest.HttpClientRequest, string, string | undefined]>([
    ["a text", HttpClientRequest.post("/e").pipe(HttpClientRequest.bodyText("hi")), "hi", "text/plain"],
    [
      "JSON",
      HttpClientRequest.post("/e").pipe(HttpClientRequest.bodyUnsafeJson({ a: 1 })),
      '{"a":1}',
      "application/json"
    ],
    [
      "a form",
      HttpClientRequest.post("/e").pipe(HttpClientRequest.bodyUrlParams({ a: "1" })),
      "a=1",
      "application/x-www-form-urlencoded"
    ],
    [
      "bytes",
      HttpClientRequest.put("/e").pipe(HttpClientRequest.bodyUint8Array(bytes("b"))),
      "b",
      "application/octet-stream"
    ],
    [
      "a stream",
      HttpClientRequest.post("/e").pipe(HttpClientRequest.bodyStream(Stream.make(bytes("s")), { contentType: "a/b" })),
      "s",
      "a/b"
    ]
  ])("sends %s", ([, request, body, type]) =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      yield* http.execute(request)
      const [sent] = yield* asked
      const content = sent?.body
      const text =
        content?._tag === "Bytes"
          ? new TextDecoder().decode(content.bytes)
          : content?._tag === "OneShot"
            ? yield* Stream.mkString(Stream.decodeText(content.stream))
            : ""
      expect([text, Headers.getAll(sent?.headers ?? [], "content-type")]).toEqual([body, [type]])
      const framing = Headers.getAll(sent?.headers ?? [], "content-length").length
      expect(framing + Headers.getAll(sent?.headers ?? [], "transfer-encoding").length).toBe(1)
    })
  )

  it.effect("sends a form with files, with the boundary that it was encoded by", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      const form = new FormData()
      form.append("file", new Blob(["data"]), "a.txt")
      yield* http.post("/e", { body: HttpClientRequest.post("").pipe(HttpClientRequest.bodyFormData(form)).body })
      const [sent] = yield* asked
      const type = Headers.get(sent?.headers ?? [], "content-type") ?? ""
      const boundary = type.split("boundary=")[1] ?? "?"
      expect(type).toMatch(/^multipart\/form-data; boundary=/)
      expect(sent?.body._tag === "Bytes" && new TextDecoder().decode(sent.body.bytes).includes(boundary)).toBe(true)
    })
  )

  it.effect("takes what a fiber says for its requests", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      yield* Effect.provideService(http.get("/a"), HttpClientBridge.CurrentOptions, {
        headers: { "X-Fiber": "1" },
        auth: Auth.bearer("abc")
      })
      yield* http.get("/b")
      expect((yield* asked).map(({ headers }) => Headers.get(headers, "x-fiber"))).toEqual(["1", undefined])
    })
  )
})

describe("what belongs to a fiber", () => {
  it.effect("stays with it, beside others and in forked ones", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      const as = (name: string) =>
        Effect.provideService(HttpClientBridge.CurrentOptions, { headers: { "X-Fiber": name } })
      const work = (name: string) =>
        Effect.zipRight(Effect.yieldNow(), Effect.flatMap(Effect.fork(http.get(`/${name}`)), Fiber.join)).pipe(as(name))
      yield* Effect.all([work("a"), work("b"), http.get("/none")], { concurrency: "unbounded" })
      const sent = (yield* asked).map(({ headers, target }) => `${target.path} ${Headers.get(headers, "x-fiber")}`)
      expect(sent.sort()).toEqual(["/a a", "/b b", "/none undefined"])
    })
  )

  it.effect("what it says is not ignored where the adapter cannot do it", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      const error = yield* http
        .get("/")
        .pipe(Effect.provideService(HttpClientBridge.CurrentOptions, { verify: false }), Effect.flip)
      expect(error).toMatchObject({ reason: "Encode", cause: { _tag: "InvalidRequest", reason: "Unsupported" } })
      expect(yield* asked).toEqual([])
    })
  )
})

describe("what a client, its requests and its failures show", () => {
  it.effect("has no secret of the session", () =>
    Effect.gen(function* () {
      const settings = {
        baseUrl: base,
        auth: Auth.basic("ada", "SECRET"),
        headers: { "X-Api-Key": "SECRET" },
        cookies: { sid: "SECRET" }
      }
      const { client: http, session } = yield* client(
        ({ target }) => ({ status: target.pathname === "/ok" ? 200 : 500 }),
        settings
      )
      const response = yield* http.get("/ok?token=SECRET")
      const refused = yield* Effect.flip(HttpClient.filterStatusOk(http).get("/no?token=SECRET"))
      const state = yield* Ref.get(session.state)
      const shown = [http, session, state, response, response.request, refused, refused.cause]
      for (const one of shown) {
        for (const text of [`${JSON.stringify(one)}`, String(one), inspect(one, { depth: 6 })]) {
          expect(text).not.toContain("SECRET")
          expect(text).not.toContain(btoa("ada:SECRET"))
        }
      }
    })
  )
})

describe("failures are platform's", () => {
  const failing = (error: (request: Parameters<StubAdapter.Handler>[0]) => Adapter.WireError) =>
    client((request) => Effect.fail(error(request)))

  it.effect("what may be better the next time is Transport, and retryTransient repeats it", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* failing(
        (request) => new Errors.TransportError({ reason: "Refused", sent: "no", request, detail: "ECONNREFUSED" })
      )
      const error = yield* Effect.flip(HttpClient.retryTransient(http, { times: 2 }).get("/?key=secret"))
      expect([error._tag, error.reason]).toEqual(["RequestError", "Transport"])
      expect(error.cause).toBeInstanceOf(Errors.TransportError)
      expect(error.message).toBe(
        "Transport: GET https://h.test/?key=<hidden>: the connection was refused; is something listening there?: ECONNREFUSED (GET https://h.test/)"
      )
      expect((yield* asked).length).toBe(3)
    })
  )

  it.effect("a status that may be better the next time is repeated by platform's own choice", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client(() => ({ status: 503 }))
      expect((yield* HttpClient.retryTransient(http, { times: 2 }).get("/")).status).toBe(503)
      expect((yield* asked).length).toBe(3)
    })
  )

  it.effect("a relative URL without a base is platform's InvalidUrl", () =>
    Effect.gen(function* () {
      const { client: http } = yield* client(world, {})
      expect(yield* Effect.flip(http.get("/me"))).toMatchObject({ _tag: "RequestError", reason: "InvalidUrl" })
    })
  )

  it.effect("what a policy refuses is not repeated, and has the response", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client(() => ({ status: 302, headers: { Location: "http://h.test/" } }))
      const error = yield* Effect.flip(HttpClient.retryTransient(http, { times: 2 }).get("/"))
      expect(error._tag === "ResponseError" && [error.reason, error.response.status]).toEqual(["StatusCode", 302])
      expect(error.cause).toBeInstanceOf(Errors.RedirectRefused)
      expect((yield* asked).length).toBe(1)
    })
  )

  it.effect("what is wrong with the request itself is not repeated", () =>
    Effect.gen(function* () {
      const { asked, client: http } = yield* client()
      const error = yield* Effect.flip(
        HttpClient.retryTransient(http, { times: 2 }).get("/?key=secret", { headers: { "x-a": "1\r\nx-b: 2" } })
      )
      expect([error._tag, error.reason]).toEqual(["RequestError", "Encode"])
      expect(error.message).not.toContain("secret")
      expect((yield* asked).length).toBe(0)
    })
  )

  it.effect("a status is a response, until filterStatusOk", () =>
    Effect.gen(function* () {
      const { client: http } = yield* client()
      expect((yield* http.get("/status/404")).status).toBe(404)
      const error = yield* Effect.flip(HttpClient.filterStatusOk(http).get("/status/503"))
      expect([error._tag, error.reason]).toEqual(["ResponseError", "StatusCode"])
      expect(HttpClientError.isHttpClientError(error)).toBe(true)
    })
  )
})

describe("connections", () => {
  /** A body of one piece that never ends, and whether its connection is closed. */
  const endless = Effect.gen(function* () {
    const closed = yield* Deferred.make<void>()
    const stream = Stream.make(bytes("first")).pipe(
      Stream.concat(Stream.never),
      Stream.ensuring(Deferred.succeed(closed, undefined))
    )
    return { closed, reply: (): StubAdapter.Reply => ({ stream }) }
  })

  it.effect("a body arrives as it is read, and whoever stops reading closes it", () =>
    Effect.gen(function* () {
      const { closed, reply } = yield* endless
      const { client: http } = yield* client(reply)
      const pieces = yield* HttpClientResponse.stream(http.get("/")).pipe(Stream.take(1), Stream.runCollect)
      expect(Chunk.toReadonlyArray(pieces)).toEqual([bytes("first")])
      yield* Deferred.await(closed)
    })
  )

  it.live("an interrupted reader closes it", () =>
    Effect.gen(function* () {
      const { closed, reply } = yield* endless
      const { client: http } = yield* client(reply)
      const response = yield* http.get("/")
      const started = yield* Deferred.make<void>()
      const reading = yield* Effect.fork(Stream.runForEach(response.stream, () => Deferred.succeed(started, undefined)))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(reading)
      yield* Deferred.await(closed)
    })
  )

  /** A client of the bridge, and how many of its connections have ended. */
  const counted = (handler: StubAdapter.Handler) =>
    Effect.gen(function* () {
      const { session } = yield* client(handler)
      const ended = yield* Ref.make(0)
      const http = HttpClientBridge.make({
        state: session.state,
        stream: (request) =>
          Effect.zipRight(
            Effect.addFinalizer(() => Ref.update(ended, (n) => n + 1)),
            session.stream(request)
          )
      })
      return { ended: Ref.get(ended), http }
    })

  it.effect("a body that was read to its end has ended its connection", () =>
    Effect.gen(function* () {
      const { ended, http } = yield* counted(() => ({ stream: Stream.make(bytes("all")) }))
      const response = yield* http.get("/")
      expect(yield* ended).toBe(0)
      expect(yield* response.text).toBe("all")
      expect(yield* ended).toBe(1)
    })
  )

  it.effect("where there is no response, no connection stays", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const failing = yield* counted(() => ({ status: 302, headers: { Location: "http://h.test/" } }))
      yield* Effect.flip(failing.http.get("/"))
      const hanging = yield* counted(() => Effect.zipRight(Deferred.succeed(asked, undefined), Effect.never))
      const fiber = yield* Effect.fork(hanging.http.get("/"))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(fiber)
      expect([yield* failing.ended, yield* hanging.ended]).toEqual([1, 1])
    })
  )

  it.live.each(["/", `${base}/`])("withScope: the scope's end closes the session's connection, of %s too", (url) =>
    Effect.gen(function* () {
      const { ended, http } = yield* counted(world)
      const scope = yield* Scope.make()
      yield* Scope.extend(HttpClient.withScope(http).get(url), scope)
      expect(yield* ended).toBe(0)
      yield* Scope.close(scope, Exit.void)
      // Not until it is so: the response's own end, whenever it is collected, would do as well.
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      expect(yield* ended).toBe(1)
    })
  )

  it.effect("an interruption before the answer reaches the adapter", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const asked = yield* Deferred.make<void>()
      const { client: http } = yield* client(() =>
        Effect.zipRight(Deferred.succeed(asked, undefined), Effect.never).pipe(
          Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
        )
      )
      const fiber = yield* Effect.fork(http.get("/"))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(interrupted)
    })
  )
})

describe("spans", () => {
  const chain: StubAdapter.Handler = ({ target }) =>
    target.host === "h.test" && target.pathname === "/a"
      ? { status: 302, headers: { Location: "/b" } }
      : target.host === "h.test" && target.pathname === "/b"
        ? { status: 302, headers: { Location: "https://other.test/c" } }
        : { text: "done" }

  it.effect("one a hop below the caller's, without the query; another origin hears nothing of the trace", () =>
    Effect.gen(function* () {
      const { layer, spans } = recorder()
      const { asked, client: http } = yield* client(chain)
      yield* http
        .get("/a?key=secret", { headers: { authorization: "Bearer secret" } })
        .pipe(Effect.withSpan("caller"), Effect.provide(layer))
      expect(spans.map(({ name, parent }) => [name, Option.getOrUndefined(parent)?.spanId])).toEqual([
        ["caller", undefined],
        ["http.client GET", spans[0]?.spanId],
        ["http.client GET", spans[0]?.spanId],
        ["http.client GET", spans[0]?.spanId]
      ])
      expect(JSON.stringify(spans.map(({ attributes }) => Array.from(attributes)))).not.toContain("secret")
      expect((yield* asked).map(({ headers }) => Headers.get(headers, "traceparent"))).toEqual([
        `00-${spans[1]?.traceId}-${spans[1]?.spanId}-01`,
        `00-${spans[2]?.traceId}-${spans[2]?.spanId}-01`,
        undefined
      ])
    })
  )

  it.effect("other origins hear of it where that is asked for", () =>
    Effect.gen(function* () {
      const { layer } = recorder()
      const { asked, client: http } = yield* client(chain)
      const traces = { propagate: true, toOtherOrigins: true, nameOf: () => "api" }
      yield* http.get("/a").pipe(Effect.provideService(Tracing.TraceContext, traces), Effect.provide(layer))
      expect((yield* asked).map(({ headers }) => Headers.has(headers, "traceparent"))).toEqual([true, true, true])
    })
  )

  it.effect("neither userinfo nor fragment nor a header shows in a span", () =>
    Effect.gen(function* () {
      const { layer, spans } = recorder()
      const { client: http } = yield* client()
      yield* http
        .get("https://ada:SECRET@h.test/x?token=SECRET#SECRET", { headers: { "x-api-key": "SECRET" } })
        .pipe(Effect.provide(layer))
      expect(spans.map(({ attributes }) => attributes.get("url.full"))).toEqual([
        "https://h.test/x?token=<hidden>#<hidden>"
      ])
      expect(JSON.stringify(spans.map(({ attributes, name }) => [name, ...attributes]))).not.toContain("SECRET")
    })
  )

  it.effect("the user's switches count: names, propagation, none at all", () =>
    Effect.gen(function* () {
      const { layer, spans } = recorder()
      const { asked, client: http } = yield* client()
      const named = HttpClient.withSpanNameGenerator(http, ({ method }) => `api ${method}`)
      yield* HttpClient.withTracerPropagation(named, false).get("/x").pipe(Effect.provide(layer))
      yield* HttpClient.withTracerDisabledWhen(named, ({ url }) => url.endsWith("/y"))
        .get("/y")
        .pipe(Effect.provide(layer))
      expect(spans.map(({ name }) => name)).toEqual(["api GET"])
      expect((yield* asked).some(({ headers }) => Headers.has(headers, "traceparent"))).toBe(false)
    })
  )

  it.effect("a session by itself tells nobody of its trace", () =>
    Effect.gen(function* () {
      const { layer } = recorder()
      const { asked, session } = yield* client()
      yield* session.get("/x").pipe(Effect.provide(layer))
      expect((yield* asked).some(({ headers }) => Headers.has(headers, "traceparent"))).toBe(false)
    })
  )
})

describe("platform's own middleware on top", () => {
  it.effect("mapRequest, tap, retry and followRedirects", () =>
    Effect.gen(function* () {
      let calls = 0
      const { asked, client: http } = yield* client((request) => {
        calls++
        return calls < 3 ? { status: 503 } : world(request)
      })
      const seen: Array<number> = []
      const wrapped = http.pipe(
        HttpClient.mapRequest(HttpClientRequest.setHeader("x-mapped", "1")),
        HttpClient.followRedirects(3),
        HttpClient.filterStatusOk,
        HttpClient.retry(Schedule.recurs(5)),
        HttpClient.tap((response) => Effect.sync(() => seen.push(response.status)))
      )
      yield* wrapped.get("/chain/1")
      expect(seen).toEqual([200])
      expect((yield* asked).every(({ headers }) => Headers.get(headers, "x-mapped") === "1")).toBe(true)
    })
  )
})
