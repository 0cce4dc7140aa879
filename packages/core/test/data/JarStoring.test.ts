import { Cookie, Cookies, Rules, type SessionState, Target } from "@effect-requests/core"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { answered, call, facts } from "../given.js"

const at = (host: string) => Target.fromUrl(new URL(`https://${host}/`))
const endless: Cookies.Limits = { largestCookie: Infinity, mostOfDomain: Infinity, mostOfAll: Infinity }
const names = (jar: Cookies.Cookies) => Cookies.toArray(jar).map(({ name }) => name)

/** Each line by its host, a second apart. */
const filled = (limits: Partial<Cookies.Limits>, ...lines: ReadonlyArray<readonly [host: string, line: string]>) =>
  lines.reduce(
    (jar, [host, line], second) => Cookies.store(jar, at(host), [line], second * 1000, { ...endless, ...limits }),
    Cookies.empty
  )

describe("limits", () => {
  it("of one cookie: name and value together, and it spoils no other", () => {
    const jar = filled({ largestCookie: 5 }, ["a.test", "ab=cde"], ["a.test", "ab=cdef"], ["a.test", "c=d"])
    expect(names(jar)).toEqual(["ab", "c"])
    expect(Either.isLeft(Cookie.make("ab", "cdef", { domain: "a.test" }, 5))).toBe(true)
    expect(Either.isRight(Cookie.make("ab", "c".repeat(5000), { domain: "a.test" }, Infinity))).toBe(true)
  })
  it("of a domain: first what is not Secure, then the oldest; other domains keep theirs", () => {
    const jar = filled(
      { mostOfDomain: 2 },
      ["b.test", "other=1"],
      ["a.test", "old=1; Secure"],
      ["a.test", "plain=2"],
      ["a.test", "new=3; Secure"]
    )
    expect(names(jar)).toEqual(["other", "old", "new"])
    expect(names(Cookies.store(jar, at("a.test"), ["last=4; Secure"], 9000, { ...endless, mostOfDomain: 2 }))).toEqual([
      "other",
      "new",
      "last"
    ])
  })
  it("of all: first what has expired, then the oldest, whatever its domain", () => {
    const jar = filled(
      { mostOfAll: 3 },
      ["a.test", "first=1"],
      ["b.test", "brief=2; Max-Age=1"],
      ["c.test", "third=3; Secure"],
      ["d.test", "fourth=4"]
    )
    expect(names(jar)).toEqual(["first", "third", "fourth"])
    expect(names(Cookies.store(jar, at("e.test"), ["fifth=5"], 9000, { ...endless, mostOfAll: 3 }))).toEqual([
      "third",
      "fourth",
      "fifth"
    ])
  })
  it("of nothing at all keep nothing", () => {
    expect(names(filled({ mostOfAll: 0 }, ["a.test", "a=1"], ["b.test", "b=1"]))).toEqual([])
  })
  it("are never exceeded, and what is kept is the newest", () => {
    const line = fc.tuple(fc.constantFrom("a.test", "b.test"), fc.constantFrom("x", "y", "z", "w"))
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.nat({ max: 3 }),
        fc.nat({ max: 5 }),
        (lines, mostOfDomain, mostOfAll) => {
          const said = lines.map(([host, name], i) => [host, `${name}${i}=1`] as const)
          const jar = filled({ mostOfDomain, mostOfAll }, ...said)
          const perDomain = ["a.test", "b.test"].map((domain) => Cookies.find(jar, { domain }))
          for (const bucket of perDomain) expect(bucket.length).toBeLessThanOrEqual(mostOfDomain)
          expect(Cookies.size(jar)).toBeLessThanOrEqual(mostOfAll)
          expect(names(jar)).toHaveLength(Cookies.size(jar))
          const last = said.at(-1)
          if (last !== undefined && mostOfDomain > 0 && mostOfAll > 0)
            expect(names(jar).at(-1)).toBe(last[1].split("=")[0])
        }
      )
    )
  })
})

describe("a session's limits", () => {
  const learned = (jar: Parameters<typeof Rules.jarOf>[0]["jar"]): SessionState.SessionState =>
    Rules.absorb(
      facts().state,
      answered(call("GET", "https://a.test/", {}, { jar }), 200, ["Set-Cookie", "a=1", "Set-Cookie", "b=22"]),
      { now: 0, nonce: "" }
    )
  it("are settings", () => {
    expect(names(learned({}).cookies)).toEqual(["a", "b"])
    expect(names(learned({ mostOfDomain: 1 }).cookies)).toEqual(["b"])
    expect(names(learned({ largestCookie: 2 }).cookies)).toEqual(["a"])
  })
})
