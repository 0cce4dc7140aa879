import { Cookie, Cookies, Target } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as CookiesTxt from "../../src/data/CookiesTxt.js"

const at = (url: string) => Target.fromUrl(new URL(url))
const line = (...fields: ReadonlyArray<string>) => fields.join("\t")
const only = (text: string, now?: number) => Cookies.toArray(CookiesTxt.parse(text, now).cookies)[0]

const written = `# Netscape HTTP Cookie File
# https://curl.se/docs/http-cookies.html

#HttpOnly_.example.com\tTRUE\t/\tTRUE\t2000000000\tsid\tabc
www.example.com\tFALSE\t/a\tFALSE\t0\ttheme\tdark
`

describe("reading", () => {
  it("[COK-20] reads what curl writes", () => {
    const { cookies, skipped } = CookiesTxt.parse(written, 1000)
    expect(skipped).toEqual([])
    expect(Cookies.toArray(cookies).map(({ pair: _, ...parts }) => parts)).toEqual([
      {
        name: "sid",
        value: "abc",
        domain: "example.com",
        path: "/",
        hostOnly: false,
        secure: true,
        httpOnly: true,
        sameSite: undefined,
        expires: 2e12,
        creation: 1000,
        serial: 3
      },
      {
        name: "theme",
        value: "dark",
        domain: "www.example.com",
        path: "/a",
        hostOnly: true,
        secure: false,
        httpOnly: false,
        sameSite: undefined,
        expires: Infinity,
        creation: 1000,
        serial: 4
      }
    ])
    expect(Cookies.header(cookies, at("https://www.example.com/a"), 1000)).toBe("theme=dark; sid=abc")
    expect(Cookies.header(cookies, at("https://m.www.example.com/a"), 1000)).toBe("sid=abc")
  })

  it.each<[string, string, Partial<Cookie.Parts>]>([
    ["Windows line ends", written.replaceAll("\n", "\r\n"), { name: "sid", value: "abc" }],
    ["a byte order mark", `\uFEFF${written}`, { name: "sid" }],
    ["no first line", line("h.test", "FALSE", "/", "FALSE", "0", "a", "1"), { name: "a", domain: "h.test" }],
    ["flags in lower case", line("h.test", "true", "/", "false", "0", "a", "1"), { hostOnly: false, secure: false }],
    [
      "the flag counts, not the dot",
      line(".h.test", "FALSE", "/", "FALSE", "0", "a", "1"),
      { domain: "h.test", hostOnly: true }
    ],
    [
      "a domain of any case and script",
      line(".BÜCHER.test", "TRUE", "/", "FALSE", "0", "a", "1"),
      { domain: "xn--bcher-kva.test" }
    ],
    ["IPv6", line("::1", "FALSE", "/", "FALSE", "0", "a", "1"), { domain: "::1" }],
    ["[COK-24] an empty value", line("h.test", "FALSE", "/", "FALSE", "0", "a", ""), { name: "a", value: "" }],
    [
      "[COK-24] an empty value without its tab, as curl has it",
      line("h.test", "FALSE", "/", "FALSE", "0", "a"),
      { name: "a", value: "" }
    ],
    [
      "an empty name: the value alone",
      line("h.test", "FALSE", "/", "FALSE", "0", "", "v=1"),
      { name: "", value: "v=1" }
    ],
    ["an empty expiry: of the session", line("h.test", "FALSE", "/", "FALSE", "", "a", "1"), { expires: Infinity }],
    [
      "fractions of a second",
      line("h.test", "FALSE", "/", "FALSE", "1700000000.1234", "a", "1"),
      { expires: 1700000000123 }
    ],
    [
      "[COK-21] a public suffix is this host alone",
      line(".co.uk", "TRUE", "/", "FALSE", "0", "a", "1"),
      { hostOnly: true }
    ],
    [
      "a top level is this host alone",
      line(".localhost", "TRUE", "/", "FALSE", "0", "a", "1"),
      { domain: "localhost", hostOnly: true }
    ]
  ])("takes %s", (_what, text, expected) => {
    expect(CookiesTxt.parse(text).skipped).toEqual([])
    expect(only(text)).toMatchObject(expected)
  })

  it.each<[string, string]>([
    ["it has 1 fields with tabs between, not 7", "h.test FALSE / FALSE 0 a 1"],
    ["it has 8 fields with tabs between, not 7", line("h.test", "FALSE", "/", "FALSE", "0", "a", "1", "2")],
    ["its domain is no host", line("", "FALSE", "/", "FALSE", "0", "a", "1")],
    ["its domain is no host", line("a/b", "FALSE", "/", "FALSE", "0", "a", "1")],
    ["its domain is no host", line("a".repeat(300), "FALSE", "/", "FALSE", "0", "a", "1")],
    ["its second field is neither TRUE nor FALSE", line("h.test", "YES", "/", "FALSE", "0", "a", "1")],
    [
      'its path does not begin with "/", or has a character that no path has',
      line("h.test", "FALSE", "a", "FALSE", "0", "a", "1")
    ],
    ["its fourth field is neither TRUE nor FALSE", line("h.test", "FALSE", "/", "", "0", "a", "1")],
    ["its expiry is no number of seconds", line("h.test", "FALSE", "/", "FALSE", "soon", "a", "1")],
    ["it has neither a name nor a value", line("h.test", "FALSE", "/", "FALSE", "0", "", "")],
    ["its name has a character that a cookie cannot have", line("h.test", "FALSE", "/", "FALSE", "0", "a=b", "1")],
    ["its value has a character that a cookie cannot have", line("h.test", "FALSE", "/", "FALSE", "0", "a", "1; b")],
    ["its value has a character that a cookie cannot have", line("h.test", "FALSE", "/", "FALSE", "0", "a", "☃")],
    ["its name and value are longer than 4096 bytes", line("h.test", "FALSE", "/", "FALSE", "0", "a", "x".repeat(4096))]
  ])("[COK-27] tells that %s", (problem, bad) => {
    const { cookies, skipped } = CookiesTxt.parse(
      `# comment\n${bad}\n${line("h.test", "FALSE", "/", "FALSE", "0", "good", "1")}`
    )
    expect(skipped).toEqual([{ line: 2, problem }])
    expect(Cookies.toArray(cookies).map(({ name }) => name)).toEqual(["good"])
  })

  it("[COK-16] leaves out what has expired by now, and nothing by default", () => {
    const text = line("h.test", "FALSE", "/", "FALSE", "10", "a", "1")
    expect(only(text)?.expires).toBe(10_000)
    expect(only(text, 9_999)).toBeDefined()
    expect(only(text, 10_000)).toBeUndefined()
    expect(only(line("h.test", "FALSE", "/", "FALSE", "-1", "a", "1"))).toBeUndefined()
  })

  it("the last line of one domain, path and name counts", () => {
    const two = ["1", "2"].map((value) => line("h.test", "FALSE", "/", "FALSE", "0", "a", value)).join("\n")
    expect(Cookies.header(CookiesTxt.parse(two).cookies, at("https://h.test/"), 0)).toBe("a=2")
  })

  it("takes any text", () => {
    const field = fc.oneof(
      fc.constantFrom("TRUE", "FALSE", "/", "0", "h.test", "#HttpOnly_", "\t", "\n", "\r\n"),
      fc.string({ unit: "binary" })
    )
    fc.assert(
      fc.property(fc.array(field), fc.constantFrom("", "\t"), fc.double(), (fields, between, now) => {
        const text = fields.join(between)
        const { cookies, skipped } = CookiesTxt.parse(text, now)
        expect(Cookies.size(cookies) + skipped.length).toBeLessThanOrEqual(text.split("\n").length)
      }),
      { numRuns: 500 }
    )
  })

  it("reads however much there is (bench:linear has the times)", () => {
    const lines = (n: number) =>
      Array.from({ length: n }, (_, i) => line("h.test", "FALSE", "/", "FALSE", "0", `n${i}`, "1")).join("\n")
    expect(Cookies.size(CookiesTxt.parse(lines(3000)).cookies)).toBe(3000)
    for (const text of ["\t".repeat(1e6), "\r".repeat(1e6), line("ü".repeat(1e6), "", "", "", "", "")]) {
      expect(Cookies.size(CookiesTxt.parse(text).cookies)).toBe(0)
    }
  })
})

const domain = fc.constantFrom("h.test", "b.h.test", "::1", "127.0.0.1", "localhost", "xn--bcher-kva.test")
/** What the format holds: whole seconds, no SameSite; a host without a dot has nobody below it. */
const cookie = fc
  .record({
    name: fc.constantFrom("a", "b", "", "#c", "HttpOnly_"),
    value: fc.constantFrom("1", "#", "x y", '"q"', "=", "TRUE"),
    domain,
    path: fc.constantFrom("/", "/a", "/a b", "/#"),
    hostOnly: fc.boolean(),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constant(undefined),
    expires: fc.oneof(
      fc.constant(Infinity),
      fc.integer({ min: 1, max: 1e10 }).map((seconds) => seconds * 1000)
    ),
    creation: fc.constantFrom(1, 2),
    serial: fc.nat({ max: 50 })
  })
  .map((parts) => new Cookie.Cookie({ ...parts, hostOnly: parts.hostOnly || parts.domain === "localhost" }))
const jar = fc.array(cookie).map((list) => Cookies.fromArray(list))
const listed = (self: Cookies.Cookies) => ({
  ...self,
  byDomain: Array.from(self.byDomain).sort(([a], [b]) => (a < b ? -1 : 1))
})
const ageless = (self: Cookies.Cookies) => Cookies.toArray(self).map(({ creation: _, serial: __, ...parts }) => parts)

describe("writing", () => {
  it("is what curl reads", () => {
    const store = Cookies.store(
      Cookies.empty,
      at("https://www.example.com/a/b"),
      ["sid=abc; Domain=example.com; Path=/; Secure; HttpOnly; Max-Age=10", "theme=dark"],
      1000
    )
    expect(CookiesTxt.write(store)).toBe(
      "# Netscape HTTP Cookie File\n" +
        "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t11\tsid\tabc\n" +
        "www.example.com\tFALSE\t/a\tFALSE\t0\ttheme\tdark\n"
    )
  })
  it("is read as it was, in the same order, so that every header is the same", () => {
    fc.assert(
      fc.property(
        jar,
        domain,
        fc.constantFrom("http", "https"),
        fc.constantFrom("/", "/a", "/a%20b"),
        (cookies, host, scheme, path) => {
          const { cookies: read, skipped } = CookiesTxt.parse(CookiesTxt.write(cookies))
          expect(skipped).toEqual([])
          expect(ageless(read)).toEqual(ageless(cookies))
          const target = at(`${scheme}://${host.includes(":") ? `[${host}]` : host}${path}`)
          expect(Cookies.header(read, target, 5)).toBe(Cookies.header(cookies, target, 5))
          expect(CookiesTxt.write(read)).toBe(CookiesTxt.write(cookies))
        }
      ),
      { numRuns: 500 }
    )
  })
  it("is read whatever a jar has, each cookie once or not at all", () => {
    const odd = fc
      .record({
        name: fc.string(),
        value: fc.string({ unit: "binary" }),
        domain: fc.string(),
        path: fc.string(),
        hostOnly: fc.boolean(),
        secure: fc.boolean(),
        httpOnly: fc.boolean(),
        sameSite: fc.constantFrom("lax" as const, undefined),
        expires: fc.double(),
        creation: fc.double(),
        serial: fc.nat()
      })
      .map((parts) => new Cookie.Cookie(parts))
    fc.assert(
      fc.property(fc.array(odd), (list) => {
        const { cookies, skipped } = CookiesTxt.parse(CookiesTxt.write(Cookies.fromArray(list)))
        expect(Cookies.size(cookies) + skipped.length).toBeLessThanOrEqual(list.length)
      }),
      { numRuns: 500 }
    )
  })
  it.each([0, 1, 999, -1, -Infinity, Number.NaN])(
    "a cookie that expired at %d does not become one of the session",
    (expires) => {
      const past = new Cookie.Cookie({
        name: "a",
        value: "1",
        domain: "h.test",
        path: "/",
        hostOnly: true,
        secure: false,
        httpOnly: false,
        sameSite: undefined,
        expires,
        creation: 0,
        serial: 0
      })
      expect(only(CookiesTxt.write(Cookies.fromArray([past])))?.expires).toBe(1000)
    }
  )
})

describe("[COK-34] [COK-35] the jar as a list", () => {
  it("is the same jar again", () => {
    fc.assert(
      fc.property(jar, (cookies) => {
        const again = Cookies.fromArray(Cookies.toArray(cookies), cookies.serial)
        expect(listed(again)).toEqual(listed(cookies))
      })
    )
  })
  it("merges: those of the other win, each domain keeps its order, nothing else changes", () => {
    fc.assert(
      fc.property(jar, jar, (a, b) => {
        const merged = Cookies.merge(a, b)
        expect(listed(merged)).toEqual(
          listed(Cookies.fromArray([...Cookies.toArray(a), ...Cookies.toArray(b)], merged.serial))
        )
        expect(Cookies.toArray(merged)).toEqual(expect.arrayContaining([...Cookies.toArray(b)]))
        expect(merged.serial).toBe(Math.max(a.serial, b.serial))
        expect(Cookies.size(merged)).toBe(Cookies.toArray(merged).length)
        expect(Cookies.toArray(Cookies.merge(a, a))).toEqual(Cookies.toArray(a))
        expect(listed(Cookies.merge(Cookies.empty, a))).toEqual(listed(a))
        expect(listed(Cookies.merge(a, Cookies.empty))).toEqual(listed(a))
      })
    )
  })
  it("merges cookies of one age, path length and number in an order of their own", () => {
    const one = (name: string, path: string, expires = Infinity) =>
      new Cookie.Cookie({
        name,
        value: "1",
        domain: "b.h.test",
        path,
        hostOnly: false,
        secure: false,
        httpOnly: false,
        sameSite: undefined,
        expires,
        creation: 0,
        serial: 1
      })
    const [a, b] = [Cookies.fromArray([one("b", "/#"), one("a", "/a")]), Cookies.fromArray([one("b", "/#", 1000)])]
    const names = (jar: Cookies.Cookies) => Cookies.find(jar, { domain: "b.h.test" }).map(({ name }) => name)
    expect(names(Cookies.merge(a, b))).toEqual(["b", "a"])
    expect(names(Cookies.fromArray([...Cookies.toArray(a), ...Cookies.toArray(b)]))).toEqual(["b", "a"])
  })
  it("a list is never too long: limits hold when a cookie comes", () => {
    const many = Array.from(
      { length: 3100 },
      (_, serial) =>
        new Cookie.Cookie({
          name: `n${serial}`,
          value: "1",
          domain: "h.test",
          path: "/",
          hostOnly: true,
          secure: serial === 0,
          httpOnly: false,
          sameSite: undefined,
          expires: Infinity,
          creation: 0,
          serial
        })
    )
    const names = Cookies.toArray(Cookies.fromArray(many)).map(({ name }) => name)
    expect([names.length, names[0], names[1]]).toEqual([3100, "n0", "n1"])
  })
})
