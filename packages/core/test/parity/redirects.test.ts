import { describe, expect, it } from "@effect/vitest"
import { Adapter, Auth, Body, Headers, Request, Rules, Session, Settings } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Duration, Effect, Either, Fiber, Option, Stream, TestClock } from "effect"
import { answered, call, own } from "../given.js"
import { asked, opened, redirecting, said } from "./stub.js"

const next = (one: Request.Call, location: string, status = 302) =>
  Option.getOrThrow(Rules.redirect(answered(one, status, ["Location", location])))
const followed = (one: Request.Call, location: string, status = 302) =>
  Either.getOrThrowWith(next(one, location, status), (refused) => refused)

describe("which secrets travel", () => {
  const secret = { headers: { Authorization: "S" }, redirects: { downgrade: "follow" } } as const
  it.each<[string, string, string, boolean]>([
    ["RED-19", "http://h.test:8080/", "https://h.test/", false],
    ["RED-19", "http://h.test/", "https://h.test:8443/", false],
    ["RED-20", "https://h.test/", "https://h.test:443/x", true],
    ["RED-20", "http://h.test:80/", "http://h.test/x", true],
    ["RED-21", "https://h.test/", "https://h.test:8443/", false],
    ["RED-21", "https://h.test:8443/", "http://h.test:8443/", false],
    ["RED-21", "http://h.test:8080/", "http://h.test/", false],
    ["RED-17", "https://H.TEST/", "https://h.test/x", true],
    ["RED-17", "https://h.test/", "https://h.test./", false],
    ["RED-17", "https://h.test/", "https://sub.h.test/", false]
  ])("[%s] from %s to %s: %s", (_id, from, to, kept) => {
    expect(Headers.has(followed(call("GET", from, secret), to).request.headers, "authorization")).toBe(kept)
    expect(Rules.shouldStripAuth(from, to)).toBe(!kept)
  })
  it.effect("[RED-14] Cookie is made afresh for the new URL", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(({ target }) =>
        target.path === "/a"
          ? {
              status: 302,
              headers: [
                ["Location", "/deep/b"],
                ["Set-Cookie", "b=2; Path=/deep"],
                ["Set-Cookie", "a=; Max-Age=0; Path=/"]
              ]
            }
          : { text: "" }
      )
      yield* session.cookies.set("a", "1", { domain: "h.test" })
      yield* session.get("https://h.test/a")
      expect(yield* said(stub, "cookie")).toEqual(["a=1", "b=2"])
    })
  )
})

describe("proxies", () => {
  const proxies = { http: "http://u:p@proxy.test:3128", https: "http://v:q@proxy.test:3129" }
  it.effect(
    "[RED-27] [RED-28] their credentials stand with the proxy of each hop, never in a field of the message",
    () =>
      Effect.gen(function* () {
        const seen: Array<readonly [string | undefined, boolean]> = []
        const wire: Adapter.Wire = {
          ...Adapter.fromWhole(({ headers, target, transport }) => {
            seen.push([transport.proxy, Headers.has(headers, "proxy-authorization")])
            return Effect.succeed(
              StubAdapter.answer(
                target.scheme === "http:" ? { status: 302, headers: { Location: "https://h.test/" } } : {}
              )
            )
          }),
          supports: new Set(["proxy"])
        }
        const session = yield* Effect.provideService(Session.make({ proxies }), Adapter.Adapter, wire)
        yield* session.get("http://h.test/")
        expect(seen).toEqual([
          ["http://u:p@proxy.test:3128", false],
          ["http://v:q@proxy.test:3129", false]
        ])
      })
  )
  it("[RED-27] [RED-28] requests' own function writes the field for http alone, and for a user with a password", () => {
    const rebuilt = (url: string, given: Record<string, string>) =>
      Headers.get(
        Rules.rebuildProxies(url, ["Proxy-Authorization", "old"], given, {}, false).headers,
        "proxy-authorization"
      )
    expect(rebuilt("http://h.test/", proxies)).toBe("Basic dTpw")
    expect(rebuilt("https://h.test/", proxies)).toBeUndefined()
    expect(rebuilt("http://h.test/", { http: "http://u:@proxy.test" })).toBeUndefined()
    expect(rebuilt("http://h.test/", { all: "http://u:p@proxy.test" })).toBeUndefined()
  })
})

describe("where to", () => {
  it.each([
    ["https://b.test/a/../b", "https://b.test/b"],
    ["https://b.test", "https://b.test/"],
    ["https://b.test/a b\u00c3\u00a9", "https://b.test/a%20b%C3%A9"],
    ["  /trimmed  ", "https://h.test/trimmed"]
  ])("[RED-37] %j is read as every URL is: %s", (location, expected) => {
    expect(followed(call("GET", "https://h.test/"), location).request.url).toBe(expected)
  })
  it("[RED-37] a host that is none is refused here, not at the socket", () => {
    expect(next(call("GET", "https://h.test/"), "https://b<>.test/")).toMatchObject({
      left: { reason: "InvalidLocation" }
    })
  })
  it.effect("[RED-43] a Location that is no URL harms nobody who follows nothing", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ status: 302, headers: { Location: "http://[bad/" } }))
      const response = yield* session.get("https://h.test/", { allowRedirects: false })
      expect([response.status, Option.isNone(response.next)]).toEqual([302, true])
      expect(yield* Effect.flip(session.get("https://h.test/"))).toMatchObject({
        _tag: "RedirectRefused",
        reason: "InvalidLocation",
        response: { status: 302 }
      })
    })
  )
})

describe("a chain", () => {
  it.effect("[RED-50] has thirty redirects at most", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(() => ({ status: 302, headers: { Location: "/again" } }))
      const refused = yield* Effect.flip(session.get("https://h.test/"))
      expect(refused).toMatchObject({ _tag: "RedirectRefused", reason: "TooManyRedirects" })
      expect(refused.message).toContain("Exceeded 30 redirects")
      expect((yield* stub.requests).length).toBe(31)
    })
  )
  it.effect("[RED-45] is live at its end alone: what redirects is read before", () =>
    Effect.gen(function* () {
      const body = Stream.make(new Uint8Array([104, 105]))
      const { session } = yield* opened(({ target }) =>
        target.path === "/a" ? { status: 302, headers: { Location: "/b" }, stream: body } : { stream: body }
      )
      const kinds = yield* Effect.scoped(
        Effect.map(session.stream(Request.get("https://h.test/a")), (response) =>
          [...response.history, response].map(({ content }) => content._tag)
        )
      )
      expect(kinds).toEqual(["Whole", "Live"])
    })
  )
  it.effect("[RED-53] to ask what comes next reads nothing of the body", () =>
    Effect.gen(function* () {
      let pulled = 0
      const body = Stream.sync(() => {
        pulled++
        return new Uint8Array([104, 105])
      })
      const { session } = yield* opened(() => ({ status: 302, headers: { Location: "/b" }, stream: body }))
      const seen = yield* Effect.scoped(
        Effect.gen(function* () {
          const response = yield* session.stream(Request.get("https://h.test/a", { allowRedirects: false }))
          const before = [Option.map(response.next, ({ url }) => url), response.content._tag, pulled]
          return [...before, yield* response.text]
        })
      )
      expect(seen).toEqual([Option.some("https://h.test/b"), "Live", 0, "hi"])
    })
  )
  it.effect("[RED-52] what comes next has its method, its fields and its cookies already", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({
        status: 303,
        headers: { Location: "/b", "Set-Cookie": "a=1; Path=/" }
      }))
      const response = yield* session.post("https://h.test/a", {
        json: 1,
        auth: Auth.bearer("t"),
        allowRedirects: false
      })
      const message = Option.getOrThrow(response.next)
      expect([message.method, message.url, message.body._tag]).toEqual(["GET", "https://h.test/b", "Empty"])
      expect(own(message.headers)).toEqual({ Authorization: "Bearer t", Cookie: "a=1" })
    })
  )
  it.effect("[RED-57] has one verify and one set of timeouts", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const wire: Adapter.Wire = {
        ...Adapter.fromWhole(({ target, transport: { connectTimeout, headersTimeout, readTimeout, verify } }) => {
          seen.push([connectTimeout, headersTimeout, readTimeout, verify])
          return Effect.succeed(
            StubAdapter.answer(
              target.path === "/a" ? { status: 302, headers: { Location: "https://other.test/b" } } : {}
            )
          )
        }),
        supports: new Set(["connectTimeout", "headersTimeout", "readTimeout", "verify"])
      }
      const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
      yield* session.get("https://h.test/a", {
        verify: { ca: "PEM" },
        timeout: { connect: 1000, headers: 2000, read: 3000 }
      })
      expect(seen).toEqual([
        [1000, 2000, 3000, { ca: "PEM" }],
        [1000, 2000, 3000, { ca: "PEM" }]
      ])
    })
  )
  it.effect(
    "[RED-62] sends each hop as if it were the only one: its elapsed, its hooks, its adapter, its cookies",
    () =>
      Effect.gen(function* () {
        const { session } = yield* opened(({ target }) =>
          Effect.delay(
            Effect.succeed(
              target.path === "/a"
                ? { status: 302, headers: { Location: "https://other.test/b", "Set-Cookie": "a=1" } }
                : { text: "first" }
            ),
            "2 seconds"
          )
        )
        yield* session.mount(
          "https://other.test",
          Adapter.fromWhole(({ headers }) =>
            Effect.succeed(StubAdapter.answer({ text: Headers.get(headers, "cookie") ?? "none" }))
          )
        )
        const seen: Array<number> = []
        const fiber = yield* Effect.fork(
          session.get("https://h.test/a", {
            hooks: { response: ({ elapsed }) => void seen.push(Duration.toMillis(elapsed)) }
          })
        )
        yield* TestClock.adjust("2 seconds")
        const response = yield* Fiber.join(fiber)
        expect([seen, yield* response.text]).toEqual([[2000, 0], "none"])
      })
  )
  it.effect("[RED-46] of none has an empty history", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({}))
      expect((yield* session.get("https://h.test/")).history).toEqual([])
    })
  )
  it("[RED-59] sends a body that can be made again from its beginning", () => {
    let made = 0
    const body = Body.replayable(() => {
      made++
      return Stream.empty
    })
    const again = followed(call("POST", "https://h.test/", { body }), "/b", 307).request.body
    if (again._tag === "Replayable") again.stream()
    expect([again._tag, made]).toEqual(["Replayable", 1])
  })
  it.effect("[RED-51] of none is no error where nothing is followed, nor where nothing redirects", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b" }), { maxRedirects: 0 })
      expect((yield* session.get("https://h.test/b")).status).toBe(200)
      expect((yield* session.get("https://h.test/a", { allowRedirects: false })).status).toBe(302)
      expect(yield* asked(stub)).toEqual(["GET https://h.test/b", "GET https://h.test/a"])
    })
  )
})

describe("[RED-12] requests' own rules", () => {
  it("can be had back, one by one", () => {
    const compatible = call("POST", "https://h.test/", { headers: { "X-Api-Key": "S" }, ...Settings.compatible })
    expect(own(followed(compatible, "http://other.test/", 303).request.headers)).toEqual({ "X-Api-Key": "S" })
  })
})
