import { Cookie, Cookies, Target } from "@effect-requests/core"
import { Either } from "effect"
import { describe, expect, it } from "vitest"

const at = (url: string) => Target.fromUrl(new URL(url))
const jar = (url: string, ...lines: ReadonlyArray<string>) => Cookies.store(Cookies.empty, at(url), lines, 1000)
const header = (cookies: Cookies.Cookies, url: string, now = 1000) => Cookies.header(cookies, at(url), now)

describe("who may set what", () => {
  it.each<[string, string, string, boolean]>([
    ["a host for itself", "https://app.test.example.com/", "a=1", true],
    ["[COK-19] a parent domain", "https://app.example.com/", "a=1; Domain=example.com", true],
    ["[COK-19] a leading dot", "https://app.example.com/", "a=1; Domain=.example.com", true],
    ["[COK-19] a sibling", "https://app.example.com/", "a=1; Domain=other.example.com", false],
    ["[COK-19] a deeper host", "https://example.com/", "a=1; Domain=app.example.com", false],
    ["[COK-19] a top level", "https://example.com/", "a=1; Domain=com", false],
    ["[COK-21] a public suffix", "https://x.co.uk/", "a=1; Domain=co.uk", false],
    ["[COK-23] Secure from http", "http://example.com/", "a=1; Secure", false],
    ["[COK-23] __Secure- without Secure", "https://example.com/", "__Secure-a=1", false],
    ["[COK-23] __Secure-", "https://example.com/", "__Secure-a=1; Secure", true],
    ["[COK-23] __Host- with a Domain", "https://example.com/", "__Host-a=1; Secure; Path=/; Domain=example.com", false],
    ["[COK-23] __Host-", "https://example.com/", "__Host-a=1; Secure; Path=/", true],
    ["a control character", "https://example.com/", "a=\u0001", false],
    ["more than 4096 bytes", "https://example.com/", `a=${"x".repeat(4096)}`, false],
    ["an address for itself", "http://127.0.0.1/", "a=1", true]
  ])("%s", (_who, url, line, accepted) => {
    expect(Cookies.size(jar(url, line))).toBe(accepted ? 1 : 0)
  })

  it("one bad line spoils no other", () => {
    expect(
      header(jar("https://example.com/", "a=1", "=;;;", "b=2; Domain=evil.test", "c=3"), "https://example.com/")
    ).toBe("a=1; c=3")
  })
})

describe("who gets what", () => {
  it.each<[string, string, string, string, string | undefined]>([
    ["[COK-20] host-only: not below", "https://example.com/", "a=1", "https://www.example.com/", undefined],
    ["a domain: below", "https://example.com/", "a=1; Domain=example.com", "https://www.example.com/", "a=1"],
    ["no boundary, no match", "https://example.com/", "a=1; Domain=example.com", "https://badexample.com/", undefined],
    ["[COK-18] a path, at its boundary", "https://example.com/", "a=1; Path=/p", "https://example.com/p/q", "a=1"],
    [
      "[COK-18] a path, no prefix of a word",
      "https://example.com/",
      "a=1; Path=/p",
      "https://example.com/pz",
      undefined
    ],
    ["[COK-18] the default path", "https://example.com/p/q", "a=1", "https://example.com/p/z", "a=1"],
    ["[COK-23] Secure over https only", "https://example.com/", "a=1; Secure", "http://example.com/", undefined],
    ["[COK-22] any port", "https://example.com/", "a=1", "https://example.com:8443/", "a=1"],
    ["IPv6", "http://[::1]:80/", "a=1", "http://[::1]:8080/", "a=1"],
    ["an address has nothing below it", "http://127.0.0.1/", "a=1", "http://x.127.0.0.1.example.com/", undefined]
  ])("%s", (_what, from, line, to, expected) => {
    expect(header(jar(from, line), to)).toBe(expected)
  })

  it("[COK-02] longer paths first, then older ones, across domains", () => {
    const from = "https://app.example.com/a/b/c"
    const cookies = jar(
      from,
      "old=1; Path=/",
      "long=2; Path=/a/b",
      "wide=3; Path=/a; Domain=example.com",
      "new=4; Path=/"
    )
    expect(header(cookies, from)).toBe("long=2; wide=3; old=1; new=4")
  })

  it("a cookie that comes again keeps its place and its age", () => {
    const from = "https://example.com/"
    const cookies = Cookies.store(jar(from, "a=1", "b=2"), at(from), ["a=3"], 5000)
    expect(header(cookies, from, 5000)).toBe("a=3; b=2")
    expect(Cookies.size(cookies)).toBe(2)
  })
})

describe("[COK-16] expiry by the given time", () => {
  const from = "https://example.com/"
  it.each<[string, string, number, string | undefined]>([
    ["Max-Age, before", "a=1; Max-Age=10", 10_999, "a=1"],
    ["Max-Age, after", "a=1; Max-Age=10", 11_000, undefined],
    ["Expires, before", "a=1; Expires=Thu, 01 Jan 1970 00:01:00 GMT", 59_999, "a=1"],
    ["Expires, after", "a=1; Expires=Thu, 01 Jan 1970 00:01:00 GMT", 60_000, undefined],
    ["[COK-24] a bad Expires is none", "a=1; Expires=soon", 1e15, "a=1"],
    ["a session cookie", "a=1", 1e15, "a=1"]
  ])("%s", (_what, line, now, expected) => {
    expect(header(jar(from, line), from, now)).toBe(expected)
  })
  it("Max-Age=0 removes", () => {
    const cookies = Cookies.store(jar(from, "a=1", "b=2"), at(from), ["a=; Max-Age=0"], 2000)
    expect([Cookies.size(cookies), header(cookies, from)]).toEqual([1, "b=2"])
  })
})

describe("the jar as a value", () => {
  it("is itself where nothing changed", () => {
    const cookies = jar("https://example.com/", "a=1")
    expect(Cookies.store(cookies, at("https://example.com/"), [], 0)).toBe(cookies)
    expect(Cookies.store(cookies, at("https://example.com/"), ["x=1; Domain=evil.test"], 0)).toBe(cookies)
    expect(Cookies.remove(cookies, { name: "nope" })).toBe(cookies)
  })
  it("is never changed in place", () => {
    const before = jar("https://example.com/", "a=1")
    Cookies.store(before, at("https://example.com/"), ["a=2", "b=3"], 0)
    expect(header(before, "https://example.com/")).toBe("a=1")
  })
  it("finds and removes by name, domain and path", () => {
    const cookies = Cookies.store(jar("https://a.test/", "x=1", "y=2; Path=/p"), at("https://b.test/"), ["x=3"], 0)
    expect(
      Cookies.find(cookies, { name: "x" })
        .map((c) => c.domain)
        .sort()
    ).toEqual(["a.test", "b.test"])
    expect(Cookies.size(Cookies.remove(cookies, { domain: ".A.test" }))).toBe(1)
    expect(Cookies.size(Cookies.remove(cookies, { path: "/p" }))).toBe(2)
    expect(Cookies.size(Cookies.remove(cookies, {}))).toBe(0)
  })
  it("a domain holds 3,000 at most; the oldest goes, the insecure before the secure", () => {
    const lines = Array.from({ length: 3001 }, (_, i) => `n${i}=1${i === 0 ? "; Secure" : ""}`)
    const cookies = jar("https://example.com/", ...lines)
    expect(Cookies.size(cookies)).toBe(3000)
    expect(Cookies.find(cookies, { name: "n0" })).toHaveLength(1)
    expect(Cookies.find(cookies, { name: "n1" })).toHaveLength(0)
  })
  it("shows no value", () => {
    expect(JSON.stringify(Cookies.find(jar("https://example.com/", "sid=SECRET"), {}))).not.toContain("SECRET")
  })
})

describe("[COK-27] a cookie of one's own", () => {
  it.each<[string, string, Cookie.Attributes]>([
    ["", "1", { domain: "h.test" }],
    ["a=b", "1", { domain: "h.test" }],
    ["a", "1; Domain=evil.test", { domain: "h.test" }],
    ["a", "1\r\nX: y", { domain: "h.test" }],
    ["a", "☃", { domain: "h.test" }],
    ["a", "1", { domain: "h.test/x" }],
    ["a", "1", { domain: "" }],
    ["a", "1", { domain: "co.uk", hostOnly: false }],
    ["a", "1", { domain: "com", hostOnly: false }],
    ["__Secure-a", "1", { domain: "h.test" }],
    ["__Host-a", "1", { domain: "h.test", secure: true, path: "/x" }],
    ["__Host-a", "1", { domain: "h.test", secure: true, hostOnly: false }],
    ["a", "1", { domain: "h.test", path: "x" }],
    ["a", "x".repeat(4096), { domain: "h.test" }]
  ])("refuses %j = %j at %j", (name, value, attributes) => {
    const made = Cookie.make(name, value, attributes)
    expect(Either.isLeft(made) && made.left._tag).toBe("InvalidCookie")
  })
  it("is sent where it belongs", () => {
    const mine = Either.getOrThrow(
      Cookie.make("theme", "dark", { domain: "Example.com", hostOnly: false, secure: true })
    )
    const cookies = Cookies.put(Cookies.empty, mine, 0)
    expect(header(cookies, "https://www.example.com/x")).toBe("theme=dark")
    expect(header(cookies, "http://www.example.com/x")).toBeUndefined()
  })
})
