import { createServer } from "node:http"
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiEndpoint,
  HttpApiError,
  HttpApiGroup,
  HttpApiSecurity,
  HttpServer,
  HttpServerRequest
} from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Effect, Layer, Schema } from "effect"

const User = Schema.Struct({ id: Schema.Number, name: Schema.String })

const api = HttpApi.make("api").add(
  HttpApiGroup.make("users")
    .add(
      HttpApiEndpoint.post("login", "/login")
        .setPayload(Schema.Struct({ user: Schema.String }))
        .addSuccess(Schema.Void)
    )
    .add(HttpApiEndpoint.get("me", "/me").addSuccess(User).addError(HttpApiError.Unauthorized))
)

const cookie = HttpApiSecurity.apiKey({ in: "cookie", key: "sid" })

const users = HttpApiBuilder.group(api, "users", (handlers) =>
  handlers
    .handle("login", () => HttpApiBuilder.securitySetCookie(cookie, "ada", { secure: false }))
    .handle("me", () =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ cookies }) =>
        cookies["sid"] === "ada" ? Effect.succeed({ id: 1, name: "ada" }) : Effect.fail(new HttpApiError.Unauthorized())
      )
    )
)

const served = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(api)),
  Layer.provide(users),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
)

const port = Effect.map(HttpServer.HttpServer, ({ address }) => (address._tag === "TcpAddress" ? address.port : 0))

describe("HttpApiClient over a session", () => {
  it.scopedLive("logs in, and stays logged in; each session by itself", () =>
    Effect.gen(function* () {
      const baseUrl = `http://127.0.0.1:${yield* port}`
      const clients = Layer.fresh(Layer.provide(Session.layerHttpClient(), NodeSession.layerAdapter()))
      const client = Effect.flatMap(Layer.build(clients), (context) =>
        Effect.provide(HttpApiClient.make(api, { baseUrl }), context)
      )
      const ada = yield* client
      const stranger = yield* client
      yield* ada.users.login({ payload: { user: "ada" } })
      expect(yield* ada.users.me()).toEqual({ id: 1, name: "ada" })
      expect(yield* Effect.flip(stranger.users.me())).toBeInstanceOf(HttpApiError.Unauthorized)
    }).pipe(Effect.provide(served))
  )
})
