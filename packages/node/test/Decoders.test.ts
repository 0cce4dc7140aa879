import * as zlib from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import { Answer, type Decompression } from "@effect-requests/core"
import { Decoders } from "@effect-requests/node"
import { Effect, Either, Exit, Fiber, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { pattern } from "./Messages.js"
import { until } from "./Servers.js"

const decoders = Decoders.make()
const decoder = (coding: string): Decompression.Decoder => {
  const found = decoders.get(coding)
  if (found === undefined) throw new Error(`no decoder for ${coding}`)
  return found
}

const codings: ReadonlyArray<readonly [what: string, coding: string, encode: (bytes: Uint8Array) => Uint8Array]> = [
  ["gzip", "gzip", zlib.gzipSync],
  ["deflate as zlib's", "deflate", zlib.deflateSync],
  ["deflate, raw", "deflate", zlib.deflateRawSync],
  ["br", "br", (bytes) => zlib.brotliCompressSync(bytes)]
]

const live = (coding: string, pieces: ReadonlyArray<Uint8Array>) =>
  Answer.collect(decoder(coding).live(Stream.fromIterable(pieces)))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1")
const result = (effect: Effect.Effect<Uint8Array, Decompression.Undecodable>) =>
  Effect.map(Effect.either(effect), (either) => (Either.isLeft(either) ? either.left.reason : text(either.right)))

/** In one, two and three pieces. */
const splits = (bytes: Uint8Array): ReadonlyArray<ReadonlyArray<Uint8Array>> => [
  [bytes],
  ...Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]),
  ...Array.from({ length: bytes.length }, (_, at) => [
    bytes.subarray(0, at >> 1),
    bytes.subarray(at >> 1, at),
    bytes.subarray(at)
  ]),
  Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
]

describe.each(codings)("%s", (_what, coding, encode) => {
  it.effect("decode after encode is the identity, whole and in pieces [RSP-21] [RSP-22]", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.nat({ max: 2000 }), async (bytes, at) => {
          const encoded = encode(bytes)
          const pieces = [encoded.subarray(0, at), encoded.subarray(at)]
          expect(text(await Effect.runPromise(decoder(coding).whole(encoded, bytes.length)))).toBe(text(bytes))
          expect(text(await Effect.runPromise(live(coding, pieces)))).toBe(text(bytes))
        }),
        { numRuns: 30 }
      )
    )
  )

  it.effect.each([0, 1, 8 * 1024, 100_000, 3_000_000])("%d bytes", (length) =>
    Effect.gen(function* () {
      const bytes = pattern(length)
      const encoded = encode(bytes)
      expect(Buffer.compare(yield* decoder(coding).whole(encoded, Infinity), bytes)).toBe(0)
      expect(Buffer.compare(yield* live(coding, [encoded]), bytes)).toBe(0)
    })
  )

  const hello = encode(Buffer.from("hello hello hello"))
  const after = (...more: ReadonlyArray<Uint8Array>) => Buffer.concat([hello, ...more])

  it.effect.each<[what: string, bytes: Uint8Array, result: string]>([
    ["nothing at all", new Uint8Array(0), ""],
    ["the data alone", hello, "hello hello hello"],
    ["padding of zeros", after(Buffer.alloc(9)), "hello hello hello"],
    ["something behind it", after(Buffer.from("junk")), "Corrupt"],
    ["something behind the padding", after(Buffer.alloc(2), Buffer.from("junk")), "Corrupt"],
    ["the same again", after(hello), coding === "gzip" ? "hello hello hello".repeat(2) : "Corrupt"],
    ["something else", Buffer.from("<html>nothing of the kind</html>"), "Corrupt"]
  ])("%s: at every split the same [RSP-24]", ([, bytes, expected]) =>
    Effect.gen(function* () {
      expect(yield* result(decoder(coding).whole(bytes, Infinity))).toBe(expected)
      for (const pieces of splits(bytes)) expect(yield* result(live(coding, pieces))).toBe(expected)
    })
  )

  it.effect("wherever it is cut it ends too early, in its check sum too [RSP-24]", () =>
    Effect.gen(function* () {
      for (let at = 1; at < hello.length; at++) {
        const cut = hello.subarray(0, at)
        expect([at, yield* result(decoder(coding).whole(cut, Infinity))]).toEqual([at, "Truncated"])
        expect([at, yield* result(live(coding, [cut]))]).toEqual([at, "Truncated"])
      }
    })
  )

  it.effect("any damage is an error or another text, never a defect", () =>
    Effect.gen(function* () {
      for (const [at] of hello.entries()) {
        const damaged = Uint8Array.from(hello, (byte, i) => (i === at ? byte ^ 0x55 : byte))
        for (const effect of [decoder(coding).whole(damaged, 1000), live(coding, [damaged])]) {
          const exit = yield* Effect.exit(effect)
          expect(Exit.isSuccess(exit) || exit.cause._tag === "Fail").toBe(true)
        }
      }
    })
  )

  it.effect.each([100, 1_000_000])("no more than its room of %d bytes [RSP-23]", (length) =>
    Effect.gen(function* () {
      const bytes = pattern(length)
      const whole = decoder(coding).whole
      expect((yield* whole(encode(bytes), length)).length).toBe(length)
      expect(yield* result(whole(encode(bytes), length - 1))).toBe("TooLarge")
      expect(yield* result(whole(encode(bytes), 0))).toBe("TooLarge")
    })
  )
})

it.effect("a gzip whose check sum is wrong is damaged [RSP-24]", () =>
  Effect.gen(function* () {
    const bytes = zlib.gzipSync("hello").map((byte, at, all) => (at === all.length - 8 ? byte ^ 1 : byte))
    expect(yield* result(decoder("gzip").whole(bytes, 100))).toBe("Corrupt")
    expect(yield* result(live("gzip", [bytes]))).toBe("Corrupt")
  })
)

it.effect("an error of the source is handed on as it is", () =>
  Effect.gen(function* () {
    const source = Stream.concat(Stream.make(zlib.gzipSync("hello").subarray(0, 12)), Stream.fail("the source's own"))
    expect(yield* Effect.flip(Stream.runDrain(decoder("gzip").live(source)))).toBe("the source's own")
  })
)

/** A zlib that has zstd, or says so: gunzip stands in for it, and is watched. */
const modern = () => {
  const engines: Array<zlib.Gunzip> = []
  const library = {
    createZstdDecompress: (options: zlib.ZlibOptions) => {
      const engine = zlib.createGunzip(options)
      engines.push(engine)
      return engine
    },
    zstdDecompressSync: zlib.gunzipSync
  }
  const zstd = Decoders.make(library).get("zstd")
  if (zstd === undefined) throw new Error("zstd was not found")
  return { engines, zstd }
}

describe("zstd", () => {
  it.effect("an engine that is none is a typed error, for short and long bodies, whole and live", () =>
    Effect.gen(function* () {
      const zstd = Decoders.make({ createZstdDecompress: () => ({}), zstdDecompressSync: () => ({}) }).get("zstd")
      for (const length of [10, 100_000]) {
        const bytes = new Uint8Array(length)
        const whole = zstd === undefined ? Effect.void : zstd.whole(bytes, Infinity)
        const live = zstd === undefined ? Effect.void : Answer.collect(zstd.live(Stream.make(bytes)))
        for (const one of [whole, live]) expect((yield* Effect.flip(one))._tag).toBe("Undecodable")
      }
    })
  )

  it("is announced where Node has it, and only there [RSP-22]", () => {
    const has = "createZstdDecompress" in zlib
    expect(Array.from(decoders.keys())).toEqual(["gzip", "deflate", "br", ...(has ? ["zstd"] : [])])
    expect(Array.from(Decoders.make({}).keys())).toEqual(["gzip", "deflate", "br"])
  })

  it.effect("is decoded by what Node has, whole and live", () =>
    Effect.gen(function* () {
      const { zstd } = modern()
      const bytes = zlib.gzipSync("hello")
      expect(text(yield* zstd.whole(bytes, 10))).toBe("hello")
      expect(text(yield* Answer.collect(zstd.live(Stream.make(bytes))))).toBe("hello")
    })
  )
})

describe("a live body", () => {
  const bomb = zlib.gzipSync(new Uint8Array(64 * 2 ** 20), { level: 9 })

  it.live("is inflated as far as its reader has come, and no further", () =>
    Effect.gen(function* () {
      const { engines, zstd } = modern()
      let pulled = 0
      const source = Stream.fromIterable([bomb.subarray(0, 30_000), bomb.subarray(30_000)]).pipe(
        Stream.rechunk(1),
        Stream.map((piece) => {
          pulled++
          return piece
        })
      )
      const first = yield* Stream.runHead(zstd.live(source))
      expect(first._tag === "Some" && first.value.length <= 256 * 1024).toBe(true)
      expect(pulled).toBe(1)
      expect(engines[0]?.readableLength ?? 0).toBeLessThanOrEqual(256 * 1024)
    })
  )

  it.live("lets go of zlib when its reader stops, fails, or is interrupted", () =>
    Effect.gen(function* () {
      const { engines, zstd } = modern()
      yield* Stream.runHead(zstd.live(Stream.make(bomb)))
      yield* Effect.ignore(Stream.runDrain(zstd.live(Stream.make(bomb.subarray(0, 100)))))
      const waiting = yield* Effect.fork(
        Stream.runDrain(zstd.live(Stream.concat(Stream.make(bomb.subarray(0, 100)), Stream.never)))
      )
      yield* until(() => engines.length === 3)
      yield* Fiber.interrupt(waiting)
      const whole = yield* Effect.fork(zstd.whole(bomb, Infinity))
      yield* until(() => engines.length === 4)
      yield* Fiber.interrupt(whole)
      expect(engines.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true])
    })
  )
})
