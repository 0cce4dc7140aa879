import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Headers, Request, Session } from "@effect-requests/core"
import { Effect, Fiber, Layer, Schema, Stream } from "effect"
import { api, byFetch, failure, session, withCookies } from "./session.js"

/** What arrived at the server, bytes as Latin-1. */
const Echo = Schema.Struct({
  method: Schema.String,
  url: Schema.String,
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.String
})
const echo = HttpClientResponse.schemaBodyJson(Echo)

const utf8 = (text: string): string => new TextDecoder().decode(Uint8Array.from(text, (one) => one.charCodeAt(0)))

describe("a page can", () => {
  it.live("GET with params and fields, and read JSON by a Schema", () =>
    Effect.gen(function* () {
      const http = yield* session({ params: { lang: "en" }, headers: { "X-Team": "blue" } })
      const arrived = yield* Effect.flatMap(http.get("/echo", { params: { q: "a b&c" } }), echo)
      expect([arrived.method, arrived.url]).toEqual(["GET", "/echo?lang=en&q=a+b%26c"])
      expect(arrived.headers).toMatchObject({ "x-team": "blue", accept: "*/*" })
    })
  )

  it.live.each<[string, Request.Options, string, string]>([
    ["JSON", { json: { name: "Zoë" } }, "application/json", '{"name":"Zoë"}'],
    ["a form", { form: { q: "a b", n: [1, 2] } }, "application/x-www-form-urlencoded", "q=a+b&n=1&n=2"],
    ["bytes", { body: new Uint8Array([0x7a, 0xc3, 0xab]), headers: { "Content-Type": "x/y" } }, "x/y", "zë"]
  ])("send %s", ([, options, type, body]) =>
    Effect.gen(function* () {
      const arrived = yield* Effect.flatMap(
        Effect.flatMap(session(), (http) => http.post("/echo", options)),
        echo
      )
      expect([arrived.headers["content-type"], utf8(arrived.body)]).toEqual([type, body])
    })
  )

  it.live("send files", () =>
    Effect.gen(function* () {
      const http = yield* session()
      const arrived = yield* Effect.flatMap(
        http.post("/echo", { form: { kind: "a" }, files: { data: { content: "hello", filename: "a.txt" } } }),
        echo
      )
      expect(arrived.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/)
      expect(arrived.body).toMatch(/name="kind"\r\n\r\na\r\n.*filename="a.txt".*\r\n\r\nhello\r\n/s)
    })
  )

  it.live("read a body as it comes: the first piece is there before the second is sent", () =>
    Effect.gen(function* () {
      const http = yield* session()
      const response = yield* http.stream(Request.get("/pieces", { params: { id: "read" } }))
      const pieces = yield* response.stream.pipe(
        Stream.decodeText(),
        Stream.tap((piece) => (piece === "one" ? http.get("/next", { params: { id: "read" } }) : Effect.void)),
        Stream.runCollect
      )
      expect(Array.from(pieces)).toEqual(["one", "two"])
    }).pipe(Effect.scoped)
  )

  it.live("end a request: the server loses its client", () =>
    Effect.gen(function* () {
      const http = yield* session()
      const asked = yield* Effect.fork(http.get("/silent", { params: { id: "ended" } }))
      const gone = yield* Effect.fork(http.get("/gone", { params: { id: "ended" } }))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(asked)
      expect((yield* Fiber.join(gone)).status).toBe(200)
    })
  )

  it.live("set a deadline", () =>
    Effect.gen(function* () {
      const http = yield* session({ timeout: "100 millis" })
      const late = yield* failure(http.get("/silent", { params: { id: "late" } }))
      expect(late).toMatchObject({ _tag: "TransportError", reason: "Deadline" })
    })
  )

  it.live("see a status, and the fields that the server lets it see", () =>
    Effect.gen(function* () {
      const http = yield* session()
      const response = yield* http.get("/status/404")
      expect(Headers.get(response.rawHeaders, "x-shown")).toBe("yes")
      expect(Headers.has(response.rawHeaders, "x-hidden")).toBe(false)
      const error = yield* Effect.flip(response.raiseForStatus)
      expect(error.message).toContain("404")
    })
  )

  it.live("answer a challenge: Digest needs no Node", () =>
    Effect.gen(function* () {
      const http = yield* session({ auth: Auth.digest("ada", "pw") })
      const response = yield* http.get("/digest")
      expect([response.status, response.history.map(({ status }) => status)]).toEqual([200, [401]])
    })
  )

  it.live("guess a charset, which needs no Node either", () =>
    Effect.gen(function* () {
      const response = yield* Effect.flatMap(session(), (http) => http.get("/latin1"))
      expect(yield* response.text).toBe("Größe und Übermut fließen über")
    })
  )

  it.live("read what the browser has decompressed, which is not named as compressed any more", () =>
    Effect.gen(function* () {
      const response = yield* Effect.flatMap(session(), (http) => http.get("/gzip"))
      expect([yield* response.text, Headers.has(response.rawHeaders, "content-encoding")]).toEqual(["unpacked", false])
    })
  )

  it.live("stay logged in by the browser's own cookies, when it says so", () =>
    Effect.gen(function* () {
      const http = yield* session()
      yield* withCookies(http.get("/login"))
      const alone = yield* Effect.flatMap(http.get("/echo"), echo)
      const along = yield* Effect.flatMap(withCookies(http.get("/echo")), echo)
      expect([alone.headers["cookie"], along.headers["cookie"]]).toEqual([undefined, "sid=1"])
      // No script sees them, and so no session.
      expect(yield* http.cookies.all()).toEqual([])
    })
  )

  it.live("keep a session over a reload, in a storage of the page", () =>
    Effect.gen(function* () {
      const http = yield* session({ headers: { "X-Team": "blue" } })
      sessionStorage.setItem("session", JSON.stringify(yield* http.snapshot))
      const saved: unknown = JSON.parse(sessionStorage.getItem("session") ?? "")
      const { session: later } = yield* Effect.provide(Session.restore(saved), byFetch)
      const arrived = yield* Effect.flatMap(later.get("/echo"), echo)
      expect(arrived.headers["x-team"]).toBe("blue")
    })
  )

  it.live("use a session as platform's HttpClient", () =>
    Effect.gen(function* () {
      const client = Session.toHttpClient(yield* session())
      const arrived = yield* Effect.flatMap(client.get("/echo?a=1"), echo)
      expect(arrived.url).toBe("/echo?a=1")
    }).pipe(Effect.scoped)
  )

  it.live("give a session as a layer", () =>
    Effect.gen(function* () {
      const http = yield* Session.Session
      expect((yield* http.get("/echo")).ok).toBe(true)
    }).pipe(Effect.provide(Layer.provide(Session.layer({ baseUrl: api }), byFetch)))
  )

  it.live("leave the work to a worker, which is no page", () =>
    Effect.gen(function* () {
      const worker = yield* Effect.acquireRelease(
        Effect.sync(() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })),
        (worker) => Effect.sync(() => worker.terminate())
      )
      const said = yield* Effect.async<unknown>((resume) => {
        worker.onmessage = ({ data }) => resume(Effect.succeed(data))
        worker.onerror = ({ message }) => resume(Effect.succeed(message))
        worker.postMessage(api)
      })
      expect(said).toMatchObject({ status: 200, echo: { url: "/echo?from=worker" } })
    }).pipe(Effect.scoped)
  )
})
