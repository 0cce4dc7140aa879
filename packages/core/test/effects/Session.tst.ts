import type { HttpClient } from "@effect/platform"
import {
  type Adapter,
  type Cookie,
  type Errors,
  type Explanation,
  Http,
  type Request,
  type Response,
  Session,
  type Settings
} from "@effect-requests/core"
import type { Config, ConfigError, Context, Effect, Layer, Option, Scope, Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const session: Session.Service
declare const request: Request.Request
declare const response: Response.Response
declare const settings: Config.Config<Settings.Settings>

type Sent = Effect.Effect<Response.Response, Errors.SendError>

describe("a session", () => {
  test("needs an adapter and nothing else, and cannot fail to be made", () => {
    expect(Session.make()).type.toBe<Effect.Effect<Session.Service, never, Adapter.Adapter>>()
    expect(session.fork()).type.toBe<Effect.Effect<Session.Service>>()
  })

  test("is a tag", () => {
    expect<Context.Tag.Service<Session.Session>>().type.toBe<Session.Service>()
    expect<Context.Tag.Service<typeof Session.Session>>().type.toBe<Session.Service>()
    expect<Effect.Effect.Success<typeof Session.Session>>().type.toBe<Session.Service>()
    expect<Effect.Effect.Context<typeof Session.Session>>().type.toBe<Session.Session>()
  })

  test("as a layer needs an adapter; a Config adds ConfigError", () => {
    expect(Session.layer()).type.toBe<Layer.Layer<Session.Session, never, Adapter.Adapter>>()
    expect(Session.layerConfig(settings)).type.toBe<
      Layer.Layer<Session.Session, ConfigError.ConfigError, Adapter.Adapter>
    >()
    expect(Session.layerHttpClient()).type.toBe<Layer.Layer<HttpClient.HttpClient, never, Adapter.Adapter>>()
    expect(Session.toHttpClient(session)).type.toBe<HttpClient.HttpClient>()
  })

  test("from a snapshot may find it invalid", () => {
    expect(Session.restore("")).type.toBeAssignableTo<
      Effect.Effect<{ readonly session: Session.Service }, Errors.InvalidSnapshot, Adapter.Adapter>
    >()
    expect(session.snapshot).type.toBeAssignableTo<Effect.Effect<unknown, Errors.Unsaveable>>()
  })
})

describe("every verb fails with SendError, and needs nothing more", () => {
  test("get", () => expect(session.get("/")).type.toBe<Sent>())
  test("head", () => expect(session.head("/")).type.toBe<Sent>())
  test("post", () => expect(session.post("/", { json: 1 })).type.toBe<Sent>())
  test("put", () => expect(session.put("/", { body: "text" })).type.toBe<Sent>())
  test("patch", () => expect(session.patch("/", { form: { a: 1 } })).type.toBe<Sent>())
  test("delete", () => expect(session.delete("/")).type.toBe<Sent>())
  test("options", () => expect(session.options("/")).type.toBe<Sent>())
  test("request", () => expect(session.request("PROPFIND", new URL("https://h.test/"))).type.toBe<Sent>())
  test("send", () => expect(session.send(request)).type.toBe<Sent>())

  test("without a session they need an adapter", () => {
    type Asked = Effect.Effect<Response.Response, Errors.SendError, Adapter.Adapter>
    expect(Http.get("https://h.test/")).type.toBe<Asked>()
    expect(Http.delete("https://h.test/")).type.toBe<Asked>()
    expect(Http.request("GET", "https://h.test/")).type.toBe<Asked>()
  })

  test("SendError is these seven", () => {
    expect<Errors.SendError["_tag"]>().type.toBe<
      "InvalidRequest" | "TransportError" | "BodyError" | "RedirectRefused" | "AuthRefused" | "TokenError" | "HookError"
    >()
  })
})

describe("a Scope says that a connection is open", () => {
  test("stream has it, and nothing else", () => {
    expect(session.stream(request)).type.toBe<Effect.Effect<Response.Response, Errors.SendError, Scope.Scope>>()
  })

  test("hops and follow close what they opened by themselves", () => {
    expect(session.hops(request)).type.toBe<Stream.Stream<Response.Response, Errors.SendError>>()
    expect(session.follow(response)).type.toBe<Stream.Stream<Response.Response, Errors.SendError>>()
  })
})

describe("what sends nothing has no transport error", () => {
  test("prepare, explain", () => {
    expect(session.prepare(request)).type.toBe<Effect.Effect<Request.Call, Errors.InvalidRequest>>()
    expect(session.explain(request)).type.toBe<Effect.Effect<Explanation.Explanation, Errors.InvalidRequest>>()
  })

  test("update, mount", () => {
    expect(session.update((state) => state)).type.toBe<Effect.Effect<void>>()
    expect(session.mount).type.toBe<(prefix: string, wire: Adapter.Wire) => Effect.Effect<void>>()
  })

  test("cookies", () => {
    expect(session.cookies.get("sid")).type.toBe<Effect.Effect<Option.Option<string>, Errors.CookieConflict>>()
    expect(session.cookies.set("sid", "1")).type.toBe<Effect.Effect<void, Errors.InvalidCookie>>()
    expect(session.cookies.all()).type.toBe<Effect.Effect<ReadonlyArray<Cookie.Cookie>>>()
    expect(session.cookies.delete("sid")).type.toBe<Effect.Effect<void>>()
    expect(session.cookies.clear()).type.toBe<Effect.Effect<void>>()
  })
})

describe("what is not a setting does not compile", () => {
  test("a name that no option has, a duration that is none", () => {
    expect(session.get).type.not.toBeCallableWith("/", { parms: { a: 1 } })
    expect(session.get).type.not.toBeCallableWith("/", { timeout: "soon" })
    expect(session.get).type.toBeCallableWith("/", { timeout: "5 seconds", headers: { "X-A": null } })
  })
})
