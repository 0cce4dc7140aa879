/**
 * Bodies as they were before their Content-Encoding, so that secrets in them can be hidden and found.
 *
 * @module
 */
import { Decompression, type Headers, Rules } from "@effect-requests/core"
import { Effect, Option } from "effect"

/** What undoes codings. */
export interface Unpacker {
  readonly decoders: Decompression.Decoders
}

/** The bytes before all codings; none where one of them is unknown here or is not what it says. */
export const unpack = (
  { decoders }: Unpacker,
  headers: Headers.Headers,
  bytes: Uint8Array
): Effect.Effect<Option.Option<Uint8Array>> =>
  bytes.length === 0
    ? Effect.succeed(Option.some(bytes))
    : Rules.contentCodings(headers).reduceRight<Effect.Effect<Option.Option<Uint8Array>>>(
        (inner, coding) =>
          Effect.flatMap(
            inner,
            Option.match({ onNone: () => Effect.succeedNone, onSome: (known) => undo(decoders, coding, known) })
          ),
        Effect.succeed(Option.some(bytes))
      )

const undo = (
  decoders: Decompression.Decoders,
  coding: string,
  bytes: Uint8Array
): Effect.Effect<Option.Option<Uint8Array>> => {
  const decoder = decoders.get(coding)
  return decoder === undefined ? web(coding, bytes) : Effect.option(decoder.whole(bytes, Decompression.limits.size))
}

/** What every platform has by itself (Compression Streams). */
const formats: ReadonlyMap<string, CompressionFormat> = new Map([
  ["gzip", "gzip"],
  ["deflate", "deflate"]
])

const web = (coding: string, bytes: Uint8Array): Effect.Effect<Option.Option<Uint8Array>> => {
  const format = formats.get(coding)
  if (format === undefined || typeof DecompressionStream !== "function") return Effect.succeedNone
  return Effect.option(
    Effect.tryPromise(async () => {
      const unpacked = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream(format))
      return new Uint8Array(await new Response(unpacked).arrayBuffer())
    })
  )
}
