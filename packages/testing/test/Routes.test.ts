import { inspect } from "node:util"
import { FileSystem } from "@effect/platform"
import { describe, expect, it, layer } from "@effect/vitest"
import { Body, Http, Session } from "@effect-requests/core"
import { Hops, Reply, Route, Routes } from "@effect-requests/testing"
import { Cause, Effect, Either, Exit, Fiber, Option, Schedule, Schema, Stream, TestClock } from "effect"
import { it as plain } from "vitest"

const opened = <R>(table: Routes.Routes<R>, settings = {}) =>
  Effect.gen(function* () {
    const running = yield* Routes.toAdapter(table)
    const session = yield* Effect.provide(
      Session.make({ baseUrl: "https://api.test", trustEnv: false, ...settings }),
      running.layer
    )
    return { running, session }
  })

const users = Route.get("/users/:id").reply(({ params }) => ({ json: params }))

describe("a table", () => {
  it.effect("replies by the first route that fits, with typed parameters", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(
        Routes.make(
          Route.get("/users/me").reply({ json: "me" }),
          users,
          Route.get("/numbers/:n")
            .params(Schema.Struct({ n: Schema.NumberFromString }))
            .reply(({ params }) => ({ json: params.n + 1 })),
          Route.get("/files/*").reply(({ params }) => ({ text: params["*"] }))
        )
      )
      const json = (path: string) => Effect.flatMap(session.get(path), (response) => response.json)
      expect(yield* json("/users/me")).toBe("me")
      expect(yield* json("/users/a%2Fb")).toEqual({ id: "a/b" })
      expect(yield* json("/numbers/41")).toBe(42)
      expect(yield* Effect.flatMap(session.get("/files/a/b.txt"), (response) => response.text)).toBe("a/b.txt")
    })
  )

  const fits = (route: Routes.Routes, method: string, url: string, options = {}) => {
    const { request } = Hops.call(method, url, options)
    const body = request.body._tag === "Bytes" ? request.body.bytes : new Uint8Array()
    return Either.isRight(Routes.match(route, { request, body }))
  }
  const one = (matching: Route.Matching<unknown, unknown>) => Routes.make(matching.reply({}))
  const a = "https://a.test"

  it.each([
    ["a method", one(Route.put("/x")), "PUT", `${a}/x`, {}, true],
    ["another method", one(Route.put("/x")), "POST", `${a}/x`, {}, false],
    ["any method", one(Route.make("*", "/x")), "PURGE", `${a}/x`, {}, true],
    ["HEAD is not GET", one(Route.get("/x")), "HEAD", `${a}/x`, {}, false],
    ["any URL", one(Route.get("*")), "GET", `${a}/x/y?z`, {}, true],
    ["an empty segment is no parameter", one(Route.get("/users/:id")), "GET", `${a}/users/`, {}, false],
    ["a slash more", one(Route.get("/x")), "GET", `${a}/x/`, {}, false],
    ["a star needs its prefix", one(Route.get("/x/*")), "GET", `${a}/y/z`, {}, false],
    ["a star may stand for nothing", one(Route.get("/x/*")), "GET", `${a}/x/`, {}, true],
    ["an origin", one(Route.get("https://A.test:443/x")), "GET", `${a}/x`, {}, true],
    ["another origin", one(Route.get("http://a.test/x")), "GET", `${a}/x`, {}, false],
    ["a query in the pattern", one(Route.get("/x?p=2")), "GET", `${a}/x?p=2&q=1`, {}, true],
    ["another query", one(Route.get("/x?p=2")), "GET", `${a}/x?p=3`, {}, false],
    ["a repeated parameter", one(Route.get("/x").query({ p: ["1", "2"] })), "GET", `${a}/x?p=1&p=2`, {}, true],
    ["a text means once", one(Route.get("/x").query({ p: "1" })), "GET", `${a}/x?p=1&p=1`, {}, false],
    ["null means absent", one(Route.get("/x").query({ p: null })), "GET", `${a}/x?p=`, {}, false],
    ["a pattern", one(Route.get("/x").query({ p: /^\d+$/g })), "GET", `${a}/x?p=12`, {}, true],
    ["a question", one(Route.get("/x").query({ p: (value) => value === undefined })), "GET", `${a}/x`, {}, true],
    ["a header", one(Route.get("/x").headers({ "x-a": 1 })), "GET", `${a}/x`, { headers: { "X-A": "1" } }, true],
    ["no header", one(Route.get("/x").headers({ "x-a": null })), "GET", `${a}/x`, { headers: { "X-A": "1" } }, false],
    ["a form", one(Route.post("/x").form({ user: "ada" })), "POST", `${a}/x`, { form: { user: "ada", pw: "x" } }, true],
    ["another form", one(Route.post("/x").form({ user: "ada" })), "POST", `${a}/x`, { form: { user: "bob" } }, false],
    [
      "JSON",
      one(Route.post("/x").json(Schema.Struct({ n: Schema.Number }))),
      "POST",
      `${a}/x`,
      { json: { n: 1 } },
      true
    ],
    [
      "other JSON",
      one(Route.post("/x").json(Schema.Struct({ n: Schema.Number }))),
      "POST",
      `${a}/x`,
      { json: {} },
      false
    ],
    ["no JSON", one(Route.post("/x").json(Schema.Unknown)), "POST", `${a}/x`, { text: "{" }, false],
    ["a predicate", one(Route.get("/x").where("never", () => false)), "GET", `${a}/x`, {}, false]
  ] as const)("matches %s", (_, table, method, url, options, expected) => {
    expect(fits(table, method, url, options)).toBe(expected)
  })

  it.effect("replies a sequence: the last again, from the start again, or no more", () =>
    Effect.gen(function* () {
      const statuses = [{ status: 503 }, { status: 200 }]
      const { session } = yield* opened(
        Routes.make(
          Route.get("/last").replies(statuses),
          Route.get("/again").replies(statuses, "start again"),
          Route.get("/fail").replies(statuses, "fail")
        )
      )
      const ask = (path: string) =>
        Effect.map(Effect.either(session.get(path)), Either.match({ onLeft: (e) => e._tag, onRight: (r) => r.status }))
      const thrice = (path: string) => Effect.forEach([1, 2, 3], () => ask(path))
      expect(yield* thrice("/last")).toEqual([503, 200, 200])
      expect(yield* thrice("/again")).toEqual([503, 200, 503])
      expect(yield* thrice("/fail")).toEqual([503, 200, "TransportError"])
    })
  )

  it.effect("replies bytes, streams, files and Effects", () =>
    Effect.gen(function* () {
      const disk = FileSystem.layerNoop({ readFile: (path) => Effect.succeed(new TextEncoder().encode(`at ${path}`)) })
      const { session } = yield* Effect.provide(
        opened(
          Routes.make(
            Route.get("/bytes").reply({ bytes: new Uint8Array([0, 255]) }),
            Route.get("/stream").reply({ stream: Stream.make(new Uint8Array([1]), new Uint8Array([2])) }),
            Route.get("/file").reply(Reply.file("a.txt", { status: 203 })),
            Route.get("/effect").reply(() => Effect.succeed({ status: 204 })),
            Route.get("/broken").reply(Effect.fail(new Error("no such fixture")))
          )
        ),
        disk
      )
      const bytes = (path: string) => Effect.flatMap(session.get(path), (response) => response.bytes)
      expect(yield* bytes("/bytes")).toEqual(new Uint8Array([0, 255]))
      expect(yield* bytes("/stream")).toEqual(new Uint8Array([1, 2]))
      expect(new TextDecoder().decode(yield* bytes("/file"))).toBe("at a.txt")
      expect((yield* session.get("/effect")).status).toBe(204)
      expect((yield* Effect.flip(session.get("/broken"))).message).toContain("the reply of GET /broken failed")
    })
  )

  it.effect("waits by the Clock, and honours timeout.headers and timeout.read", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(
        Routes.make(
          Route.get("/slow").reply({ delay: "1 hour" }),
          Route.get("/drip").reply({
            stream: Stream.schedule(Stream.repeatValue(new Uint8Array(1)), Schedule.spaced("1 minute"))
          })
        ),
        { timeout: { total: null } }
      )
      const slow = yield* Effect.fork(Effect.flip(session.get("/slow")))
      const patient = yield* Effect.fork(session.get("/slow", { timeout: { headers: null, total: null } }))
      const drip = yield* Effect.fork(Effect.flip(session.get("/drip")))
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(slow)).toMatchObject({ _tag: "TransportError", reason: "HeadersTimeout" })
      expect(yield* Fiber.join(drip)).toMatchObject({ _tag: "BodyError", reason: "ReadTimeout" })
      expect(Option.isNone(yield* Fiber.poll(patient))).toBe(true)
      yield* TestClock.adjust("1 hour")
      expect((yield* Fiber.join(patient)).status).toBe(200)
    })
  )
})

const secret = "hunter2"

describe("what a person reads", () => {
  const table = Routes.make(
    Route.post("/users")
      .json(Schema.Struct({ name: Schema.String, age: Schema.Number }))
      .reply({ status: 201 }),
    Route.get("/users/:id")
      .query({ page: "2" })
      .headers({ Accept: "application/json", "X-Api-Key": "right" })
      .reply({}),
    Route.get("/orders").reply({}),
    Route.get("https://other.test/users/:id").reply({})
  )

  it.effect("no route: what was sent, and what came nearest", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(table)
      const error = yield* Effect.flip(
        session.post("/users", {
          json: { name: 1, password: secret },
          headers: { "X-Api-Key": secret },
          params: { token: secret }
        })
      )
      expect(error.message.split("\n")).toEqual([
        "POST https://api.test/users?token=<hidden>: the adapter failed: no reply for this message",
        "    User-Agent: effect-requests/0.0.0",
        "    Accept: */*",
        "    X-Api-Key: <hidden>",
        "    Content-Type: application/json",
        "    Content-Length: 31",
        '    31 bytes: {"name": <number>, "password": <string>}',
        "No route fits. The nearest:",
        "  POST /users",
        "    - json at name: a number, but the route wants string",
        "    - json at age: missing",
        "  GET /users/:id",
        "    - method: POST, but the route wants GET",
        "    - path: /users, but the route wants /users/:id",
        '    - query page: missing, but the route wants "2"',
        '    - header Accept: "*/*", but the route wants "application/json"',
        "    - header X-Api-Key: another value, but the route wants <hidden>",
        "  GET /orders",
        "    - method: POST, but the route wants GET",
        "    - path: /users, but the route wants /orders",
        "  … and 1 more"
      ])
      expect(error._tag === "TransportError" && Routes.noReply(error)?.misses.length).toBe(4)
      for (const shown of [JSON.stringify(error), String(error), inspect(error, { depth: 9 })]) {
        expect(shown).not.toContain(secret)
        // Nor its bytes: 104, 117, 110 …
        expect(shown).not.toMatch(/104,\s*117,\s*110/)
      }
    })
  )

  it.effect("a sequence that is used up, and a table without routes", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(Routes.make(Route.get("/once").replies([{}], "fail")))
      yield* session.get("/once")
      const error = yield* Effect.flip(session.get("/once"))
      expect(error.message).toMatch(/The replies of GET \/once are used up\.$/)
      const empty = yield* opened(Routes.make())
      expect((yield* Effect.flip(empty.session.get("/"))).message).toMatch(/The table has no routes\.$/)
    })
  )

  it.effect("a log that is not what was expected", () =>
    Effect.gen(function* () {
      const { running, session } = yield* opened(Routes.make(Route.post("/login").reply({ status: 204 }), users))
      yield* session.post("/login", { form: { user: "ada", password: secret } })
      yield* session.get("/users/7")
      const log = [
        "What was sent:",
        "  1. POST https://api.test/login",
        "     → POST /login",
        "     User-Agent: effect-requests/0.0.0",
        "     Accept: */*",
        "     Content-Type: application/x-www-form-urlencoded",
        "     Content-Length: 25",
        "     25 bytes: user=<hidden>&password=<hidden>",
        "  2. GET https://api.test/users/7",
        "     → GET /users/:id",
        "     User-Agent: effect-requests/0.0.0",
        "     Accept: */*"
      ]
      const message = (check: Effect.Effect<unknown, Error>) =>
        Effect.map(Effect.flip(check), (error) => error.message.split("\n"))
      expect(yield* message(running.calledTimes(users, 2))).toEqual([
        "GET /users/:id was called once, not 2 times.",
        ...log
      ])
      expect(yield* message(running.calledInOrder(users, "POST /login"))).toEqual([
        "Not in this order: GET /users/:id, then POST /login. POST /login was not called after call 2.",
        ...log
      ])
      expect((yield* message(running.called("GET /user/:id")))[0]).toBe(
        "No route is called GET /user/:id. There are: POST /login, GET /users/:id."
      )
      expect((yield* message(running.called(({ request }) => request.method === "PUT")))[0]).toBe(
        "What the question accepts was never called."
      )
      const differs = yield* Effect.flip(running.called(() => false))
      expect(inspect(differs, { depth: 9 }) + JSON.stringify(differs)).not.toMatch(/hunter2|104,\s*117,\s*110/)
      const [login] = yield* running.calledInOrder("POST /login", users)
      expect(new TextDecoder().decode(login?.body)).toBe("user=ada&password=hunter2")
      expect((yield* running.calls).map(({ route }) => route)).toEqual(["POST /login", "GET /users/:id"])
    })
  )

  it.effect("a strict scope: what was never called, and what the program got over", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        Effect.scoped(
          Effect.gen(function* () {
            const { layer } = yield* Routes.toStrictAdapter(Routes.make(users, Route.get("/never").reply({})))
            const session = yield* Effect.provide(Session.make({ baseUrl: "https://api.test" }), layer)
            yield* session.get("/users/7")
            yield* Effect.ignore(session.get("/typo"))
          })
        )
      )
      const said = Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : ""
      expect(said).toContain(
        "Routes that were never called: GET /never.\nA message found no reply:\nGET https://api.test/typo\n"
      )
    })
  )
  it.effect("a strict scope keeps quiet where the program has failed by itself", () =>
    Effect.gen(function* () {
      const own = Effect.zipRight(Routes.toStrictAdapter(Routes.make(users)), Effect.fail("own"))
      expect(yield* Effect.exit(Effect.scoped(own))).toEqual(Exit.fail("own"))
    })
  )
})

layer(Routes.layer(Routes.make(users), { strict: true }))("by @effect/vitest's layer", (it) => {
  it.effect("the table is there, for sessions and for assertions", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flatMap(Http.get("https://any.test/users/1"), (response) => response.json)).toEqual({
        id: "1"
      })
      const table = yield* Routes.Table
      yield* table.calledTimes(users, 1)
    })
  )
})

plain("by plain vitest: a table is an Effect like any other", async () => {
  const program = Effect.flatMap(Http.get("https://any.test/users/1"), (response) => response.json)
  expect(await Effect.runPromise(Effect.provide(program, Routes.layer(Routes.make(users))))).toEqual({ id: "1" })
  const lost = Effect.provide(Http.get("https://any.test/"), Routes.layer(Routes.make(users)))
  await expect(Effect.runPromise(lost)).rejects.toThrow("No route fits. The nearest:\n  GET /users/:id")
})

it.effect("a failing upload is told as such", () =>
  Effect.gen(function* () {
    const { session } = yield* opened(Routes.make(Route.post("/x").reply({})))
    const body = Body.oneShot(Stream.fail(new Error("no disk")))
    expect(yield* Effect.flip(session.post("/x", { body }))).toMatchObject({ _tag: "TransportError", reason: "Upload" })
  })
)
