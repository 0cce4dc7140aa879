/**
 * A text cut into lines as it arrives, and bytes cut into pieces of one size. How they arrived cannot be told afterwards.
 *
 * @module
 */
import { Stream } from "effect"
import { concat } from "./Bytes.js"
import { make as decoderOf, type Reader } from "./Decoder.js"
import { end, start, step } from "./LineCutting.js"

export { end, type State, start, step } from "./LineCutting.js"

/**
 * The lines of a text that arrives in pieces. When it fails, the line that had not ended is not given.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 * import { Chunk, Effect, Stream } from "effect"
 *
 * const lines = Effect.runSync(Stream.runCollect(Lines.lines(Stream.make("{}\n{", "}"))))
 * console.assert(Chunk.join(lines, "|") === "{}|{}")
 */
export const lines = <E, R>(text: Stream.Stream<string, E, R>, delimiter?: string): Stream.Stream<string, E, R> =>
  through(text, () => {
    let state = start(delimiter)
    return {
      write: (piece) => {
        const [next, ended] = step(state, piece)
        state = next
        return ended
      },
      end: () => end(state)
    }
  })

/**
 * The lines of bytes that arrive in pieces (requests' `iter_lines`); characters may be cut anywhere. `encoding` is read
 * as by `decode`. Each run of the stream begins anew; whether the bytes can be read twice is theirs to say.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 * import { Chunk, Effect, Stream } from "effect"
 *
 * const bytes = Stream.make(new Uint8Array([0xc3]), new Uint8Array([0xa9, 10, 98]))
 * console.assert(Chunk.join(Effect.runSync(Stream.runCollect(Lines.fromStream(bytes))), "|") === "é|b")
 */
export const fromStream = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  encoding = "utf-8",
  delimiter?: string
): Stream.Stream<string, E, R> => lines(decode(bytes, encoding), delimiter)

/**
 * Bytes that arrive in pieces as a text that does: put together it is what `Charset.decode` gives for all of them
 * (requests' `iter_content(decode_unicode=True)`). An unknown encoding means UTF-8.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 * import { Effect, Stream } from "effect"
 *
 * const text = Lines.decode(Stream.make(new Uint8Array([0xe9])), "iso-8859-1")
 * console.assert(Effect.runSync(Stream.mkString(text)) === "é")
 */
export const decode = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>, encoding: string): Stream.Stream<string, E, R> =>
  through(bytes, () => {
    const decoder = decoderOf(encoding)
    return { write: (piece) => some(decoder.write(piece)), end: () => some(decoder.end()) }
  })

const some = (text: string): ReadonlyArray<string> => (text === "" ? [] : [text])

/**
 * The same bytes in pieces of exactly `size` bytes, but the last (requests' `iter_content`). Without a size of 1 or more
 * they stay as they come.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 * import { Chunk, Effect, Stream } from "effect"
 *
 * const pieces = Effect.runSync(Stream.runCollect(Lines.content(Stream.make(new Uint8Array(3), new Uint8Array(4)), 5)))
 * console.assert(Chunk.toReadonlyArray(pieces).map((piece) => piece.length).join() === "5,2")
 */
export const content = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  size?: number
): Stream.Stream<Uint8Array, E, R> => {
  const whole = Math.floor(size ?? 0)
  return whole >= 1 ? through(bytes, () => resizer(whole)) : bytes
}

const through = <A, B, E, R>(
  stream: Stream.Stream<A, E, R>,
  reader: () => Reader<A, ReadonlyArray<B>>
): Stream.Stream<B, E, R> =>
  Stream.suspend(() => {
    const { end, write } = reader()
    return Stream.concat(
      Stream.mapConcat(stream, write),
      Stream.suspend(() => Stream.fromIterable(end()))
    )
  })

const resizer = (size: number): Reader<Uint8Array, ReadonlyArray<Uint8Array>> => {
  let held: Array<Uint8Array> = []
  let length = 0
  const release = (last: Uint8Array): Uint8Array => {
    const piece = held.length === 0 ? last : concat([...held, last])
    held = []
    length = 0
    return piece
  }
  return {
    write: (piece) => {
      const out: Array<Uint8Array> = []
      let at = 0
      for (let next = size - length; next <= piece.length; next += size) {
        out.push(release(piece.subarray(at, next)))
        at = next
      }
      if (at < piece.length) held.push(piece.subarray(at))
      length += piece.length - at
      return out
    },
    end: () => (length === 0 ? [] : [release(nothing)])
  }
}

const nothing = new Uint8Array()
