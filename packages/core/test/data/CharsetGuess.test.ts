import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Charset from "../../src/data/Charset.js"

const bytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
const utf8 = (text: string) => new TextEncoder().encode(text)

// The bytes are Python's: text.encode(encoding), as base64.
describe("guess", () => {
  it.each<[what: string, encoding: string, base64: string, text: string]>([
    [
      "French",
      "iso-8859-1",
      "TGUgY2Fm6SBlc3QgZmVybekganVzcXUn4CBsYSBmaW4gZGUgbCfpdOksIG/5IGwnaPR0ZWwgdm9pc2luIHJvdXZyaXJhIHNlcyBwb3J0ZXMu",
      "Le café est fermé jusqu'à la fin de l'été, où l'hôtel voisin rouvrira ses portes."
    ],
    [
      "German",
      "iso-8859-1",
      "RGllIFN0cmHfZSBm/GhydCD8YmVyIGRpZSBCcvxja2UgbmFjaCBL9mxuOyBm/HIgRnXfZ+RuZ2VyIGlzdCBzaWUgc2No9m5lciBhbHMgZvxyIEF1dG9zLg==",
      "Die Straße führt über die Brücke nach Köln; für Fußgänger ist sie schöner als für Autos."
    ],
    [
      "Spanish",
      "iso-8859-1",
      "RWwgbmnxbyBwZXF1ZfFvIGNvbWnzIG1h8WFuYSB5IHRhcmRlOyBzdSBjb3JhevNuIGVzdOEgbGxlbm8gZGUgaWx1c2nzbi4=",
      "El niño pequeño comió mañana y tarde; su corazón está lleno de ilusión."
    ],
    [
      "English with quotes",
      "windows-1252",
      "k0l0knMgb25seSCAMjAgliB0aGF0knMgbm90aGluZ5QsIHNhaWQgdGhlIG1hbiBpbiB0aGUgY2Fm6SwgYW5kIHRoZSBvdGhlcnMgbGF1Z2hlZCBhdCBoaW2F",
      "“It’s only €20 – that’s nothing”, said the man in the café, and the others laughed at him…"
    ],
    [
      "Japanese",
      "shift_jis",
      "jOGUeYLNlEyCxYKggumBQpa8kU+CzYLcgr6Ws4KigUKCx4KxgsWQtoLqgr2CqYLGgvGCxoypk5aCqoLCgqmCyoFC",
      "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
    ],
    [
      "Japanese",
      "euc-jp",
      "uOPH2qTPx62kx6SipOuho8y+wbCkz6TepMDMtaSkoaOkyaSzpMfAuKTspL+kq6TIpPOkyLirxfakrKTEpKukzKGj",
      "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
    ],
    [
      "Chinese",
      "gb18030",
      "zOzPwrTzysajrLfWvsOx2LrPo6y6z77Dsdi31qGj1tzEqcbfufq31tX5o6yyosjr09rH2KGj",
      "天下大势，分久必合，合久必分。周末七国分争，并入于秦。"
    ],
    [
      "Korean",
      "euc-kr",
      "s6q288DHILi7wMwgwd+xubD6ILTetvMgx9HA2r/NtMIgvK23ziDF68fPwfYgvsa0z8fPuce3zg==",
      "나라의 말이 중국과 달라 한자와는 서로 통하지 아니하므로"
    ],
    [
      "Russian",
      "koi8-r",
      "99PFINPewdPUzMnX2cUg08XN2Mkg0M/Iz9bJIMTS1ccgzsEgxNLVx8EsIMvB1sTB0SDOxdPewdPUzMnXwdEg08XN2NEgzsXT3sHT1MzJ18Eg0M8t09fPxc3VLg==",
      "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему."
    ],
    [
      "Russian",
      "windows-1251",
      "wvHlIPH34PHy6+ji++Ug8eXs/Ogg7+717uboIOTw8+Mg7eAg5PDz4+AsIOrg5uTg/yDt5fH34PHy6+ji4P8g8eXs/P8g7eXx9+Dx8uvo4uAg7+4t8eLu5ezzLg==",
      "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему."
    ],
    [
      "Czech",
      "iso-8859-2",
      "VrlpY2huaSBsaWTpIHJvZO0gc2Ugc3ZvYm9kbu0gYSBzb2LsIHJvdm7tIGNvIGRvIGT5c3Rvam5vc3RpIGEgcHLhdi4gSnNvdSBuYWThbmkgcm96dW1lbSBhIHN27GRvbe1tIGEgbWFq7SBzcG9sdSBqZWRuYXQgdiBkdWNodSBicmF0cnN0du0u",
      "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu bratrství."
    ],
    [
      "Polish",
      "iso-8859-2",
      "WmG/87PmIGfqtmyxIGphvPEsIGEgcG90ZW0gd3Lz5iBkbyBkb211LCBnZHppZSBqdb8gY3pla2EgbmEgY2llYmllIGtzabG/a2EgaSBoZXJiYXRhLg==",
      "Zażółć gęślą jaźń, a potem wróć do domu, gdzie już czeka na ciebie książka i herbata."
    ],
    ["with a mark", "utf-8", "77u/w6nigqwgYW5kIG1vcmU=", "é€ and more"],
    [
      "English and some",
      "utf-16le",
      "RwByAPwA3wBlACwAIABwAGwAYQBpAG4AIAB0AGUAeAB0ACAAdwBpAHQAaABvAHUAdAAgAGEAIABtAGEAcgBrAA==",
      "Grüße, plain text without a mark"
    ],
    [
      "English and some",
      "utf-16be",
      "AEcAcgD8AN8AZQAsACAAcABsAGEAaQBuACAAdABlAHgAdAAgAHcAaQB0AGgAbwB1AHQAIABhACAAbQBhAHIAaw==",
      "Grüße, plain text without a mark"
    ],
    [
      "any",
      "utf-32le",
      "5WUAACxnAAAgAAAAYQAAAG4AAABkAAAAIAAAAAD2AQAgAAAAdwAAAGkAAAB0AAAAaAAAAG8AAAB1AAAAdAAAACAAAABhAAAAIAAAAG0AAABhAAAAcgAAAGsAAAA=",
      "日本 and 😀 without a mark"
    ],
    [
      "any",
      "utf-32be",
      "AABl5QAAZywAAAAgAAAAYQAAAG4AAABkAAAAIAAB9gAAAAAgAAAAdwAAAGkAAAB0AAAAaAAAAG8AAAB1AAAAdAAAACAAAABhAAAAIAAAAG0AAABhAAAAcgAAAGs=",
      "日本 and 😀 without a mark"
    ],
    ["Japanese with a mark", "utf-16le", "//7lZSxnnopuMIdl4Ho=", "日本語の文章"],
    ["Japanese with a mark", "utf-16be", "/v9l5Wcsip4wbmWHeuA=", "日本語の文章"],
    ["with a mark", "utf-32le", "//4AAOVlAAAsZwAAIAAAAGEAAABuAAAAZAAAACAAAAAA9gEA", "日本 and 😀"],
    ["with a mark", "utf-32be", "AAD+/wAAZeUAAGcsAAAAIAAAAGEAAABuAAAAZAAAACAAAfYA", "日本 and 😀"],
    ["any", "utf-8", "w6nigqwg5pel5pysIPCfmIA=", "é€ 日本 😀"]
  ])("[RSP-15] %s, %s", (_what, encoding, base64, text) => {
    expect(Charset.guess(bytes(base64))).toBe(encoding)
    expect(Charset.text(bytes(base64), undefined)).toBe(text)
    expect(Charset.text(bytes(base64), "text/plain")).toBe(text)
  })

  it.each<[what: string, bytes: ReadonlyArray<number>, encoding: string | undefined]>([
    ["nothing", [], "utf-8"],
    ["one letter", [0x61], "utf-8"],
    ["texts of C, which end in a NUL", [0x61, 0x62, 0x63, 0, 0x64, 0x65, 0x66, 0], undefined],
    ["one NUL", [0], undefined],
    ["NULs alone", [0, 0, 0, 0, 0, 0, 0, 0], undefined],
    ["the start of a PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d], undefined],
    ["NULs of UTF-16 and a half of a pair", [0x61, 0, 0x62, 0, 0x63, 0, 0x00, 0xd8], undefined],
    ["an odd number of bytes", [0x61, 0, 0x62, 0, 0x63], undefined]
  ])("%s", (_what, some, encoding) => expect(Charset.guess(Uint8Array.from(some))).toBe(encoding))

  it("a character that is cut where the look ends is no reason against UTF-8", () => {
    const text = `a${"€".repeat(30_000)}`
    expect(Charset.guess(utf8(text))).toBe("utf-8")
    expect(Charset.guess(utf8(`${text}\u00e9`).subarray(0, -1))).toBe("utf-8")
    expect(Charset.guess(utf8("a€").subarray(0, -1))).not.toBe("utf-8")
  })

  it("only the first 64 KiB are looked at", () => {
    const late = new Uint8Array(70_000).fill(0x61)
    late[69_000] = 0xe9
    expect(Charset.guess(late)).toBe("utf-8")
    late[60_000] = 0xe9
    expect(Charset.guess(late)).not.toBe("utf-8")
  })

  it("what is UTF-8 is never taken for anything else", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
        (text) => {
          expect(Charset.guess(utf8(text))).toBe("utf-8")
        }
      )
    )
  })

  it("a declared charset, a mark, JSON and a document's own word are asked before", () => {
    const shiftJis = bytes("k/qWe4zqgsyVto/N")
    expect(Charset.guess(shiftJis)).toBe("shift_jis")
    fc.assert(
      fc.property(fc.uint8Array(), (some) => {
        expect(Charset.detect(some, "text/plain; charset=koi8-r")).toBe(Charset.fromBom(some) ?? "koi8-r")
        const named = Uint8Array.from([...utf8("<meta charset=koi8-r>"), ...some])
        expect(Charset.detect(named, "text/html")).toBe("koi8-r")
      })
    )
    expect(Charset.detect(shiftJis, "text/plain; charset=utf-8")).toBe("utf-8")
    expect(Charset.detect(shiftJis, "application/json")).toBe("utf-8")
  })
})
