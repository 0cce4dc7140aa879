import { Disclosure, Headers } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const fields = ["Accept", "a", "X-A", "1", "x-a", "2"]

describe("Headers", () => {
  it("reads names without case, in order, repeats and all", () => {
    expect(Headers.get(fields, "X-a")).toBe("1")
    expect(Headers.getAll(fields, "X-A")).toEqual(["1", "2"])
    expect(Headers.has(fields, "nope")).toBe(false)
    expect(Headers.pairs(fields)).toEqual([
      ["Accept", "a"],
      ["X-A", "1"],
      ["x-a", "2"]
    ])
  })
  it("sets in the place of the first, once", () => {
    expect(Headers.set(fields, "x-A", "3")).toEqual(["Accept", "a", "x-A", "3"])
    expect(Headers.set(fields, "New", "n")).toEqual([...fields, "New", "n"])
  })
  it("removes and filters, and gives itself back where nothing goes", () => {
    expect(Headers.remove(fields, "x-a", "accept")).toEqual([])
    expect(Headers.filter(fields, () => true)).toBe(fields)
    expect(Headers.setIfAbsent(fields, "ACCEPT", "b")).toBe(fields)
  })
  it("fromPairs undoes pairs", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
        expect(Headers.pairs(Headers.fromPairs(pairs))).toEqual(pairs)
      })
    )
  })
})

describe("[HDR-01] [HDR-02] [HDR-05] what may be sent", () => {
  it.each(["Accept", "x_under", "!#$%&'*+-.^_`|~0aZ"])("the name %s", (name) =>
    expect(Headers.isToken(name)).toBe(true)
  )
  it.each(["", " A", "A ", "A B", "A:", "A\r", "A\n", "é", "A\0", "(x)"])("not the name %j", (name) =>
    expect(Headers.isToken(name)).toBe(false)
  )
  it.each(["", "a", "a b", "a\tb", "\u00e9", '"q"'])("the value %j", (value) =>
    expect(Headers.isValue(value)).toBe(true)
  )
  it.each([" a", "a ", "\ta", "a\r\nB: c", "a\n", "a\0", "\u0001", "\u007f", "☃", "\r"])("not the value %j", (value) =>
    expect(Headers.isValue(value)).toBe(false)
  )
})

describe("Disclosure", () => {
  it.each([
    ["https://ada:pw@h.test/a", "https://h.test/a"],
    ["https://h.test/?token=abc&page=2", "https://h.test/?token=<hidden>&page=2"],
    ["https://h.test/?sometoken", "https://h.test/?<hidden>"],
    ["https://h.test/#access_token=x", "https://h.test/#<hidden>"],
    ["//ada:pw@h.test/a", "//h.test/a"],
    ["http:\\\\ada:pw@h.test\\a", "http:\\\\h.test\\a"],
    ["ada:pw@h.test", "h.test"],
    ["/path@x?q=1", "/path@x?q=1"],
    ["not a url", "not a url"]
  ])("shows %s as %s", (text, shown) => expect(Disclosure.url(text)).toBe(shown))

  it("never shows userinfo or an unknown parameter", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("http", "https"),
        fc.string({ maxLength: 4 }),
        fc.string({ maxLength: 4 }),
        (scheme, user, name) => {
          const safe = encodeURIComponent(user.replace(/[\ud800-\udfff]/g, ""))
          const key = `k${encodeURIComponent(name.replace(/[\ud800-\udfff]/g, ""))}`
          expect(Disclosure.url(`${scheme}://${safe}:HIDEME@h.test/p?${key}=HIDEME#HIDEME`)).not.toContain("HIDEME")
        }
      )
    )
  })
  it("shows only the values of harmless fields", () => {
    expect(Disclosure.headers(["Accept", "a", "Authorization", "s", "X-Api-Key", "s", "Location", "/x?t=s"])).toEqual([
      ["Accept", "a"],
      ["Authorization", "<hidden>"],
      ["X-Api-Key", "<hidden>"],
      ["Location", "/x?t=<hidden>"]
    ])
  })
})
