/**
 * A text cut into lines as it arrives, and bytes cut into pieces of one size. How they arrived cannot be told afterwards.
 *
 * @module
 */
import { Stream } from "effect"
import { concat } from "./Bytes.js"
import { make as decoderOf, type Reader } from "./Decoder.js"

/** What is known of the line that has not ended yet. */
export type State = Universal | Delimited

/** Lines end with LF, CR LF or CR. */
interface Universal {
  readonly _tag: "Universal"
  readonly rest: string
  /** The last line ended with CR: an LF that comes next belongs to it. */
  readonly afterCr: boolean
}

/** Lines end with a text of the user's. */
interface Delimited {
  readonly _tag: "Delimited"
  readonly rest: string
  readonly delimiter: string
  /** For each length of a matched beginning: the next shorter one that it ends with (Knuth, Morris, Pratt). */
  readonly shorter: Uint32Array
  /** How many characters of the delimiter `rest` ends with. */
  readonly matched: number
}

/**
 * Before the first character. Without a delimiter, or with an empty one, lines end with LF, CR LF or CR; nothing else
 * ends one, unlike requests' `decode_unicode=True`: U+2028 may stand in JSON.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * const [state, lines] = Lines.step(Lines.start(), "a\r")
 * console.assert(lines[0] === "a" && Lines.step(state, "\nb\n")[1].join() === "b")
 */
export const start = (delimiter = ""): State =>
  delimiter === ""
    ? { _tag: "Universal", rest: "", afterCr: false }
    : { _tag: "Delimited", rest: "", delimiter, shorter: shorterMatches(delimiter), matched: 0 }

const shorterMatches = (delimiter: string): Uint32Array => {
  const shorter = new Uint32Array(delimiter.length + 1)
  let length = 0
  for (let at = 1; at < delimiter.length; at += 1) {
    while (length > 0 && delimiter[at] !== delimiter[length]) length = shorter[length] ?? 0
    if (delimiter[at] === delimiter[length]) length += 1
    shorter[at + 1] = length
  }
  return shorter
}

/**
 * The lines that end within the next piece of the text, without what ended them. Each character is looked at once.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * const [state] = Lines.step(Lines.start("--"), "a-")
 * console.assert(Lines.step(state, "-b--")[1].join() === "a,b")
 */
export const step = (state: State, piece: string): readonly [state: State, lines: ReadonlyArray<string>] =>
  state._tag === "Universal" ? universal(state, piece) : delimited(state, piece)

const universal = (state: Universal, piece: string): readonly [State, ReadonlyArray<string>] => {
  if (piece === "") return [state, []]
  const [first = "", ...more] = (state.afterCr && piece.startsWith("\n") ? piece.slice(1) : piece).split(/\r\n|[\r\n]/)
  const afterCr = piece.endsWith("\r")
  const last = more.pop()
  return last === undefined
    ? [{ _tag: "Universal", rest: state.rest + first, afterCr }, []]
    : [{ _tag: "Universal", rest: last, afterCr }, [state.rest + first, ...more]]
}

const delimited = (state: Delimited, piece: string): readonly [State, ReadonlyArray<string>] => {
  const { delimiter, shorter } = state
  const lines: Array<string> = []
  let { matched, rest } = state
  let from = 0
  for (let at = 0; at < piece.length; at += 1) {
    if (matched === 0) {
      const next = piece.indexOf(delimiter.charAt(0), at)
      if (next < 0) break
      at = next
    }
    while (matched > 0 && piece[at] !== delimiter[matched]) matched = shorter[matched] ?? 0
    if (piece[at] === delimiter[matched]) matched += 1
    if (matched === delimiter.length) {
      const line = rest + piece.slice(from, at + 1)
      lines.push(line.slice(0, line.length - delimiter.length))
      rest = ""
      matched = 0
      from = at + 1
    }
  }
  return [{ ...state, rest: rest + piece.slice(from), matched }, lines]
}

/**
 * What was left when the text ended: the last line, if nothing ended it. What ends a line begins none, so that there is
 * no empty line at the end; requests has one there when it is given a delimiter.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * console.assert(Lines.end(Lines.step(Lines.start(), "a\nb")[0]).join() === "b")
 * console.assert(Lines.end(Lines.step(Lines.start(), "a\n")[0]).length === 0)
 */
export const end = (state: State): ReadonlyArray<string> => (state.rest === "" ? [] : [state.rest])

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
