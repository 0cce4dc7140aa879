import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { getAuthFromUrl } from "../../src/rules/userinfo.js"

interface Vectors {
  readonly cases: ReadonlyArray<{
    readonly input: { readonly url: string }
    readonly expected: readonly [string, string]
  }>
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/auth-from-url.json", import.meta.url), "utf8")
)

describe("getAuthFromUrl", () => {
  it.each(vectors.cases)("as requests: $input", ({ input, expected }) => {
    expect(getAuthFromUrl(input.url)).toEqual(expected)
  })

  it.each<[url: string, username: string, password: string]>([
    ["http://user@h.test/", "", ""],
    ["http://user%40x:p%3Aw%2F@h.test/", "user@x", "p:w/"],
    ["http://u:p:q@h.test/", "u", "p:q"],
    ["http://u:p@q@h.test/", "u", "p@q"],
    ["http://%C3%A9:%e2%98%83%FF%zz%@h.test/", "é", "☃\ufffd%zz%"],
    ["http://%EF%BB%BFu:p@h.test", "\ufeffu", "p"],
    ["http://h.test/u:p@x", "", ""],
    ["http://h.test?u:p@x", "", ""],
    ["http://h.test#u:p@x", "", ""],
    ["//u:p@h.test/", "u", "p"],
    ["u:p@h.test/", "", ""],
    ["mailto:u:p@h.test", "", ""],
    ["socks5://u:p@[::1]:1080", "u", "p"],
    ["", "", ""]
  ])("%j", (url, username, password) => expect(getAuthFromUrl(url)).toEqual([username, password]))

  it("reads back what was escaped", () => {
    const text = fc.fullUnicodeString()
    fc.assert(
      fc.property(text, text, (username, password) => {
        expect(
          getAuthFromUrl(`http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@h.test/`)
        ).toEqual([username, password])
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      for (const unit of ["%41", "%", "@", ":", "%é", " ", "a"])
        getAuthFromUrl(`http://u:${unit.repeat(2 ** 20 / unit.length)}@h`)
      getAuthFromUrl(" ".repeat(2 ** 20))
    }
    expect(long).not.toThrow()
  })
})
