import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, type Request } from "@effect-requests/core"
import { Effect, Schema, Stream } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** A line of its log: the request as it was sent. */
const Seen = Schema.parseJson(
  Schema.Struct({
    method: Schema.String,
    url: Schema.String,
    headers: Schema.Array(Schema.Tuple(Schema.String, Schema.String)),
    len: Schema.Int,
    conn: Schema.String,
    tls: Schema.NullOr(Schema.String),
    sni: Schema.NullOr(Schema.String)
  })
)

/** What it has written down of the requests with this mark in their URL. */
const seen = (mark: string) =>
  Effect.gen(function* () {
    const log = yield* Effect.promise(() => readFile(server("mitm-reverse").log ?? "", "utf8"))
    return yield* Effect.forEach(
      log.split("\n").filter((line) => line.includes(mark)),
      (line) => Schema.decode(Seen)(line)
    )
  })

const lines = (headers: ReadonlyArray<readonly [string, string]>) => headers.map(([name, value]) => `${name}: ${value}`)

describe("what is on the wire", () => {
  it.scopedLive("is the header in its order and its case, repeats as they are", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("mitm-reverse").url })
      const mark = randomUUID()
      yield* get(`/get?${mark}`, {
        headers: { "X-ZULU": "1", accept: "text/x", "x-alpha": ["a", "b"], "User-Agent": null, "X-Empty": "" }
      })
      const [request] = yield* seen(mark)
      const own = lines(request?.headers ?? []).filter((line) => /^(x-|accept:|user-agent)/i.test(line))
      expect(own).toEqual(["accept: text/x", "X-ZULU: 1", "x-alpha: a", "x-alpha: b", "X-Empty: "])
    })
  )
  it.scopedLive("is each body in its framing, whose fields undici writes in small letters", () =>
    Effect.gen(function* () {
      const { get, post } = yield* session({ baseUrl: server("mitm-reverse").url })
      const mark = randomUUID()
      const pieces = Body.oneShot(Stream.make("str", "eam").pipe(Stream.encodeText))
      const sized = Body.oneShot(Stream.make("str", "eam").pipe(Stream.encodeText), { length: 6 })
      const bodies: ReadonlyArray<Request.Options> = [
        { body: "text" },
        { body: pieces },
        { body: sized },
        { form: { a: 1 } },
        {}
      ]
      yield* get(`/get?${mark}`)
      yield* Effect.forEach(bodies, (body) => post(`/post?${mark}`, body))
      const requests = yield* seen(mark)
      const framing = requests.map(({ headers, len, method }) => [
        method,
        len,
        ...lines(headers).filter((line) => /^(content-length|transfer-encoding|content-type)/i.test(line))
      ])
      expect(framing).toEqual([
        ["GET", 0],
        ["POST", 4, "content-length: 4"],
        ["POST", 6, "transfer-encoding: chunked"],
        ["POST", 6, "content-length: 6"],
        ["POST", 3, "Content-Type: application/x-www-form-urlencoded", "content-length: 3"],
        ["POST", 0, "content-length: 0"]
      ])
    })
  )
  it.scopedLive("over TLS is the same, with the host's name in its SNI", () =>
    Effect.gen(function* () {
      const { port } = server("mitm-reverse")
      const { get } = yield* session({ baseUrl: `https://localhost:${port}`, verify: { caFile: tls().ca } })
      const mark = randomUUID()
      expect((yield* get(`/get?${mark}`, { auth: Auth.basic("user", "caf\u00e9") })).status).toBe(200)
      const [request] = yield* seen(mark)
      expect(request).toMatchObject({ sni: "localhost", tls: expect.stringMatching(/^TLSv1\.[23]$/) })
      expect(lines(request?.headers ?? [])).toContain("Authorization: Basic dXNlcjpjYWbDqQ==")
    })
  )
  it.scopedLive.each(["squid", "tinyproxy", "microsocks"])(
    "through %s is what it was, in its order and its case",
    (name) =>
      Effect.gen(function* () {
        const { port } = server("mitm-reverse")
        const { get } = yield* session({
          baseUrl: `https://localhost:${port}`,
          verify: { caFile: tls().ca },
          trustEnv: false,
          proxies: { all: server(name).url }
        })
        const mark = randomUUID()
        yield* get(`/get?${mark}`, { headers: { "X-ZULU": "1", "x-alpha": ["a", "b"] } })
        const [request] = yield* seen(mark)
        expect(lines(request?.headers ?? []).filter((line) => /^x-/i.test(line))).toEqual([
          "X-ZULU: 1",
          "x-alpha: a",
          "x-alpha: b"
        ])
        expect(lines(request?.headers ?? []).filter((line) => /^(via|x-forwarded|proxy-)/i.test(line))).toEqual([])
      })
  )
})
