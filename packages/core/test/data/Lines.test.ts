import { readFileSync } from "node:fs"
import { Chunk, Effect, Exit, Option, Schema, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { collect } from "../../src/data/Answer.js"
import * as Charset from "../../src/data/Charset.js"
import * as Lines from "../../src/data/Lines.js"

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const run = <A, E>(stream: Stream.Stream<A, E>): ReadonlyArray<A> =>
  Chunk.toReadonlyArray(Effect.runSync(Stream.runCollect(stream)))

const split = (pieces: ReadonlyArray<string>, delimiter?: string): ReadonlyArray<string> => {
  let state = Lines.start(delimiter)
  const out: Array<string> = []
  for (const piece of pieces) {
    const [next, lines] = Lines.step(state, piece)
    state = next
    out.push(...lines)
  }
  return [...out, ...Lines.end(state)]
}

/** What the lines of a whole text are: nothing incremental about it. */
const whole = (text: string, delimiter?: string): ReadonlyArray<string> => {
  const lines = text.split(delimiter === undefined || delimiter === "" ? /\r\n|\r|\n/ : delimiter)
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines
}

/** Every way to cut a text: one for each set of places between its characters. */
const cuts = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  if (text.length < 2) return [[text]]
  const first = text.charAt(0)
  return cuts(text.slice(1)).flatMap(([head = "", ...rest]) => [
    [first, head, ...rest],
    [first + head, ...rest]
  ])
}

const fixtures: ReadonlyArray<
  readonly [what: string, text: string, delimiter: string | undefined, lines: ReadonlyArray<string>]
> = [
  ["nothing", "", undefined, []],
  ["[RSP-34] the last line need not end", "a\nb", undefined, ["a", "b"]],
  ["[RSP-34] no empty line after the last end", "a\nb\n", undefined, ["a", "b"]],
  ["[RSP-34] empty lines count", "\n\na\n\n", undefined, ["", "", "a", ""]],
  ["[RSP-34] one end alone", "\r\n", undefined, [""]],
  ["[RSP-35] LF, CR LF and CR", "a\nb\r\nc\rd", undefined, ["a", "b", "c", "d"]],
  ["[RSP-35] and nothing else", "a\vb\fc\x1cd\x85e\u2028f\u2029g", undefined, ["a\vb\fc\x1cd\x85e\u2028f\u2029g"]],
  ["[RSP-36] CR LF is one end", "a\r\n\r\nb", undefined, ["a", "", "b"]],
  ["[RSP-36] LF CR is two", "a\n\rb", undefined, ["a", "", "b"]],
  ["[RSP-36] CR CR LF is two", "a\r\r\nb", undefined, ["a", "", "b"]],
  ["[RSP-36] CR at the end", "a\r", undefined, ["a"]],
  ["an empty delimiter is none", "a\nb\rc", "", ["a", "b", "c"]],
  ["[RSP-37] a delimiter of one", "a,b,,c", ",", ["a", "b", "", "c"]],
  ["[RSP-37] no empty line after the last delimiter", "a,b,", ",", ["a", "b"]],
  ["[RSP-37] a delimiter first", ",a", ",", ["", "a"]],
  ["[RSP-37] the delimiter alone", ",", ",", [""]],
  ["[RSP-37] LF alone leaves CR", "a\r\nb\n", "\n", ["a\r", "b"]],
  ["[RSP-37] CR LF alone leaves LF", "a\r\nb\nc\r\r\n", "\r\n", ["a", "b\nc\r"]],
  ["[RSP-37] several characters", "a--b-c----d-", "--", ["a", "b-c", "", "d-"]],
  ["[RSP-37] one that begins as it ends", "xababaababay", "ababa", ["x", "", "y"]],
  ["[RSP-37] one whose beginning repeats", "aaab-ababab-", "aab", ["a", "-ababab-"]],
  ["[RSP-37] one that nearly came before", "aabaaab", "aaab", ["aab"]],
  ["[RSP-37] the first of two that overlap", "aaaaa", "aa", ["", "", "a"]]
]

describe("step and end", () => {
  it.each(fixtures)("%s", (_what, text, delimiter, lines) => {
    expect(split([text], delimiter)).toEqual(lines)
    expect(whole(text, delimiter)).toEqual(lines)
  })

  it.each(fixtures)("[RSP-36] [RSP-37] however it is cut: %s", (_what, text, delimiter, lines) => {
    for (const pieces of cuts(text)) expect([pieces, split(pieces, delimiter)]).toEqual([pieces, lines])
    for (const pieces of cuts(text.slice(0, 6))) {
      const spread = pieces.flatMap((piece) => ["", piece, ""])
      expect(split(spread, delimiter)).toEqual(split([text.slice(0, 6)], delimiter))
    }
  })

  it("gives a line as soon as it has ended, also with CR", () => {
    expect(Lines.step(Lines.start(), "a\r")[1]).toEqual(["a"])
    expect(Lines.step(Lines.start("--"), "a--")[1]).toEqual(["a"])
  })

  it("a state is a value: the same step twice gives the same", () => {
    for (const delimiter of [undefined, "ab"]) {
      const [state] = Lines.step(Lines.start(delimiter), "xa\r")
      expect(Lines.step(state, "\nb")).toEqual(Lines.step(state, "\nb"))
    }
  })

  it("law: the lines do not depend on the cuts, and are those of the whole text", () => {
    const piece = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n", "-", "\u2028"), maxLength: 6 })
    const delimiter = fc.constantFrom(undefined, "", "\n", "\r\n", "-", "--", "aab", "aba", "abab", "\n\n", "a\rb")
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), delimiter, (pieces, one) => {
        const text = pieces.join("")
        expect(split(pieces, one)).toEqual(whole(text, one))
        expect(split(text.split(""), one)).toEqual(whole(text, one))
      }),
      { numRuns: 3000 }
    )
  })

  it("takes however many pieces, and a delimiter that never quite comes (bench:linear has the times)", () => {
    const many = 100_000
    for (const piece of ["a", "\r", "\n", "ab", "-"]) {
      for (const delimiter of [undefined, "-", "aab", "a".repeat(50_000) + "b", "-".repeat(1000) + "b"]) {
        let state = Lines.start(delimiter)
        for (let i = 0; i < many; i += 1) state = Lines.step(state, piece)[0]
        Lines.end(state)
      }
    }
  }, 60_000)
})

describe("fromStream", () => {
  const cut = (bytes: Uint8Array, size: number) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))

  it.each<[what: string, bytes: string, encoding: string | undefined, lines: ReadonlyArray<string>]>([
    ["UTF-8 is the default", "c3a90a62", undefined, ["é", "b"]],
    ["[RSP-32] characters across pieces", "e298830af09f98800d0ae29883", "utf-8", ["☃", "😀", "☃"]],
    ["[RSP-32] what is not in the encoding", "61ff0ac3", "utf-8", ["a\ufffd", "\ufffd"]],
    ["[RSP-32] an unknown encoding is UTF-8", "c3a90a", "nobody-knows", ["é"]],
    ["a mark is taken off", "efbbbf610aefbbbf62", "utf-8", ["a", "\ufeffb"]],
    ["ISO-8859-1 is the real one; its U+0085 ends no line", "e90a80850d0aff", "iso-8859-1", ["é", "\u0080\u0085", "ÿ"]],
    ["windows-1252", "800a", "windows-1252", ["€"]],
    ["UTF-16 by its mark", "feff00e9000a3dd83dd8", "utf-16", ["é", "㷘㷘"]],
    ["UTF-16 without a mark is little-endian", "e9000a003dd800de", "utf-16", ["é", "😀"]],
    ["UTF-16BE", "000a000d000a000a", "utf-16be", ["", "", ""]],
    ["the bytes of UTF-16 hold LF that are none", "0a0a0a00", "utf-16le", ["\u0a0a"]],
    ["UTF-32", "fffe0000e90000000a000000fffe00000a000000", "utf-32", ["é", "\ufeff"]],
    ["GB 18030 that goes on wrongly, in small pieces", "8130efbbbf0a61", "gb18030", ["\ufffd0锘\ufffd", "a"]],
    ["UTF-32BE, cut off", "0000feff000000e90000000a0000", "utf-32", ["é", "\ufffd"]]
  ])("%s", (_what, bytes, encoding, lines) => {
    for (let size = 1; size <= hex(bytes).length; size += 1) {
      expect(run(Lines.fromStream(Stream.fromIterable(cut(hex(bytes), size)), encoding))).toEqual(lines)
    }
  })

  it("[RSP-37] with a delimiter", () => {
    const pieces = [hex("61c3"), hex("a962c3"), hex("a9")]
    expect(run(Lines.fromStream(Stream.fromIterable(pieces), "utf-8", "é"))).toEqual(["a", "b"])
  })

  it("[RSP-38] each run begins anew", () => {
    for (const encoding of ["utf-8", "utf-16", "utf-32", "iso-8859-1"]) {
      const lines = Lines.fromStream(Stream.fromIterable([hex("efbbbf"), hex("61"), hex("c3")]), encoding)
      expect(run(lines)).toEqual(run(lines))
    }
  })

  it("[RSP-38] two runs side by side do not disturb each other", () => {
    const lines = Lines.fromStream(Stream.fromIterable([hex("61c3"), hex("a90a62")]))
    expect(run(Stream.zip(lines, lines))).toEqual([
      ["aé", "aé"],
      ["b", "b"]
    ])
  })

  it("takes no more than it needs", () => {
    let taken = 0
    const bytes = Stream.repeatEffect(
      Effect.sync(() => {
        taken += 1
        return utf8("a\nb\nc")
      })
    )
    expect(run(Stream.take(Lines.fromStream(bytes), 2))).toEqual(["a", "b"])
    expect(taken).toBe(1)
  })

  it("what fails, fails: after the lines that had ended", () => {
    const bytes = Stream.concat(Stream.make(utf8("a\nb")), Stream.fail("gone"))
    const seen: Array<string> = []
    const exit = Effect.runSyncExit(
      Stream.runForEach(Lines.fromStream(bytes), (line) => Effect.sync(() => seen.push(line)))
    )
    expect(exit).toEqual(Exit.fail("gone"))
    expect(seen).toEqual(["a"])
  })

  it("lines of a text", () => {
    expect(run(Lines.lines(Stream.make("a\r", "\nb", "", "c\n")))).toEqual(["a", "bc"])
  })
})

describe("decode", () => {
  const labels = [
    "utf-8",
    "UTF8",
    " utf_8-sig ",
    "utf-16",
    "utf-16le",
    "utf-16-be",
    "utf-32",
    "utf-32le",
    "UTF-32BE",
    "latin1",
    "windows-1252",
    "cp1252",
    "ascii",
    "koi8-r",
    "shift_jis",
    "gbk",
    "gb18030",
    "big5",
    "euc-jp",
    "euc-kr",
    "iso-2022-jp",
    "none",
    "",
    "json",
    'x"; charset="utf-16',
    'utf-16"',
    "\\utf-16",
    "utf-16;a=b",
    "utf-16, utf-16",
    "é",
    "utf-16\r\n",
    "\ud800"
  ]
  // 81 30 and 8f a1 begin what is longer in GB 18030 and EUC-JP: Node's decoders throw when it goes on wrongly.
  const bits = fc.oneof(
    fc.uint8Array({ maxLength: 5 }),
    fc.constantFrom("8130", "81", "ef", "8fa1", "a1", "1b", "ff", "0a").map(hex),
    fc
      .constantFrom(
        "efbbbf",
        "fffe",
        "feff",
        "fffe0000",
        "0000feff",
        "ef",
        "ff",
        "00",
        "f09f9880",
        "82a0",
        "1b2442",
        ""
      )
      .map(hex),
    fc.string({ unit: "grapheme", maxLength: 3 }).map(utf8)
  )

  it.each(labels)("[RSP-32] put together it is the text of all the bytes: %j", (label) => {
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 6 }), (pieces) => {
        const bytes = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)))
        const text = Charset.decode(bytes, label)
        expect(run(Lines.decode(Stream.fromIterable(pieces), label)).join("")).toBe(text)
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
        expect(run(Lines.decode(Stream.fromIterable(single), label)).join("")).toBe(text)
        expect(run(Lines.fromStream(Stream.fromIterable(pieces), label))).toEqual(whole(text))
      }),
      { numRuns: 60 }
    )
  })
})

describe("content", () => {
  const sizes = (lengths: ReadonlyArray<number>, size: number | undefined) =>
    run(Lines.content(Stream.fromIterable(lengths.map((length) => new Uint8Array(length))), size)).map(
      (one) => one.length
    )

  it.each<[what: string, lengths: ReadonlyArray<number>, size: number | undefined, sizes: ReadonlyArray<number>]>([
    ["[RSP-28] exact, but the last", [3, 4, 0, 5], 5, [5, 5, 2]],
    ["[RSP-28] an even number", [4, 4], 2, [2, 2, 2, 2]],
    ["[RSP-28] larger than all", [1, 2], 100, [3]],
    ["[RSP-28] one", [3], 1, [1, 1, 1]],
    ["[RSP-28] nothing", [], 5, []],
    ["[RSP-28] nothing, in pieces", [0, 0], 5, []],
    ["[RSP-28] no size: as it comes", [3, 0, 4], undefined, [3, 0, 4]],
    ["[RSP-29] nought: as it comes", [3, 4], 0, [3, 4]],
    ["[RSP-29] negative: as it comes", [3, 4], -1, [3, 4]],
    ["no number: as it comes", [3, 4], Number.NaN, [3, 4]],
    ["a fraction is cut", [3, 4], 2.9, [2, 2, 2, 1]],
    ["all in one", [3, 4], Number.POSITIVE_INFINITY, [7]]
  ])("%s", (_what, lengths, size, expected) => {
    expect(sizes(lengths, size)).toEqual(expected)
  })

  it("law: the bytes stay, the sizes are exact, each run begins anew", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.integer({ min: 1, max: 12 }), (pieces, size) => {
        const resized = Lines.content(Stream.fromIterable(pieces), size)
        const out = run(resized)
        expect(out.flatMap((one) => Array.from(one))).toEqual(pieces.flatMap((one) => Array.from(one)))
        for (const one of out.slice(0, -1)) expect(one.length).toBe(size)
        const last = out.at(-1)
        if (last !== undefined) expect(last.length > 0 && last.length <= size).toBe(true)
        expect(run(resized)).toEqual(out)
      })
    )
  })

  it("makes many small pieces into a large one, and a large one into many", () => {
    const small = Stream.fromIterable(Array.from({ length: 200_000 }, () => new Uint8Array(1)))
    expect(Effect.runSync(collect(Lines.content(small, 1_000_000))).length).toBe(200_000)
    expect(run(Lines.content(Stream.make(new Uint8Array(2 ** 20)), 1)).length).toBe(2 ** 20)
  }, 60_000)
})

describe("requests: iter_lines", () => {
  const Case = Schema.Struct({
    input: Schema.Struct({ chunks: Schema.Array(Schema.String), delimiter: Schema.NullOr(Schema.String) }),
    expected: Schema.Array(Schema.String)
  })
  const file = readFileSync(new URL("../../../../conformance/vectors/iter-lines.json", import.meta.url), "utf8")
  const { cases } = Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file)
  type Input = (typeof cases)[number]["input"]

  interface Deviation {
    readonly why: string
    readonly lines: ReadonlyArray<string>
  }

  /** Where we differ: ours does not depend on the cuts, and JSON may hold what Python takes for line ends. */
  const deviation = ({ chunks, delimiter }: Input): Option.Option<Deviation> => {
    const text = chunks.join("")
    if (delimiter !== null && delimiter !== "") {
      return chunks.some((chunk) => chunk.endsWith(delimiter))
        ? Option.some({
            why: "[RSP-37] a delimiter at the end of a chunk adds an empty line",
            lines: whole(text, delimiter)
          })
        : Option.none()
    }
    if (/[\v\f\x1c-\x1e\x85\u2028\u2029]/.test(text)) {
      return Option.some({ why: "[RSP-35] Python splits at U+2028 and others", lines: whole(text) })
    }
    return chunks.some((chunk, i) => chunk.endsWith("\r") && chunks[i + 1]?.startsWith("\n") === true)
      ? Option.some({ why: "[RSP-36] CR LF across two chunks adds an empty line", lines: whole(text) })
      : Option.none()
  }

  it.each(cases.map((one) => [JSON.stringify(one.input), one] as const))("%s", (_input, { expected, input }) => {
    const ours = run(
      Lines.fromStream(Stream.fromIterable(input.chunks.map(utf8)), "utf-8", input.delimiter ?? undefined)
    )
    const differs = deviation(input)
    expect(ours).toEqual(Option.match(differs, { onNone: () => expected, onSome: ({ lines }) => lines }))
    if (Option.isSome(differs)) expect(ours).not.toEqual(expected)
  })
})
