import { FileSystem } from "@effect/platform"
import { SystemError } from "@effect/platform/Error"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Headers, Session } from "@effect-requests/core"
import { Cassette, Reply, Route, Routes } from "@effect-requests/testing"
import { Effect, Layer } from "effect"
import * as fc from "effect/FastCheck"
import { disk, opened as openedOver, path } from "./disk.js"

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
  Route.get("/n").replies([{ text: "first" }, { text: "second" }]),
  Route.get("/other").reply({ text: "other" }),
  Route.post("/users").reply({ status: 201 })
)

const opened = (layer: ReturnType<typeof disk>["layer"], options: Partial<Cassette.Options> = {}) =>
  openedOver(table, layer, options)

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
              const one = Routes.make(Route.get("*").replies([{ bytes }], "fail"))
              const ask = Effect.gen(function* () {
                const { session } = yield* openedOver(one, layer, { shows: { fields: ["*", ""] } })
                return yield* Effect.flatMap(session.get("/"), (response) => response.bytes)
              })
              yield* ask
              expect(yield* ask).toEqual(bytes)
            })
          )
        ),
        { numRuns: 50 }
      )
    )
  )

  it.effect("a tape is played without any adapter, and a request of another fails", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      yield* (yield* opened(layer)).session.get("/n")
      const session = yield* Effect.provide(
        Session.make({ baseUrl: "https://h.test", trustEnv: false, verify: false }),
        Layer.provide(Cassette.layerReplay({ path }), layer)
      )
      expect(yield* (yield* session.get("/n")).text).toBe("first")
      expect(yield* Effect.flip(session.get("/other"))).toMatchObject({ cause: { _tag: "NotRecorded" } })
    })
  )

  it.effect("another matcher", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      yield* (yield* opened(layer)).session.get("/n")
      const match: Cassette.Matcher = (asked, recorded) => (asked.method === recorded.method ? [] : ["method"])
      const { session } = yield* opened(layer, { match })
      expect(yield* (yield* session.get("/anything")).text).toBe("first")
    })
  )
})

describe("the modes", () => {
  /** What each path gives, and how often somebody was asked. */
  const run = (layer: ReturnType<typeof disk>["layer"], mode: Cassette.Mode, ...paths: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened(layer, { mode })
      const texts = yield* Effect.forEach(paths, (one) =>
        session.get(one).pipe(
          Effect.flatMap((response) => response.text),
          Effect.catchTag("TransportError", () => Effect.succeed("not recorded"))
        )
      )
      return [texts.join(), yield* asked]
    })
  const recorded = Effect.gen(function* () {
    const { layer } = disk()
    yield* run(layer, "once", "/n", "/n")
    return layer
  })

  it.effect('"once" records where there is no file, and only replays where there is one', () =>
    Effect.gen(function* () {
      const { layer } = disk()
      expect(yield* run(layer, "once", "/n", "/n")).toEqual(["first,second", 2])
      expect(yield* run(layer, "once", "/n", "/n", "/n", "/other")).toEqual([
        "first,second,not recorded,not recorded",
        0
      ])
    })
  )
  it.effect('"new episodes" replays what is there, and records the rest behind it', () =>
    Effect.gen(function* () {
      const layer = yield* recorded
      expect(yield* run(layer, "new episodes", "/n", "/other", "/n", "/n")).toEqual(["first,other,second,first", 2])
      expect(yield* run(layer, "none", "/other", "/n", "/n", "/n")).toEqual(["other,first,second,first", 0])
    })
  )
  it.effect('"all" records afresh: what was there is gone', () =>
    Effect.gen(function* () {
      const layer = yield* recorded
      expect(yield* run(layer, "all", "/other")).toEqual(["other", 1])
      expect(yield* run(layer, "none", "/other", "/n")).toEqual(["other,not recorded", 0])
    })
  )
  it.effect('"none" asks nobody, and needs a file', () =>
    Effect.gen(function* () {
      expect(yield* run(yield* recorded, "none", "/n", "/other")).toEqual(["first,not recorded", 0])
      const missing = yield* Effect.flip(opened(disk().layer, { mode: "none" }))
      expect(missing).toMatchObject({ _tag: "CassetteError", reason: "Missing" })
    })
  )
})

describe("what a person reads", () => {
  it.effect("a stale cassette: the request, and what comes closest", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      const shows = { fields: ["name", "age"] }
      const recording = yield* opened(layer, { shows })
      yield* recording.session.get("/n")
      yield* recording.session.post("/users", { json: { name: "Ada", password: "hunter2" } })
      const replaying = yield* opened(layer, { shows })
      const error = yield* Effect.flip(
        replaying.session.post("/users", { json: { name: "Ada", age: 36, password: "hunter2" } })
      )
      expect(error.message.split("\n")).toEqual([
        "POST https://h.test/users: the adapter failed: cassette tape.json has no POST https://h.test/users",
        "  the closest is POST https://h.test/users",
        '    - body: {"name":"Ada","age":36,"password":"<hidden>"}, but {"name":"Ada","password":"<hidden>"} was recorded',
        '  Record again with mode "all" or "new episodes" if the program is right.'
      ])
      expect(error).toMatchObject({ sent: "no", cause: { _tag: "NotRecorded", closest: { method: "POST" } } })
      const again = yield* Effect.flip(Effect.zipRight(replaying.session.get("/n"), replaying.session.get("/n")))
      expect(again.message).toContain("it was recorded, but every recording of it has been played")
      expect(yield* replaying.asked).toBe(0)
    })
  )
  it.effect("of several that are equally far, the closest has the longest beginning in common", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      const { session } = yield* openedOver(Routes.make(Route.get("*").reply({})), layer)
      for (const one of ["/a", "/users/1/posts", "/users/2"]) yield* session.get(one)
      const error = yield* Effect.flip((yield* opened(layer)).session.get("/users/1/post"))
      expect(error.message).toContain("the closest is GET https://h.test/users/1/posts")
    })
  )

  const open = (text: string) => Effect.flip(opened(disk(new Map([[path, text]])).layer))
  it.effect.each<[string, string, ReadonlyArray<string>]>([
    ["nonsense", "no JSON", ["cassette tape.json: it is no cassette: there is no JSON with a version in it"]],
    ["a HAR", '{"log":{}}', ["cassette tape.json: it is no cassette: there is no JSON with a version in it"]],
    [
      "one of the future",
      '{"version":2,"exchanges":[]}',
      ["cassette tape.json: it is a cassette of version 2, and this package reads version 1"]
    ],
    [
      "one that somebody has edited",
      '{"version":1,"exchanges":[{}]}',
      ["cassette tape.json: it is of version 1, but not as one is written:", '["at"]', "is missing"]
    ],
    [
      "base64 that is none",
      JSON.stringify({
        version: 1,
        exchanges: [
          {
            at: 0,
            millis: 0,
            request: { method: "GET", url: "/", headers: [], body: { text: "" } },
            response: { status: 200, reason: "", headers: [], body: { base64: "?" } }
          }
        ]
      }),
      ["base64"]
    ]
  ])("a foreign file: %s", ([, text, said]) =>
    Effect.map(open(text), (error) => {
      expect(error).toMatchObject({ _tag: "CassetteError", reason: "Format" })
      for (const one of said) expect(error.message).toContain(one)
      expect(error.message).toContain('Delete it, or record it again with mode "all".')
    })
  )

  it.effect("a disk that fails", () =>
    Effect.gen(function* () {
      const full = new SystemError({
        reason: "Unknown",
        module: "FileSystem",
        method: "writeFile",
        description: "full"
      })
      const layer = FileSystem.layerNoop({
        exists: () => Effect.succeed(false),
        writeFileString: () => Effect.fail(full)
      })
      const { session } = yield* opened(layer)
      const error = yield* Effect.flip(session.get("/n"))
      expect(error).toMatchObject({ _tag: "TransportError", sent: "yes", cause: { reason: "File" } })
    })
  )
})

it.scoped("a real disk, with a real file as a reply", () =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped()
    yield* files.writeFile(`${folder}/logo.bin`, binary)
    const { layer: below } = yield* Routes.toAdapter(
      Routes.make(Route.get("/logo").reply(Reply.file(`${folder}/logo.bin`)))
    )
    const options = { path: `${folder}/tape.json` }
    const ask = Effect.flatMap(Session.make({ trustEnv: false }), (session) =>
      Effect.flatMap(session.get("https://h.test/logo"), ({ bytes }) => bytes)
    )
    const recorded = yield* Effect.provide(ask, Layer.provide(Cassette.layer(options), below))
    const replayed = yield* Effect.provide(ask, Cassette.layerReplay(options))
    expect([recorded, replayed].map((bytes) => new Uint8Array(bytes))).toEqual([binary, binary])
    expect((yield* files.readDirectory(folder)).sort()).toEqual(["logo.bin", "tape.json"])
    expect((yield* files.readFileString(options.path)).split("\n")[1]).toBe('  "version": 1,')
  }).pipe(Effect.provide(NodeFileSystem.layer))
)

it.effect("a layer over the adapter below", () =>
  Effect.gen(function* () {
    const { files, layer } = disk()
    const below = Layer.effect(
      Adapter.Adapter,
      Effect.map(Routes.toAdapter(table), ({ wire }) => wire)
    )
    const cassette = Layer.provide(Cassette.layer({ path }), Layer.merge(below, layer))
    yield* Effect.provide(
      Effect.flatMap(Session.make(), (session) => session.get("https://h.test/n")),
      cassette
    )
    expect(files.size).toBe(1)
  })
)
