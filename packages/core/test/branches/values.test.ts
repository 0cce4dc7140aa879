/** Values at their edges: lists of odd length, credentials of every kind, texts of errors. */
import {
  Auth,
  Cookie,
  Errors,
  Headers,
  Links,
  PreparedRequest,
  Request,
  Rules,
  SessionState,
  Target
} from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Effect, Either, HashMap, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import * as Snapshot from "../../src/data/Snapshot.js"

describe("fields with a name and no value", () => {
  const odd = ["X-A", "1", "X-B"]

  it("have no value to get, and an empty one in lists", () => {
    expect(Headers.get(odd, "x-b")).toBeUndefined()
    expect(Headers.has(odd, "x-b")).toBe(false)
    expect(Headers.getAll(odd, "x-b")).toEqual([""])
    expect(Headers.pairs(odd)).toEqual([
      ["X-A", "1"],
      ["X-B", ""]
    ])
  })

  it("are made whole by whoever takes another one out", () => {
    expect(Headers.remove(odd, "x-a")).toEqual(["X-B", ""])
  })
})

describe("setIfAbsent", () => {
  it.each<[what: string, before: Headers.Headers, after: Headers.Headers]>([
    ["adds at the end", ["X-A", "1"], ["X-A", "1", "X-B", "2"]],
    ["leaves what is there, whatever its case and value", ["x-b", ""], ["x-b", ""]]
  ])("%s", (_what, before, after) => {
    expect(Headers.setIfAbsent(before, "X-B", "2")).toEqual(after)
  })
})

describe("Auth.forOrigins", () => {
  const source = { current: Effect.succeed(Redacted.make("t")), refused: () => Effect.void }

  it.each<Auth.Auth>([
    Auth.basic("u", "p"),
    Auth.bearer("t"),
    Auth.digest("u", "p"),
    Auth.refreshing(source),
    Auth.custom(() => [])
  ])("binds $_tag, and nothing else of it changes", (auth) => {
    expect(Auth.forOrigins(auth, ["https://h.test"])).toEqual({ ...auth, origins: ["https://h.test"] })
  })

  it("gives tokens to the origins that it names", () => {
    const auth = Auth.forOrigins(Auth.refreshing(source), ["https://h.test"])
    expect(Rules.tokenSource(Hops.call("GET", "https://h.test/", { auth }))).toBe(source)
    expect(Rules.tokenSource(Hops.call("GET", "https://other.test/", { auth }))).toBeUndefined()
  })
})

describe("a link's title*", () => {
  it.each<[what: string, value: string, title: string | undefined]>([
    ["in UTF-8", "UTF-8''%e2%82%ac", "€"],
    ["with a language", "utf-8'en'a", "a"],
    ["without quotes between its parts", "a", undefined],
    ["with one quote only", "utf-8'a", undefined],
    ["in an encoding that no reader must know", "koi8-r''%c1", undefined],
    ["with bytes that are no UTF-8", "UTF-8''%ff", undefined]
  ])("%s", (_what, value, title) => {
    expect(Links.parse(`</>; title*=${value}`)[0]?.params.get("title")).toBe(title)
  })
})

describe("messages", () => {
  const { response } = Hops.answered(Hops.call("GET", "https://h.test/?token=1"), { status: 200 })

  it.each<[what: string, cause: unknown, end: string]>([
    ["an error", new Error("no"), "no"],
    ["a text", "no", "no"],
    ["nothing", undefined, "undefined"]
  ])("a hook may fail with %s", (_what, cause, end) => {
    expect(new Errors.HookError({ response, cause }).message).toBe(
      `A response hook failed for GET https://h.test/?token=<hidden>: ${end}`
    )
  })

  it("of errors of cookies", () => {
    expect(new Cookie.CookieConflict({ name: "a", places: ["x", "y"] }).message).toContain('"a": at x, y')
    expect(new Cookie.InvalidCookie({ name: "a", problem: "it is none" }).message).toContain(
      '"a" cannot be kept: it is none'
    )
  })

  it.each<[detail: string, end: string]>([
    ["", "not be found; is it spelt right?"],
    ["no such name", "is it spelt right?: no such name"]
  ])("of what happened on the way, with the detail %j", (detail, end) => {
    const { request } = Hops.call("GET", "https://h.test/")
    const error = new PreparedRequest.TransportError({ reason: "Dns", sent: "no", request, detail })
    expect(error.message.startsWith("GET https://h.test/: ")).toBe(true)
    expect(error.message.endsWith(end)).toBe(true)
  })
})

describe("what is shown of a value", () => {
  it.each<[what: string, shown: string]>([
    ["a target", JSON.stringify(Target.fromUrl(new URL("https://u:p@h.test/?token=1#f")))],
    ["a request", JSON.stringify(Request.get("https://u:p@h.test/?token=1", { headers: { "X-Key": "s3cret" } }))],
    ["a call", JSON.stringify(Hops.call("GET", "https://u:p@h.test/?token=1", { headers: { "X-Key": "s3cret" } }))],
    ["a state", JSON.stringify(SessionState.make({ settings: { headers: { "X-Key": "s3cret" } } }))]
  ])("of %s no secret", (_what, shown) => {
    expect(shown).not.toMatch(/u:p|token=1|s3cret/)
  })
})

describe("numbers that JSON does not have", () => {
  it.each([Number.NaN, Infinity, -Infinity, -0, 0, 1.5])("%d is the same after a sealed snapshot", (maxRedirects) => {
    const sealed = Either.getOrThrow(Snapshot.seal(SessionState.make({ settings: { maxRedirects } })))
    const restored = Either.getOrThrow(Snapshot.restore(JSON.parse(JSON.stringify(sealed))))
    expect(restored.state.settings.maxRedirects).toBe(maxRedirects)
  })
})

describe("challenges of several origins", () => {
  const challenge = {
    realm: "r",
    nonce: "n",
    opaque: undefined,
    algorithm: "MD5",
    algorithmGiven: undefined,
    session: false,
    qop: ["auth"],
    stale: false,
    userhash: false,
    utf8: false
  } as const
  const remembered = { challenge, cnonce: "c", count: 1 }

  it("are saved in one order, whatever order they came in", () => {
    const origins = ["https://b.test", "https://a.test", "https://c.test"]
    const saved = [origins, [...origins].reverse()].map((order) => {
      const challenges = HashMap.fromIterable(order.map((origin) => [origin, remembered] as const))
      return Either.getOrThrow(Snapshot.seal(SessionState.make({ challenges }))).challenges.map(({ origin }) => origin)
    })
    expect(saved).toEqual([[...origins].sort(), [...origins].sort()])
  })
})
