import { FileSystem } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Auth, type Errors, Headers, Session } from "@effect-requests/core"
import { Cassette, Route, Routes } from "@effect-requests/testing"
import { Effect, Redacted } from "effect"
import * as fc from "effect/FastCheck"

const path = "tape.json"

/** A disk in memory, and its files. */
const disk = (files = new Map<string, string>()) => ({
  files,
  layer: FileSystem.layerNoop({
    exists: (name) => Effect.succeed(files.has(name)),
    readFileString: (name) => Effect.sync(() => files.get(name) ?? ""),
    writeFileString: (name, text) => Effect.sync(() => void files.set(name, text)),
    rename: (from, to) =>
      Effect.sync(() => {
        files.set(to, files.get(from) ?? "")
        files.delete(from)
      })
  })
})

const binary = Uint8Array.from({ length: 256 }, (_, i) => i)

const table = Routes.make(
  Route.post("/login").reply({
    status: 303,
    reason: "See Other",
    headers: [
      ["Location", "/binary?code=c0de-c0de"],
      ["Set-Cookie", "sid=s3ss10n-1d; Path=/; HttpOnly"],
      ["Set-Cookie", "theme=darkness; Path=/"]
    ]
  }),
  Route.get("/binary").reply({
    bytes: binary,
    headers: [
      ["X-Twice", "1"],
      ["x-twice", "2"],
      ["ETag", '"e"']
    ]
  }),
  Route.get("/echo").reply(({ request }) => ({ text: `you sent ${Headers.get(request.headers, "x-api-key")}` })),
  Route.get("/basic").reply(({ request }) => ({ json: { seen: Headers.get(request.headers, "authorization") } })),
  Route.get("/token").reply({
    json: { access_token: "t0ken-t0ken", expires_in: 3600 },
    headers: { "Content-Length": "52" }
  }),
  Route.get("/base64/:before").reply(({ params }) => ({ text: btoa(`${params.before}pa55-pa55+`) })),
  Route.get("/n").replies([{ text: "first" }, { text: "second" }]),
  Route.post("/users").reply({ status: 201 })
)

/** A session over a cassette over the table, and how often the table was asked. */
const opened = (layer: ReturnType<typeof disk>["layer"], options: Partial<Cassette.Options> = {}, settings = {}) =>
  Effect.gen(function* () {
    const running = yield* Routes.toAdapter(table)
    const cassette = yield* Cassette.make({ path, ...options })
    const session = yield* Effect.provideService(
      Session.make({ baseUrl: "https://h.test", trustEnv: false, ...settings }),
      Adapter.Adapter,
      Adapter.wrap(cassette)(running.wire)
    )
    return { session, asked: Effect.map(running.calls, (calls) => calls.length) }
  }).pipe(Effect.provide(layer))

const login = (session: Session.Service) =>
  Effect.gen(function* () {
    const response = yield* session.post("/login", { form: { user: "ada", password: "hunter2-hunter2" } })
    return {
      statuses: [...response.history, response].map(({ reason, status }) => `${status} ${reason}`),
      bytes: yield* response.bytes,
      twice: Headers.getAll(response.rawHeaders, "x-twice"),
      etag: Headers.get(response.rawHeaders, "etag")
    }
  })

describe("record and replay", () => {
  it.effect("byte by byte: a redirect, binary bodies, repeated fields", () =>
    Effect.gen(function* () {
      const { files, layer } = disk()
      const shows = { headers: ["X-Twice"] }
      const recording = yield* opened(layer, { shows })
      const recorded = yield* login(recording.session)
      const replaying = yield* opened(layer, { shows })
      expect(yield* login(replaying.session)).toEqual(recorded)
      expect(recorded.bytes).toEqual(binary)
      expect(recorded.twice).toEqual(["1", "2"])
      expect([yield* recording.asked, yield* replaying.asked]).toEqual([2, 0])
      const text = files.get(path) ?? ""
      for (const secret of ["hunter2", "s3ss10n", "darkness", "c0de"]) expect(text).not.toContain(secret)
      expect(text).toContain('"sid=<hidden>; Path=/; HttpOnly"')
      expect(text).toContain('"https://h.test/binary?code=<hidden>"')
      expect(text).toContain('"user=<hidden>&password=<hidden>"')
      expect(Array.from(files.keys())).toEqual([path])
    })
  )

  it.effect("any bytes come back as they were", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), (bytes) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const { layer } = disk()
              const ask = Effect.gen(function* () {
                const { wire } = yield* Routes.toAdapter(Routes.make(Route.get("*").replies([{ bytes }], "fail")))
                const cassette = yield* Cassette.make({ path })
                const session = yield* Effect.provideService(
                  Session.make(),
                  Adapter.Adapter,
                  Adapter.wrap(cassette)(wire)
                )
                return yield* Effect.flatMap(session.get("https://h.test/"), (response) => response.bytes)
              }).pipe(Effect.provide(layer))
              yield* ask
              expect(yield* ask).toEqual(bytes)
            })
          )
        ),
        { numRuns: 50 }
      )
    )
  )

  const texts = (session: Session.Service, ...paths: ReadonlyArray<string>) =>
    Effect.forEach(paths, (one) => Effect.flatMap(session.get(one), (response) => response.text))

  it.effect("the modes", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      expect(yield* Effect.flip(opened(layer, { mode: "none" }))).toMatchObject({
        _tag: "CassetteError",
        reason: "Missing"
      })
      const first = yield* opened(layer, { mode: "once" })
      expect(yield* texts(first.session, "/n", "/n")).toEqual(["first", "second"])
      const none = yield* opened(layer, { mode: "none" })
      expect(yield* texts(none.session, "/n", "/n")).toEqual(["first", "second"])
      const more = yield* opened(layer, { mode: "new episodes" })
      expect(yield* texts(more.session, "/n", "/n", "/token")).toHaveLength(3)
      expect(yield* more.asked).toBe(1)
      const all = yield* opened(layer, { mode: "all" })
      expect(yield* texts(all.session, "/n")).toEqual(["first"])
      const afresh = yield* opened(layer, { mode: "none" })
      expect(yield* texts(afresh.session, "/n")).toEqual(["first"])
      const error = yield* Effect.flip(afresh.session.get("/n"))
      expect(error.message).toContain("it was recorded, but every recording of it has been played")
    })
  )

  it.effect("another matcher", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      yield* texts((yield* opened(layer)).session, "/n")
      const loose: Cassette.Matcher = (asked, recorded) => (asked.method === recorded.method ? [] : ["method"])
      expect(yield* texts((yield* opened(layer, { match: loose })).session, "/anything")).toEqual(["first"])
    })
  )
})

describe("secrets", () => {
  const refused = (
    ask: (session: Session.Service) => Effect.Effect<unknown, Errors.SendError>,
    options = {},
    settings = {}
  ) =>
    Effect.gen(function* () {
      const { files, layer } = disk()
      const { session } = yield* opened(layer, options, settings)
      const error = yield* Effect.flip(ask(session))
      expect(files.size).toBe(0)
      return error.message
    })

  it.effect("an echoed header is refused, and nothing is written", () =>
    Effect.gen(function* () {
      expect(yield* refused((session) => session.get("/echo", { headers: { "X-Api-Key": "k3y-k3y-k3y" } }))).toBe(
        "GET https://h.test/echo: the adapter failed: cassette tape.json: not written, a secret of this session stands in " +
          "the response's body of GET https://h.test/echo"
      )
    })
  )
  it.effect("so is a password in base64, and a secret that the caller names", () =>
    Effect.gen(function* () {
      const basic = yield* refused((session) => session.get("/basic"), {}, { auth: Auth.basic("ada", "pa55-pa55") })
      expect(basic).toContain("a secret of this session stands in the response's body")
      for (const before of ["", "a", "ab", "abc"]) {
        const hidden = yield* refused(
          (session) => session.get(`/base64/x${before}`),
          {},
          { auth: Auth.basic("ada", "pa55-pa55") }
        )
        expect(hidden).toContain("a secret of this session stands in the response's body")
      }
      const named = yield* refused((session) => session.get("/n"), { secrets: [Redacted.make("first")] })
      expect(named).toContain("a secret of this session stands in the response's body")
      const encoded = yield* refused((session) => session.get("/a%2Bb%20c%2Fd"), {
        secrets: [Redacted.make("a+b c/d")]
      })
      expect(encoded).toContain("the adapter failed")
    })
  )
  it.effect("a JSON field named like a secret is hidden, and what is shown by name is kept", () =>
    Effect.gen(function* () {
      const { files, layer } = disk()
      const { session } = yield* opened(layer, { shows: { fields: ["name"], headers: ["x-trace"], params: ["v"] } })
      yield* session.get("/token")
      yield* session.post("/users", {
        json: { name: "Ada", pin: 1234 },
        params: { v: 1, w: 2 },
        headers: { "X-Trace": "abc" }
      })
      const text = files.get(path) ?? ""
      expect(text).not.toContain("t0ken")
      expect(text).toContain(JSON.stringify('{"access_token":"<hidden>","expires_in":3600}'))
      expect(text).toContain(JSON.stringify('{"name":"Ada","pin":"<hidden>"}'))
      expect(text).toContain('"https://h.test/users?v=1&w=<hidden>"')
      expect(text).toMatch(/"X-Trace",\s*"abc"/)
    })
  )
})

describe("what a person reads", () => {
  it.effect("a stale cassette: the request, and what comes closest", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      const recording = yield* opened(layer)
      yield* recording.session.get("/n")
      yield* recording.session.post("/users", { json: { name: "Ada" } })
      const replaying = yield* opened(layer)
      const error = yield* Effect.flip(replaying.session.post("/users", { json: { name: "Ada", age: 36 } }))
      expect(error.message.split("\n")).toEqual([
        "POST https://h.test/users: the adapter failed: cassette tape.json has no POST https://h.test/users",
        "  the closest is POST https://h.test/users",
        '    - body: {"text":"{\\"name\\":\\"<hidden>\\",\\"age\\":\\"<hidden>\\"}"}, but {"text":"{\\"name\\":\\"<hidden>\\"}"} was recorded',
        '  Record again with mode "all" or "new episodes" if the program is right.'
      ])
      expect(error).toMatchObject({ cause: { _tag: "NotRecorded", closest: { method: "POST" } } })
      expect(yield* replaying.asked).toBe(0)
    })
  )
  it.effect("a foreign file", () =>
    Effect.gen(function* () {
      const open = (text: string) => Effect.flip(opened(disk(new Map([[path, text]])).layer))
      expect((yield* open("nonsense")).message).toContain(
        "cassette tape.json: it is no cassette of version 1; record it again"
      )
      expect(yield* open('{"version":2,"exchanges":[]}')).toMatchObject({ _tag: "CassetteError", reason: "Format" })
      expect((yield* open('{"version":2,"exchanges":[]}')).message).toContain("Expected 1, actual 2")
    })
  )
})
