import { inspect } from "node:util"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import {
  Adapter,
  Answer,
  Auth,
  Errors,
  Explanation,
  Headers,
  Http,
  Request,
  Response,
  Session,
  SessionState
} from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import {
  Chunk,
  Deferred,
  Duration,
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
  TestClock
} from "effect"
import { world } from "./server.js"

const base = "https://h.test"
const scheduleEverySecond = Schedule.spaced("1 second")

const opened = (settings: Parameters<typeof Session.make>[0] = {}, handler: StubAdapter.Handler = world) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const session = yield* Effect.provide(Session.make({ baseUrl: base, ...settings }), stub.layer)
    return {
      session,
      requests: Effect.map(stub.requests, (all) => all.map((one) => `${one.method} ${one.target.path}`)),
      asked: stub.requests
    }
  })

describe("sending", () => {
  it.effect("[RED-46] the last response comes with its history, oldest first, each with its own", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const response = yield* session.get("/chain/3")
      expect(response.url).toBe(`${base}/chain/0`)
      expect(response.history.map((hop) => hop.url)).toEqual([3, 2, 1].map((n) => `${base}/chain/${n}`))
      expect(response.history.map((hop) => hop.history.length)).toEqual([0, 1, 2])
      expect(yield* response.json).toMatchObject({ cookie: "hop3=1; hop2=1; hop1=1" })
    })
  )
  it.effect("[RED-47] [RED-54] each hop answers its own request and says what came next", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const response = yield* session.get("/chain/2")
      expect(response.history.map((hop) => Option.map(hop.next, (next) => next.url))).toEqual(
        [1, 0].map((n) => Option.some(`${base}/chain/${n}`))
      )
      expect(Option.isNone(response.next)).toBe(true)
      // The same where the last one leaves a cookie behind.
      expect(Option.isNone((yield* session.get("/set?a=1")).next)).toBe(true)
    })
  )
  it.effect("[RED-52] without allowRedirects the first response comes, and says what would be next", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened()
      const response = yield* session.get("/chain/2", { allowRedirects: false, maxRedirects: 2 })
      expect([response.status, response.history.length, response.isRedirect]).toEqual([302, 0, true])
      expect(Option.map(response.next, (next) => next.url)).toEqual(Option.some(`${base}/chain/1`))
      expect(yield* requests).toEqual(["GET /chain/2"])
    })
  )
  it.effect("[RED-51] a refused next is none, and no error of a request that follows nothing", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ maxRedirects: 0, allowRedirects: false })
      expect(Option.isNone((yield* session.get("/chain/2")).next)).toBe(true)
    })
  )
  it.effect("[RED-48] [RED-49] a refusal comes after the hop that caused it, with the history", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened()
      const refused = yield* Effect.flip(session.get("/chain/9", { maxRedirects: 2 }))
      expect(refused).toBeInstanceOf(Errors.RedirectRefused)
      if (refused._tag !== "RedirectRefused") return
      expect([refused.reason, refused.response.status, refused.response.history.length]).toEqual([
        "TooManyRedirects",
        302,
        2
      ])
      expect(yield* requests).toEqual([9, 8, 7].map((n) => `GET /chain/${n}`))
    })
  )
  it.effect("[API-02] the seven verbs; HEAD follows nothing", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened()
      for (const verb of [
        session.get,
        session.options,
        session.post,
        session.put,
        session.patch,
        session.delete,
        session.head
      ])
        yield* verb("/chain/1")
      expect(yield* requests).toEqual([
        "GET /chain/1",
        "GET /chain/0",
        "OPTIONS /chain/1",
        "GET /chain/0",
        "POST /chain/1",
        "GET /chain/0",
        "PUT /chain/1",
        "GET /chain/0",
        "PATCH /chain/1",
        "GET /chain/0",
        "DELETE /chain/1",
        "GET /chain/0",
        "HEAD /chain/1"
      ])
    })
  )
  it.effect("a call may be sent twice, and is prepared by the state of its time", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ headers: { "X-A": "1" } })
      const call = yield* session.prepare(Request.get("/x"))
      yield* session.update(SessionState.mapSettings((settings) => ({ ...settings, headers: { "X-A": "2" } })))
      yield* session.send(call)
      yield* session.send(call)
      yield* session.get("/x")
      expect((yield* asked).map((one) => one.headers.at(-1))).toEqual(["1", "1", "2"])
    })
  )
  it.effect("[ADP-05] no adapter for the scheme", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const call = yield* session.prepare(Request.get("ftp://x/file"))
      expect(call.request.url).toBe("ftp://x/file")
      const refused = yield* Effect.flip(session.send(call))
      expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "NoAdapter" })
    })
  )
  it.effect("an option that the adapter lacks is refused, never ignored", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened()
      const refused = yield* Effect.flip(session.get("/", { verify: false }))
      expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: "verify" })
      expect(yield* requests).toEqual([])
    })
  )
})

describe("hops", () => {
  it.effect("take(n) sends exactly n requests", () =>
    Effect.gen(function* () {
      for (const n of [1, 2, 3]) {
        const { requests, session } = yield* opened()
        const seen = yield* Stream.runCollect(Stream.take(session.hops(Request.get("/chain/5")), n))
        expect(Chunk.size(seen)).toBe(n)
        expect(yield* requests).toHaveLength(n)
      }
    })
  )
  it.effect("fail after the hop that is refused", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const seen = yield* Ref.make<ReadonlyArray<number>>([])
      const exit = yield* session.hops(Request.get("/to?ftp%3A%2F%2Fx%2F")).pipe(
        Stream.tap(({ status }) => Ref.update(seen, (all) => [...all, status])),
        Stream.runDrain,
        Effect.flip
      )
      expect(exit).toMatchObject({ _tag: "RedirectRefused", reason: "UnsupportedScheme" })
      expect(yield* Ref.get(seen)).toEqual([302])
    })
  )
  it.effect("[RED-55] follow walks on by hand, with the history so far", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened({ allowRedirects: false })
      const first = yield* session.get("/chain/2")
      const rest = yield* Stream.runCollect(session.follow(first))
      expect(Chunk.toReadonlyArray(rest).map(({ history, status }) => [status, history.length])).toEqual([
        [302, 1],
        [200, 2]
      ])
      expect(yield* requests).toHaveLength(3)
      expect(Chunk.size(yield* Stream.runCollect(session.follow(Option.getOrThrow(Chunk.last(rest)))))).toBe(0)
    })
  )
  it.effect("follow refuses a response that no session has made", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const mine = yield* session.get("/chain/1", { allowRedirects: false })
      const foreign = new Response.Response({ request: mine.prepared, withheld: [] }, mine.answer, [], 0n)
      expect(yield* Effect.flip(Stream.runDrain(session.follow(foreign)))).toMatchObject({ reason: "Foreign" })
    })
  )
})

describe("the state", () => {
  it.effect("[COK-11] [COK-12] learns cookies from every hop and sends them on the next", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      yield* session.get("/chain/2")
      expect((yield* session.cookies.all()).map(({ name }) => name).sort()).toEqual(["hop1", "hop2"])
    })
  )
  it.effect("[COK-13] scopes a redirect's cookie by the URL that sent it", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({}, ({ target }) =>
        target.host === "h.test"
          ? { status: 302, headers: { Location: "https://evil.test/", "Set-Cookie": "sid=fixed" } }
          : { text: "there" }
      )
      yield* session.get("/")
      expect((yield* session.cookies.all()).map(({ domain }) => domain)).toEqual(["h.test"])
    })
  )
  it.effect("[SET-27] a request's own settings are never kept", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.get("/x", {
        headers: { "X-A": "1" },
        cookies: { mine: "1" },
        auth: Auth.bearer("t"),
        params: { p: 1 }
      })
      yield* session.get("/x")
      expect((yield* asked)[1]?.headers).toHaveLength(4)
      expect(yield* session.cookies.all()).toEqual([])
    })
  )
  it.effect("the Ref is written only when a hop teaches something", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const before = yield* Ref.get(session.state)
      yield* session.get("/echo")
      expect(yield* Ref.get(session.state)).toBe(before)
      yield* session.get("/set?a=1")
      expect(yield* Ref.get(session.state)).not.toBe(before)
    })
  )
  it.effect("concurrent hops and changes lose nothing", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ maxRedirects: 0 })
      const count = SessionState.mapSettings((settings) => ({
        ...settings,
        maxRedirects: (settings.maxRedirects ?? 0) + 1
      }))
      yield* Effect.all(
        [
          Effect.forEach(
            Array.from({ length: 200 }, (_, n) => n),
            (n) => session.get(`/set?c${n}=1`),
            { concurrency: "unbounded" }
          ),
          Effect.forEach(Array.from({ length: 200 }), () => session.update(count), { concurrency: "unbounded" })
        ],
        { concurrency: "unbounded" }
      )
      expect(yield* session.cookies.all()).toHaveLength(200)
      expect((yield* Ref.get(session.state)).settings.maxRedirects).toBe(200)
    })
  )
  it.effect("fork goes its own way, from the same state and adapters", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      yield* session.get("/set?a=1")
      const child = yield* session.fork({ headers: { "X-Child": "1" } })
      yield* child.get("/set?b=2")
      expect((yield* child.cookies.all()).map(({ name }) => name)).toEqual(["a", "b"])
      expect((yield* session.cookies.all()).map(({ name }) => name)).toEqual(["a"])
    })
  )
})

describe("saving and explaining", () => {
  it.effect("[PKL-01] a snapshot restores to a session that goes on where the other was", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ headers: { "X-Api-Key": "k" }, auth: Auth.bearer("t") })
      yield* session.get("/set?sid=1")
      const saved: unknown = JSON.parse(JSON.stringify(yield* session.snapshot))
      const { missing, session: again } = yield* Effect.provideService(
        Session.restore(saved),
        Adapter.Adapter,
        (yield* StubAdapter.make(world)).wire
      )
      const response = yield* again.get("/me")
      expect(missing).toEqual([])
      expect(yield* response.json).toMatchObject({ cookie: "sid=1" })
      expect(Headers.get(response.prepared.headers, "x-api-key")).toBe("k")
      expect(Headers.get(response.prepared.headers, "authorization")).toBe("Bearer t")
      expect(yield* asked).toHaveLength(1)
    })
  )
  it.effect("what cannot be saved fails with its path, and what is no snapshot is refused", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ hooks: { response: () => undefined } })
      expect(yield* Effect.flip(session.snapshot)).toMatchObject({
        _tag: "Unsaveable",
        path: expect.stringContaining("settings.hooks")
      })
      const refused = Effect.flip(Session.restore({ version: 99 }))
      expect(yield* Effect.provide(refused, StubAdapter.layer(world))).toMatchObject({ _tag: "InvalidSnapshot" })
    })
  )
  it.effect("explains what the adapter of the URL makes of it", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const told = (url: string) =>
        Effect.map(session.explain(Request.get(url, { proxies: { all: "http://p.test:1" } })), ({ entries }) =>
          entries.flatMap(({ does, layer, name }) => (layer === "adapter" ? [`${does} ${name}`] : []))
        )
      expect(yield* told("http://h.test/")).toEqual(["sets Host", "withholds http"])
      expect(yield* told("ftp://h.test/")).toEqual(["withholds url"])
      yield* session.mount("http://h.test/", {
        ...Adapter.fromWhole(() =>
          Effect.succeed({ status: 200, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) })
        ),
        supports: new Set(["proxy"] as const)
      })
      expect(yield* told("http://h.test/")).toEqual(["sets Host"])
    })
  )
  it.effect("explains a request without sending it", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened({ headers: { "X-Api-Key": "SECRET" } })
      const explained = yield* session.explain(Request.get("https://other.test/"))
      expect(Explanation.toText(explained)).toContain("X-Api-Key")
      expect(Explanation.toText(explained)).not.toContain("SECRET")
      expect(yield* requests).toEqual([])
    })
  )
})

describe("cookies of one's own", () => {
  it.effect("[COK-28] [COK-29] [COK-32] get, set, delete, clear, and the conflict", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      yield* session.cookies.set("a", "1")
      yield* session.cookies.set("a", "2", { path: "/deep" })
      yield* session.cookies.set("b", "3", { domain: "other.test" })
      expect(yield* Effect.flip(session.cookies.get("a"))).toMatchObject({ _tag: "CookieConflict" })
      expect(yield* session.cookies.get("a", { path: "/deep" })).toEqual(Option.some("2"))
      expect(yield* session.cookies.get("nope")).toEqual(Option.none())
      yield* session.cookies.delete("a", { path: "/" })
      expect(yield* session.cookies.get("a")).toEqual(Option.some("2"))
      yield* session.cookies.clear({ domain: "other.test" })
      expect((yield* session.cookies.all()).map(({ name }) => name)).toEqual(["a"])
      yield* session.cookies.clear()
      expect(yield* session.cookies.all()).toEqual([])
    })
  )
  it.effect("need a domain, or a baseUrl to take it from", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ baseUrl: null })
      expect(yield* Effect.flip(session.cookies.set("a", "1"))).toMatchObject({ _tag: "InvalidCookie" })
    })
  )
  it.effect("expire by the Clock", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      yield* session.cookies.set("a", "1", { expires: 1000 })
      expect(yield* session.cookies.get("a")).toEqual(Option.some("1"))
      yield* TestClock.adjust("1 second")
      expect(yield* session.cookies.get("a")).toEqual(Option.none())
    })
  )
})

describe("mounting while it lives", () => {
  const named = (name: string) => Adapter.fromWhole(() => Effect.succeed(StubAdapter.answer({ text: name })))
  it.effect("[ADP-02] [ADP-07] the longest prefix serves, per hop, and a host ends at its boundary", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({}, () => ({ text: "default" }))
      yield* session.mount("https://api.example.com", named("api"))
      yield* session.mount("https://api.example.com/v1", named("v1"))
      yield* session.mount("x-test://", named("other"))
      const served = (url: string) => Effect.flatMap(session.get(url), (response) => response.text)
      expect(yield* served("https://api.example.com/")).toBe("api")
      expect(yield* served("https://api.example.com/v1/x")).toBe("v1")
      expect(yield* served("https://api.example.com.evil.test/")).toBe("default")
      expect(yield* served("x-test://anything")).toBe("other")
      yield* session.mount("https://api.example.com", named("again"))
      expect(yield* served("https://api.example.com/")).toBe("again")
      const child = yield* session.fork()
      yield* child.mount("https://", named("child"))
      expect(yield* served("https://else.test/")).toBe("default")
    })
  )
})

describe("hooks", () => {
  it.effect("[HOK-05] [HOK-08] [HOK-09] run in order, on every hop, before its cookies are kept", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { session } = yield* opened({
        hooks: {
          response: [
            (response) => void seen.push(`first ${response.status}`),
            (response) => Effect.sync(() => void seen.push(`second ${response.status}`)),
            (response) =>
              response.withAnswer({
                ...response.answer,
                rawHeaders: [...response.rawHeaders, "Set-Cookie", "hooked=1"]
              })
          ]
        }
      })
      yield* session.get("/chain/1")
      expect(seen).toEqual(["first 302", "second 302", "first 200", "second 200"])
      expect(yield* session.cookies.get("hooked", { path: "/chain" })).toEqual(Option.some("1"))
    })
  )
  it.effect("[HOK-10] may make a redirect, or take one away", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened({
        hooks: { response: (response) => response.withAnswer({ ...response.answer, status: 200 }) }
      })
      expect((yield* session.get("/chain/1")).status).toBe(200)
      expect(yield* requests).toEqual(["GET /chain/1"])
    })
  )
  it.effect("[HOK-07] a failure and a throw are one typed error", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const thrown = yield* Effect.flip(
        session.get("/", {
          hooks: {
            response: () => {
              throw new Error("oops")
            }
          }
        })
      )
      const failed = yield* Effect.flip(session.get("/", { hooks: { response: () => Effect.fail("oops") } }))
      expect([thrown._tag, failed._tag]).toEqual(["HookError", "HookError"])
      expect(thrown.message).toContain("oops")
    })
  )
})

describe("streaming", () => {
  const piece = new TextEncoder().encode("piece")
  const tracked = (log: Array<string>): Adapter.Wire =>
    Adapter.fromLive((request) =>
      Effect.as(
        Effect.acquireRelease(
          Effect.sync(() => log.push(`open ${request.target.path}`)),
          () => Effect.sync(() => log.push(`close ${request.target.path}`))
        ),
        StubAdapter.answer({
          ...(/chain\/[1-9]/.test(request.target.path) ? { status: 302, headers: { Location: "/chain/0" } } : {}),
          stream: Stream.make(piece, piece)
        })
      )
    )
  const over = (log: Array<string>) =>
    Effect.provideService(Session.make({ baseUrl: base }), Adapter.Adapter, tracked(log))

  it.effect("the last body arrives while the scope is open; earlier connections are closed before the next opens", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const session = yield* over(log)
      const scope = yield* Scope.make()
      const response = yield* Scope.extend(session.stream(Request.get("/chain/1")), scope)
      expect(log).toEqual(["open /chain/1", "close /chain/1", "open /chain/0"])
      expect(response.content._tag).toBe("Live")
      expect(yield* response.text).toBe("piecepiece")
      expect(yield* response.text).toBe("piecepiece")
      yield* Scope.close(scope, Exit.void)
      expect(log.at(-1)).toBe("close /chain/0")
    })
  )
  it.effect("the plain verbs leave nothing open", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const session = yield* over(log)
      expect(yield* (yield* session.get("/chain/1")).text).toBe("piecepiece")
      expect(log).toEqual(["open /chain/1", "close /chain/1", "open /chain/0", "close /chain/0"])
    })
  )
  it.effect("[RED-44] a redirect's endless body is left on the wire", () =>
    Effect.gen(function* () {
      const pulled = yield* Ref.make(0)
      const endless = Stream.repeatEffect(
        Effect.as(
          Ref.update(pulled, (n) => n + 1),
          new Uint8Array(1024)
        )
      )
      const { session } = yield* opened({}, ({ target }) =>
        target.pathname === "/endless"
          ? { status: 302, headers: { Location: "/done" }, stream: endless }
          : { text: "done" }
      )
      expect(yield* (yield* session.get("/endless")).text).toBe("done")
      expect(
        yield* Effect.scoped(Effect.flatMap(session.stream(Request.get("/endless")), (response) => response.text))
      ).toBe("done")
      expect(yield* Ref.get(pulled)).toBeLessThan(1000)
    })
  )
})

describe("time", () => {
  it.effect("[TMO-01] there is a deadline by default, over the whole chain, by the Clock", () =>
    Effect.gen(function* () {
      const { requests, session } = yield* opened({}, ({ target }) =>
        Effect.delay(
          Effect.succeed({ status: 302, headers: { Location: `/${Number(target.path.slice(1)) + 1}` } }),
          "2 minutes"
        )
      )
      const fiber = yield* Effect.fork(Effect.flip(session.get("/0")))
      yield* TestClock.adjust("299 seconds")
      expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
      yield* TestClock.adjust("1 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TransportError", reason: "Deadline" })
      expect(yield* requests).toHaveLength(3)
    })
  )
  it.effect("the deadline begins when sending does, not when the call is made", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ timeout: "1 second" })
      const call = yield* session.prepare(Request.get("/x"))
      yield* TestClock.adjust("1 hour")
      expect((yield* session.send(call)).status).toBe(200)
    })
  )
  it.effect("[TMO-08] a body that drips is ended too", () =>
    Effect.gen(function* () {
      const drip = Stream.schedule(Stream.repeatValue(new Uint8Array(1)), scheduleEverySecond)
      const { session } = yield* opened({ timeout: "10 seconds" }, () => ({ stream: drip }))
      const fiber = yield* Effect.fork(Effect.flip(session.get("/")))
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "Deadline" })
      const live = yield* Effect.fork(
        Effect.scoped(Effect.flatMap(session.stream(Request.get("/")), (response) => Effect.flip(response.bytes)))
      )
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(live)).toMatchObject({ cause: { _tag: "BodyError", reason: "Deadline" } })
    })
  )
  it.effect("[RSP-44] elapsed is of its hop, by the Clock", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({}, ({ target }) =>
        Effect.delay(
          Effect.succeed(target.path === "/a" ? { status: 302, headers: { Location: "/b" } } : { text: "x" }),
          target.path === "/a" ? "2 seconds" : "3 seconds"
        )
      )
      const fiber = yield* Effect.fork(session.get("/a"))
      yield* TestClock.adjust("5 seconds")
      const response = yield* Fiber.join(fiber)
      expect([...response.history, response].map(({ elapsed }) => Duration.toMillis(elapsed))).toEqual([2000, 3000])
    })
  )
  it.effect("interruption reaches the adapter", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const { session } = yield* opened({}, () =>
        Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
      )
      const fiber = yield* Effect.fork(session.get("/"))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(interrupted)
    })
  )
})

const User = Schema.Struct({ id: Schema.Number, name: Schema.String })

describe("a response", () => {
  it.effect("is taken by every function of platform's HttpClientResponse", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const response = yield* session.get("/me?token=SECRET")
      expect(yield* HttpClientResponse.schemaBodyJson(User)(response)).toEqual({ id: 1, name: "ada" })
      expect(
        yield* HttpClientResponse.schemaJson(Schema.Struct({ status: Schema.Number, body: User }))(response)
      ).toEqual({ status: 200, body: { id: 1, name: "ada" } })
      expect(yield* HttpClientResponse.schemaNoBody(Schema.Struct({ status: Schema.Number }))(response)).toEqual({
        status: 200
      })
      expect(
        yield* HttpClientResponse.schemaHeaders(Schema.Struct({ "content-type": Schema.String }))(response)
      ).toEqual({ "content-type": "application/json" })
      expect(HttpClientResponse.matchStatus(response, { "2xx": () => "ok", orElse: () => "no" })).toBe("ok")
      expect((yield* HttpClientResponse.filterStatusOk(response)).status).toBe(200)
      const bytes = yield* Stream.runCollect(HttpClientResponse.stream(Effect.succeed(response)))
      expect(Chunk.size(bytes)).toBe(1)
      expect((yield* response.arrayBuffer).byteLength).toBeGreaterThan(10)
      expect(response.headers["content-type"]).toBe("application/json")
      expect(response.request.method).toBe("GET")
    })
  )
  it.effect("platform's own errors show no secret of the URL or of a header", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({ headers: { "X-Api-Key": "SECRET" }, auth: Auth.bearer("SECRET") })
      const bad = yield* session.get("/status/404?token=SECRET")
      const error = yield* Effect.flip(HttpClientResponse.filterStatusOk(bad))
      const decode = yield* Effect.flip(bad.json)
      for (const one of [error, decode, bad, bad.request, bad.call, yield* Effect.flip(bad.raiseForStatus)]) {
        expect(inspect(one, { depth: 10 }) + JSON.stringify(one) + String(one)).not.toContain("SECRET")
      }
    })
  )
  it.effect("[RSP-02] raiseForStatus is typed, and says what requests says", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const error = yield* Effect.flip(Effect.flatMap(session.get("/status/404"), Response.raiseForStatus))
      expect(error).toBeInstanceOf(Errors.StatusError)
      expect(error.message).toBe(`404 Client Error: Said So for url: ${base}/status/404`)
      expect((yield* session.get("/status/503")).ok).toBe(false)
      expect((yield* (yield* session.get("/status/302")).raiseForStatus).status).toBe(302)
    })
  )
  it.effect("[RSP-19] what is no JSON is a typed error that says where", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({}, () => ({ text: '{"a": nope}' }))
      const error = yield* Effect.flip(Effect.flatMap(session.get("/"), (response) => response.json))
      expect(error).toMatchObject({
        _tag: "ResponseError",
        reason: "Decode",
        cause: { _tag: "BodyError", reason: "Decode" }
      })
    })
  )
  it.effect("[RSP-34] [RSP-28] lines and pieces come as they arrive", () =>
    Effect.gen(function* () {
      const stream = Stream.make("{}\r", "\n{", "}\n").pipe(Stream.encodeText)
      const { session } = yield* opened({}, () => ({ stream }))
      const lines = yield* Effect.scoped(
        Effect.flatMap(session.stream(Request.get("/")), (response) => Stream.runCollect(response.lines()))
      )
      expect(Chunk.toReadonlyArray(lines)).toEqual(["{}", "{}"])
      const whole = yield* session.get("/")
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(whole.lines("{"))).length).toBe(3)
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(whole.pieces(4))).map(({ length }) => length)).toEqual([
        4, 3
      ])
    })
  )
  it.effect("[MPT] files go out in parts, each time with a boundary of its own", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.post("/x", {
        form: { a: 1 },
        files: { f: { filename: "a.txt", content: "hi", contentType: "text/plain" } }
      })
      yield* session.post("/x", { files: { f: "hi" } })
      const types = (yield* asked).map(({ headers }) => Headers.get(headers, "content-type"))
      expect(types[0]).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/)
      expect(types[0]).not.toBe(types[1])
    })
  )
  it.effect("forms, texts and links are read", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({}, () => ({
        text: "a=1&b=%C3%A9",
        headers: { "Content-Type": "application/x-www-form-urlencoded", Link: '</2>; rel="next"' }
      }))
      const response = yield* session.get("/")
      expect(yield* response.urlParamsBody).toEqual([
        ["a", "1"],
        ["b", "é"]
      ])
      expect((yield* response.formData).get("b")).toBe("é")
      expect(response.links[0]?.url).toBe("/2")
      expect(response.link("Next")).toEqual(Option.some(`${base}/2`))
      expect(response.link("last")).toEqual(Option.none())
    })
  )
})

describe("without a session of one's own", () => {
  it.effect("[SET-32] each call is alone, the adapter is shared", () =>
    Effect.gen(function* () {
      const stub = yield* StubAdapter.make(world)
      const both = Effect.gen(function* () {
        yield* Http.get(`${base}/set?a=1`)
        return yield* Effect.flatMap(Http.post(`${base}/echo`, { json: 1 }), (response) => response.json)
      })
      expect(yield* Effect.provide(both, stub.layer)).toMatchObject({ method: "POST", cookie: null })
      expect(yield* stub.requests).toHaveLength(2)
    })
  )
})

describe("as a layer", () => {
  it.effect("a program asks for its session and does not know its adapter", () =>
    Effect.gen(function* () {
      const session = yield* Session.Session
      expect((yield* session.get("/me")).status).toBe(200)
    }).pipe(Effect.provide(Layer.provide(Session.layer({ baseUrl: base }), StubAdapter.layer(world))))
  )
  it.effect("shows no secret", () =>
    Effect.gen(function* () {
      const { session } = yield* opened({
        headers: { "X-Api-Key": "SECRET" },
        auth: Auth.basic("ada", "SECRET"),
        params: { k: "SECRET" }
      })
      yield* session.get("/set?sid=SECRET")
      const call = yield* session.prepare(
        Request.post("/x?k=SECRET", { json: "SECRET", headers: { Authorization: "SECRET" } })
      )
      for (const one of [
        session,
        session.state,
        yield* Ref.get(session.state),
        call,
        call.request,
        Request.get("/x?k=SECRET", { headers: { a: "SECRET" } })
      ]) {
        expect(inspect(one, { depth: 10 }) + JSON.stringify(one)).not.toContain("SECRET")
      }
    })
  )
})

describe("a middleware", () => {
  it.effect("stands around both ways to send", () =>
    Effect.gen(function* () {
      const count = yield* Ref.make(0)
      const counted: Adapter.Middleware = (send) => (request) =>
        Effect.zipRight(
          Ref.update(count, (n) => n + 1),
          send(request)
        )
      const layer = Layer.provide(Adapter.layerWrapped(counted), StubAdapter.layer(world))
      const session = yield* Effect.provide(Session.make({ baseUrl: base }), layer)
      yield* session.get("/x")
      yield* Effect.scoped(session.stream(Request.get("/x")))
      expect(yield* Ref.get(count)).toBe(2)
      expect(Answer.whole(new Uint8Array())._tag).toBe("Whole")
    })
  )
})
