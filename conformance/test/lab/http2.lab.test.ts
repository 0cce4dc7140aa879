import { describe, expect, it } from "@effect/vitest"
import { Headers, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Effect, Option } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const trusted = () => ({ verify: { caFile: tls().ca } })
const upload = new Uint8Array(300_000).fill(65)

describe("HTTP/2", () => {
  it.scopedLive.each(["nginx-h2", "haproxy-tls"])("is taken by %s, for many requests at once", (name) =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server(name).url, ...trusted() }, { http2: true })
      const path = name === "nginx-h2" ? "/small.txt" : "/get"
      const answers = yield* Effect.all(
        Array.from({ length: 20 }, () => get(path)),
        { concurrency: "unbounded" }
      )
      // Only HTTP/2 has no reason phrase.
      expect(answers.map(({ reason, status }) => `${status}${reason}`)).toEqual(answers.map(() => "200"))
    })
  )

  it.scopedLive("is not needed by a server that does not take it", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("httpbin-tls").url, ...trusted() }, { http2: true })
      const answer = yield* get("/get")
      expect([answer.status, answer.reason]).toEqual([200, "OK"])
    })
  )

  it.scopedLive("is spoken in the clear by prior knowledge", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("nginx-h2c").url }, { http2: "prior-knowledge" })
      const answer = yield* get("/1m.bin")
      expect([answer.status, answer.reason, (yield* answer.bytes).length]).toEqual([200, "", 1024 * 1024])
    })
  )

  it.scopedLive("reaches nghttpd over TLS and in the clear", () =>
    Effect.gen(function* () {
      const over = yield* session({ ...trusted() }, { http2: "prior-knowledge" })
      for (const name of ["nghttpd", "nghttpd-h2c"]) {
        const answer = yield* over.get(`${server(name).url}/small.txt`)
        expect([name, answer.status, answer.reason]).toEqual([name, 200, ""])
      }
    })
  )

  it.scopedLive("shows the trailers behind an echoed upload", () =>
    Effect.gen(function* () {
      const { url } = server("nghttpd-echo")
      const echo = yield* session({ ...trusted() }, { http2: "prior-knowledge" })
      const answer = yield* echo.post(`${url}/`, { body: upload })
      expect((yield* answer.bytes).length).toBe(upload.length)
      expect(Headers.has(yield* answer.trailers, "x-lab-trailer")).toBe(true)
    })
  )
})

describe("interim answers", () => {
  it.scopedLive("of haproxy are skipped, and told", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const { get } = yield* session(
        { baseUrl: server("haproxy-faults").url },
        { onInformation: ({ status }) => seen.push(status) }
      )
      expect([(yield* get("/early-hint")).status, seen]).toEqual([200, [103]])
    })
  )
})

describe("a Unix socket", () => {
  it.scopedLive.each([
    ["nginx", "/small.txt"],
    ["httpbin", "/get"]
  ] as const)("of %s is a URL", ([name, path]) =>
    Effect.gen(function* () {
      const socket = Option.getOrThrow(Option.fromNullable(server(name).unix))
      const program = Effect.flatMap(Session.Session, (over) => over.get(path))
      const layer = NodeSession.layer({ baseUrl: `http+unix://${encodeURIComponent(socket)}/` })
      expect((yield* Effect.provide(program, layer)).status).toBe(200)
    })
  )
})
