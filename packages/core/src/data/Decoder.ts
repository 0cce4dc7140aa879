/**
 * Text from bytes that arrive in pieces: put together it is what `Charset.decode` gives for all of them.
 *
 * @module
 */
import { concat } from "./Bytes.js"
import * as Charset from "./Charset.js"

/** What reads piece by piece; made afresh for each run, since it remembers. */
export interface Reader<A, B> {
  readonly write: (piece: A) => B
  readonly end: () => B
}

const nothing = new Uint8Array(0)

/** Reads pieces as they come; an unknown encoding means UTF-8. */
export const make = (encoding: string): Reader<Uint8Array, string> => {
  const name = /["\\]/.test(encoding) ? "utf-8" : Charset.detect(nothing, `text/plain; charset="${encoding}"`)
  if (name === "iso-8859-1" || name === "windows-1252") {
    return { write: (piece) => Charset.decode(piece, name), end: () => "" }
  }
  if (name.startsWith("utf-32")) return marked(4, name, utf32)
  return name === "utf-16" ? marked(2, name, platforms) : platforms(name)
}

const platforms = (name: string): Reader<Uint8Array, string> => {
  const decoder = new TextDecoder(name)
  // Node's GB 18030, EUC-JP and ISO-2022-JP throw when one or two bytes end a longer sequence that is wrong.
  const least = name.startsWith("utf-") ? 0 : 4
  let held: Uint8Array = nothing
  return {
    write: (piece) => {
      const all = held.length === 0 ? piece : concat([held, piece])
      const few = all.length < least
      held = few ? all : nothing
      return few ? "" : decoder.decode(all, { stream: true })
    },
    end: () => decoder.decode(held)
  }
}

/** Waits for the bytes in which a mark may stand, since it says the byte order. */
const marked = (
  size: number,
  name: string,
  sided: (name: string) => Reader<Uint8Array, string>
): Reader<Uint8Array, string> => {
  let head: Uint8Array = nothing
  let reader: Reader<Uint8Array, string> | undefined
  const begin = (): string => {
    const big = `${name}be`
    reader = sided(name.length > 6 ? name : Charset.fromBom(head) === big ? big : `${name}le`)
    return reader.write(head)
  }
  return {
    write: (piece) => {
      if (reader !== undefined) return reader.write(piece)
      head = concat([head, piece])
      return head.length < size ? "" : begin()
    },
    end: () => {
      const text = reader === undefined ? begin() : ""
      return text + (reader?.end() ?? "")
    }
  }
}

/** TextDecoder has no UTF-32. A mark before each piece keeps `Charset.decode` from taking a character of it for one. */
const utf32 = (name: string): Reader<Uint8Array, string> => {
  const mark = name === "utf-32be" ? [0, 0, 0xfe, 0xff] : [0xff, 0xfe, 0, 0]
  let before: Uint8Array = nothing
  let left: Uint8Array = nothing
  return {
    write: (piece) => {
      const all = concat([left, piece])
      const whole = all.length - (all.length % 4)
      left = all.subarray(whole)
      if (whole === 0) return ""
      const text = Charset.decode(concat([before, all.subarray(0, whole)]), name)
      before = Uint8Array.from(mark)
      return text
    },
    end: () => Charset.decode(left, name)
  }
}
