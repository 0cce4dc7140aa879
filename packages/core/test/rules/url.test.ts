import { Params, Rules } from "@effect-requests/core"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const base = new URL("https://api.example.test/v1/")
const href = (text: string, from?: URL) => Either.map(Rules.parseUrl(text, from, "url"), (url) => url.href)

describe("parseUrl", () => {
  it.each([
    ["https://h.test", "https://h.test/"],
    ["  http://h.test/a  ", "http://h.test/a"],
    ["HTTP://H.Test/A", "http://h.test/A"],
    ["http://h.test/a/../b", "http://h.test/b"],
    ["http://h.test//a//b", "http://h.test//a//b"],
    ["http://[::1]:8080/x", "http://[::1]:8080/x"],
    ["http://straße.test/ü?ö#ä", "http://xn--strae-oqa.test/%C3%BC?%C3%B6#%C3%A4"],
    ["localhost:3128", "localhost:3128"],
    ["mailto:ada@h.test", "mailto:ada@h.test"],
    ["http://h.test/a\\b", "http://h.test/a/b"],
    ["http://h.test/a\u0000", "http://h.test/a%00"],
    ["http://h.test/a\u0001b", "http://h.test/a%01b"]
  ])("reads %s", (text, expected) => {
    expect(href(text)).toEqual(Either.right(expected))
  })

  it.each([
    ["/me", "https://api.example.test/me"],
    ["me", "https://api.example.test/v1/me"],
    ["../x", "https://api.example.test/x"],
    ["?a=1", "https://api.example.test/v1/?a=1"],
    ["#top", "https://api.example.test/v1/#top"],
    ["", "https://api.example.test/v1/"],
    ["//other.test/x", "https://other.test/x"],
    ["\u0000/me", "https://api.example.test/v1/%00/me"],
    ["\u0000https://other.test/", "https://api.example.test/v1/%00https://other.test/"],
    ["http://other.test/x", "http://other.test/x"]
  ])("resolves %s against the base", (text, expected) => {
    expect(href(text, base)).toEqual(Either.right(expected))
  })

  it.each([
    ["[URL-05] no scheme", "x"],
    ["[URL-05] no text", ""],
    ["[URL-05] a path alone", "/x"],
    ["[URL-05] no scheme, a host", "//h/x"],
    ["[URL-07] no host", "http://"],
    ["[URL-07] three slashes", "http:///path"],
    ["[URL-07] no slashes", "http:example.com"],
    ["[URL-07] one slash", "http:/x"],
    ["[URL-08] a blank in the host", "http://exa mple/"],
    ["[URL-08] a bad port", "http://h.test:99999/"],
    ["[URL-08] an open bracket", "http://[bad/"],
    ["[URL-19] a backslash that ends the host", "http://good.test\\@evil.test/"],
    ["[URL-19] backslashes for slashes", "http:\\\\evil.test/"],
    ["[URL-28] a line end", "http://h.test/a\r\nX: y"],
    ["[URL-28] a tab", "http://h\t.test/"],
    ["a host beyond any name", `http://${"ü".repeat(10_000)}/`]
  ])("refuses %s", (_why, text) => {
    const refused = Rules.parseUrl(text, undefined, "url")
    expect(Either.isLeft(refused) && refused.left.reason).toBe("Url")
  })

  it.each(["///evil.test/x", "\\\\evil.test/x", "/\\evil.test/x", "\\/evil.test", "//evil.test\\x", "https:evil.test"])(
    "refuses %s, which WHATWG would take to another host than the base's",
    (text) => {
      expect(Either.isLeft(href(text, base))).toBe(true)
    }
  )

  it("shows no secret of a URL that it refuses", () => {
    const refused = Rules.parseUrl("http://ada:secret@exa mple/?token=secret", undefined, "url")
    expect(Either.isLeft(refused) && refused.left.message).not.toContain("secret")
  })

  it("is total, and agrees with new URL where it accepts", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `http://h.test${s}`)
        ),
        (text) => {
          const parsed = Rules.parseUrl(text, undefined, "url")
          if (Either.isRight(parsed)) expect(parsed.right.href).toBe(new URL(text.trim()).href)
        }
      ),
      { numRuns: 1000 }
    )
  })
})

describe("encodeParams", () => {
  const query = (input: Params.Input) =>
    Either.getOrElse(Rules.encodeParams(Params.make(input), "params"), (e) => e.reason)
  it.each<[string, Params.Input, string]>([
    ["[QRY-02] writes a form", { a: "x y&~*!'()é" }, "a=x+y%26~%2A%21%27%28%29%C3%A9"],
    ["[QRY-03] repeats a list", { test: ["foo", "baz"] }, "test=foo&test=baz"],
    ["[QRY-04] drops null and the empty list, keeps the empty text", { a: null, b: [], c: "" }, "c="],
    ["[QRY-05] writes numbers and booleans as JavaScript does", { n: 1.5, b: true, i: 10n }, "n=1.5&b=true&i=10"],
    [
      "[QRY-07] keeps the order of pairs",
      [
        ["b", 1],
        ["a", 2],
        ["b", 3]
      ],
      "b=1&a=2&b=3"
    ],
    ["takes URLSearchParams", new URLSearchParams("a=1&a=2"), "a=1&a=2"],
    ["refuses half a surrogate pair", { a: "\ud800" }, "Params"],
    ["refuses it in a name", { "\udc00": "1" }, "Params"]
  ])("%s", (_what, input, expected) => {
    expect(query(input)).toBe(expected)
  })

  it("is undone by URLSearchParams", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.fullUnicodeString(), fc.fullUnicodeString())), (pairs) => {
        const written = Rules.encodeParams(Params.make(pairs), "params")
        expect(Array.from(new URLSearchParams(Either.getOrThrow(written)))).toEqual(pairs)
      })
    )
  })
})

describe("withParams", () => {
  const extended = (url: string, input: Params.Input) =>
    Either.getOrThrow(Rules.withParams(new URL(url), Params.make(input))).href
  it.each<[string, string, Params.Input, string]>([
    [
      "[QRY-08] after the URL's own query, before the fragment",
      "http://h.test/?a=1#f",
      { a: 2 },
      "http://h.test/?a=1&a=2#f"
    ],
    ["[QRY-01] a text as it is", "http://h.test/", "x=1 2&y", "http://h.test/?x=1%202&y"],
    ["[QRY-10] a # in a text is no fragment", "http://h.test/", "a=#b", "http://h.test/?a=%23b"],
    ["[QRY-11] none on other schemes", "mailto:a@h.test", { a: 1 }, "mailto:a@h.test"],
    ["nothing to add", "http://h.test/?", { a: null }, "http://h.test/?"]
  ])("%s", (_what, url, input, expected) => {
    expect(extended(url, input)).toBe(expected)
  })
})
