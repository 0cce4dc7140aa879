/**
 * Decoders over node:zlib: gzip, deflate (zlib's and the raw one), br, and zstd where this Node has it.
 *
 * @module
 */
import { constants } from "node:buffer"
import * as zlib from "node:zlib"
import { Decompression, World } from "@effect-requests/core"
import { Effect, Layer } from "effect"
import * as Engine from "./Engine.js"
import * as Inflating from "./Inflating.js"

/** A coding as zlib has it. `atOnce` gives what zlib gives for `info: true`: the buffer, and the engine that made it. */
interface Coding {
  readonly start: Engine.Start
  readonly atOnce: (bytes: Uint8Array, options: zlib.ZlibOptions) => unknown
}

/** So few bytes cost less here than on their way to another thread and back. */
const few = 8 * 1024

const large = { chunkSize: 64 * 1024 }

const decoder = ({ atOnce, start }: Coding): Decompression.Decoder => ({
  whole: (bytes, room) =>
    bytes.length === 0
      ? Effect.succeed(bytes)
      : bytes.length <= few
        ? here(atOnce, bytes, room)
        : Inflating.whole(bytes, room, () => start(bytes)),
  live: (pieces) => Inflating.live(pieces, start)
})

const here = (atOnce: Coding["atOnce"], bytes: Uint8Array, room: number) => {
  const maxOutputLength = Math.min(constants.MAX_LENGTH, Math.max(1, Math.floor(room)))
  try {
    const { buffer, used } = made(atOnce(bytes, { info: true, maxOutputLength }))
    const wrong =
      buffer.length > room
        ? new Decompression.Undecodable({ reason: "TooLarge", detail: "" })
        : Engine.misplaced(bytes.subarray(used))
    return wrong === undefined ? Effect.succeed(buffer) : Effect.fail(wrong)
  } catch (cause) {
    return Effect.fail(Engine.undecodable(cause))
  }
}

const made = (info: unknown): { readonly buffer: Uint8Array; readonly used: number } => {
  if (typeof info === "object" && info !== null && "buffer" in info && "engine" in info) {
    const { buffer, engine } = info
    if (buffer instanceof Uint8Array && Engine.isEngine(engine)) return { buffer, used: engine.bytesWritten }
  }
  throw new Error("zlib gave no buffer")
}

const gzip: Coding = { start: () => zlib.createGunzip(large), atOnce: zlib.gunzipSync }
const br: Coding = {
  start: () => zlib.createBrotliDecompress(large),
  atOnce: (bytes, options) => zlib.brotliDecompressSync(bytes, options)
}

/** RFC 9110 means zlib's format (RFC 1950); some servers send the raw one (RFC 1951), which never begins like that. */
const isZlib = ([first = 0, second]: Uint8Array): boolean =>
  (first & 15) === 8 && (second === undefined || ((first << 8) | second) % 31 === 0)

const deflate: Coding = {
  start: (head) => (isZlib(head) ? zlib.createInflate(large) : zlib.createInflateRaw(large)),
  atOnce: (bytes, options) => (isZlib(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options))
}

/** Node has it from 22.15 and 23.8 on; its types here are older. */
const zstd = (library: object): Coding | undefined => {
  const create: unknown = Reflect.get(library, "createZstdDecompress")
  const atOnce: unknown = Reflect.get(library, "zstdDecompressSync")
  if (typeof create !== "function" || typeof atOnce !== "function") return undefined
  return {
    start: () => {
      const engine: unknown = Reflect.apply(create, library, [large])
      if (Engine.isEngine(engine)) return engine
      throw new Error("zlib gave no zstd stream")
    },
    atOnce: (bytes, options) => Reflect.apply(atOnce, library, [bytes, options])
  }
}

/**
 * The decoders of a zlib: this Node's, unless another is given.
 *
 * @example
 * import { Decoders } from "@effect-requests/node"
 *
 * console.assert(Array.from(Decoders.make().keys()).join().startsWith("gzip,deflate,br"))
 */
export const make = (library: object = zlib): Decompression.Decoders => {
  const modern = zstd(library)
  const codings: ReadonlyArray<readonly [string, Coding]> = [
    ["gzip", gzip],
    ["deflate", deflate],
    ["br", br],
    ...(modern === undefined ? [] : [["zstd", modern] as const])
  ]
  return new Map(codings.map(([name, coding]) => [name, decoder(coding)]))
}

/**
 * Every session below decompresses what it gets, and says so in Accept-Encoding. It is part of `NodeSession.layer`.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { Decoders, UndiciAdapter } from "@effect-requests/node"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.make({ baseUrl: "https://api.example.test" })
 *   return yield* (yield* session.get("/me")).json
 * })
 * const live = Layer.merge(UndiciAdapter.layer(), Decoders.layer)
 * console.assert(JSON.stringify(await Effect.runPromise(Effect.provide(program, live))) === '{"id":1,"name":"ada"}')
 */
export const layer: Layer.Layer<World.Decoders> = Layer.sync(World.Decoders, () => make())
