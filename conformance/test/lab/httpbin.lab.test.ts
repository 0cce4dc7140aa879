import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, Request, type Response } from "@effect-requests/core"
import { Chunk, Effect, Schema, Stream } from "effect"
import { account, server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const httpbin = Effect.suspend(() => session({ baseUrl: server("httpbin").url }))

/** What httpbin saw of a request. */
const Mirror = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  args: Schema.Unknown,
  data: Schema.String,
  form: Schema.Unknown,
  files: Schema.Unknown,
  json: Schema.Unknown
})
const mirror = HttpClientResponse.schemaBodyJson(Mirror)

const Cookies = Schema.Struct({ cookies: Schema.Record({ key: Schema.String, value: Schema.String }) })
const cookies = (response: Response.Response) =>
  Effect.map(HttpClientResponse.schemaBodyJson(Cookies)(response), (seen) => seen.cookies)

describe("httpbin, what it is sent", () => {
  it.scopedLive.each(["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"])("%s is the method", (method) =>
    Effect.gen(function* () {
      const { request } = yield* httpbin
      expect((yield* Effect.flatMap(request(method, "/anything"), mirror)).method).toBe(method)
    })
  )
  it.scopedLive("HEAD and OPTIONS have no body to read", () =>
    Effect.gen(function* () {
      const session = yield* httpbin
      const asked = yield* Effect.all([session.head("/get"), session.options("/get")])
      expect(asked.map(({ status }) => status)).toEqual([200, 200])
      for (const response of asked) expect(yield* response.text).toBe("")
    })
  )
  it.scopedLive("parameters join those of the URL, in order and repeated", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const seen = yield* Effect.flatMap(get("/anything?a=1", { params: { b: ["x y", "\u00e9"], a: 2 } }), mirror)
      expect(seen.args).toEqual({ a: ["1", "2"], b: ["x y", "\u00e9"] })
    })
  )
  it.scopedLive("bodies are what they were: JSON, a form, a text, bytes, a stream", () =>
    Effect.gen(function* () {
      const { post } = yield* httpbin
      const ask = (options: Request.Options) => Effect.flatMap(post("/anything", options), mirror)
      expect((yield* ask({ json: { n: [1, null, "\u20ac"] } })).json).toEqual({ n: [1, null, "\u20ac"] })
      expect((yield* ask({ form: { a: ["1", "2"], b: "x&y" } })).form).toEqual({ a: ["1", "2"], b: "x&y" })
      expect((yield* ask({ body: "text" })).data).toBe("text")
      expect((yield* ask({ body: new Uint8Array([0, 255]) })).data).toBe("data:application/octet-stream;base64,AP8=")
      const pieces = Body.oneShot(Stream.range(1, 1000).pipe(Stream.map(String), Stream.encodeText))
      expect((yield* ask({ body: pieces })).data).toBe(Array.from({ length: 1000 }, (_, i) => i + 1).join(""))
    })
  )
  it.scopedLive("files come in parts, a streamed one too", () =>
    Effect.gen(function* () {
      const { post } = yield* httpbin
      const streamed = Body.replayable(() => Stream.make("a,b\n", "1,2\n").pipe(Stream.encodeText))
      const files = { notes: { content: streamed, filename: "notes.csv" }, text: "hello" }
      const seen = yield* Effect.flatMap(post("/anything", { form: { title: "Notes" }, files }), mirror)
      expect([seen.form, seen.files]).toEqual([{ title: "Notes" }, { notes: "a,b\n1,2\n", text: "hello" }])
    })
  )
  it.scopedLive("over TLS is the same", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("httpbin-tls").url, verify: { caFile: tls().ca } })
      expect((yield* Effect.flatMap(get("/anything"), mirror)).url).toBe("https://localhost:18001/anything")
    })
  )
})

describe("httpbin, what it answers", () => {
  it.scopedLive.each([200, 204, 304, 400, 401, 404, 418, 500, 503, 599])("%i is a response", (status) =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const response = yield* get(`/status/${status}`)
      expect([response.status, response.ok]).toEqual([status, status < 400])
      expect((yield* Effect.either(response.raiseForStatus))._tag).toBe(status < 400 ? "Right" : "Left")
    })
  )
  it.scopedLive.each(["/redirect/3", "/relative-redirect/3", "/absolute-redirect/3"])(
    "%s is walked to its end",
    (path) =>
      Effect.gen(function* () {
        const { get, hops } = yield* httpbin
        const response = yield* get(path)
        expect([response.status, response.history.map(({ status }) => status)]).toEqual([200, [302, 302, 302]])
        expect(Chunk.size(yield* Stream.runCollect(hops(Request.get(path))))).toBe(4)
      })
  )
  it.scopedLive("cookies are kept from hop to hop and from call to call, till they are deleted", () =>
    Effect.gen(function* () {
      const session = yield* httpbin
      yield* session.get("/cookies/set?k=v&gone=soon")
      expect(yield* Effect.flatMap(session.get("/cookies"), cookies)).toEqual({ k: "v", gone: "soon" })
      yield* session.get("/cookies/delete?gone")
      expect(yield* Effect.flatMap(session.get("/cookies"), cookies)).toEqual({ k: "v" })
      expect(yield* Effect.flatMap(session.get("/cookies", { cookies: { once: "1" } }), cookies)).toEqual({
        k: "v",
        once: "1"
      })
      expect((yield* session.cookies.all()).map(({ name }) => name)).toEqual(["k"])
    })
  )
  it.scopedLive("/stream and /drip are read as they come", () =>
    Effect.gen(function* () {
      const { stream } = yield* httpbin
      const lines = yield* Effect.flatMap(stream(Request.get("/stream/20")), (one) => Stream.runCollect(one.lines()))
      expect(Chunk.size(lines)).toBe(20)
      const dripped = yield* Effect.flatMap(stream(Request.get("/drip?numbytes=5&duration=1&code=206")), (one) =>
        Stream.runCollect(one.stream)
      )
      expect(Chunk.size(dripped)).toBeGreaterThan(1)
      expect(Buffer.concat(Chunk.toReadonlyArray(dripped)).toString()).toBe("*****")
    })
  )
  it.scopedLive("/drip, one byte a second, is ended by the deadline, and by no read timeout", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const timeout = { read: "5 seconds", total: "1500 millis" } as const
      expect(yield* Effect.flip(get("/drip?numbytes=10&duration=10", { timeout }))).toMatchObject({
        reason: "Deadline"
      })
    })
  )
  it.scopedLive("/delay longer than timeout.headers is an error that says what was sent", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      expect(yield* Effect.flip(get("/delay/5", { timeout: { headers: "200 millis" } }))).toMatchObject({
        _tag: "TransportError",
        reason: "HeadersTimeout",
        sent: "maybe"
      })
    })
  )
  it.scopedLive("links are followed by their relation", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const bytes = yield* get("/bytes/1000?seed=1")
      expect((yield* bytes.bytes).length).toBe(1000)
      const partial = yield* get("/range/100", { headers: { Range: "bytes=10-19" } })
      expect([partial.status, yield* partial.text]).toEqual([206, "klmnopqrst"])
    })
  )
})

describe("httpbin, whom it knows", () => {
  it.scopedLive.each(["/basic-auth", "/hidden-basic-auth"])("by Basic: %s", (path) =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const { pass, user } = account()
      const at = `${path}/${user}/${pass}`
      expect((yield* get(at, { auth: Auth.basic(user, pass) })).status).toBe(200)
      expect((yield* get(at, { auth: Auth.basic(user, "wrong") })).ok).toBe(false)
      expect((yield* get(at)).ok).toBe(false)
    })
  )
  it.scopedLive("by userinfo in the URL, which no log shows", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const { pass, user } = account()
      const url = new URL(`/basic-auth/${user}/x`, server("httpbin").url)
      url.username = user
      url.password = "x"
      const response = yield* get(url)
      expect(response.status).toBe(200)
      expect(response.url).not.toContain(`${user}:`)
      expect(pass).not.toBe("")
    })
  )
  it.scopedLive("by a bearer token", () =>
    Effect.gen(function* () {
      const { get } = yield* httpbin
      const Bearer = Schema.Struct({ authenticated: Schema.Boolean, token: Schema.String })
      const response = yield* get("/bearer", { auth: Auth.bearer("xyz") })
      expect(yield* HttpClientResponse.schemaBodyJson(Bearer)(response)).toEqual({ authenticated: true, token: "xyz" })
      expect((yield* get("/bearer")).status).toBe(401)
    })
  )
})
