import { describe, expect, it } from "@effect/vitest"
import { Auth, Environment, Headers, Request, Rules, World } from "@effect-requests/core"
import { Effect, Either, Option } from "effect"
import { facts } from "../given.js"
import { opened, openedIn, redirecting, said } from "./stub.js"

const netrc = "machine a.test login ada password pw\nmachine b.test login bob password pw2"
const [ada, bob] = [Rules.basicAuth("ada", "pw"), Rules.basicAuth("bob", "pw2")]

const sent = (url: string, options: Request.Options = {}, text = netrc) =>
  Headers.get(
    Either.getOrThrow(Rules.prepare(Request.get(url, options), { ...facts(), environment: Environment.make({}, text) }))
      .request.headers,
    "authorization"
  )
const found = (text: string, url = "http://h.test/") =>
  Option.map(Rules.getNetrcAuth(text, url), (pair) => pair.join(":"))

describe("when it is asked", () => {
  it.each<[string, string, Request.Options, string | undefined]>([
    ["[NRC-01] where nobody names credentials", "https://a.test/", {}, ada],
    ["[NRC-01] not without trustEnv", "https://a.test/", { trustEnv: false }, undefined],
    ["[NRC-01] not beside the request's", "https://a.test/", { auth: Auth.bearer("t") }, "Bearer t"],
    [
      "[NRC-02] not over an explicit field",
      "https://a.test/",
      { headers: { Authorization: "Bearer mine" } },
      "Bearer mine"
    ],
    ["[NRC-03] not over the URL's own", "https://u:p@a.test/", {}, Rules.basicAuth("u", "p")]
  ])("%s", (_what, url, options, expected) => expect(sent(url, options)).toBe(expected))

  it.effect("[NRC-08] [NRC-11] for each hop's host, but no server chooses who gets the entry for every host", () =>
    Effect.gen(function* () {
      const environment = Environment.make({}, `${netrc}\ndefault login any password pw3`)
      const { session, stub } = yield* openedIn(
        environment,
        redirecting({ "/a": "https://b.test/b", "/b": "https://c.test/c" })
      )
      yield* session.get("https://a.test/a")
      yield* session.get("https://c.test/c")
      expect(yield* said(stub, "authorization")).toEqual([ada, bob, undefined, Rules.basicAuth("any", "pw3")])
    })
  )
  it.effect("[NRC-12] explicit credentials are never swapped for an entry on the way", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* openedIn(Environment.make({}, netrc), redirecting({ "/a": "/b" }))
      yield* session.get("https://a.test/a", { auth: Auth.basic("u", "p") })
      expect(yield* said(stub, "authorization")).toEqual([Rules.basicAuth("u", "p"), Rules.basicAuth("u", "p")])
    })
  )
  it.effect("[NRC-13] for a call that was prepared before, on its first hop as on the others", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* openedIn(Environment.make({}, netrc), redirecting({ "/a": "/b" }))
      yield* session.send(yield* session.prepare(Request.get("https://a.test/a")))
      expect(yield* said(stub, "authorization")).toEqual([ada, ada])
    })
  )
  it.effect("[NRC-14] once a session, not once a request; whoever forks shares it", () =>
    Effect.gen(function* () {
      let reads = 0
      const reading = Effect.sync(() => {
        reads++
        return Environment.make({}, netrc)
      })
      const { session } = yield* Effect.provideService(
        opened(() => ({ text: "" })),
        World.ReadEnvironment,
        reading
      )
      yield* session.get("https://a.test/")
      yield* session.get("https://a.test/")
      yield* (yield* session.fork()).get("https://a.test/")
      expect(reads).toBe(1)
    })
  )
})

describe("which entry", () => {
  it("[NRC-05] by the host of the parsed URL, never by what stands before it", () => {
    const text = "machine example.test login u password p"
    expect(sent("http://example.test:@evil.test/", {}, text)).toBe(Rules.basicAuth("example.test", ""))
    expect(sent("http://example.test@evil.test/", {}, text)).toBeUndefined()
    expect(Option.isNone(found(text, "http://example.test:@evil.test/"))).toBe(true)
  })
  it.each<[string, string, string, boolean]>([
    ["a host in capitals", "machine h.test login u", "http://H.TEST/", true],
    ["any port", "machine h.test login u", "http://h.test:8080/", true],
    ["a port in the entry", "machine h.test:8080 login u", "http://h.test:8080/", false],
    ["capitals in the entry", "machine H.test login u", "http://h.test/", false]
  ])("[NRC-06] %s", (_what, text, url, expected) => expect(Option.isSome(found(text, url))).toBe(expected))
  it.each<[string, string]>([
    ["machine h.test login u account a password p", "u:p"],
    ["machine h.test account a password p", "a:p"],
    ["machine h.test login u", "u:"]
  ])("[NRC-07] %s", (text, expected) => expect(found(text)).toEqual(Option.some(expected)))
  it.each(["machine h.test", "default", 'machine h.test login "" password ""'])(
    "[NRC-09] an empty one is none: %s",
    (text) => {
      expect(Option.isNone(found(text))).toBe(true)
      expect(sent("https://h.test/", {}, text)).toBeUndefined()
    }
  )
  it.each(["machine h.test login u password p\nnonsense", "machine", "macdef x\nno end"])(
    "[NRC-10] a text that cannot be read has none, and fails nothing: %j",
    (text) => {
      expect(Option.isNone(found(text))).toBe(true)
      expect(sent("https://h.test/", {}, text)).toBeUndefined()
    }
  )
})
