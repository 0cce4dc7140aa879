import { describe, expect, it } from "@effect/vitest"
import { Auth, Headers, Session, type Settings } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Config, ConfigError, ConfigProvider, Effect, Layer } from "effect"

const settings: Config.Config<Settings.Settings> = Config.all({
  baseUrl: Config.map(Config.url("URL"), (url) => url.href),
  auth: Config.map(Config.redacted("TOKEN"), Auth.bearer),
  timeout: Config.withDefault(Config.duration("TIMEOUT"), "10 seconds")
}).pipe(Config.nested("API"))

const provided = (...pairs: ReadonlyArray<readonly [string, string]>) =>
  Layer.setConfigProvider(ConfigProvider.fromMap(new Map(pairs)))

/** A GET of `/me` by the session of a layer, with these variables; what it was sent as. */
const sent = (...pairs: ReadonlyArray<readonly [string, string]>) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(() => ({}))
    const layer = Session.layerConfig(settings).pipe(Layer.provide(stub.layer), Layer.provide(provided(...pairs)))
    const me = Effect.flatMap(Session.Session, (session) => session.get("/me"))
    return (yield* Effect.provide(me, layer)).prepared
  })

describe("layerConfig", () => {
  it.effect("reads the settings by the program's ConfigProvider", () =>
    Effect.gen(function* () {
      const { headers, target } = yield* sent(["API.URL", "https://h.test/v1/"], ["API.TOKEN", "hunter2"])
      expect([target.href, Headers.get(headers, "authorization")]).toEqual(["https://h.test/me", "Bearer hunter2"])
    })
  )

  it.effect("tells the path of what is missing, and of what is wrong; no secret is in it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(sent(["API.URL", "nonsense"], ["API.TOKEN", "hunter2"], ["API.TIMEOUT", "soon"]))
      expect(ConfigError.isConfigError(error)).toBe(true)
      expect(String(error)).toMatch(/API\.URL.*nonsense/)
      expect(String(error)).not.toContain("hunter2")

      const missing = yield* Effect.flip(sent(["API.URL", "https://h.test/"]))
      expect(missing).toMatchObject({ _op: "MissingData", path: ["API", "TOKEN"] })
    })
  )

  it.effect("sends nothing where it fails", () =>
    Effect.gen(function* () {
      const stub = yield* StubAdapter.make(() => ({}))
      const layer = Session.layerConfig(settings).pipe(Layer.provide(stub.layer), Layer.provide(provided()))
      const program = Effect.flatMap(Session.Session, (session) => session.get("/me"))
      const recovered = yield* program.pipe(
        Effect.provide(layer),
        Effect.as("sent"),
        Effect.catchIf(ConfigError.isConfigError, () => Effect.succeed("no settings"))
      )
      expect([recovered, (yield* stub.requests).length]).toEqual(["no settings", 0])
    })
  )
})

describe("the session of a program", () => {
  it.effect("is one: what one part of the program learns, another one knows", () =>
    Effect.gen(function* () {
      const stub = yield* StubAdapter.make(() => ({ headers: { "Set-Cookie": "sid=1" } }))
      const login = Effect.flatMap(Session.Session, (session) => session.get("https://h.test/login"))
      const known = Effect.flatMap(Session.Session, (session) => session.cookies.all())
      const layer = Layer.provide(Session.layer(), stub.layer)
      expect((yield* Effect.provide(Effect.zipRight(login, known), layer)).length).toBe(1)
      expect((yield* Effect.provide(known, layer)).length).toBe(0)
    })
  )

  it.effect("can be replaced, as any service", () =>
    Effect.gen(function* () {
      const session = yield* Session.make({ baseUrl: "https://other.test" })
      const url = Effect.flatMap(Session.Session, (one) => Effect.map(one.get("/"), (response) => response.url))
      expect(yield* Effect.provideService(url, Session.Session, session)).toBe("https://other.test/")
    }).pipe(Effect.provide(StubAdapter.layer(() => ({}))))
  )
})
