/**
 * A small application: a login that sets a cookie and sends on, a page that sends on to another origin, and an API.
 */
import { createServer } from "node:http"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse, UrlParams } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer, Option } from "effect"

/** What the application lets in, and what the other origin must never see. */
export const secrets = {
  password: "correct-horse",
  sid: "sid-5f2b8c",
  apiKey: "key-91ac07",
  token: "token-77e0d1"
}

const found = (location: string, headers: Record<string, string> = {}) =>
  HttpServerResponse.empty({ status: 302, headers: { ...headers, location } })

const login = Effect.gen(function* () {
  const form = yield* (yield* HttpServerRequest.HttpServerRequest).urlParamsBody
  const password = UrlParams.getFirst(form, "password")
  return Option.contains(password, secrets.password)
    ? found("/home", { "set-cookie": `sid=${secrets.sid}; Path=/; HttpOnly` })
    : HttpServerResponse.text("wrong password", { status: 401 })
})

const me = Effect.map(HttpServerRequest.HttpServerRequest, ({ cookies, headers }) =>
  cookies["sid"] === secrets.sid && headers["authorization"] === `Bearer ${secrets.token}`
    ? HttpServerResponse.unsafeJson({ id: 1, name: "ada" })
    : HttpServerResponse.unsafeJson({ error: "who are you?" }, { status: 401 })
)

/** Runs while the scope is open; gives its URL. `elsewhere` is where `/home` sends on to. */
export const run = (elsewhere: string) =>
  Effect.gen(function* () {
    const router = HttpRouter.empty.pipe(
      HttpRouter.post("/login", login),
      HttpRouter.get("/home", Effect.succeed(found(elsewhere))),
      HttpRouter.get("/me", me)
    )
    const context = yield* Layer.build(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" }))
    yield* Effect.provide(HttpServer.serveEffect(router), context)
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    return address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : address.path
  })
