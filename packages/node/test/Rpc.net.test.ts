/** `@effect/rpc` over HTTP, with a session as its client: by a socket, and within this process. */
import { createServer } from "node:http"
import { HttpClient, HttpRouter, HttpServer, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Rpc, RpcClient, RpcGroup, RpcSerialization, RpcServer } from "@effect/rpc"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { AppAdapter } from "@effect-requests/testing"
import { Chunk, Deferred, Effect, Fiber, Layer, Ref, Schema, Stream } from "effect"

const User = Schema.Struct({ id: Schema.Number, name: Schema.String })

class Users extends RpcGroup.make(
  Rpc.make("Me", { success: User, error: Schema.Literal("nobody") }),
  Rpc.make("Add", { payload: { a: Schema.Number, b: Schema.Number }, success: Schema.Number }),
  Rpc.make("Count", { payload: { to: Schema.Number }, success: Schema.Number, stream: true }),
  Rpc.make("Forever", { success: Schema.Number, stream: true }),
  Rpc.make("Broken", {})
) {}

/** An application: a login by cookie, the RPCs, and whether its endless stream has ended. */
const application = Effect.gen(function* () {
  const ended = yield* Deferred.make<void>()
  const handlers = Users.toLayer({
    Me: (_, { headers }) =>
      headers["cookie"] === "sid=ada" ? Effect.succeed({ id: 1, name: "ada" }) : Effect.fail("nobody"),
    Add: ({ a, b }) => Effect.succeed(a + b),
    Count: ({ to }) => Stream.range(1, to),
    Forever: () =>
      Stream.concat(Stream.make(1), Stream.never).pipe(Stream.ensuring(Deferred.succeed(ended, undefined))),
    Broken: () => Effect.dieMessage("out of order")
  })
  const rpc = yield* Effect.provide(RpcServer.toHttpApp(Users), handlers)
  const app = HttpRouter.empty.pipe(
    HttpRouter.post(
      "/login",
      HttpServerResponse.empty({ status: 303, headers: { location: "/welcome" } }).pipe(
        Effect.flatMap(HttpServerResponse.setCookie("sid", "ada", { path: "/", httpOnly: true })),
        Effect.orDie
      )
    ),
    HttpRouter.get("/welcome", HttpServerResponse.text("welcome")),
    HttpRouter.mountApp("/rpc", rpc)
  )
  return { app, ended }
})

const clientOver = (session: Session.Service) =>
  Effect.flatMap(
    Layer.build(
      Layer.provide(
        RpcClient.layerProtocolHttp({ url: "/rpc" }),
        Layer.succeed(HttpClient.HttpClient, Session.toHttpClient(session))
      )
    ),
    (context) => Effect.provide(RpcClient.make(Users), context)
  )

const inProcess = Effect.gen(function* () {
  const { app, ended } = yield* application
  const wire = yield* AppAdapter.fromHttpApp(app)
  const open = Effect.provideService(
    Session.make({ baseUrl: "https://app.test", trustEnv: false }),
    Adapter.Adapter,
    wire
  )
  return { ended, open }
})

const bySocket = Effect.gen(function* () {
  const { app, ended } = yield* application
  const server = yield* Layer.build(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
  yield* Effect.provide(HttpServer.serveEffect(app), server)
  const url = yield* Effect.provide(HttpServer.addressFormattedWith(Effect.succeed), server)
  const adapter = yield* Layer.build(NodeSession.layerAdapter())
  return { ended, open: Effect.provide(Session.make({ baseUrl: url, trustEnv: false }), adapter) }
})

const ways = [
  ["within this process", "JSON", inProcess, RpcSerialization.layerJson],
  ["within this process", "NDJSON", inProcess, RpcSerialization.layerNdjson],
  ["by a socket", "JSON", bySocket, RpcSerialization.layerJson],
  ["by a socket", "NDJSON", bySocket, RpcSerialization.layerNdjson],
  ["by a socket", "MessagePack", bySocket, RpcSerialization.layerMsgPack]
] as const

describe.each(ways)("rpc %s, %s", (_, __, world, serialization) => {
  it.scopedLive("calls over a session: logged in by a cookie, typed failures, streams", () =>
    Effect.gen(function* () {
      const { open } = yield* world
      const session = yield* open
      const client = yield* clientOver(session)
      expect(yield* Effect.flip(client.Me())).toBe("nobody")
      expect(yield* (yield* session.post("/login")).text).toBe("welcome")
      expect(yield* client.Me()).toEqual({ id: 1, name: "ada" })
      expect(yield* client.Add({ a: 1, b: 2 })).toBe(3)
      expect(Chunk.toReadonlyArray(yield* Stream.runCollect(client.Count({ to: 1000 })))).toHaveLength(1000)
      const stranger = yield* clientOver(yield* open)
      expect(yield* Effect.flip(stranger.Me())).toBe("nobody")
      const all = yield* Effect.forEach([1, 2, 3, 4], (n) => client.Add({ a: n, b: n }), { concurrency: "unbounded" })
      expect(all).toEqual([2, 4, 6, 8])
      expect((yield* Effect.exit(client.Broken()))._tag).toBe("Failure")
    }).pipe(Effect.provide(serialization))
  )
})

describe.each([
  ["within this process", inProcess],
  ["by a socket", bySocket]
] as const)("an endless stream of rpc %s", (_, world) => {
  it.scopedLive("arrives as it is sent, and ends on the server when its reader is interrupted", () =>
    Effect.gen(function* () {
      const { ended, open } = yield* world
      const client = yield* Effect.flatMap(open, clientOver)
      const first = yield* Deferred.make<number>()
      const seen = yield* Ref.make(0)
      const reader = yield* Effect.fork(
        Stream.runForEach(client.Forever(), (n) =>
          Effect.zipRight(
            Ref.update(seen, (m) => m + 1),
            Deferred.succeed(first, n)
          )
        )
      )
      expect(yield* Deferred.await(first)).toBe(1)
      yield* Fiber.interrupt(reader)
      yield* Deferred.await(ended)
      expect(yield* Ref.get(seen)).toBe(1)
    }).pipe(Effect.provide(RpcSerialization.layerNdjson))
  )
})
