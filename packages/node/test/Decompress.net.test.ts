import * as zlib from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import { Request, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Effect, Stream } from "effect"
import { http } from "./Servers.js"

const bomb = zlib.gzipSync(new Uint8Array(64 * 2 ** 20), { level: 9 })
const hello = zlib.gzipSync("hello")
const page = zlib.brotliCompressSync(zlib.gzipSync("over each other"))

/** What the server gives for each path: its status, its fields, its bytes. */
const pages: Readonly<Record<string, readonly [status: number, headers: Record<string, string>, body: Uint8Array]>> = {
  "/gzip": [200, { "Content-Encoding": "gzip" }, hello],
  "/chain": [200, { "Content-Encoding": "gzip, br" }, page],
  "/bomb": [200, { "Content-Encoding": "gzip" }, bomb],
  "/cut": [200, { "Content-Encoding": "gzip" }, hello.subarray(0, -3)],
  "/none": [204, { "Content-Encoding": "gzip" }, new Uint8Array(0)],
  "/same": [304, { "Content-Encoding": "gzip" }, new Uint8Array(0)],
  "/empty": [200, { "Content-Encoding": "gzip" }, new Uint8Array(0)],
  "/moved": [302, { "Content-Encoding": "gzip", Location: "/gzip" }, zlib.gzipSync("away")],
  "/part": [206, { "Content-Encoding": "gzip", "Content-Range": "bytes 0-9/25" }, hello.subarray(0, 10)]
}

const serving = Effect.map(
  http((request, response) => {
    const [status, headers, body] = pages[request.url ?? ""] ?? [200, {}, Buffer.from("plain")]
    response.writeHead(status, { ...headers, "X-Asked": request.headers["accept-encoding"] ?? "nothing" })
    for (let at = 0; at < body.length; at += 10_000) response.write(body.subarray(at, at + 10_000))
    response.end()
  }),
  (server) => ({ server, layer: NodeSession.layer({ baseUrl: server.url, trustEnv: false }, { connections: 1 }) })
)

const all = "createZstdDecompress" in zlib ? "gzip, deflate, br, zstd" : "gzip, deflate, br"

describe("a session on Node", () => {
  it.scopedLive(
    "asks for what it can decode, and decodes it, whole and live, on one connection [RSP-21] [RSP-22]",
    () =>
      Effect.gen(function* () {
        const { layer, server } = yield* serving
        const program = Effect.gen(function* () {
          const session = yield* Session.Session
          for (const [path, text] of [
            ["/gzip", "hello"],
            ["/chain", "over each other"],
            ["/plain", "plain"],
            ["/none", ""],
            ["/same", ""],
            ["/empty", ""],
            ["/moved", "hello"]
          ] as const) {
            const whole = yield* session.get(path)
            expect([path, yield* whole.text, whole.headers["x-asked"]]).toEqual([path, text, all])
            const streamed = yield* Effect.scoped(Effect.flatMap(session.stream(Request.get(path)), ({ text }) => text))
            expect([path, streamed]).toEqual([path, text])
          }
          expect(server.accepted()).toBe(1)
          for (const path of Object.keys(pages)) expect((yield* session.head(path)).status).toBeLessThan(305)
          expect(yield* (yield* session.get("/part", { headers: { Range: "bytes=0-9" } })).bytes).toEqual(
            new Uint8Array(hello.subarray(0, 10))
          )
          expect(Array.from(yield* (yield* session.get("/gzip", { decompress: false })).bytes)).toEqual(
            Array.from(hello)
          )
        })
        yield* Effect.provide(program, layer)
      })
  )

  it.scopedLive("64 KiB that become 64 MiB are refused before they are there, whole and live [RSP-23]", () =>
    Effect.gen(function* () {
      expect(bomb.length).toBeLessThan(66_000)
      const { layer } = yield* serving
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        const before = process.memoryUsage().arrayBuffers
        const error = yield* Effect.flip(session.get("/bomb"))
        // What nobody has collected yet counts too: an upper bound.
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 2 ** 20)
        expect(error).toMatchObject({ _tag: "BodyError", reason: "Limit", limit: "decompress.ratio" })
        let read = 0
        const { cause } = yield* Effect.scoped(
          Effect.flatMap(session.stream(Request.get("/bomb")), ({ stream }) =>
            Effect.flip(
              Stream.runForEach(stream, (piece) =>
                Effect.sync(() => {
                  read += piece.length
                })
              )
            )
          )
        )
        expect(cause).toMatchObject({ _tag: "BodyError", reason: "Limit", limit: "decompress.ratio" })
        expect(read).toBeLessThanOrEqual(200 * bomb.length)
        const small = yield* Effect.flip(session.get("/bomb", { decompress: { size: 1000 } }))
        expect(small).toMatchObject({ reason: "Limit", limit: "decompress.size" })
        const allowed = yield* session.get("/bomb", { decompress: { ratio: 2000 } })
        expect((yield* allowed.bytes).length).toBe(64 * 2 ** 20)
      })
      yield* Effect.provide(program, layer)
    })
  )

  it.scopedLive(
    "a body that is cut within its check sum is an error, though all announced bytes came [RSP-24] [EXC-09]",
    () =>
      Effect.gen(function* () {
        const { layer } = yield* serving
        const error = yield* Effect.flip(Effect.flatMap(Session.Session, (session) => session.get("/cut"))).pipe(
          Effect.provide(layer)
        )
        expect(error._tag === "BodyError" && [error.reason, error.detail]).toEqual([
          "Decompress",
          "gzip: the data ends too early"
        ])
      })
  )
})
