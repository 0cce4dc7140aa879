import { describe, expect, it } from "@effect/vitest"
import { Rules, Target } from "@effect-requests/core"
import { Either } from "effect"
import fc from "fast-check"

const base = Target.fromUrl(new URL("https://ada:pw@api.example.test:8443/v1/users?x=1#top"))

/** What the parser finds. */
const parsed = (text: string, base: Target.Target | undefined): Target.Target | undefined =>
  Either.getOrUndefined(
    Either.map(Rules.parseUrl(text, base === undefined ? undefined : new URL(base.href), "url"), (url) =>
      Target.fromUrl(url)
    )
  )

const parts = (target: Target.Target | undefined) => target && { ...target }

describe("plainTarget", () => {
  it.each([
    ["/", "https://api.example.test:8443/"],
    ["/a/b", "https://api.example.test:8443/a/b"],
    ["/a/b/", "https://api.example.test:8443/a/b/"],
    ["/a?b=1&c=%20", "https://api.example.test:8443/a?b=1&c=%20"],
    ["me", "https://api.example.test:8443/v1/me"],
    ["me/x?y", "https://api.example.test:8443/v1/me/x?y"],
    ["http://other.test/a.html", "http://other.test/a.html"],
    ["http://other.test:8080/", "http://other.test:8080/"]
  ])("%s is %s", (text, href) => {
    expect(Rules.plainTarget(text, base)?.href).toBe(href)
    expect(parts(Rules.plainTarget(text, base))).toEqual(parts(parsed(text, base)))
  })

  it.each([
    "",
    "//other.test/",
    "/../a",
    "/./a",
    "/a/..",
    "/a/%2e%2e/b",
    "/ä",
    "/a b",
    "/a#b",
    "/a?",
    "?a",
    "#a",
    "a:b",
    "\\a",
    "/a\\b",
    "/a?'",
    '/a?"',
    " /a",
    "https://h.test",
    "https://h.test:443/",
    "https://H.test/",
    "https://u@h.test/",
    "https://1.2.3.4/",
    "https://h.test./",
    "https://xn--a.test/",
    "https://h.test/../a",
    `https://${"a".repeat(64)}.test/`,
    "ftp://h.test/"
  ])("leaves %j to the parser", (text) => {
    const found = Rules.plainTarget(text, base)
    if (found !== undefined) expect(parts(found)).toEqual(parts(parsed(text, base)))
    else expect(found).toBeUndefined()
  })

  it("looks at no base of another kind", () => {
    const socket = Target.fromUrl(new URL("http+unix://%2Frun%2Fa.sock/x"))
    expect(Rules.plainTarget("/a", socket)).toBeUndefined()
    expect(Rules.plainTarget("/a", undefined)).toBeUndefined()
  })

  it("law: what it finds is what the parser finds", () => {
    const piece = fc.constantFrom(
      ..."/ // . .. ... ? # % %2e %41 @ : ; = & ' \" \\ ~ _ - a b Z 9 ä \t https:// http:// http: h.test example.test :80 :443 :8080 xn--".split(
        " "
      )
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join("")),
      fc.webUrl({ withQueryParameters: true }),
      fc.webPath(),
      fc.string({ maxLength: 12 })
    )
    let found = 0
    fc.assert(
      fc.property(text, fc.constantFrom(base, undefined), (text, base) => {
        const plain = Rules.plainTarget(text, base)
        if (plain === undefined) return
        found++
        expect(parts(plain)).toEqual(parts(parsed(text, base)))
      }),
      { numRuns: 5000 }
    )
    expect(found).toBeGreaterThan(200)
  })
})
