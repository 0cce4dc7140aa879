import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Links from "../../src/data/Links.js"

const read = (value: string) =>
  Links.parse(value).map(({ params, rel, url }) => ({ url, rel: rel.join(" "), params: Object.fromEntries(params) }))

describe("parse", () => {
  it.each<[what: string, value: string, links: ReturnType<typeof read>]>([
    ["nothing", "", []],
    ["a target alone", "</x>", [{ url: "/x", rel: "", params: {} }]],
    [
      "RFC 8288 §3.5, first",
      '<http://example.com/TheBook/chapter2>; rel="previous"; title="previous chapter"',
      [
        {
          url: "http://example.com/TheBook/chapter2",
          rel: "previous",
          params: { rel: "previous", title: "previous chapter" }
        }
      ]
    ],
    [
      "RFC 8288 §3.5, an extension type",
      '</>; rel="http://example.net/foo"',
      [{ url: "/", rel: "http://example.net/foo", params: { rel: "http://example.net/foo" } }]
    ],
    [
      "RFC 8288 §3.5, an anchor",
      '</terms>; rel="copyright"; anchor="#foo"',
      [{ url: "/terms", rel: "copyright", params: { rel: "copyright", anchor: "#foo" } }]
    ],
    [
      "RFC 8288 §3.5, titles of RFC 8187",
      "</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, " +
        "</TheBook/chapter4>; rel=\"next\"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel",
      [
        { url: "/TheBook/chapter2", rel: "previous", params: { rel: "previous", title: "letztes Kapitel" } },
        { url: "/TheBook/chapter4", rel: "next", params: { rel: "next", title: "nächstes Kapitel" } }
      ]
    ],
    [
      "RFC 8288 §3.5, several types",
      '<http://example.org/>; rel="start http://example.net/relation/other"',
      [
        {
          url: "http://example.org/",
          rel: "start http://example.net/relation/other",
          params: { rel: "start http://example.net/relation/other" }
        }
      ]
    ],
    [
      "RFC 8288 §3.5, several links",
      '<https://example.org/>; rel="start", <https://example.org/index>; rel="index"',
      [
        { url: "https://example.org/", rel: "start", params: { rel: "start" } },
        { url: "https://example.org/index", rel: "index", params: { rel: "index" } }
      ]
    ],
    [
      "separators within quotes",
      '<a>; title="x; rel=y, <b>; rel=z"; rel=next',
      [{ url: "a", rel: "next", params: { title: "x; rel=y, <b>; rel=z", rel: "next" } }]
    ],
    ["escapes", '<a>; title="q\\"q\\\\"', [{ url: "a", rel: "", params: { title: 'q"q\\' } }]],
    ["a comma and a semicolon in a target", "<a,b;c>;rel=x", [{ url: "a,b;c", rel: "x", params: { rel: "x" } }]],
    ["names and types have no case", "<a>; REL=Next", [{ url: "a", rel: "next", params: { rel: "Next" } }]],
    ["the first rel counts", "<a>; rel=x; rel=y", [{ url: "a", rel: "x", params: { rel: "x" } }]],
    ["title* beats title", "<a>; title*=UTF-8''%E2%82%AC; title=EUR", [{ url: "a", rel: "", params: { title: "€" } }]],
    [
      "a broken title* is skipped",
      "<a>; title*=UTF-8''%E2%8; title=EUR",
      [{ url: "a", rel: "", params: { title: "EUR" } }]
    ],
    ["no UTF-8 either", "<a>; title*=UTF-8''%E2%82; title=EUR", [{ url: "a", rel: "", params: { title: "EUR" } }]],
    ["Latin-1 title", "<a>; title*=iso-8859-1'en'%A3", [{ url: "a", rel: "", params: { title: "£" } }]],
    [
      "a flag",
      "<a>; crossorigin; rel=preload",
      [{ url: "a", rel: "preload", params: { crossorigin: "", rel: "preload" } }]
    ],
    ["blanks all over", " , <a> ;  rel = next ; , ,", [{ url: "a", rel: "next", params: { rel: "next" } }]],
    [
      "garbage between",
      'x "<no>", <a>; rel=x junk; b=c, y <z>',
      [{ url: "a", rel: "x junk", params: { rel: "x junk", b: "c" } }]
    ],
    ["garbage after quotes", '<a>; title="t" z; rel=x', [{ url: "a", rel: "x", params: { title: "t", rel: "x" } }]],
    ["a target that never ends", "<a>; rel=x, <b", [{ url: "a", rel: "x", params: { rel: "x" } }]],
    ["a quote that never ends", '<a>; rel="x, <b>', [{ url: "a", rel: "x, <b>", params: { rel: "x, <b>" } }]]
  ])("%s", (_, value, links) => {
    if (value.startsWith('<a>; rel="x, <b>')) expect(Links.parse(value)[0]?.rel).toEqual(["x,", "<b>"])
    expect(read(value)).toEqual(links)
  })

  it("is total", () => {
    const piece = fc.constantFrom("<", ">", ";", ",", "=", '"', "\\", "*", "'", "%", " ", "rel", "title*=UTF-8''", "a")
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join(""))
        ),
        (value) => {
          Links.parse(value)
          Links.parseHeaderLinks(value)
        }
      )
    )
  })

  it("reads back any parameters that are written with quotes", () => {
    const text = fc.string()
    const target = text.map((url) => url.replace(/>/g, "").trim())
    fc.assert(
      fc.property(fc.array(fc.tuple(target, text)), (links) => {
        const quote = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`
        const value = links.map(([url, title]) => `<${url}>; title=${quote(title)}`).join(", ")
        expect(Links.parse(value).map((link) => [link.url, link.params.get("title")])).toEqual(links)
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    for (const piece of [";", ",", '"', "\\", "<", "<>", " ", "<a>;b=", '<a>;b="\\', "%41"]) {
      const many = piece.repeat(Math.ceil(2 ** 20 / piece.length))
      for (const before of ["", "<a>;b=", '<a>;b="', "<a>;b*=UTF-8''"]) Links.parse(before + many)
      Links.parseHeaderLinks(many)
    }
  }, 60_000)
})

describe("byRel", () => {
  const links = Links.parse('<1>; rel="prev first", <2>; rel=next, <3>; rel=NEXT')
  it.each<[rel: string, url: string | undefined]>([
    ["first", "1"],
    ["Next", "2"],
    ["last", undefined],
    ["", undefined]
  ])("%s", (rel, url) => expect(Links.byRel(links, rel)?.url).toBe(url))
})

describe("target", () => {
  const from = "https://h.test/a/b?page=1#x"
  it.each<[url: string, target: string | undefined]>([
    ["c", "https://h.test/a/c"],
    ["/c", "https://h.test/c"],
    ["?page=2", "https://h.test/a/b?page=2"],
    ["", "https://h.test/a/b?page=1"],
    ["//i.test/d", "https://i.test/d"],
    ["http://i.test", "http://i.test/"],
    ["http://[", undefined],
    ["//", undefined]
  ])("<%s>", (url, target) =>
    expect(Option.getOrUndefined(Links.target({ url, rel: [], params: new Map() }, from))).toBe(target)
  )

  it("is total, and what it gives is a URL that leads to itself", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (url, from) => {
        const link = { url, rel: [], params: new Map() }
        const known = Links.target(link, from)
        return Option.isNone(known) || Option.contains(Links.target({ ...link, url: known.value }, from), known.value)
      })
    )
  })
})

describe("parseHeaderLinks", () => {
  const Case = Schema.Struct({
    input: Schema.Struct({ value: Schema.String }),
    expected: Schema.Array(Schema.Record({ key: Schema.String, value: Schema.String }))
  })
  const file = readFileSync(new URL("../../../../conformance/vectors/link-header.json", import.meta.url), "utf8")
  const { cases } = Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file)
  it.each(cases)("requests: $input.value", ({ expected, input }) =>
    expect(Links.parseHeaderLinks(input.value)).toEqual(expected)
  )

  it.each<[value: string, links: ReadonlyArray<Record<string, string>>]>([
    ["<a>; REL=x, <b>", [{ url: "a", REL: "x" }, { url: "b" }]],
    ['<a>; title="x=y"; rel=z', [{ url: "a" }]],
    ["<a>; url=b", [{ url: "b" }]],
    [" '\" ", []]
  ])("as requests breaks: %s", (value, links) => expect(Links.parseHeaderLinks(value)).toEqual(links))

  it("takes __proto__ for a name like others", () =>
    expect(Object.keys(Links.parseHeaderLinks("<a>; __proto__=x")[0] ?? {})).toEqual(["url", "__proto__"]))
})
