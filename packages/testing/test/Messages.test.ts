/** Every failure of this package that a person reads, word for word: it is written to be read. */
import { HttpServer } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Http, Session } from "@effect-requests/core"
import { AdapterLaws, Faults, Hops, Peer, Route, Routes, RoutesServer } from "@effect-requests/testing"
import { Effect, Layer, Redacted, Schema } from "effect"
import { disk, opened, path } from "./disk.js"

const users = Route.get("/users/:id")
  .query({ page: "2" })
  .reply(({ params }) => ({ json: params }))
const created = Route.post("/users")
  .json(Schema.Struct({ name: Schema.String, age: Schema.Number }))
  .reply({ status: 201 })

/** The lines of what something fails with. */
const lines = <A, E extends Error, R>(work: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(work), ({ message }) => message.split("\n"))

const over = (table: Routes.Routes) =>
  Effect.gen(function* () {
    const running = yield* Routes.toAdapter(table)
    const session = yield* Effect.provide(Session.make({ baseUrl: "https://api.test", trustEnv: false }), running.layer)
    return { running, session }
  })

describe("a table", () => {
  it.effect("an unmatched message", () =>
    Effect.gen(function* () {
      const { session } = yield* over(Routes.make(users, created))
      expect(yield* lines(session.post("/users", { json: { name: "Ada", pin: "SECRET" } }))).toEqual([
        "POST https://api.test/users: the adapter failed: no reply for this message",
        "    User-Agent: effect-requests/0.0.0",
        "    Accept: */*",
        "    Content-Type: application/json",
        "    Content-Length: 29",
        '    29 bytes: {"name": <string>, "pin": <string>}',
        "No route fits. The nearest:",
        "  POST /users",
        "    - json at age: missing",
        "  GET /users/:id",
        "    - method: POST, but the route wants GET",
        "    - path: /users, but the route wants /users/:id",
        '    - query page: missing, but the route wants "2"'
      ])
    })
  )
  it.effect("a route that nobody has called, and a message without a reply that the program got over", () =>
    Effect.gen(function* () {
      const { running, session } = yield* over(Routes.make(users, created))
      yield* session.get("/users/7?page=2")
      yield* Effect.ignore(session.get("/typo"))
      expect(yield* lines(running.verify)).toEqual([
        "Routes that were never called: POST /users.",
        "A message found no reply:",
        "GET https://api.test/typo",
        "    User-Agent: effect-requests/0.0.0",
        "    Accept: */*",
        "No route fits. The nearest:",
        "  GET /users/:id",
        "    - path: /typo, but the route wants /users/:id",
        '    - query page: missing, but the route wants "2"',
        "  POST /users",
        "    - method: GET, but the route wants POST",
        "    - path: /typo, but the route wants /users",
        "    - json: there is no body",
        "What was sent:",
        "  1. GET https://api.test/users/7?page=2",
        "     → GET /users/:id",
        "     User-Agent: effect-requests/0.0.0",
        "     Accept: */*",
        "  2. GET https://api.test/typo",
        "     (no route)",
        "     User-Agent: effect-requests/0.0.0",
        "     Accept: */*"
      ])
    })
  )
  it.effect("a log that is not what was expected", () =>
    Effect.gen(function* () {
      const { running, session } = yield* over(Routes.make(users, created))
      yield* session.get("/users/7?page=2")
      const sent = [
        "What was sent:",
        "  1. GET https://api.test/users/7?page=2",
        "     → GET /users/:id",
        "     User-Agent: effect-requests/0.0.0",
        "     Accept: */*"
      ]
      expect(yield* lines(running.calledTimes(users, 2))).toEqual([
        "GET /users/:id was called once, not 2 times.",
        ...sent
      ])
      expect(yield* lines(running.calledTimes(users, 0))).toEqual([
        "GET /users/:id was called once, not never.",
        ...sent
      ])
      expect(yield* lines(running.called(created))).toEqual(["POST /users was never called.", ...sent])
      expect(yield* lines(running.calledInOrder(users, created))).toEqual([
        "Not in this order: GET /users/:id, then POST /users. POST /users was not called after call 1.",
        ...sent
      ])
      expect(yield* lines(running.called("GET /user/:id"))).toEqual([
        "No route is called GET /user/:id. There are: GET /users/:id, POST /users.",
        ...sent
      ])
    })
  )
  it.scoped("a server that others can reach", () =>
    Effect.gen(function* () {
      const everywhere = HttpServer.make({
        serve: () => Effect.void,
        address: { _tag: "TcpAddress", hostname: "0.0.0.0", port: 80 }
      })
      const served = Effect.provideService(RoutesServer.serve(Routes.make()), HttpServer.HttpServer, everywhere)
      expect(yield* lines(served)).toEqual([
        "a table is served on this machine alone: it listens on 0.0.0.0, which is not loopback; " +
          'make the server with { port: 0, host: "127.0.0.1" }'
      ])
    })
  )
})

describe("a cassette", () => {
  const table = Routes.make(
    Route.get("/n").reply({ text: "one" }),
    Route.get("/echo").reply({ text: "is abcdefgh here" }),
    Route.get("/packed").reply({ bytes: new Uint8Array([1]), headers: { "Content-Encoding": "br" } })
  )
  const failed = (one: string) => `GET https://h.test${one}: the adapter failed: cassette tape.json`

  it.effect("missing", () =>
    Effect.map(lines(opened(table, disk().layer, { mode: "none" })), (said) =>
      expect(said).toEqual([
        'cassette tape.json: there is no such file, and mode "none" records nothing; record it with mode "once"'
      ])
    )
  )
  it.effect("stale, empty, or played to its end", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      yield* (yield* opened(table, layer)).session.get("/n")
      const { session } = yield* opened(table, layer, { mode: "none" })
      const advice = '  Record again with mode "all" or "new episodes" if the program is right.'
      expect(yield* lines(session.get("/m", { params: { page: 2 } }))).toEqual([
        "GET https://h.test/m?page=2: the adapter failed: cassette tape.json has no GET https://h.test/m?page=2",
        "  the closest is GET https://h.test/n",
        "    - URL: https://h.test/m?page=2, but https://h.test/n was recorded",
        advice
      ])
      yield* session.get("/n")
      expect(yield* lines(session.get("/n"))).toEqual([
        `${failed("/n")} has no GET https://h.test/n`,
        "  it was recorded, but every recording of it has been played",
        advice
      ])
      const bare = yield* opened(table, disk(new Map([[path, '{"version":1,"exchanges":[]}']])).layer)
      expect(yield* lines(bare.session.get("/n"))).toEqual([
        `${failed("/n")} has no GET https://h.test/n`,
        "  the cassette is empty",
        advice
      ])
    })
  )
  it.effect("foreign", () =>
    Effect.map(lines(opened(table, disk(new Map([[path, '{"version":2}']])).layer)), (said) =>
      expect(said).toEqual([
        "cassette tape.json: it is a cassette of version 2, and this package reads version 1",
        '  Delete it, or record it again with mode "all".'
      ])
    )
  )
  it.effect("that would hold a secret", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(table, disk().layer, { secrets: [Redacted.make("abcdefgh")] })
      expect(yield* lines(session.get("/echo", { headers: { "X-Api-Key": "is abcdefgh" } }))).toEqual([
        `${failed("/echo")}: not written, a secret of this session would stand in the file:`,
        "  - that of `secrets` stands in the response's body of GET https://h.test/echo",
        "  - that of header X-Api-Key stands in the response's body of GET https://h.test/echo",
        "  If it may stand there, say so: by its name in `shows`, or by its value in `harmless`."
      ])
    })
  )
  it.effect("that nobody can look into", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(table, disk().layer, {}, { decompress: false })
      expect(yield* lines(session.get("/packed"))).toEqual([
        `${failed("/packed")}: not written, the response's body of GET https://h.test/packed cannot be looked into:`,
        "  its Content-Encoding is unknown here, or it says of itself that it is JSON and is none.",
        "  Provide decoders (NodeSession.layerAdapter has them), or keep it unseen by `shows: { bodies: true }`."
      ])
    })
  )
  it.effect("whose response has no body", () =>
    Effect.gen(function* () {
      const request = { method: "GET", url: "https://h.test/n", headers: [], body: { text: "" } }
      const response = { status: 200, reason: "", headers: [], body: { hidden: 9 } }
      const text = JSON.stringify({ version: 1, exchanges: [{ at: 0, millis: 0, request, response }] })
      const { session } = yield* opened(table, disk(new Map([[path, text]])).layer)
      expect(yield* lines(session.get("/n"))).toEqual([
        `${failed("/n")}: the response to GET https://h.test/n was recorded without its body of 9 bytes`
      ])
    })
  )
})

describe("faults", () => {
  it.effect("a plan that cannot be meant", () =>
    Effect.gen(function* () {
      const rules = [
        { fault: Faults.Fault.Refuse(), every: 0 },
        { fault: Faults.Fault.Reset({ after: -1 }), probability: 2 }
      ]
      expect(yield* lines(Faults.make(Faults.plan(rules, 0.5)))).toEqual([
        "this plan of faults cannot be carried out:",
        "  - seed: 0.5 is no whole number",
        "  - rule 1, Refuse: every is 0, and is a whole number from 1 on",
        "  - rule 2, Reset: probability is 2, and goes from 0 to 1",
        "  - rule 2, Reset: after is -1, and is a whole number from 0 on"
      ])
    })
  )
  it.effect("what a program under test reads", () =>
    Effect.gen(function* () {
      const { wire } = yield* Routes.toAdapter(Routes.make(Route.get("*").reply({ text: "0123456789" })))
      const said = (fault: Faults.Fault) =>
        Effect.gen(function* () {
          const faulty = (yield* Faults.make(Faults.plan([{ fault }])))(wire)
          return yield* lines(Effect.provide(Http.get("https://h.test/"), Adapter.layer(faulty)))
        })
      const { Dns, Garbage, Refuse, Reset, Tls, Truncate, WrongLength } = Faults.Fault
      const all = [
        Refuse(),
        Dns(),
        Tls(),
        Garbage(),
        Reset({ after: 4 }),
        Truncate({ after: 4 }),
        WrongLength({ by: 5 })
      ]
      expect((yield* Effect.forEach(all, said)).flat()).toEqual([
        "GET https://h.test/: the connection was refused; is something listening there?: planned: Refuse",
        "GET https://h.test/: the host name could not be found; is it spelt right?: planned: Dns",
        "GET https://h.test/: the TLS connection failed: planned: Tls",
        "GET https://h.test/: the answer is no valid HTTP; is it another service that listens there?: planned: Garbage",
        "The connection was reset within the body: planned: after 4 bytes (https://h.test/)",
        "The body ended too early: planned: after 4 bytes (https://h.test/)",
        "The body ended too early: planned: 10 of 15 bytes came (https://h.test/)"
      ])
    })
  )
})

describe("the laws of an adapter", () => {
  const broken = (around: Adapter.Middleware, name: AdapterLaws.Name, gaps: AdapterLaws.Gaps = {}) => {
    const laws = AdapterLaws.make(
      (reply) => Effect.map(Peer.stub(reply), ({ peer, wire }) => ({ peer, wire: Adapter.wrap(around)(wire) })),
      gaps
    )
    return lines(laws.find((law) => law.name === name)?.holds ?? Effect.void)
  }
  const name = "a redirect is an answer, and followed by nobody"
  const twice: Adapter.Middleware = (send) => (request) => Effect.zipRight(send(request), send(request))
  const fine: Adapter.Middleware = (send) => send

  it.live("a law that does not hold, and gaps that are none", () =>
    Effect.gen(function* () {
      expect(yield* broken(twice, name)).toEqual([`${name}: expected 1, found 2`])
      expect(yield* broken(fine, name, { [name]: "we believe" })).toEqual([
        `${name}: it is declared as a gap, and holds: take it off the gaps`
      ])
      expect(yield* broken(twice, name, { [name]: { why: "it follows", says: "found 302" } })).toEqual([
        `${name}: it is declared as a gap that says "found 302", but says: expected 1, found 2`
      ])
    })
  )
})

it("a call that cannot be prepared is told when it is made by hand", () => {
  expect(() => Hops.call("GET", "nonsense")).toThrow("url")
})

it.effect("a layer of a table tells the same", () =>
  Effect.map(lines(Effect.provide(Http.get("https://h.test/"), Layer.fresh(Routes.layer(Routes.make())))), (said) =>
    expect(said.at(-1)).toBe("The table has no routes.")
  )
)
