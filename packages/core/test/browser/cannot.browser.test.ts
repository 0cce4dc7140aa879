import { describe, expect, it } from "@effect/vitest"
import { Body, type Request } from "@effect-requests/core"
import { Effect, Stream } from "effect"
import { closed, failure, session } from "./session.js"

describe("a page cannot", () => {
  it.live.each(["Cookie", "Referer", "Origin", "Sec-Fetch-Mode", "Date", "Connection"])(
    "set the field %s: refused before anything is sent",
    (name) =>
      Effect.gen(function* () {
        const http = yield* session({ headers: { [name]: "x" } })
        const refused = yield* failure(http.get("/echo"))
        expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: `headers["${name}"]` })
        expect(refused.message).toContain("this platform does not let a program set it")
      })
  )

  it.live("send a cookie of the session's own", () =>
    Effect.gen(function* () {
      const http = yield* session({ cookies: { sid: "1" } })
      const refused = yield* failure(http.get("/echo"))
      expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: 'headers["Cookie"]' })
    })
  )

  it.live("see where a redirect leads", () =>
    Effect.gen(function* () {
      const http = yield* session()
      const error = yield* failure(http.get("/redirect"))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Adapter", sent: "yes" })
      expect(error.message).toContain("a browser does not say where a redirect leads")
    })
  )

  it.live.each<[string, Request.Options]>([
    ["a proxy", { proxies: { all: "http://127.0.0.1:1" } }],
    ["whom to trust", { verify: false }],
    ["a timeout of one phase", { timeout: { connect: "1 second" } }]
  ])("choose %s", ([, options]) =>
    Effect.gen(function* () {
      const refused = yield* failure(Effect.flatMap(session(), (http) => http.get("/echo", options)))
      expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported" })
    })
  )

  it.live("use a method that platform does not know", () =>
    Effect.gen(function* () {
      const refused = yield* failure(Effect.flatMap(session(), (http) => http.request("PROPFIND", "/echo")))
      expect(refused).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: "method" })
    })
  )

  it.live("send a stream over HTTP/1.1", () =>
    Effect.gen(function* () {
      const body = Body.replayable(() => Stream.encodeText(Stream.make("one", "two")))
      const error = yield* failure(Effect.flatMap(session(), (http) => http.post("/echo", { body })))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Adapter", sent: "maybe" })
    })
  )

  it.live("read what another origin does not show it", () =>
    Effect.gen(function* () {
      const error = yield* failure(Effect.flatMap(session(), (http) => http.get("/walled")))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Adapter", sent: "maybe" })
    })
  )

  it.live("learn why nobody answers", () =>
    Effect.gen(function* () {
      const error = yield* failure(Effect.flatMap(session(), (http) => http.get(closed)))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Adapter", sent: "maybe" })
    })
  )

  it.live("be given half a body: it is told that it broke off", () =>
    Effect.gen(function* () {
      const error = yield* failure(Effect.flatMap(session(), (http) => http.get("/broken")))
      expect(error).toMatchObject({ _tag: "BodyError", reason: "Reset" })
    })
  )
})
