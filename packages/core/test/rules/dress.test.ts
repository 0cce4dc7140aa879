import { Auth, Environment, Headers, Proxies, Request, Rules, Settings } from "@effect-requests/core"
import { Either, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { answered, facts, refusal } from "../given.js"

const netrc =
  "machine a.test login ada password pw\nmachine b.test login bob password pw2\ndefault login anyone password pw3"
const environment = Environment.make(
  {
    http_proxy: "http://env:1",
    https_proxy: "http://env:2",
    no_proxy: "local.test",
    REQUESTS_CA_BUNDLE: "/env/ca.pem"
  },
  netrc
)

const prepared = (url: string, options: Request.Options = {}, settings: Settings.Settings = {}) =>
  Rules.prepare(Request.get(url, options), { ...facts(settings), environment })

const transport = (url: string, options: Request.Options = {}, settings: Settings.Settings = {}) =>
  Either.getOrThrow(prepared(url, options, settings)).request.transport

const authorization = (url: string, options: Request.Options = {}, settings: Settings.Settings = {}) =>
  Headers.get(Either.getOrThrow(prepared(url, options, settings)).request.headers, "authorization")

const basic = (user: string, password: string) => Rules.basicAuth(user, password)

describe("[ENV-02] [ENV-03] which proxy: the request, the session, only then the environment", () => {
  it.each<[string, Request.Options, Settings.Settings, string | undefined]>([
    ["http://h.test/", {}, {}, "http://env:1"],
    ["https://h.test/", {}, {}, "http://env:2"],
    ["http://local.test/", {}, {}, undefined],
    ["http://h.test/", {}, { proxies: { http: "http://session:1" } }, "http://session:1"],
    [
      "http://h.test/",
      { proxies: { http: "http://request:1" } },
      { proxies: { http: "http://session:1" } },
      "http://request:1"
    ],
    ["http://h.test/", { proxies: { http: Proxies.direct } }, {}, undefined],
    ["http://h.test/", { proxies: { all: Proxies.direct } }, { proxies: { http: "http://session:1" } }, undefined],
    [
      "http://h.test/",
      { proxies: { all: "http://request:1" } },
      { proxies: { http: "http://session:1" } },
      "http://request:1"
    ],
    [
      "http://h.test/",
      { proxies: Settings.only({ https: "http://request:1" }) },
      { proxies: { http: "http://session:1" } },
      "http://env:1"
    ],
    ["http://h.test/", { proxies: { all: Proxies.direct } }, {}, undefined],
    ["http://h.test/", { proxies: { http: null } }, { proxies: { http: "http://session:1" } }, undefined],
    ["http://local.test/", { proxies: { http: "http://request:1" } }, {}, "http://request:1"],
    ["http://h.test/", { trustEnv: false }, {}, undefined],
    ["http://h.test/", {}, { proxies: { http: "localhost:3128" } }, "http://localhost:3128"]
  ])("%s with %j over %j: %s", (url, options, settings, proxy) => {
    expect(transport(url, options, settings).proxy).toBe(proxy)
  })
  it("a proxy that is none is refused, without its password", () => {
    const refused = prepared("http://h.test/", { proxies: { http: "ftp://u:SECRET@h" } })
    expect(refusal(refused)).toBe("Setting at proxies")
    expect(JSON.stringify(Either.getLeft(refused))).not.toContain("SECRET")
  })
  it("[RED-30] [PRX] is chosen again for every hop, from the user's settings", () => {
    const asked = Either.getOrThrow(
      prepared("http://local.test/", {}, { proxies: { "http://b.test": "http://forb:1" } })
    )
    const next = Rules.followUp(answered(asked, 302, ["Location", "http://b.test/"]), { ...facts(), environment })
    expect(Option.map(Option.flatMap(next, Option.getRight), (call) => call.request.transport.proxy)).toEqual(
      Option.some("http://forb:1")
    )
    expect(asked.request.transport.proxy).toBeUndefined()
  })
})

describe("[ENV-12] verify", () => {
  it.each<[string, Request.Options, Settings.Settings, Settings.Settings["verify"]]>([
    ["the environment's bundle", {}, {}, { caFile: "/env/ca.pem" }],
    ["not where the session says so", {}, { verify: true }, true],
    ["not where the request says so", { verify: false }, { verify: true }, false],
    ["not where the environment is not asked", {}, { trustEnv: false }, true]
  ])("%s", (_what, options, settings, expected) => {
    expect(transport("https://h.test/", options, settings).verify).toEqual(expected)
  })
})

describe("netrc", () => {
  it.each<[string, string, Request.Options, Settings.Settings, string | undefined]>([
    ["[NRC] the entry of the host", "https://a.test/", {}, {}, basic("ada", "pw")],
    ["[NRC] the entry for every host, over https", "https://c.test/", {}, {}, basic("anyone", "pw3")],
    ["[NRC] not over http", "http://c.test/", {}, {}, undefined],
    ["[NRC] never replaces the session's", "https://a.test/", {}, { auth: Auth.bearer("t") }, "Bearer t"],
    ["[NRC] nor the URL's", "https://u:p@a.test/", {}, {}, basic("u", "p")],
    ["[HDR-16] nor a field of the user", "https://a.test/", { headers: { authorization: "Mine" } }, {}, "Mine"],
    ["auth: null wants none", "https://a.test/", { auth: null }, {}, undefined],
    ["[ENV-01] trustEnv: false asks nobody", "https://a.test/", {}, { trustEnv: false }, undefined]
  ])("%s", (_what, url, options, settings, expected) => {
    expect(authorization(url, options, settings)).toBe(expected)
  })
  it("[RED-25] is looked up for each hop's host, but a redirect never gets the entry for every host", () => {
    const asked = Either.getOrThrow(prepared("https://a.test/"))
    const to = (location: string) =>
      Option.getOrThrow(
        Option.map(
          Option.flatMap(
            Rules.followUp(answered(asked, 302, ["Location", location]), { ...facts(), environment }),
            Option.getRight
          ),
          (call) => Headers.get(call.request.headers, "authorization")
        )
      )
    expect([to("https://b.test/"), to("https://c.test/"), to("/x")]).toEqual([
      basic("bob", "pw2"),
      undefined,
      basic("ada", "pw")
    ])
  })
})

describe("laws", () => {
  it("what the settings say beats the environment, whatever it says", () => {
    const variable = fc.constantFrom(
      "http_proxy",
      "https_proxy",
      "all_proxy",
      "HTTP_PROXY",
      "ALL_PROXY",
      "no_proxy",
      "REQUESTS_CA_BUNDLE",
      "CURL_CA_BUNDLE"
    )
    const value = fc.constantFrom("http://env:1", "", "*", "h.test", "/ca.pem")
    fc.assert(
      fc.property(fc.dictionary(variable, value), fc.constantFrom("http", "https"), (variables, scheme) => {
        const settings: Settings.Settings = {
          proxies: { all: "http://mine:1" },
          verify: false,
          auth: Auth.bearer("mine")
        }
        const made = Rules.prepare(Request.get(`${scheme}://h.test/`), {
          ...facts(settings),
          environment: Environment.make(variables, "default login env password env")
        })
        const { headers, transport: sent } = Either.getOrThrow(made).request
        expect([sent.proxy, sent.verify, Headers.get(headers, "authorization")]).toEqual([
          "http://mine:1",
          false,
          "Bearer mine"
        ])
      })
    )
  })
})
