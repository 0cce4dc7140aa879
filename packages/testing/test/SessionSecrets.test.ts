import { FileSystem } from "@effect/platform"
import { Adapter, Auth, Cookie, Cookies, Errors, Session, SessionState, type Settings } from "@effect-requests/core"
import { Cassette, Route, Routes } from "@effect-requests/testing"
import { Effect, Either, Redacted } from "effect"
import { describe, expect, it } from "vitest"

const held = (settings: Settings.Settings, shows?: Cassette.Shows) =>
  Cassette.secretsOf(SessionState.make({ settings }), shows).map(Redacted.value)

describe("secretsOf", () => {
  it.each<[what: string, settings: Settings.Settings, secrets: ReadonlyArray<string>]>([
    ["nothing", {}, []],
    ["a password", { auth: Auth.basic("ada", "pw-of-ada") }, ["pw-of-ada"]],
    ["a password that never travels", { auth: Auth.digest("ada", "pw-of-ada") }, ["pw-of-ada"]],
    ["a token", { auth: Auth.bearer("token-1") }, ["token-1"]],
    ["a field, and what follows its scheme", { headers: { "X-Api-Key": "Key abc-1" } }, ["Key abc-1", "abc-1"]],
    ["no harmless field", { headers: { Accept: "text/html", "X-Gone": null } }, []],
    ["a param", { params: { token: "q-1", page: 2 } }, ["q-1"]],
    ["a cookie of the settings", { cookies: { sid: "sid-1", gone: null } }, ["sid-1"]],
    ["a proxy's password", { proxies: { all: "http://ada:p%40w@proxy.test:1", http: null } }, ["p@w"]],
    ["a password of the baseUrl", { baseUrl: "https://ada:pw-of-url@h.test/" }, ["pw-of-url"]],
    [
      "a key and its passphrase",
      { cert: { cert: "public", key: Redacted.make("private"), passphrase: Redacted.make("pass") } },
      ["private", "pass"]
    ],
    ["words that occur everywhere are none", { auth: Auth.bearer("no") }, []]
  ])("%s", (_what, settings, secrets) => {
    expect(held(settings)).toEqual(secrets)
  })

  it("the cookies of the jar, and no value whose name is shown", () => {
    const sid = Either.getOrThrow(Cookie.make("sid", "sid-of-jar", { domain: "h.test" }))
    const state = SessionState.make({ cookies: Cookies.fromArray([sid]) })
    expect(Cassette.secretsOf(state).map(Redacted.value)).toEqual(["sid-of-jar"])
    expect(held({ headers: { "X-Tenant": "tenant-1" } }, { headers: ["X-Tenant"] })).toEqual([])
  })
})

/** What a server answers is recorded, unless a secret stands in it. */
const recording = (said: string, settings: Settings.Settings, secrets: ReadonlyArray<Redacted.Redacted<string>> = []) =>
  Effect.gen(function* () {
    const files = new Map<string, string>()
    const disk = FileSystem.layerNoop({
      exists: (path) => Effect.succeed(files.has(path)),
      writeFileString: (path, text) => Effect.sync(() => void files.set(path, text)),
      rename: (from, to) => Effect.sync(() => void files.set(to, files.get(from) ?? ""))
    })
    const { wire } = yield* Routes.toAdapter(Routes.make(Route.get("/").reply({ text: said })))
    const shows = { bodies: true }
    const cassette = yield* Effect.provide(Cassette.make({ path: "tape.json", mode: "all", secrets, shows }), disk)
    const supports = new Set([...wire.supports, "proxy"] as const)
    const tape = { ...Adapter.wrap(cassette)(wire), supports }
    const session = yield* Effect.provideService(Session.make(settings), Adapter.Adapter, tape)
    const came = yield* Effect.either(session.get("http://h.test/"))
    return { came, written: files.get("tape.json") }
  })

describe("a cassette refuses what holds", () => {
  const digest = { auth: Auth.digest("ada", "never-sent") }
  it.each<[what: string, said: string, settings: Settings.Settings, secrets: boolean]>([
    ["a password that no message has carried", "your password is never-sent", digest, true],
    ["the password of a proxy", "407 for pw-of-proxy", { proxies: { all: "http://ada:pw-of-proxy@p.test:1" } }, false]
  ])("%s", async (_what, said, settings, asked) => {
    const secrets = asked ? Cassette.secretsOf(SessionState.make({ settings })) : []
    const { came, written } = await Effect.runPromise(recording(said, settings, secrets))
    const error = Either.getOrThrow(Either.flip(came))
    expect(error instanceof Errors.TransportError && error.cause).toMatchObject({ reason: "Secret" })
    expect(written).toBeUndefined()
  })

  it("and writes what holds none", async () => {
    const { came, written } = await Effect.runPromise(
      recording("nothing to hide", digest, Cassette.secretsOf(SessionState.make({ settings: digest })))
    )
    expect(Either.isRight(came)).toBe(true)
    expect(written).toContain("nothing to hide")
  })
})
