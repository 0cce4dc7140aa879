import { createServer } from "node:http"
import { NodeHttpServer } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Headers, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Route, Routes, RoutesServer } from "@effect-requests/testing"
import { Effect, Layer, Stream } from "effect"

const server = NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })

const table = Routes.make(
  Route.post("/login")
    .form({ user: "ada" })
    .reply({
      status: 303,
      headers: [
        ["Location", "/bytes"],
        ["Set-Cookie", "sid=1; Path=/; HttpOnly"],
        ["Set-Cookie", "theme=dark"]
      ]
    }),
  Route.get("/bytes")
    .headers({ Cookie: "sid=1; theme=dark" })
    .reply({
      bytes: new Uint8Array([0, 255, 10]),
      headers: [
        ["X-Twice", "1"],
        ["x-twice", "2"],
        ["Content-Type", "a/b"]
      ]
    }),
  Route.get("/stream").reply({ stream: Stream.make(new Uint8Array([1]), new Uint8Array([2, 3])) })
)

it.scoped("the same table by a socket: redirects, cookies, bytes, repeats, streams", () =>
  Effect.gen(function* () {
    const listening = yield* RoutesServer.serve(table)
    const session = yield* Session.make({ baseUrl: listening.url, trustEnv: false })
    const response = yield* session.post("/login", { form: { user: "ada" } })
    expect(yield* response.bytes).toEqual(new Uint8Array([0, 255, 10]))
    expect(Headers.get(response.rawHeaders, "x-twice")).toBe("1, 2")
    expect(Headers.get(response.rawHeaders, "content-type")).toBe("a/b")
    expect(yield* Effect.flatMap(session.get("/stream"), (streamed) => streamed.bytes)).toEqual(
      new Uint8Array([1, 2, 3])
    )
    yield* listening.calledInOrder("POST /login", "GET /bytes", "GET /stream")
    yield* listening.verify
  }).pipe(Effect.provide(Layer.merge(server, NodeSession.layerAdapter())))
)

it.scoped("a message without a route gets a 501 that says what came nearest", () =>
  Effect.gen(function* () {
    const listening = yield* RoutesServer.serve(table)
    const session = yield* Session.make({ baseUrl: listening.url, trustEnv: false })
    const response = yield* session.get("/bite")
    expect(response.status).toBe(501)
    expect(yield* response.text).toContain("No route fits. The nearest:\n  GET /stream")
  }).pipe(Effect.provide(Layer.merge(server, NodeSession.layerAdapter())))
)

const listensOn = (host: string | undefined) =>
  NodeHttpServer.layer(createServer, host === undefined ? { port: 0 } : { port: 0, host })

it.scoped.each(["127.0.0.1", "::1", "localhost"])("a table is served on loopback: %s", (host) =>
  Effect.gen(function* () {
    const { url } = yield* RoutesServer.serve(Routes.make(Route.get("/hello").reply({ text: "hello" })))
    const response = yield* Effect.flatMap(Session.make({ trustEnv: false }), (session) => session.get(`${url}/hello`))
    expect(yield* response.text).toBe("hello")
  }).pipe(Effect.provide(Layer.merge(listensOn(host), NodeSession.layerAdapter())))
)

it.scoped.each(["0.0.0.0", undefined])("and nowhere else: %s is refused", (host) =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(RoutesServer.serve(Routes.make()))
    expect(error._tag).toBe("NotLoopback")
    expect(error.message).toMatch(
      /^a table is served on this machine alone: it listens on (0\.0\.0\.0|::), which is not loopback; make the server with/
    )
  }).pipe(Effect.provide(listensOn(host)))
)
