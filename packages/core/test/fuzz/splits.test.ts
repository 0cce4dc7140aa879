/** A parser of a stream gives the same whatever pieces it gets: each fixture in one, two and three pieces, at every place. */
import { Body, Charset, Lines, Multipart, Rules } from "@effect-requests/core"
import { Either, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { all } from "./feeding.js"

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** Empty pieces too: at the ends, and where both places are one. */
const splits = (bytes: Uint8Array): ReadonlyArray<ReadonlyArray<Uint8Array>> => {
  const places = Array.from({ length: bytes.length + 1 }, (_, at) => at)
  return [
    [bytes],
    ...places.flatMap((a) =>
      places.slice(a).map((b) => [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)])
    )
  ]
}

const joined = (pieces: ReadonlyArray<Uint8Array>): ReadonlyArray<number> =>
  pieces.flatMap((piece) => Array.from(piece))

const texts: ReadonlyArray<readonly [what: string, encoding: string, bytes: string]> = [
  ["one to four bytes a character", "utf-8", "61c3a9e282acf09f98800d0a62"],
  ["a mark, which goes, and another, which stays", "utf-8", "efbbbf61efbbbf62"],
  ["half a mark", "utf-8", "efbb"],
  ["characters that are cut off, too long, or half of a pair", "utf-8", "e282f09f98c080eda080ff"],
  ["its mark says little", "utf-16", "fffe61003dd800de0d000a00"],
  ["its mark says big", "utf-16", "feff0061d83dde00000d000a"],
  ["no mark", "utf-16", "61000a00ac20"],
  ["half a character at the end", "utf-16le", "61003dd800"],
  ["big, with half a pair", "utf-16be", "d83d0061de00"],
  ["its mark says little", "utf-32", "fffe000061000000ac200000"],
  ["its mark says big", "utf-32", "0000feff000000610001f600"],
  ["marks within, a code that is none, and an end within a character", "utf-32le", "fffe0000fffe000000001100616200"],
  ["one byte a character, controls too", "iso-8859-1", "61e980850d0a"],
  ["one byte a character", "windows-1252", "61e98085819d"],
  ["two bytes", "shift_jis", "82a0b1e0fc0a"],
  ["escapes", "iso-2022-jp", "1b244224221b28420d0a1b2442ff"],
  ["two and four bytes, one of them wrong", "gb18030", "b0a18130813081308130efbbbf81"],
  ["three bytes, one of them wrong", "euc-jp", "8fa1a1a4a28fa10a8f"],
  ["two bytes", "big5", "a440a40aff"],
  ["one byte", "koi8-r", "c1c2c30a"],
  ["nobody knows it", "none", "61c3a9"]
]

describe("Lines.decode", () => {
  it.each(texts)("%s: %s", (_what, encoding, text) => {
    const bytes = hex(text)
    const whole = all(Lines.decode(Stream.make(bytes), encoding)).join("")
    for (const pieces of splits(bytes)) {
      expect([pieces, all(Lines.decode(Stream.fromIterable(pieces), encoding)).join("")]).toEqual([pieces, whole])
    }
    // Node's own decoders differ from the standard where these three are broken off.
    if (!["gb18030", "euc-jp", "iso-2022-jp"].includes(encoding)) expect(whole).toBe(Charset.decode(bytes, encoding))
  })
})

describe("Lines.fromStream", () => {
  it.each(texts)("%s: %s", (_what, encoding, text) => {
    const bytes = hex(text)
    for (const delimiter of [undefined, "\r\n", "a"]) {
      const whole = all(Lines.fromStream(Stream.make(bytes), encoding, delimiter))
      for (const pieces of splits(bytes)) {
        const lines = all(Lines.fromStream(Stream.fromIterable(pieces), encoding, delimiter))
        expect([pieces, lines]).toEqual([pieces, whole])
      }
    }
  })
})

describe("Lines.content", () => {
  const bytes = hex("000102030405060708090a")

  it.each([1, 2, 3, 4, 5, 10, 11, 12])("pieces of %d bytes, the last of what is left", (size) => {
    for (const pieces of splits(bytes)) {
      const sized = all(Lines.content(Stream.fromIterable(pieces), size))
      expect(joined(sized)).toEqual(Array.from(bytes))
      expect(sized.slice(0, -1).every((piece) => piece.length === size)).toBe(true)
      expect(sized).toHaveLength(Math.ceil(bytes.length / size))
    }
  })
})

describe("Multipart.concat", () => {
  const bytes = hex("2d2d420d0a0d0a2d2d")
  const streamed = (body: Body.Body) =>
    body._tag === "Bytes"
      ? [body.bytes]
      : body._tag === "Empty"
        ? []
        : all(body._tag === "OneShot" ? body.stream : body.stream())

  it.each<[what: string, of: (piece: Uint8Array) => Body.Body]>([
    ["in memory", Body.bytes],
    ["streams", (piece) => Body.replayable(() => Stream.make(piece), { length: piece.length })],
    ["streams that are there once", (piece) => Body.oneShot(Stream.make(piece), { length: piece.length })]
  ])("of bodies %s is their bytes, wherever they are cut", (_what, of) => {
    for (const pieces of splits(bytes)) {
      const body = Multipart.concat(pieces.map(of))
      expect([joined(streamed(body)), Body.length(body)]).toEqual([Array.from(bytes), bytes.length])
    }
  })

  it("a form's file may come in any pieces", () => {
    const form = (pieces: ReadonlyArray<Uint8Array>) => {
      const content = Body.replayable(() => Stream.fromIterable(pieces), { length: bytes.length })
      const made = Rules.multipart([Multipart.file("f", content)], "boundary")
      return joined(streamed(Either.getOrThrow(made).body))
    }
    for (const pieces of splits(bytes)) expect(form(pieces)).toEqual(form([bytes]))
  })
})
