import { describe, expect, it } from "@effect/vitest"
import {
  Adapter,
  Auth,
  Cookies,
  Environment,
  Headers,
  Request,
  Rules,
  Session,
  SessionState,
  type Settings,
  Timeout
} from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Either, Exit, Layer, Ref } from "effect"
import { call, own } from "../given.js"
import { opened } from "./session.js"

const url = "https://h.test/"
const query = (params: Request.Options["params"], session: Settings.Settings["params"]) =>
  call("GET", url, { params }, { params: session }).request.target.path

describe("a session that was told nothing", () => {
  it.effect("[SET-01] remembers nothing, and its calls have every default", () =>
    Effect.gen(function* () {
      const { session } = yield* opened()
      const state = yield* Ref.get(session.state)
      expect([state.settings, Cookies.size(state.cookies)]).toEqual([{}, 0])
      const { request, settings } = yield* session.prepare(Request.get(url))
      expect(settings).toMatchObject({
        allowRedirects: true,
        auth: undefined,
        cookies: {},
        hooks: [],
        maxRedirects: 30,
        params: { entries: [] },
        proxies: {},
        trustEnv: true
      })
      expect(request.transport).toMatchObject({ cert: undefined, proxy: undefined, verify: true })
    })
  )
  it.effect("[SET-01] has an adapter for https and for http", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.get("https://h.test/a")
      yield* session.get("http://h.test/b")
      expect((yield* asked).map((one) => one.url)).toEqual(["https://h.test/a", "http://h.test/b"])
    })
  )
})

describe("merging", () => {
  const over: Settings.Settings["headers"] = { A: null, B: "2" }
  it("[SET-04] over a session that says nothing the request's stands, and its nulls are not sent", () => {
    expect(Rules.merge({}, { headers: over }).headers).toBe(over)
    for (const session of [{}, { headers: null }]) {
      expect(Headers.has(call("GET", url, { headers: over }, session).request.headers, "A")).toBe(false)
      expect(Headers.get(call("GET", url, { headers: over }, session).request.headers, "B")).toBe("2")
    }
  })
  it("[SET-05] a request that says nothing leaves the session's value, the same one", () => {
    const headers = { A: "1" }
    expect(Rules.merge({ headers }, {}).headers).toBe(headers)
    expect(Rules.merge({ headers }, { headers: undefined }).headers).toBe(headers)
  })
  it("[SET-05] null takes it away", () => {
    expect(call("GET", url, { headers: null }, { headers: { A: "1" } }).request.headers).toEqual([])
  })
  it.each<[string, Request.Options["params"]]>([
    ["text", ""],
    ["list", []],
    ["record", {}]
  ])("[SET-12] an empty %s of params is no opinion", (_what, params) => {
    expect(query(params, undefined)).toBe("/")
    expect(query(params, { a: 1 })).toBe("/?a=1")
  })
  it.each<[string, Request.Options]>([
    ["text", { body: "" }],
    ["list", { form: [] }],
    ["record", { form: {} }]
  ])("[SET-12] an empty %s of data is no body", (_what, options) => {
    expect(own(call("POST", url, options).request.headers)).toEqual({ "Content-Length": "0" })
  })
  it("[SET-15] append adds to the session's hooks instead of replacing them", () => {
    const [first, second] = [() => undefined, () => undefined]
    const hooks = (over: Settings.Hooks) =>
      call("GET", url, { hooks: over }, { hooks: { response: first } }).settings.hooks
    expect(hooks({ append: second })).toEqual([first, second])
    expect(hooks({ response: second })).toEqual([second])
  })
})

describe("credentials", () => {
  const environment = Environment.make({}, "machine h.test login net password rc")
  const sent = (text: string, options: Request.Options, settings: Settings.Settings) =>
    Headers.get(
      Either.getOrThrow(
        Rules.prepare(Request.get(text, options), {
          state: SessionState.make({ settings }),
          environment,
          now: 0,
          nonce: ""
        })
      ).request.headers,
      "Authorization"
    )
  const [mine, its] = [{ auth: Auth.bearer("mine") }, { auth: Auth.bearer("its") }]
  it.each<[string, string, Request.Options, Settings.Settings, string | undefined]>([
    ["[SET-13] the request's", "https://u:p@h.test/", mine, its, "Bearer mine"],
    ["[SET-13] then the session's", "https://u:p@h.test/", {}, its, "Bearer its"],
    ["[SET-13] then the URL's", "https://u:p@h.test/", {}, {}, Rules.basicAuth("u", "p")],
    ["[SET-13] then the netrc's", url, {}, {}, Rules.basicAuth("net", "rc")],
    ["[SET-14] null wants neither the session's nor the netrc's", url, { auth: null }, its, undefined],
    ["[SET-14] null wants no netrc's", url, { auth: null }, {}, undefined],
    ["[SET-14] nor what the URL says", "https://u:p@h.test/", { auth: null }, its, undefined]
  ])("%s", (_what, text, options, settings, expected) => {
    expect(sent(text, options, settings)).toBe(expected)
  })
})

describe("what is asked stays as it was", () => {
  it.effect("[SET-18] a request's cookies override the jar's by name, for this request", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ baseUrl: url })
      yield* session.cookies.set("sid", "jar")
      yield* session.cookies.set("theme", "dark")
      yield* session.get("/", { cookies: { sid: "mine", more: "1" } })
      yield* session.get("/")
      expect((yield* asked).map(({ headers }) => Headers.get(headers, "Cookie"))).toEqual([
        "sid=mine; more=1; theme=dark",
        "sid=jar; theme=dark"
      ])
    })
  )
  it("[SET-19] [SET-28] preparing changes neither the request nor the session nor the environment", () => {
    const frozen = <A extends object>(value: A): A => {
      for (const part of Object.values(value)) if (typeof part === "object" && part !== null) frozen(part)
      return Object.freeze(value)
    }
    const options = frozen({
      headers: { A: "1" },
      params: [["a", "1"]] as const,
      proxies: { ftp: "http://p.test" },
      cookies: { a: "1" }
    })
    const settings = frozen({ headers: { a: "0", B: "2" }, params: { b: 1 }, proxies: { all: null } })
    const environment = Environment.make(frozen({ http_proxy: "http://e.test", https_proxy: "http://e.test" }))
    const made = Rules.prepare(Request.get(url, options), {
      state: SessionState.make({ settings }),
      environment,
      now: 0,
      nonce: ""
    })
    expect(own(Either.getOrThrow(made).request.headers)).toEqual({ A: "1", B: "2", Cookie: "a=1" })
    expect(options.proxies).toEqual({ ftp: "http://p.test" })
    expect(Either.getOrThrow(made).request.transport.proxy).toBe("http://e.test")
  })
  it("[SET-19] a call owns its fields: what happens to the record later does not reach it", () => {
    const headers: Record<string, string> = { A: "1" }
    const made = call("GET", url, { headers })
    headers["A"] = "2"
    expect(Headers.get(made.request.headers, "A")).toBe("1")
  })
  it("[SET-21] a message with other fields is another message", () => {
    const { request } = call("POST", url, { body: "x", headers: { A: "1" } })
    const other = request.withHeaders(Headers.set(request.headers, "A", "2"))
    expect([request, other].map(({ headers }) => Headers.get(headers, "A"))).toEqual(["1", "2"])
    expect([other.method, other.url, other.body]).toEqual([request.method, request.url, request.body])
  })
  it.effect("[SET-22] a prepared call goes out as it was prepared, whatever the session learns", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ baseUrl: url, headers: { A: "1" } })
      const made = yield* session.prepare(Request.get("/"))
      yield* session.cookies.set("sid", "late")
      yield* session.update(
        SessionState.mapSettings((settings) => ({ ...settings, headers: { A: "2" }, params: { p: 1 } }))
      )
      yield* session.send(made)
      expect((yield* asked).map((one) => [one.target.path, own(one.headers)])).toEqual([["/", { A: "1" }]])
    })
  )
  it.effect("[SET-23] [SET-24] a call prepared without a session is sent by any, which adds nothing", () =>
    Effect.gen(function* () {
      const alone = Rules.prepare(Request.get(url), {
        state: SessionState.empty,
        environment: Environment.empty,
        now: 0,
        nonce: ""
      })
      const { asked, session } = yield* opened(
        {
          headers: { A: "1" },
          auth: Auth.bearer("t"),
          params: { p: 1 },
          verify: false,
          proxies: { all: "http://p.test" },
          cookies: { c: "1" }
        },
        () => ({}),
        Environment.make({ https_proxy: "http://e.test", REQUESTS_CA_BUNDLE: "/ca.pem" }, "default login l password p")
      )
      yield* session.send(Either.getOrThrow(alone))
      const [sent] = yield* asked
      expect(sent).toMatchObject({ url, transport: { proxy: undefined, verify: true } })
      expect(own(sent?.headers ?? ["nothing", "was sent"])).toEqual({})
    })
  )
  it.effect("[SET-25] a verb, send, and send of a call ask the environment alike", () =>
    Effect.gen(function* () {
      const environment = Environment.make({ REQUESTS_CA_BUNDLE: "/ca.pem", https_proxy: "http://e.test:1" })
      const { asked, session } = yield* opened({}, () => ({}), environment)
      yield* session.get(url)
      yield* session.send(Request.get(url))
      yield* session.send(yield* session.prepare(Request.get(url)))
      const expected = { verify: { caFile: "/ca.pem" }, proxy: "http://e.test:1" }
      expect(yield* asked).toMatchObject([{ transport: expected }, { transport: expected }, { transport: expected }])
    })
  )
  it.effect("[SET-26] send takes a request too, and prepares it", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ baseUrl: url, headers: { A: "1" } })
      yield* session.send(Request.post("/x", { json: 1 }))
      expect((yield* asked).map((one) => [one.method, one.url, Headers.get(one.headers, "A")])).toEqual([
        ["POST", `${url}x`, "1"]
      ])
    })
  )
})

describe("the session as a value in a Ref", () => {
  it.effect("[SET-29] changes from many fibers are all there, and a request sees one whole state", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ headers: { A: "0", B: "0" } })
      const both = (n: number) =>
        SessionState.mapSettings((settings) => ({
          ...settings,
          headers: { A: String(n), B: String(n) },
          maxRedirects: (settings.maxRedirects ?? 0) + 1
        }))
      yield* Effect.forEach(
        Array.from({ length: 100 }, (_, n) => n),
        (n) => Effect.zipRight(session.update(both(n)), Effect.zipRight(Effect.yieldNow(), session.get(url))),
        { concurrency: "unbounded" }
      )
      const messages = yield* asked
      expect(messages).toHaveLength(100)
      for (const { headers } of messages) expect(Headers.get(headers, "A")).toBe(Headers.get(headers, "B"))
      expect((yield* Ref.get(session.state)).settings.maxRedirects).toBe(100)
    })
  )
  it("[SET-30] a session has a timeout, by default too, and a request overrides its parts", () => {
    expect(call("GET", url).settings.timeout).toEqual(Timeout.defaults)
    expect(
      call("GET", url, { timeout: { read: "2 seconds" } }, { timeout: { total: "1 minute" } }).settings.timeout
    ).toEqual({
      ...Timeout.defaults,
      read: 2000,
      total: 60_000
    })
  })
  it.effect("[SET-33] what an adapter holds is released with the scope of its layer, also on failure", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const adapter = Layer.scoped(
        Adapter.Adapter,
        Effect.acquireRelease(
          Effect.sync(() => {
            log.push("open")
            return Adapter.fromWhole(() => Effect.succeed(StubAdapter.answer({})))
          }),
          () => Effect.sync(() => log.push("close"))
        )
      )
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        yield* session.get(url)
        yield* session.get(url)
        log.push("used")
        return yield* session.get("no URL")
      })
      const exit = yield* Effect.exit(Effect.provide(program, Layer.provide(Session.layer(), adapter)))
      expect(Exit.isFailure(exit)).toBe(true)
      expect(log).toEqual(["open", "used", "close"])
    })
  )
})
