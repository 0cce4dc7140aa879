/**
 * What went wrong in requests, in what it stands on, and in its like: one test for each. Where only a socket can show it,
 * here is its pure part.
 */
import { readdirSync, readFileSync } from "node:fs"
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import {
  Adapter,
  Auth,
  Cookies,
  Environment,
  Errors,
  Headers,
  type PreparedRequest,
  Request,
  Retry,
  Rules,
  Session,
  Settings,
  Target
} from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Either, Option } from "effect"
import { answered, call, facts, own, refusal } from "./given.js"
import { opened, openedIn, redirecting, said } from "./parity/stub.js"

const next = (asked: Request.Call, location: string) =>
  Either.getOrThrowWith(
    Option.getOrThrow(Rules.followUp(answered(asked, 302, ["Location", location]), facts())),
    (refused) => refused
  )

describe("credentials on the way", () => {
  it.effect(
    "[SEC 1] CVE-2014-1829 [RED-15] neither Authorization nor a netrc password goes to the host of a redirect",
    () =>
      Effect.gen(function* () {
        const environment = Environment.make({}, "machine h.test login ada password SECRET")
        const { session, stub } = yield* openedIn(environment, redirecting({ "/a": "https://evil.test/" }))
        yield* session.get("https://h.test/a")
        yield* session.get("https://h.test/a", { headers: { Authorization: "SECRET" } })
        yield* session.get("https://h.test/a", { auth: Auth.bearer("SECRET") })
        expect(yield* said(stub, "authorization")).toEqual([
          Rules.basicAuth("ada", "SECRET"),
          undefined,
          "SECRET",
          undefined,
          "Bearer SECRET",
          undefined
        ])
      })
  )
  it("[SEC 2] CVE-2014-1830 [RED-26] a Proxy-Authorization field never goes to another origin", () => {
    const asked = call("GET", "http://h.test/", { headers: { "Proxy-Authorization": "SECRET" } })
    for (const to of ["http://evil.test/", "https://evil.test/", "http://h.test:8080/"]) {
      expect(Headers.has(next(asked, to).request.headers, "proxy-authorization")).toBe(false)
    }
  })
  it.effect("[SEC 3] CVE-2015-2296 [COK-13] a redirect's cookie belongs to the URL that set it", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(({ target }) =>
        target.host === "evil.test"
          ? {
              status: 302,
              headers: [
                ["Location", "https://bank.test/"],
                ["Set-Cookie", "sid=fixed"]
              ]
            }
          : { text: "" }
      )
      yield* session.get("https://evil.test/")
      yield* session.get("https://bank.test/")
      expect(yield* said(stub, "cookie")).toEqual([undefined, undefined, undefined])
      expect((yield* session.cookies.all()).map(({ domain }) => domain)).toEqual(["evil.test"])
    })
  )
  it("[SEC 4] CVE-2018-18074 [RED-16] nothing secret goes from https down to http, of the same host too", () => {
    const asked = ({ redirects }: Settings.Settings) =>
      call("GET", "https://h.test/", {
        headers: { Authorization: "S", "X-Api-Key": "S" },
        cookies: { a: "S" },
        ...(redirects === undefined ? {} : { redirects })
      })
    expect(
      refusal(Option.getOrThrow(Rules.followUp(answered(asked({}), 302, ["Location", "http://h.test/"]), facts())))
    ).toBe("Downgrade")
    expect(own(next(asked({ redirects: { downgrade: "follow" } }), "http://h.test/").request.headers)).toEqual({})
    expect(Headers.has(next(asked(Settings.compatible), "http://h.test/").request.headers, "authorization")).toBe(false)
  })
  it("[SEC 5] CVE-2023-32681 [RED-27] a proxy's credentials never enter the tunnel: they are no field of any message", () => {
    const proxies = { all: "http://u:SECRET@proxy.test:3128" }
    const asked = call("GET", "http://h.test/", { proxies })
    const there = next(asked, "https://h.test/")
    for (const { request } of [asked, there]) {
      expect(request.transport.proxy).toBe(proxies.all)
      expect(Headers.has(request.headers, "proxy-authorization")).toBe(false)
    }
    const rebuilt = Rules.rebuildProxies(
      "https://h.test/",
      ["Proxy-Authorization", "SECRET"],
      { https: proxies.all },
      {},
      false
    )
    expect(rebuilt.headers).toEqual([])
  })
})

describe("the other side's identity", () => {
  it.effect("[SEC 6] CVE-2024-35195 [ADP-17] [TLS-17] verify is of its request: false once is not false again", () =>
    Effect.gen(function* () {
      const seen: Array<PreparedRequest.Transport["verify"]> = []
      const wire: Adapter.Wire = {
        ...Adapter.fromWhole(({ transport }) =>
          Effect.as(
            Effect.sync(() => seen.push(transport.verify)),
            StubAdapter.answer({})
          )
        ),
        supports: new Set(["verify"])
      }
      const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
      yield* session.get("https://h.test/", { verify: false })
      yield* session.get("https://h.test/")
      yield* session.get("https://h.test/", { verify: { ca: "PEM" } })
      expect(seen).toEqual([false, true, { ca: "PEM" }])
    })
  )
  it("[SEC 7] CVE-2024-47081 [NRC-05] a netrc is asked for the host that is connected to, whatever stands before the @", () => {
    const environment = Environment.make({}, "machine example.test login ada password SECRET")
    for (const url of [
      "http://example.test:@evil.test/",
      "http://example.test@evil.test/",
      "http://example.test%3A@evil.test/"
    ]) {
      const made = Either.getOrThrow(Rules.prepare(Request.get(url), { ...facts(), environment }))
      expect(made.request.target.host).toBe("evil.test")
      expect(made.request.headers.join()).not.toContain(Rules.basicAuth("ada", "SECRET"))
    }
  })
  it("[SEC 10] #6074 [TLS-05] an empty CURL_CA_BUNDLE leaves verification on", () => {
    const environment = Environment.make({ CURL_CA_BUNDLE: "", REQUESTS_CA_BUNDLE: "" })
    expect(
      Either.getOrThrow(Rules.prepare(Request.get("https://h.test/"), { ...facts(), environment })).request.transport
        .verify
    ).toBe(true)
  })
  it.each<[string, string, boolean]>([
    ["https://badexample.com/", "example.com", false],
    ["https://a.example.com/", "example.com", true],
    ["https://example.com/", ".example.com", true],
    ["https://example.com.evil.test/", "example.com", false]
  ])("[SEC 11] bpo-39057 [PRX-21] NO_PROXY ends at a dot: %s with %s", (url, list, bypassed) => {
    const variables = { https_proxy: "http://proxy.test:1", no_proxy: list }
    expect(Either.getOrThrow(Rules.chooseProxy(url, [], variables))).toBe(bypassed ? undefined : "http://proxy.test:1")
  })
  it("[SEC 12] CVE-2016-1000110 [ENV-09] in a CGI program HTTP_PROXY is the client's word, and not taken", () => {
    const proxy = (variables: Environment.Variables) =>
      Either.getOrThrow(Rules.chooseProxy("http://h.test/", [], variables))
    expect(proxy({ REQUEST_METHOD: "GET", HTTP_PROXY: "http://evil.test:1" })).toBeUndefined()
    expect(proxy({ REQUEST_METHOD: "GET", HTTP_PROXY: "http://evil.test:1", http_proxy: "http://mine.test:1" })).toBe(
      "http://mine.test:1"
    )
    expect(proxy({ HTTP_PROXY: "http://mine.test:1" })).toBe("http://mine.test:1")
  })
})

describe("what is written and what is read", () => {
  it("[SEC 8] CVE-2026-25645 [UTL-09] the core touches no file: it imports nothing of a platform", () => {
    const source = new URL("../src/", import.meta.url)
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))
    expect(files.length).toBeGreaterThan(50)
    const imports = files.flatMap((name) =>
      Array.from(readFileSync(new URL(name, source), "utf8").matchAll(/\bfrom "([^"]+)"/g), ([, from]) => from)
    )
    expect(
      imports.filter((from) => from?.startsWith("node:") || from === "fs" || from === "os" || from === "tmp")
    ).toEqual([])
  })
  it.each<[string, Settings.HeaderFields]>([
    ["CR LF in a value", { "X-A": "1\r\nX-B: 2" }],
    ["LF in a value", { "X-A": "1\nX-B: 2" }],
    ["a line end at the end", { "X-A": "1\n" }],
    ["NUL in a value", { "X-A": "1\u0000" }],
    ["a blank before a value", { "X-A": " 1" }],
    ["a line end in a name", { "X-A\r\nX-B": "1" }],
    ["a colon in a name", { "X-A: 1": "2" }],
    ["a blank before a name", { " X-A": "1" }],
    ["no name", { "": "1" }]
  ])("[SEC 9] [HDR-01] [HDR-02] no field ends another: %s", (_what, headers) => {
    expect(refusal(Rules.prepare(Request.get("https://h.test/", { headers }), facts()))).toMatch(
      /^Header(?:Name|Value) at /
    )
  })
  it.effect(
    "[SEC 13] CVE-2025-66418 [RSP-23] nothing is asked for compressed, and nothing grows that nobody asked to unpack",
    () =>
      Effect.gen(function* () {
        const packed = new Uint8Array(1000)
        const { session, stub } = yield* opened(() => ({
          bytes: packed,
          headers: { "Content-Encoding": Array.from({ length: 100 }, () => "gzip").join(", ") }
        }))
        expect(yield* (yield* session.get("https://h.test/")).bytes).toEqual(packed)
        expect(yield* said(stub, "accept-encoding")).toEqual([undefined])
      })
  )
  it.each<[string, Settings.HeaderFields]>([
    ["two lengths", { "Content-Length": ["1", "2"] }],
    ["the same length twice", { "Content-Length": ["1", "1"] }],
    ["a list of lengths", { "Content-Length": "1, 2" }],
    ["another length", { "Content-Length": "2" }],
    ["a length and chunks", { "Content-Length": "1", "Transfer-Encoding": "chunked" }]
  ])("[SEC 14] #5914 [EXC-10] a message has one framing: %s", (_what, headers) => {
    expect(refusal(Rules.prepare(Request.post("https://h.test/", { headers, body: "x" }), facts()))).toMatch(
      /^Framing at /
    )
  })
  it.each(["machine h.test", "default"])(
    "[SEC 15] #7205 [NRC-09] an empty netrc entry is no credential: %s",
    (netrc) => {
      const made = Rules.prepare(Request.get("https://h.test/"), {
        ...facts(),
        environment: Environment.make({}, netrc)
      })
      expect(Headers.has(Either.getOrThrow(made).request.headers, "authorization")).toBe(false)
    }
  )
  it.effect("[SEC 16] #5099 [AUT-06] no password shows in anything that can be printed", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ status: 302, headers: { Location: "ftp://u:SECRET@x/?k=SECRET" } }))
      const auth = Auth.basic("ada", "SECRET")
      const asked = yield* session.prepare(
        Request.get("https://u:SECRET@h.test/?token=SECRET", {
          auth,
          headers: { "X-Api-Key": "SECRET" },
          cookies: { sid: "SECRET" }
        })
      )
      const error = yield* Effect.flip(session.send(asked))
      const refused = yield* Effect.flip(session.get("https://h.test/", { auth: Auth.basic("a:b", "SECRET") }))
      const encoded = Rules.basicAuth("ada", "SECRET").slice(-8)
      const jar = Cookies.store(Cookies.empty, Target.fromUrl(new URL("https://h.test/")), ["sid=SECRET"], 0)
      for (const value of [auth, asked, asked.request, asked.request.target, error, refused, Cookies.find(jar, {})]) {
        const shown = [JSON.stringify(value), String(value), inspect(value, { depth: 3 })].join()
        expect(shown).not.toMatch(new RegExp(`SECRET|${encoded}`))
      }
      expect(error.message).toContain("https://h.test/?token=<hidden>")
    })
  )
  it.effect(
    "[SEC 17] #2323 [ADP-22] what is no HTTP/1.1 is an error and never an answer, and is not asked for again",
    () =>
      Effect.gen(function* () {
        const { session, stub } = yield* opened((request) =>
          Effect.fail(new Errors.TransportError({ reason: "Protocol", sent: "yes", request, detail: "no status line" }))
        )
        const error = yield* Effect.flip(session.get("https://h.test/"))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Protocol" })
        if (error._tag !== "TransportError") return
        expect(Option.isNone(Rules.retry(Retry.standard, error.request, error, 0, 0, 0.5))).toBe(true)
        expect((yield* stub.requests).length).toBe(1)
      })
  )
})
