import { describe, expect, it } from "@effect/vitest"
import { Cookie, Cookies, Request, Rules, SessionState, Target } from "@effect-requests/core"
import { Effect, Either, Option, Ref } from "effect"
import { facts, own } from "../given.js"
import { opened, redirecting, said } from "./stub.js"

const at = (url: string) => Target.fromUrl(new URL(url))
const stored = (url: string, ...lines: ReadonlyArray<string>) => Cookies.store(Cookies.empty, at(url), lines, 0)
const pairs = (jar: Cookies.Cookies) => Cookies.find(jar, {}).map(({ pair }) => pair)

describe("an explicit Cookie field", () => {
  it.effect("[COK-04] stays within its origin and goes nowhere else; the jar's are added afresh on each hop", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b", "/b": "https://other.test/" }))
      yield* session.cookies.set("sid", "jar", { domain: "h.test" })
      yield* session.get("https://h.test/a", { headers: { Cookie: "own=1" } })
      expect(yield* said(stub, "cookie")).toEqual(["own=1; sid=jar", "own=1; sid=jar", undefined])
    })
  )
})

describe("cookies of a request", () => {
  it.effect("[COK-05] are a record; a whole jar is put into the session's state", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(() => ({ text: "" }))
      yield* session.get("https://h.test/", { cookies: { a: "1", b: "2" } })
      yield* session.update(SessionState.mapCookies(() => stored("https://h.test/", "c=3")))
      yield* session.get("https://h.test/")
      expect(yield* said(stub, "cookie")).toEqual(["a=1; b=2", "c=3"])
    })
  )
  it.effect("[COK-06] belong to the origin that was asked", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "https://other.test/" }))
      const response = yield* session.get("https://h.test/a", { cookies: { mine: "1" } })
      expect(yield* said(stub, "cookie")).toEqual(["mine=1", undefined])
      expect(response.call.withheld).toEqual([{ what: "cookie", name: "mine", why: "OtherOrigin" }])
    })
  )
  it.effect("[COK-09] travel with the redirects of their call and are never kept", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b" }))
      yield* session.get("https://h.test/a", { cookies: { mine: "1" } })
      yield* session.get("https://h.test/c")
      expect(yield* said(stub, "cookie")).toEqual(["mine=1", "mine=1", undefined])
      expect(yield* session.cookies.all()).toEqual([])
    })
  )
  it.effect("[COK-10] win over one of the jar on every hop, not on the first alone", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b", "/b": "/c" }))
      yield* session.cookies.set("foo", "session", { domain: "h.test" })
      yield* session.get("https://h.test/a", { cookies: { foo: "request" } })
      expect(yield* said(stub, "cookie")).toEqual(["foo=request", "foo=request", "foo=request"])
    })
  )
})

describe("cookies of the jar", () => {
  it.effect("[COK-07] go to the hosts of their domain, on redirects too", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(
        redirecting({ "/a": "https://www.example.com/b", "/b": "https://example.org/" })
      )
      yield* session.update(
        SessionState.mapCookies(() =>
          stored("https://example.com/", "wide=1; Domain=example.com; Path=/", "here=2; Path=/")
        )
      )
      yield* session.get("https://example.com/a")
      expect(yield* said(stub, "cookie")).toEqual(["wide=1; here=2", "wide=1", undefined])
    })
  )
  it("[COK-17] keep their quotes and what is within them, as they came", () => {
    expect(pairs(stored("https://h.test/", 'a="bar:baz"', 'b="x\\"y"'))).toEqual(['a="bar:baz"', 'b="x\\"y"'])
  })
  it.each<[string, ReadonlyArray<string>]>([
    ["a=", ["a="]],
    ["a", ["a"]],
    ["=b", ["b"]],
    ["=", []],
    ["a=1; Expires=soon", ["a=1"]]
  ])("[COK-24] odd pairs are read as RFC 6265bis says: %j", (line, expected) => {
    expect(pairs(stored("https://h.test/", line))).toEqual(expected)
  })
  it("[COK-25] go by the URL's host: a Host field is no claim on another host's cookies", () => {
    const jar = Cookies.store(stored("https://h.test/", "here=1"), at("https://vhost.test/"), ["there=2"], 0)
    const made = Rules.prepare(Request.get("https://h.test/", { headers: { Host: "vhost.test" } }), facts({}, jar))
    expect(own(Either.getOrThrow(made).request.headers)).toEqual({ Host: "vhost.test", Cookie: "here=1" })
  })
  it.effect("[COK-14] a response shows what it set itself, the session what all have set", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(({ target }) => ({
        headers: { "Set-Cookie": `${target.pathname.slice(1)}=1; Path=/` }
      }))
      const first = yield* session.get("https://h.test/a")
      const second = yield* session.get("https://h.test/b")
      expect([first, second].map(({ cookies }) => Object.keys(cookies.cookies))).toEqual([["a"], ["b"]])
      expect((yield* session.cookies.all()).map(({ name }) => name)).toEqual(["a", "b"])
    })
  )
  it.effect("[COK-15] learn of what a hook sends by the session, though it hands back another response", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(({ target }) => ({
        headers: { "Set-Cookie": `${target.pathname.slice(1)}=1; Path=/` }
      }))
      yield* session.get("https://h.test/a", {
        hooks: { response: () => session.get("https://h.test/b", { hooks: null }) }
      })
      expect((yield* session.cookies.all()).map(({ name }) => name)).toContain("b")
    })
  )
})

describe("the jar", () => {
  it.effect("[COK-30] says that a name is there also where several cookies have it", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ text: "" }))
      yield* session.cookies.set("a", "1", { domain: "h.test" })
      yield* session.cookies.set("a", "2", { domain: "other.test" })
      expect((yield* session.cookies.all({ name: "a" })).length).toBe(2)
      expect((yield* session.cookies.all({ name: "b" })).length).toBe(0)
    })
  )
  it("[COK-31] lists every cookie, those of one name too", () => {
    const jar = Cookies.store(stored("https://h.test/", "a=1", "b=2"), at("https://other.test/"), ["a=3"], 0)
    expect(pairs(jar).sort()).toEqual(["a=1", "a=3", "b=2"])
    expect(Cookies.size(jar)).toBe(3)
  })
  it("[COK-33] is asked by domain and path; two cookies of one domain are one domain", () => {
    const jar = stored("https://h.test/", "a=1; Path=/", "b=2; Path=/deep")
    expect(Cookies.find(jar, { domain: "h.test", path: "/deep" }).map(({ name }) => name)).toEqual(["b"])
    expect(new Set(Cookies.find(jar, {}).map(({ domain }) => domain)).size).toBe(1)
  })
  it.effect("[COK-34] of a fork is the same value at first and goes its own way", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ text: "" }))
      yield* session.cookies.set("a", "1", { domain: "h.test" })
      const child = yield* session.fork()
      expect((yield* Ref.get(child.state)).cookies).toBe((yield* Ref.get(session.state)).cookies)
      yield* child.cookies.set("b", "2", { domain: "h.test" })
      expect([yield* session.cookies.get("b"), yield* child.cookies.get("b")]).toEqual([
        Option.none(),
        Option.some("2")
      ])
    })
  )
  it("[COK-35] takes what is put into it in place of the older one, whoever made it", () => {
    const mine = Either.getOrThrow(Cookie.make("a", "mine", { domain: "h.test" }))
    expect(pairs(Cookies.put(stored("https://h.test/", "a=server; Path=/"), mine, 1))).toEqual(["a=mine"])
    expect(
      pairs(Cookies.store(Cookies.put(Cookies.empty, mine, 0), at("https://h.test/"), ["a=server; Path=/"], 1))
    ).toEqual(["a=server"])
  })
  it("[COK-26] a host of one label is itself, and no suffix is added", () => {
    const jar = stored("http://intranet/", "a=1")
    expect(Cookies.find(jar, {}).map(({ domain }) => domain)).toEqual(["intranet"])
    expect(Cookies.header(jar, at("http://intranet/"), 0)).toBe("a=1")
  })
})
