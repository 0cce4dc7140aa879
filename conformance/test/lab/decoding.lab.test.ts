import { readFile } from "node:fs/promises"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Request } from "@effect-requests/core"
import { Effect, Schema, Stream } from "effect"
import { server, www } from "../../src/lab/Lab.js"
import { decoding } from "./Sessions.js"

const Coded = Schema.Struct({
  gzipped: Schema.optional(Schema.Boolean),
  deflated: Schema.optional(Schema.Boolean),
  brotli: Schema.optional(Schema.Boolean),
  headers: Schema.Record({ key: Schema.String, value: Schema.String })
})

describe("httpbin, its codings", () => {
  it.scopedLive.each([
    ["gzip", "gzipped", "gzip"],
    ["deflate", "deflated", "deflate"],
    ["brotli", "brotli", "br"]
  ] as const)("are asked for and undone, whole and live: /%s", ([path, flag, coding]) =>
    Effect.gen(function* () {
      const { get, stream } = yield* decoding({ baseUrl: server("httpbin").url })
      const whole = yield* get(`/${path}`)
      expect(whole.headers["content-encoding"]).toBe(coding)
      const seen = yield* HttpClientResponse.schemaBodyJson(Coded)(whole)
      expect(seen[flag]).toBe(true)
      expect(seen.headers["Accept-Encoding"]).toMatch(/^gzip, deflate, br/)
      const live = Effect.flatMap(stream(Request.get(`/${path}`)), HttpClientResponse.schemaBodyJson(Coded))
      expect((yield* Effect.scoped(live))[flag]).toBe(true)
    })
  )
  it.scopedLive.each(["gzip", "deflate", "brotli"])("stay as they are where nobody wants them undone: /%s", (path) =>
    Effect.gen(function* () {
      const { get } = yield* decoding({ baseUrl: server("httpbin").url, decompress: false })
      const response = yield* get(`/${path}`)
      const bytes = yield* response.bytes
      expect(String(bytes.length)).toBe(response.headers["content-length"])
    })
  )
})

describe("nginx and apache, their codings", () => {
  it.scopedLive("gzip as it goes is undone piece by piece", () =>
    Effect.gen(function* () {
      const plain = yield* Effect.promise(() => readFile(`${www()}text.txt`))
      const { get, stream } = yield* decoding({ baseUrl: server("nginx").url })
      for (const path of ["/gzip/text.txt", "/gzstatic/text.txt"]) {
        const whole = yield* get(path)
        expect(whole.headers["content-encoding"]).toBe("gzip")
        expect(Buffer.compare(Buffer.from(yield* whole.bytes), plain)).toBe(0)
        const length = Effect.flatMap(stream(Request.get(path)), (response) =>
          Stream.runFold(response.stream, 0, (sum, piece) => sum + piece.length)
        )
        expect(yield* Effect.scoped(length)).toBe(plain.length)
      }
    })
  )
  it.scopedLive("a limit is kept, and named", () =>
    Effect.gen(function* () {
      const { get } = yield* decoding({ baseUrl: server("nginx").url, decompress: { size: 1000 } })
      const error = yield* Effect.flip(get("/gzip/text.txt"))
      expect(error).toMatchObject({ _tag: "BodyError", reason: "Limit", limit: "decompress.size" })
    })
  )
  it.scopedLive("apache's br is undone", () =>
    Effect.gen(function* () {
      const { get } = yield* decoding({ baseUrl: server("apache").url })
      const coded = yield* get("/brotli/")
      expect(coded.headers["content-encoding"]).toBe("br")
      const plain = yield* get("/brotli/", { headers: { "Accept-Encoding": "identity" } })
      expect(yield* coded.text).toBe(yield* plain.text)
    })
  )
})
