import { readFileSync } from "node:fs"
import { Either, Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Charset from "../../src/data/Charset.js"

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const vectors = <A, I>(area: string, Case: Schema.Schema<A, I>) => {
  const file = readFileSync(new URL(`../../../../conformance/vectors/${area}.json`, import.meta.url), "utf8")
  return Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file).cases
}

describe("fromContentType", () => {
  it.each<[contentType: string | undefined, charset: string | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["text/html", undefined],
    ["text/html; charset", undefined],
    ["text/html; charset=", undefined],
    ['text/html; charset=""', undefined],
    ["TEXT/HTML;CHARSET=UTF-8", "UTF-8"],
    ["text/html; charset = utf-8 ; x=y", "utf-8"],
    ['text/html; charset="ut\\f-8"', "utf-8"],
    ["text/html; charset='utf-8'", "utf-8"],
    ["text/html; charset=a; charset=b", "b"],
    ["text/html; charset=a; charset=", "a"],
    ['text/html; x="; charset=no"; charset=yes', "yes"],
    ['text/html; x="; charset=no"', undefined],
    ["text/html; charset=utf-8, text/plain", "utf-8"],
    ["text/html; xcharset=a", undefined],
    ["charset=utf-8", undefined]
  ])("%s", (contentType, charset) => expect(Charset.fromContentType(contentType)).toBe(charset))
})

describe("getEncodingFromHeaders", () => {
  const cases = vectors(
    "header-encoding",
    Schema.Struct({ input: Schema.Struct({ contentType: Schema.String }), expected: Schema.NullOr(Schema.String) })
  )
  it.each(cases)("requests: $input.contentType", ({ expected, input }) =>
    expect(Charset.getEncodingFromHeaders(input.contentType)).toBe(expected ?? undefined)
  )

  it.each<[contentType: string | undefined, encoding: string | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["TEXT/HTML", undefined],
    ["application/JSON", undefined],
    ["application/text-x", "ISO-8859-1"],
    ["text/html; 'CHARSET' = \"'utf-8'\"; charset", "utf-8"],
    ["text/html; charset=a; charset=b", "b"]
  ])("as requests answers: %s", (contentType, encoding) =>
    expect(Charset.getEncodingFromHeaders(contentType)).toBe(encoding)
  )
})

describe("guessJson", () => {
  const cases = vectors(
    "json-encoding",
    Schema.Struct({
      input: Schema.Struct({ hex: Schema.String }),
      expected: Schema.Struct({ encoding: Schema.String, value: Schema.Unknown })
    })
  )
  it.each(cases)("requests: $input.hex", ({ expected, input }) => {
    const bytes = hex(input.hex)
    expect(Charset.guessJson(bytes)).toBe(expected.encoding)
    expect(JSON.parse(Charset.decode(bytes, expected.encoding))).toEqual(expected.value)
    expect(JSON.parse(Charset.text(bytes, "application/json"))).toEqual(expected.value)
  })

  it.each<[bytes: string, encoding: string | undefined]>([
    ["", "utf-8"],
    ["31", "utf-8"],
    ["00", undefined],
    ["0031", undefined],
    ["310032", undefined],
    ["000000", "utf-32-be"],
    ["00000000", undefined],
    ["31000032", undefined],
    ["003132", undefined],
    ["0000feff", "utf-32"],
    ["feff", "utf-16"]
  ])("%s", (bytes, encoding) => expect(Charset.guessJson(hex(bytes))).toBe(encoding))
})

describe("fromMeta", () => {
  it.each<[document: string, charset: string | undefined]>([
    ["", undefined],
    ["<p>charset=koi8-r", undefined],
    ["<meta charset=koi8-r>", "koi8-r"],
    ["<META x=\">\" CharSet = 'KOI8-R' />", "koi8-r"],
    ['<meta http-equiv=Content-Type content="text/html; charset=shift_jis">', "shift_jis"],
    ["<meta content='text/html; charset=\"big5\"' http-equiv='content-type'>", "big5"],
    ["<meta name=description content='charset=big5'>", undefined],
    ["<!-- <meta charset=big5> --><meta charset=gbk>", "gbk"],
    ["<!-- <meta charset=big5>", undefined],
    ["<metadata charset=big5>", undefined],
    ["<meta charset=none><meta charset=gbk>", "gbk"],
    ["<meta charset=utf-16>", "utf-8"],
    ["<meta charset=latin1>", "iso-8859-1"],
    ['<meta charset="gbk', undefined],
    ["<?xml version='1.0' encoding='windows-1251'?><a/>", "windows-1251"],
    ['<?xml encoding="euc-jp"?>', "euc-jp"],
    ["<?xml version='1.0'?><a encoding='gbk'/>", undefined],
    ["<\0?\0x\0", "utf-16le"],
    ["\0<\0?\0x", "utf-16be"],
    [" ".repeat(1010) + "<meta charset=gbk>", undefined]
  ])("%s", (document, charset) => expect(Charset.fromMeta(utf8(document))).toBe(charset))
})

describe("text", () => {
  it.each<[what: string, bytes: string, contentType: string | undefined, text: string]>([
    ["nothing", "", undefined, ""],
    ["no type is UTF-8", "c3a9", undefined, "é"],
    ["a text type is UTF-8, not Latin-1", "c3a9", "text/plain", "é"],
    ["a parameter", "e9", "text/plain; charset=ISO-8859-1", "é"],
    ["Latin-1 is the real one", "80", "text/plain; charset=latin-1", "\u0080"],
    ["windows-1252 is itself", "80", "text/plain; charset=windows-1252", "€"],
    ["a mark beats the parameter", "efbbbfc3a9", "text/plain; charset=latin1", "é"],
    ["a mark of UTF-16", "feff00e9", "text/plain; charset=utf-8", "é"],
    ["a mark of UTF-32", "fffe0000e9000000", undefined, "é"],
    ["an unknown parameter counts as none", "c3a9", "text/html; charset=none", "é"],
    ["the parameter beats JSON's rule", "22e922", "application/json; charset=latin1", '"é"'],
    ["JSON in UTF-16", "2200e9002200", "Application/JSON", '"é"'],
    ["JSON of a suffix", "2200e9002200", "application/problem+json; a=b", '"é"'],
    ["not JSON", "2200", "application/jsonp", '"\0'],
    ["JSON with NULs of no UTF", "00", "application/json", "\0"],
    ["HTML", "3c6d65746120636861727365743d6b6f69382d723ec1", "text/html", "<meta charset=koi8-r>а"],
    [
      "the parameter beats meta",
      "3c6d65746120636861727365743d6b6f69382d723e",
      "text/html; charset=utf-8",
      "<meta charset=koi8-r>"
    ],
    ["meta in no HTML", "3c6d65746120636861727365743d6b6f69382d723ec1", "text/plain", "<meta charset=koi8-r>Á"],
    ["what is not in the encoding", "61ff", "text/plain; charset=utf-8", "a\ufffd"],
    ["what is no UTF-8 and was not named is guessed", "636166e9", "text/plain", "café"]
  ])("%s", (_, bytes, contentType, text) => expect(Charset.text(hex(bytes), contentType)).toBe(text))
})

describe("decode", () => {
  it.each<[bytes: string, label: string, text: string, valid: boolean]>([
    ["c3a9", " UTF8 ", "é", true],
    ["efbbbf61", "utf-8", "a", true],
    ["c3", "utf_8", "\ufffd", false],
    ["80ff", "ISO_8859-1:1987", "\u0080ÿ", true],
    ["e900", "utf-16", "é", true],
    ["fffee900", "utf-16", "é", true],
    ["feff00e9", "UTF-16", "é", true],
    ["feff00e9", "utf-16-be", "é", true],
    ["00d8", "utf-16le", "\ufffd", false],
    ["e90000", "utf-16le", "é\ufffd", false],
    ["0001f600", "utf-32be", "😀", true],
    ["00f60100", "utf-32", "😀", true],
    ["0000feff0001f600", "utf-32", "😀", true],
    ["0000d800", "utf-32be", "\ufffd", false],
    ["00110000", "utf-32be", "\ufffd", false],
    ["ffffffff", "utf-32be", "\ufffd", false],
    ["0000006100", "utf-32be", "a\ufffd", false],
    ["93fa967b", "Shift_JIS", "日本", true],
    ["c3a9", "nobody-knows", "é", false],
    ["c3a9", "", "é", false],
    ["c3a9", "replacement", "é", false]
  ])("%s as %s", (bytes, label, text, valid) => {
    expect(Charset.decode(hex(bytes), label)).toBe(text)
    expect(Either.getOrUndefined(Charset.decodeStrict(hex(bytes), label))).toBe(valid ? text : undefined)
  })

  it("says why not", () => {
    expect(Charset.decodeStrict(hex("e9"), "utf8")).toEqual(Either.left("the bytes are not utf-8"))
    expect(Charset.decodeStrict(hex("e9"), 'x"y')).toEqual(Either.left('unknown charset "x\\"y"'))
  })

  const encoders: Readonly<Record<string, (text: string) => Uint8Array>> = {
    "utf-8": utf8,
    "utf-16le": (text) =>
      units(
        2,
        text.split("").map((unit) => unit.charCodeAt(0)),
        true
      ),
    "utf-16be": (text) =>
      units(
        2,
        text.split("").map((unit) => unit.charCodeAt(0)),
        false
      ),
    "utf-32le": (text) =>
      units(
        4,
        Array.from(text, (char) => char.codePointAt(0) ?? 0),
        true
      ),
    "utf-32be": (text) =>
      units(
        4,
        Array.from(text, (char) => char.codePointAt(0) ?? 0),
        false
      )
  }
  const units = (size: 2 | 4, codes: ReadonlyArray<number>, little: boolean) => {
    const view = new DataView(new ArrayBuffer(codes.length * size))
    for (const [i, code] of codes.entries()) {
      if (size === 2) view.setUint16(i * 2, code, little)
      else view.setUint32(i * 4, code, little)
    }
    return new Uint8Array(view.buffer)
  }
  const text = fc.string({ unit: "binary" })
  it.each(Object.entries(encoders))("undoes encoding, with a mark and without: %s", (label, encode) => {
    fc.assert(
      fc.property(
        text.filter((whole) => !whole.startsWith("\ufeff")),
        (whole) => {
          expect(Charset.decode(encode(whole), label)).toBe(whole)
          expect(Charset.decode(encode("\ufeff" + whole), label)).toBe(whole)
          expect(Charset.decodeStrict(encode(whole), label)).toEqual(Either.right(whole))
          if (!whole.startsWith("\0"))
            expect(Charset.text(encode("\ufeff" + whole), "text/plain; charset=latin1")).toBe(whole)
        }
      )
    )
  })

  it("undoes encoding: ISO-8859-1", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const decoded = Charset.decode(bytes, "latin1")
        expect(Uint8Array.from(decoded, (char) => char.charCodeAt(0))).toEqual(bytes)
      })
    )
  })

  it("is total, and strict and lenient agree where strict speaks", () => {
    const label = fc.oneof(fc.string(), fc.constantFrom("utf-8", "utf-16", "utf-32", "latin1", "gbk", "iso-2022-jp"))
    const type = fc.oneof(fc.string(), fc.constantFrom("text/html", "application/json", "image/svg+xml"))
    fc.assert(
      fc.property(fc.uint8Array(), label, type, (bytes, name, contentType) => {
        const lenient = Charset.decode(bytes, name)
        Either.map(Charset.decodeStrict(bytes, name), (strict) => expect(lenient).toBe(strict))
        Charset.text(bytes, contentType)
        Charset.text(bytes, `${contentType};charset=${name}`)
        Charset.getEncodingFromHeaders(contentType)
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    for (const piece of [";", ",", '"', "\\", "; ", ";charset=", " ", "<!--", "<meta charset='", "\0"]) {
      const many = piece.repeat(Math.ceil(2 ** 20 / piece.length))
      for (const type of ["text/html;", 'text/html;charset="', "application/json"])
        Charset.text(utf8(many), type + many)
      Charset.text(utf8(many), "text/html")
      Charset.getEncodingFromHeaders(many)
      Charset.decodeStrict(utf8(many), many)
    }
  }, 60_000)
})
