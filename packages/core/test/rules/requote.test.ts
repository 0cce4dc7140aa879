import { readFileSync } from "node:fs"
import { Either } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { requoteUri, unquoteUnreserved } from "../../src/rules/requote.js"

interface Vectors {
  readonly cases: ReadonlyArray<{ readonly input: { readonly url: string }; readonly expected: string }>
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/requote-uri.json", import.meta.url), "utf8")
)

describe("requoteUri", () => {
  it.each(vectors.cases)("as requests: $input", ({ input, expected }) => {
    expect(requoteUri(input.url)).toBe(expected)
  })

  it.each([
    ["", ""],
    ["http://h/a b\t\r\n", "http://h/a%20b%09%0D%0A"],
    ["http://h/%7e%41%2F%2f", "http://h/~A%2F%2f"],
    ["http://h/?q=%ppicture", "http://h/?q=%25ppicture"],
    ["http://h/%20?q=%zz", "http://h/%2520?q=%25zz"],
    ["%", "%"],
    ["%2", "%2"],
    ["%%", "%%"],
    ["%4%41", "%4A"],
    ["%25%34%31", "%2541"],
    ["%é1", "%25%C3%A91"],
    ["!#$%&'()*+,/:;=?@[]~", "!#$%&'()*+,/:;=?@[]~"],
    ['"<>\\^`{|}', "%22%3C%3E%5C%5E%60%7B%7C%7D"],
    ["😀", "%F0%9F%98%80"],
    ["\ud800", "%EF%BF%BD"]
  ])("%j", (uri, expected) => expect(requoteUri(uri)).toBe(expected))

  it("is ASCII, and the same when it is done twice to a URL without bad escapes", () => {
    fc.assert(
      fc.property(fc.fullUnicodeString(), (uri) => {
        expect(requoteUri(uri)).toMatch(/^[\x21-\x7e]*$/)
        const escaped = encodeURI(uri)
        expect(requoteUri(requoteUri(escaped))).toBe(requoteUri(escaped))
      })
    )
  })

  it("keeps the meaning of a URL", () => {
    fc.assert(
      fc.property(fc.fullUnicodeString(), (text) => {
        expect(decodeURIComponent(requoteUri(encodeURIComponent(text)))).toBe(text)
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      for (const unit of ["%", "%4", "%41", "%zz", "é", " ", "a", "%é"]) requoteUri(unit.repeat(2 ** 20 / unit.length))
    }
    expect(long).not.toThrow()
  })
})

describe("unquoteUnreserved", () => {
  it("names the escape that is none", () => {
    expect(unquoteUnreserved("/%41%zz%yy")).toEqual(Either.left("%zz"))
    expect(unquoteUnreserved("/%-1%4")).toEqual(Either.right("/%-1%4"))
  })
})
