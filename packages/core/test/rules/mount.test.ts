import { Rules } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

describe("[ADP-03] [ADP-04] covers", () => {
  it.each<[string, string, boolean]>([
    ["", "ftp://x/", true],
    ["https://", "https://a.test/", true],
    ["https://", "http://a.test/", false],
    ["https", "https://a.test/", true],
    ["http", "https://a.test/", false],
    ["https://api.example.com", "https://api.example.com/", true],
    ["https://api.example.com", "https://api.example.com.evil.test/", false],
    ["https://api.example.com", "https://api.example.community/", false],
    ["https://api.example.com", "https://api.example.com:8443/x", true],
    ["https://api.example.com/", "https://api.example.com:8443/x", false],
    ["https://api.example.com:443/", "https://api.example.com/x", true],
    ["https://api.example.com:8443", "https://api.example.com:84430/", false],
    ["HTTPS://API.example.com/V1", "https://api.example.com/v1/x", true],
    ["https://api.example.com/v1", "https://api.example.com/v1?x", true],
    ["https://api.example.com/v1", "https://api.example.com/v10", false],
    ["http://git", "http://github.com/", false],
    ["http://[::1]", "http://[::1]:8080/", true]
  ])("%s and %s: %s", (prefix, href, expected) => expect(Rules.covers(prefix, href)).toBe(expected))
})

describe("[ADP-01] the longest prefix wins", () => {
  it("whatever the order of mounting", () => {
    const prefixes = ["https://", "https://a.test/", "https://a.test/v1", "http://"]
    fc.assert(
      fc.property(fc.shuffledSubarray(prefixes, { minLength: 4 }), (order) => {
        expect(Rules.longestPrefix(order, "https://a.test/v1/x")).toBe("https://a.test/v1")
        expect(Rules.longestPrefix(order, "https://a.test/v10")).toBe("https://a.test/")
        expect(Rules.longestPrefix(order, "https://b.test/")).toBe("https://")
        expect(Rules.longestPrefix(order, "ftp://b.test/")).toBeUndefined()
      })
    )
  })
})
