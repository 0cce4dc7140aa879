/** What of a message reaches a cassette's file, and what keeps a whole exchange from it. */
import { brotliCompressSync, gzipSync } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, type Errors, Headers, type Session, type Settings, World } from "@effect-requests/core"
import { Decoders } from "@effect-requests/node"
import { type Cassette, Route, Routes } from "@effect-requests/testing"
import { Effect, Logger, Redacted } from "effect"
import { disk, opened as openedOver, path } from "./disk.js"

const encoder = new TextEncoder()
const json = (value: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  bytes: encoder.encode(typeof value === "string" ? value : JSON.stringify(value)),
  headers: { "Content-Type": "application/json", ...headers }
})
const packed = (bytes: Uint8Array, coding: string, type = "application/json") => ({
  bytes: new Uint8Array(bytes),
  headers: { "Content-Type": type, "Content-Encoding": coding, "Content-Length": String(bytes.length) }
})

const token = '{"access_token":"t0ken-t0ken", "big": 12345678901234567890,"nested":[{"id":7,"ok":true,"no":null}]}'

const table = Routes.make(
  Route.get("/echo").reply(({ request }) => ({ text: `you sent ${Headers.get(request.headers, "x-api-key")}` })),
  Route.get("/basic").reply(({ request }) => ({ text: `seen: ${Headers.get(request.headers, "authorization")}` })),
  Route.get("/token").reply(json(token, { "Content-Length": "999" })),
  Route.get("/gzip").reply(packed(gzipSync(token), "gzip")),
  Route.get("/br").reply(packed(brotliCompressSync(token), "br")),
  Route.get("/gzip-text").reply(packed(gzipSync("the key is k3y-k3y-k3y"), "gzip", "text/plain")),
  Route.get("/br-text").reply(packed(brotliCompressSync("the key is k3y-k3y-k3y"), "br", "text/plain")),
  Route.get("/gzip-harmless").reply(packed(gzipSync("hello"), "gzip", "text/plain")),
  Route.get("/no-json").reply(json('{"access_token":"t0ken-t0ken"')),
  Route.get("/labelled-text").reply({
    text: '{"access_token":"t0ken-t0ken"}',
    headers: { "Content-Type": "text/plain" }
  }),
  Route.get("/lines").reply({
    text: '{"a":1,"jwt":"x.y"}\n{"a":2}\n',
    headers: { "Content-Type": "application/x-ndjson" }
  }),
  Route.get("/events").reply({ text: 'event: x\ndata: {"a":1}\n\n', headers: { "Content-Type": "text/event-stream" } }),
  Route.get("/form").reply({
    text: "access_token=t0ken-t0ken&scope=a%20b",
    headers: { "Content-Type": "application/x-www-form-urlencoded" }
  }),
  Route.get("/text/:text").reply(({ params }) => ({ text: params.text })),
  Route.get("/cookie").reply({ headers: { "Set-Cookie": "lang=en-US" }, text: "<html lang=en-US>" }),
  Route.post("*").reply({ status: 201 })
)

/** What stands in the file after these requests, and the responses that the program saw. */
const kept = (
  ask: (session: Session.Service) => Effect.Effect<unknown, Errors.SendError>,
  options: Partial<Cassette.Options> = {},
  settings: Settings.Settings = {}
) =>
  Effect.gen(function* () {
    const { files, layer } = disk()
    const { session } = yield* openedOver(table, layer, options, settings)
    yield* ask(session)
    return files.get(path) ?? ""
  })

const quoted = (text: string): string => JSON.stringify(text)

describe("JSON by an allow-list", () => {
  it.effect("everything is hidden by default, but names and what is no value", () =>
    Effect.map(
      kept((session) => session.get("/token")),
      (text) => {
        expect(text).toContain(
          quoted(
            '{"access_token":"<hidden>", "big": "<hidden>","nested":[{"id":"<hidden>","ok":"<hidden>","no":null}]}'
          )
        )
        // As long as the body is now.
        expect(text).toMatch(/"Content-Length",\s+"101"/)
      }
    )
  )
  it.effect("what is listed stays byte for byte, at any depth; a star means all but what sounds like a secret", () =>
    Effect.gen(function* () {
      expect(yield* kept((session) => session.get("/token"), { shows: { fields: ["big", "id"] } })).toContain(
        quoted('{"access_token":"<hidden>", "big": 12345678901234567890,"nested":[{"id":7,"ok":"<hidden>","no":null}]}')
      )
      const all = token.replace("t0ken-t0ken", "<hidden>")
      expect(yield* kept((session) => session.get("/token"), { shows: { fields: ["*"] } })).toContain(quoted(all))
      expect(yield* kept((session) => session.get("/token"), { shows: { fields: ["*", "access_token"] } })).toContain(
        quoted(token)
      )
    })
  )
  it.effect("whatever its type says, in lines, and in events; forms too", () =>
    Effect.gen(function* () {
      expect(yield* kept((session) => session.get("/labelled-text"))).toContain(quoted('{"access_token":"<hidden>"}'))
      expect(yield* kept((session) => session.get("/lines"), { shows: { fields: ["a"] } })).toContain(
        quoted('{"a":1,"jwt":"<hidden>"}\n{"a":2}\n')
      )
      expect(yield* kept((session) => session.get("/events"))).toContain(quoted('event: x\ndata: {"a":"<hidden>"}\n\n'))
      expect(yield* kept((session) => session.get("/form"), { shows: { fields: ["scope"] } })).toContain(
        quoted("access_token=<hidden>&scope=a%20b")
      )
    })
  )
  it.effect("requests: fields, parameters and header fields by their lists, other bodies by their length", () =>
    Effect.gen(function* () {
      const shows = { fields: ["name"], headers: ["x-trace"], params: ["v"] }
      const text = yield* kept(
        (session) =>
          Effect.all([
            session.post("/users", {
              json: { name: "Ada", pin: 1234, admin: true },
              params: { v: 1, w: 2 },
              headers: { "X-Trace": "abc", "X-Other": "def" }
            }),
            session.post("/raw", { body: Body.text("anything at all") })
          ]),
        { shows }
      )
      expect(text).toContain(quoted('{"name":"Ada","pin":"<hidden>","admin":"<hidden>"}'))
      expect(text).toContain('"https://h.test/users?v=1&w=<hidden>"')
      expect(text).toMatch(/"X-Trace",\s*"abc"/)
      expect(text).toMatch(/"X-Other",\s*"<hidden>"/)
      expect(text).toMatch(/"hidden": 15/)
      expect(text).not.toContain("anything")
    })
  )
  it.effect("a star for parameters and header fields leaves out what sounds like a secret", () =>
    Effect.gen(function* () {
      const text = yield* kept(
        (session) =>
          session.post("/x?v=1&api_key=abcdefgh", { headers: { "X-A": "shown", "X-Auth-Token": "abcdefgh" } }),
        { shows: { params: ["*"], headers: ["*"] } }
      )
      expect(text).toContain("/x?v=1&api_key=<hidden>")
      expect(text).toMatch(/"X-A",\s*"shown"/)
      expect(text).toMatch(/"X-Auth-Token",\s*"<hidden>"/)
    })
  )
  it.effect("a replay matches requests by what is left of them, and plays equal ones in order", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      const counted = Routes.make(Route.post("/n").replies([{ text: "1st" }, { text: "2nd" }]))
      const run = Effect.gen(function* () {
        const { asked, session } = yield* openedOver(counted, layer, { shows: { fields: ["page"] } })
        const ask = (page: number, secret: string) =>
          Effect.flatMap(session.post("/n", { json: { page, secret } }), ({ text }) => text)
        return [yield* ask(1, "one-one"), yield* ask(2, "two-two"), yield* asked]
      })
      expect(yield* run).toEqual(["1st", "2nd", 2])
      expect(yield* run).toEqual(["1st", "2nd", 0])
    })
  )
  it.effect("whoever records is told what a replay will not have", () =>
    Effect.gen(function* () {
      const said: Array<unknown> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => said.push(message))
      )
      yield* Effect.provide(
        kept((session) => session.get("/form")),
        logger
      )
      expect(String(said[0])).toBe(
        'cassette tape.json: a replay of GET https://h.test/form will read "<hidden>" in "access_token", "scope"; ' +
          "`shows.fields` keeps what is no secret"
      )
    })
  )
})

/** The words of the refusal; nothing is written. */
const refused = (
  ask: (session: Session.Service) => Effect.Effect<unknown, Errors.SendError>,
  options: Partial<Cassette.Options> = {},
  settings: Settings.Settings = {}
) =>
  Effect.gen(function* () {
    const { files, layer } = disk()
    const { session } = yield* openedOver(table, layer, options, settings)
    const error = yield* Effect.flip(ask(session))
    expect(files.size).toBe(0)
    expect(error).toMatchObject({ _tag: "TransportError", sent: "yes", cause: { _tag: "CassetteError" } })
    return error.message
  })

const key = { headers: { "X-Api-Key": "k3y-k3y-k3y" } }
const withKey =
  (at: string) =>
  (session: Session.Service): Effect.Effect<unknown, Errors.SendError> =>
    session.get(at, key)
const within = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(work, World.Decoders, Decoders.make())

describe("compressed bodies", () => {
  it.effect("gzip is looked into on every platform, br where decoders are provided", () =>
    Effect.gen(function* () {
      const hidden = quoted(
        '{"access_token":"<hidden>", "big": "<hidden>","nested":[{"id":"<hidden>","ok":"<hidden>","no":null}]}'
      )
      for (const text of [
        yield* kept((session) => session.get("/gzip")),
        yield* within(kept((session) => session.get("/br")))
      ]) {
        expect(text).toContain(hidden)
        expect(text).not.toContain("Content-Encoding")
      }
    })
  )
  it.effect("they stay byte for byte where nothing in them is hidden", () =>
    Effect.gen(function* () {
      const text = yield* kept((session) => session.get("/gzip-harmless"))
      expect(text).toContain(quoted(gzipSync("hello").toString("base64")))
      expect(text).toMatch(/"Content-Encoding",\s+"gzip"/)
    })
  )
  it.effect("a secret within is found", () =>
    Effect.gen(function* () {
      const stands = "that of header X-Api-Key stands in the response's body of GET https://h.test"
      expect(yield* refused(withKey("/gzip-text"))).toContain(`${stands}/gzip-text`)
      expect(yield* within(refused(withKey("/br-text")))).toContain(`${stands}/br-text`)
    })
  )
  it.effect("what cannot be looked into is refused, unless the caller takes it as it is", () =>
    Effect.gen(function* () {
      for (const at of ["/br-text", "/no-json"]) {
        expect(yield* refused((session) => session.get(at))).toContain(
          `not written, the response's body of GET https://h.test${at} cannot be looked into`
        )
      }
      expect(yield* kept((session) => session.get("/br-text"), { shows: { bodies: true } })).toContain("base64")
    })
  )
})

describe("a secret that would stand in the file is refused", () => {
  it.effect("an echoed header field: where it stands, where it is from, and what to do", () =>
    Effect.map(refused(withKey("/echo")), (message) =>
      expect(message.split("\n")).toEqual([
        "GET https://h.test/echo: the adapter failed: cassette tape.json: not written, a secret of this session would stand in the file:",
        "  - that of header X-Api-Key stands in the response's body of GET https://h.test/echo",
        "  If it may stand there, say so: by its name in `shows`, or by its value in `harmless`."
      ])
    )
  )
  const password = { auth: Auth.basic("ada", "pa55/pa55+é") }
  it.effect.each<[string, string]>([
    ["as it is", "pa55/pa55+é"],
    ["within a word", "xpa55/pa55+éx"],
    ["in base64 at the first place", btoa("xyzpa55/pa55+\u00c3\u00a9")],
    ["in base64 at the second place", btoa("xpa55/pa55+\u00c3\u00a9")],
    ["in base64 at the third place", btoa("xypa55/pa55+\u00c3\u00a9 and more")],
    ["in base64 for URLs", btoa("xypa55/pa55+\u00c3\u00a9 and more").replaceAll("+", "-").replaceAll("/", "_")],
    ["in base64 of several lines", btoa("xpa55/pa55+\u00c3\u00a9").replace(/(.{5})/g, "$1\r\n")],
    ["percent-encoded", encodeURIComponent("pa55/pa55+é")],
    ["percent-encoded in lower case, and more than is needed", "%70%61%35%35%2fpa55%2b%c3%a9"],
    ["with JSON's escapes", "pa55\\/pa55+\\u00e9"],
    ["split over JSON's escapes", "p\\u0061\\u0035\\u0035\\/pa55+é"],
    ["in JSON within JSON", "p\\\\u0061\\\\u0035\\\\u0035\\\\/pa55+é"],
    ["with a document's entities", "pa55&#47;pa55&#x2B;é"],
    ["in hexadecimal", "706135352f706135352bc3a9"]
  ])("%s", ([, text]) =>
    Effect.map(
      refused((session) => session.get(`/text/${encodeURIComponent(text)}`), {}, password),
      (message) => expect(message).toContain("that of header Authorization stands in")
    )
  )
  it.effect("in a URL, and the secrets that the caller names, of any length", () =>
    Effect.gen(function* () {
      const named = (...all: ReadonlyArray<string>) => ({ secrets: all.map((one) => Redacted.make(one)) })
      expect(yield* refused((session) => session.get("/text/a%2Bb%20c%2Fd"), named("a+b c/d"))).toContain(
        "that of `secrets` stands in the URL of GET https://h.test/text/a%2Bb%20c%2Fd"
      )
      expect(yield* refused((session) => session.get("/text/it%20is%20x"), named("x"))).toContain("`secrets`")
      // A short one is a word alone: within words it occurs by chance. No text is no secret.
      expect(yield* kept((session) => session.get("/text/next"), named("x", ""))).toContain("next")
    })
  )
  it.effect("short credentials and cookies as words, and what is harmless by the caller's word", () =>
    Effect.gen(function* () {
      const short = (at: string) => refused((session) => session.get(at), {}, { auth: Auth.basic("ada", "p4ss") })
      expect(yield* short("/text/it%20is%20p4ss.")).toContain("that of header Authorization")
      expect(yield* short(`/text/it%20is%20${btoa("p4ss").replace("==", "")}`)).toContain(
        "that of header Authorization"
      )
      expect(yield* kept((session) => session.get("/text/p4sses"), {}, { auth: Auth.basic("ada", "p4ss") })).toContain(
        "p4sses"
      )
      expect(yield* refused((session) => session.get("/cookie"))).toContain("that of cookie lang stands in")
      expect(yield* kept((session) => session.get("/cookie"), { harmless: ["en-US"] })).toContain("<html lang=en-US>")
    })
  )
  it.effect("a later secret in an earlier recording, and one of a recording that was refused", () =>
    Effect.gen(function* () {
      const { files, layer } = disk()
      const { session } = yield* openedOver(table, layer)
      yield* session.get("/text/k3y-k3y-k3y")
      const before = files.get(path)
      const late = yield* Effect.flip(session.get("/text/x", key))
      expect(late.message).toContain(
        "that of header X-Api-Key stands in the URL of GET https://h.test/text/k3y-k3y-k3y"
      )
      expect(files.get(path)).toBe(before)
      const fresh = disk()
      const other = (yield* openedOver(table, fresh.layer)).session
      yield* Effect.flip(other.get("/echo", key))
      expect(yield* Effect.flip(other.get("/text/k3y-k3y-k3y"))).toMatchObject({ cause: { reason: "Secret" } })
      expect(fresh.files.size).toBe(0)
    })
  )
  it.effect("what a service has handed out under a secret's name", () =>
    Effect.gen(function* () {
      const { layer } = disk()
      const { session } = yield* openedOver(table, layer)
      yield* session.get("/token")
      expect(yield* Effect.flip(session.get("/text/t0ken-t0ken"))).toMatchObject({ cause: { reason: "Secret" } })
    })
  )
})
