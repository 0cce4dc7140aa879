/** An `HttpApi` in this process, by its app and by its web handler: what `HttpApiClient` and a session see of it. */
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiEndpoint,
  HttpApiError,
  HttpApiGroup,
  HttpApiSecurity,
  HttpClient,
  HttpServer,
  HttpServerRequest,
  HttpServerResponse
} from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Body, Request, Session } from "@effect-requests/core"
import { AppAdapter } from "@effect-requests/testing"
import { Effect, Layer, Schema, Stream } from "effect"

const User = Schema.Struct({ id: Schema.Number, name: Schema.String })

const api = HttpApi.make("api").add(
  HttpApiGroup.make("users")
    .add(HttpApiEndpoint.post("login", "/login").setPayload(Schema.Struct({ user: Schema.String })))
    .add(HttpApiEndpoint.get("me", "/me").addSuccess(User).addError(HttpApiError.Unauthorized))
    .add(HttpApiEndpoint.get("moved", "/moved"))
    .add(HttpApiEndpoint.post("echo", "/echo"))
)

const cookie = HttpApiSecurity.apiKey({ in: "cookie", key: "sid" })

const users = HttpApiBuilder.group(api, "users", (handlers) =>
  handlers
    .handle("login", ({ payload }) => HttpApiBuilder.securitySetCookie(cookie, payload.user))
    .handle("me", () =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ cookies }) =>
        cookies["sid"] === "ada" ? Effect.succeed({ id: 1, name: "ada" }) : Effect.fail(new HttpApiError.Unauthorized())
      )
    )
    .handleRaw("moved", () => Effect.succeed(HttpServerResponse.redirect("/me", { status: 307 })))
    .handleRaw("echo", ({ request }) => Effect.succeed(HttpServerResponse.stream(Stream.orDie(request.stream))))
)

const served = Layer.provide(HttpApiBuilder.api(api), users)

const byApp = Effect.gen(function* () {
  const context = yield* Layer.build(
    Layer.mergeAll(served, HttpServer.layerContext, HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer)
  )
  const app = yield* Effect.provide(HttpApiBuilder.httpApp, context)
  return yield* AppAdapter.fromHttpApp(Effect.provide(app, context))
})

const byWebHandler = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => HttpApiBuilder.toWebHandler(Layer.merge(served, HttpServer.layerContext))),
    ({ dispose }) => Effect.promise(dispose)
  ),
  ({ handler }) => AppAdapter.fromWebHandler((request) => handler(request))
)

describe.each([
  ["its app", byApp],
  ["its web handler", byWebHandler]
] as const)("an HttpApi by %s", (_, wired) => {
  const opened = Effect.flatMap(wired, (wire) =>
    Effect.provideService(Session.make({ baseUrl: "https://app.test", trustEnv: false }), Adapter.Adapter, wire)
  )

  it.scopedLive("is logged in to by cookie, redirects, and fails by its own errors", () =>
    Effect.gen(function* () {
      const session = yield* opened
      const client = yield* Effect.provideService(
        HttpApiClient.make(api),
        HttpClient.HttpClient,
        Session.toHttpClient(session)
      )
      expect(yield* Effect.flip(client.users.me())).toBeInstanceOf(HttpApiError.Unauthorized)
      yield* client.users.login({ payload: { user: "ada" } })
      expect(yield* client.users.me()).toEqual({ id: 1, name: "ada" })
      const moved = yield* session.get("/moved")
      expect([yield* moved.json, moved.history.map(({ status }) => status)]).toEqual([{ id: 1, name: "ada" }, [307]])
    })
  )

  it.scopedLive("streams both ways: what was sent first comes back before the rest is sent", () =>
    Effect.gen(function* () {
      const session = yield* opened
      let sent = 0
      const body = Body.oneShot(
        Stream.repeatEffect(
          Effect.sync(() => {
            sent++
            return new Uint8Array(1000)
          })
        )
      )
      const first = yield* Effect.scoped(
        Effect.flatMap(session.stream(Request.post("/echo", { body })), ({ stream }) =>
          Stream.runCollect(Stream.take(stream, 2))
        )
      )
      expect(first.length).toBe(2)
      // An endless upload ends with its response.
      const after = sent
      yield* Effect.repeatN(Effect.yieldNow(), 50)
      expect(sent - after).toBeLessThan(100)
    })
  )
})
