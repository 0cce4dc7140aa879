import { Cookies, Target } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { CookieJar } from "tough-cookie"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"

const now = Date.UTC(2026, 0, 1)

const host = fc.constantFrom(
  "example.com",
  "www.example.com",
  "a.www.example.com",
  "example.co.uk",
  "x.example.co.uk",
  "localhost",
  "app.localhost",
  "127.0.0.1",
  "[::1]",
  "github.io",
  "me.github.io"
)
const url = fc
  .tuple(
    fc.constantFrom("http", "https"),
    host,
    fc.constantFrom("", ":8443"),
    fc.constantFrom("/", "/a", "/a/b", "/ab", "/a%20b/c", "/%zz")
  )
  .map(([scheme, name, port, path]) => `${scheme}://${name}${port}${path}`)

const attribute = fc.oneof(
  fc.constantFrom(
    "Secure",
    "HttpOnly",
    "Path=/",
    "Path=/a",
    "Path=/a/",
    "Path=x",
    "Max-Age=0",
    "Max-Age=60",
    "Max-Age=-1",
    "Max-Age=x"
  ),
  fc.constantFrom(
    "SameSite=Lax",
    "SameSite=None",
    "Expires=Wed, 01 Jan 2020 00:00:00 GMT",
    "Expires=Wed, 01 Jan 2099 00:00:00 GMT",
    "Expires=soon"
  ),
  fc
    .constantFrom(
      "example.com",
      ".example.com",
      "www.example.com",
      "com",
      "co.uk",
      "localhost",
      "127.0.0.1",
      "github.io",
      ""
    )
    .map((domain) => `Domain=${domain}`)
)
const line = fc
  .tuple(
    fc.constantFrom("a", "b", "__Host-c", "__Secure-d", ""),
    fc.constantFrom("1", "2", "", '"q"', "x y"),
    fc.array(attribute, { maxLength: 4 })
  )
  // RFC 6265bis ignores a cookie without name and value; tough-cookie lets it take another's place.
  .filter(([name, value]) => name !== "" || value !== "")
  .map(([name, value, attributes]) => [`${name}=${value}`, ...attributes].join("; "))

/** Each response a millisecond later, so that ages differ. */
const responses = fc.array(fc.tuple(url, fc.array(line, { minLength: 1, maxLength: 3 })), { maxLength: 8 })

const ours = (history: ReadonlyArray<readonly [string, ReadonlyArray<string>]>) =>
  history.reduce(
    (jar, [from, lines], i) => Cookies.store(jar, Target.fromUrl(new URL(from)), lines, now + i),
    Cookies.empty
  )

const theirs = (history: ReadonlyArray<readonly [string, ReadonlyArray<string>]>) => {
  const jar = new CookieJar(undefined, { looseMode: true })
  history.forEach(([from, lines], i) => {
    for (const one of lines) jar.setCookieSync(one, from, { ignoreError: true, now: new Date(now + i) })
  })
  return jar
}

describe("the jar agrees with tough-cookie's own", () => {
  beforeAll(() => void vi.useFakeTimers({ now: now + 100, toFake: ["Date"] }))
  afterAll(() => void vi.useRealTimers())

  it("on every header, after any history", () => {
    fc.assert(
      fc.property(responses, url, (history, to) => {
        const expected = theirs(history)
          .getCookiesSync(to, { sort: true })
          .map((one) => one.cookieString())
          .filter((pair) => pair !== "")
          .join("; ")
        const got = Cookies.header(ours(history), Target.fromUrl(new URL(to)), now + 100) ?? ""
        // A removed cookie that comes back is a new one here, and keeps its old age there: only the order may differ.
        const removes = history.some(([, lines]) => lines.some((one) => /Max-Age=(0|-1)|2020/.test(one)))
        const sorted = (header: string) => header.split("; ").sort().join("; ")
        expect(removes ? sorted(got) : got).toBe(removes ? sorted(expected) : expected)
      }),
      { numRuns: 2000 }
    )
  })

  it("size counts what find finds", () => {
    fc.assert(
      fc.property(responses, (history) => {
        const jar = ours(history)
        expect(Cookies.size(jar)).toBe(Cookies.find(jar, {}).length)
      })
    )
  })

  it("any Set-Cookie line at all is judged, never thrown at", () => {
    fc.assert(
      fc.property(fc.string(), url, (text, from) => {
        expect(Cookies.size(Cookies.store(Cookies.empty, Target.fromUrl(new URL(from)), [text], now))).toBeLessThan(2)
      }),
      { numRuns: 1000 }
    )
  })
})
