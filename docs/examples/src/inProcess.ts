/**
 * `pnpm example in-process`: an application's whole API is asked without a socket: its routes, its cookies, its errors. A test
 * of an application looks like this.
 */
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
import { Adapter, Session } from "@effect-requests/core"
import { AppAdapter } from "@effect-requests/testing"
import { Console, Effect, Layer, Ref, Schema } from "effect"

// ---------------------------------------------------------------- the application

const Todos = Schema.Array(Schema.String)

const api = HttpApi.make("todos").add(
  HttpApiGroup.make("todos")
    .add(HttpApiEndpoint.post("login", "/login").setPayload(Schema.Struct({ user: Schema.NonEmptyString })))
    .add(HttpApiEndpoint.get("list", "/todos").addSuccess(Todos).addError(HttpApiError.Unauthorized))
    .add(
      HttpApiEndpoint.post("add", "/todos")
        .setPayload(Schema.Struct({ text: Schema.NonEmptyString }))
        .addSuccess(Todos)
        .addError(HttpApiError.Unauthorized)
    )
)

const sid = HttpApiSecurity.apiKey({ in: "cookie", key: "sid" })

const todos = HttpApiBuilder.group(api, "todos", (handlers) =>
  Effect.gen(function* () {
    const lists = yield* Ref.make<ReadonlyMap<string, ReadonlyArray<string>>>(new Map())
    const user = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ cookies }) =>
      Effect.mapError(Effect.fromNullable(cookies["sid"]), () => new HttpApiError.Unauthorized())
    )
    const listOf = (name: string) => Effect.map(Ref.get(lists), (all) => all.get(name) ?? [])
    return handlers
      .handle("login", ({ payload }) => HttpApiBuilder.securitySetCookie(sid, payload.user))
      .handle("list", () => Effect.flatMap(user, listOf))
      .handle("add", ({ payload }) =>
        Effect.flatMap(user, (name) =>
          Effect.zipRight(
            Ref.update(lists, (all) => new Map(all).set(name, [...(all.get(name) ?? []), payload.text])),
            listOf(name)
          )
        )
      )
  })
)

// ---------------------------------------------------------------- asked without a socket

/** The application as an adapter, while the scope is open. */
const application = Layer.scoped(
  Adapter.Adapter,
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        HttpApiBuilder.toWebHandler(
          Layer.mergeAll(Layer.provide(HttpApiBuilder.api(api), todos), HttpServer.layerContext)
        )
      ),
      ({ dispose }) => Effect.promise(dispose)
    ),
    ({ handler }) => AppAdapter.fromWebHandler((request) => handler(request))
  )
)

/** A client of the application with a session, and so a login, of its own. */
const client = Effect.flatMap(Session.make({ baseUrl: "https://todos.test" }), (session) =>
  HttpApiClient.makeWith(api, { httpClient: Session.toHttpClient(session) })
)

export const inProcess = Effect.gen(function* () {
  const ada = yield* client
  const grace = yield* client
  const nobody = yield* client

  yield* ada.todos.login({ payload: { user: "ada" } })
  yield* grace.todos.login({ payload: { user: "grace" } })
  yield* ada.todos.add({ payload: { text: "write an engine" } })
  yield* Console.log(`ada has ${(yield* ada.todos.list()).join()}`)
  yield* Console.log(`grace has ${(yield* grace.todos.list()).length} things to do`)

  const refused = yield* Effect.flip(nobody.todos.list())
  yield* Console.log(`nobody is told: ${refused._tag}`)
}).pipe(Effect.provide(application))
