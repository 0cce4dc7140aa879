/** What `Settings.compatible` turns back, and each choice of it alone. */
import { Auth, Cookies, Environment, Headers, Request, Rules, Settings, Target } from "@effect-requests/core"
import { Either, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { answered, facts } from "../given.js"

const basic = Rules.basicAuth
const netrc =
  "machine h.test login ada password pw\nmachine h.test login eve password pw2\ndefault login any password pw3"
const variables = { http_proxy: "http://env:1", no_proxy: "local.test", REQUESTS_CA_BUNDLE: "/env/ca.pem" }
const environment = Environment.make(variables, netrc)
const { compatible } = Settings

const asked = (url: string, options: Request.Options, session: Settings.Settings, from = environment) =>
  Either.getOrThrow(Rules.prepare(Request.get(url, options), { ...facts(session), environment: from }))

const signature = (call: Request.Call) => Headers.get(call.request.headers, "authorization")

const after = (call: Request.Call, location: string, from = environment) =>
  Either.getOrThrow(
    Option.getOrThrow(Rules.followUp(answered(call, 302, ["Location", location]), { ...facts(), environment: from }))
  )

describe("proxies by key, as Session.send chooses", () => {
  it.each<
    [string, string, Request.Options["proxies"], Settings.Settings["proxies"], string | undefined, string | undefined]
  >([
    [
      "[ENV-03] the session's key of the scheme beats the variable",
      "http://h.test/",
      undefined,
      { http: "http://its:1" },
      "http://its:1",
      "http://its:1"
    ],
    [
      "[ENV-04] a variable of the scheme beats all",
      "http://h.test/",
      { all: "http://mine:1" },
      undefined,
      "http://mine:1",
      "http://env:1"
    ],
    [
      "a host's key beats the variable",
      "http://h.test/",
      { "http://h.test": "http://mine:1" },
      undefined,
      "http://mine:1",
      "http://mine:1"
    ],
    [
      "the request's key beats the session's",
      "http://h.test/",
      { http: "http://mine:1" },
      { http: "http://its:1" },
      "http://mine:1",
      "http://mine:1"
    ],
    [
      "a session's more particular key beats the request's",
      "http://h.test/",
      { all: "http://mine:1" },
      { http: "http://its:1" },
      "http://mine:1",
      "http://its:1"
    ],
    [
      "null takes the session's away, the variable remains",
      "http://h.test/",
      { http: null },
      { http: "http://its:1" },
      undefined,
      "http://env:1"
    ],
    ["an empty text is none", "http://h.test/", { http: "" }, undefined, undefined, undefined],
    [
      "[PRX-16] NO_PROXY limits the variables alone",
      "http://local.test/",
      { http: "http://mine:1" },
      undefined,
      "http://mine:1",
      "http://mine:1"
    ],
    [
      "[PRX-16] noProxy too",
      "http://h.test/",
      { http: "http://mine:1", noProxy: "h.test" },
      undefined,
      undefined,
      "http://mine:1"
    ],
    [
      "[PRX-17] no_proxy stands in for NO_PROXY",
      "http://h.test/",
      { no_proxy: "h.test" },
      undefined,
      undefined,
      undefined
    ],
    ["direct is a word of ours", "http://h.test/", { http: "direct" }, undefined, undefined, undefined]
  ])("%s", (_what, url, request, session, safe, requests) => {
    const chosen = (settings: Settings.Settings) =>
      asked(url, { proxies: request }, { ...settings, proxies: session }).request.transport.proxy
    expect(chosen({})).toBe(safe)
    expect(chosen(compatible)).toBe(requests)
    expect(chosen({ environment: { proxies: "byKey" } })).toBe(requests)
  })
  it("is not asked without trustEnv", () => {
    expect(asked("http://h.test/", {}, { ...compatible, trustEnv: false }).request.transport.proxy).toBeUndefined()
  })
})

describe("[TLS-02] [TLS-03] the CA bundle of the variables", () => {
  const bundle = { caFile: "/env/ca.pem" }
  const own = { caFile: "/own.pem" }
  type Verify = Settings.Settings["verify"]
  it.each<[Verify, Verify, Verify, Verify, Verify]>([
    [undefined, undefined, bundle, bundle, true],
    [undefined, false, false, bundle, false],
    [undefined, own, own, bundle, own],
    [true, false, true, bundle, true],
    [false, undefined, false, false, false],
    [own, undefined, own, own, own]
  ])("request %j, session %j", (request, session, safe, requests, ignored) => {
    const trusted = (settings: Settings.Settings) =>
      asked("https://h.test/", { verify: request }, { ...settings, verify: session }).request.transport.verify
    expect(trusted({})).toEqual(safe)
    expect(trusted(compatible)).toEqual(requests)
    expect(trusted({ environment: { caBundle: "overSession" } })).toEqual(requests)
    expect(trusted({ environment: { caBundle: "ignore" } })).toEqual(ignored)
    expect(trusted({ ...compatible, trustEnv: false })).toEqual(request ?? session ?? true)
  })
})

describe("the netrc", () => {
  it.each<[string, string, Request.Options, string | undefined, string | undefined]>([
    [
      "[NRC-02] over an explicit field",
      "https://h.test/",
      { headers: { Authorization: "Mine" } },
      "Mine",
      basic("eve", "pw2")
    ],
    ["[NRC-03] over the URL's user", "https://u:p@h.test/", {}, basic("u", "p"), basic("eve", "pw2")],
    [
      "[NRC-01] never over auth on the first hop",
      "https://h.test/",
      { auth: Auth.bearer("t") },
      "Bearer t",
      "Bearer t"
    ],
    ["auth: null silences it", "https://h.test/", { auth: null }, undefined, undefined],
    ["[NRC-08] default over https", "https://x.test/", {}, basic("any", "pw3"), basic("any", "pw3")],
    ["[NRC-08] default over http", "http://x.test/", {}, undefined, basic("any", "pw3")],
    ["of several entries the first, or the last", "https://h.test/", {}, basic("ada", "pw"), basic("eve", "pw2")]
  ])("%s", (_what, url, options, safe, requests) => {
    expect(signature(asked(url, options, {}))).toBe(safe)
    expect(signature(asked(url, options, compatible))).toBe(requests)
  })
  it("[NRC-08] [NRC-12] after a redirect: its default for every host, and an entry for explicit credentials", () => {
    const chain = (settings: Settings.Settings, options: Request.Options) => {
      const second = after(asked("https://h.test/a", options, settings), "https://h.test/b")
      return [second, after(second, "https://x.test/c")]
    }
    const auth = Auth.basic("u", "p")
    expect(chain({}, { auth }).map(signature)).toEqual([basic("u", "p"), undefined])
    expect(chain(compatible, { auth }).map(signature)).toEqual([basic("eve", "pw2"), basic("any", "pw3")])
  })
  it("each choice stands alone", () => {
    const only = (environment: Settings.Settings["environment"], url: string, options: Request.Options = {}) =>
      signature(asked(url, options, { environment }))
    expect(only({ netrcDefault: "everyHost" }, "http://x.test/")).toBe(basic("any", "pw3"))
    expect(only({ netrcEntry: "last" }, "https://h.test/")).toBe(basic("eve", "pw2"))
    const commented = Environment.make({}, 'machine h.test login ada password "pw"\n# two words')
    const read = (environment: Settings.Settings["environment"]) =>
      signature(asked("https://h.test/", {}, { environment }, commented))
    expect([read({}), read({ netrcReading: "asPython" })]).toEqual([basic("ada", "pw"), undefined])
    expect(only({ netrc: "overrides" }, "https://h.test/", { headers: { Authorization: "Mine" } })).toBe(
      basic("ada", "pw")
    )
  })
})

describe("what goes from hop to hop", () => {
  const silent = Environment.empty
  const cookies = (call: Request.Call) => Headers.get(call.request.headers, "cookie")

  it("[COK-06] the cookies setting goes to every host", () => {
    const ways: ReadonlyArray<readonly [Settings.Settings, string | undefined]> = [
      [{}, undefined],
      [compatible, "a=1"],
      [{ jar: { own: "everyHost" } }, "a=1"]
    ]
    for (const [settings, expected] of ways) {
      const second = after(
        asked("https://h.test/", { cookies: { a: "1" } }, settings, silent),
        "https://o.test/",
        silent
      )
      expect(cookies(second)).toBe(expected)
      expect(second.withheld.some(({ what }) => what === "cookie")).toBe(expected === undefined)
    }
  })
  it("[COK-10] from the second hop on the session's cookies setting counts before the request's", () => {
    const session = { cookies: { a: "session", b: null, c: "session" } }
    const options = { cookies: { a: "request", b: "request", d: "request" } }
    const at = (jar: Settings.Settings) => {
      const settings = Rules.merge(session, jar)
      const first = asked("https://h.test/", options, settings, silent)
      const known = { ...facts(settings), environment: silent }
      const second = Option.getOrThrow(Rules.followUp(answered(first, 302, ["Location", "/next"]), known))
      return [first, Either.getOrThrow(second)].map((call) => cookies(call)?.split("; ").sort().join("; "))
    }
    const mine = "a=request; b=request; c=session; d=request"
    expect(at({})).toEqual([mine, mine])
    expect(at(compatible)).toEqual([mine, "a=session; b=request; c=session; d=request"])
    expect(at({ jar: { afterRedirect: "session" } })[1]).toBe("a=session; b=request; c=session; d=request")
  })
  it.each<[string, Settings.Settings, Request.Options, ReadonlyArray<string | undefined>]>([
    ["[PRX-32] afresh", {}, {}, ["http://env:1", undefined]],
    ["[PRX-32] carried", compatible, {}, ["http://env:1", "http://env:1"]],
    ["[PRX-32] carried, alone", { environment: { proxiesOfHop: "carried" } }, {}, ["http://env:1", "http://env:1"]],
    [
      "[PRX-32] not past what the user names",
      compatible,
      { proxies: { http: "http://mine:1" } },
      ["http://mine:1", "http://mine:1"]
    ],
    ["[PRX-32] not without trustEnv", compatible, { trustEnv: false }, [undefined, undefined]]
  ])("%s: a redirect to a NO_PROXY host", (_what, settings, options, expected) => {
    const first = asked("http://h.test/", options, settings)
    const second = after(first, "http://local.test/")
    expect([first, second].map(({ request }) => request.transport.proxy)).toEqual(expected)
  })
  it("[PRX-33] from a NO_PROXY host the variables' proxy is taken up", () => {
    for (const settings of [{}, compatible]) {
      const first = asked("http://local.test/", {}, settings)
      const hops = [first, after(first, "http://h.test/"), after(after(first, "http://h.test/"), "https://h.test/")]
      expect(hops.map(({ request }) => request.transport.proxy)).toEqual([undefined, "http://env:1", undefined])
    }
  })
  it.each([400, 401, 403, 404, 407, 418, 499])("[DIG-02] a Digest challenge with a %i", (status) => {
    const fields = ["WWW-Authenticate", "Digest realm=r, nonce=n, qop=auth"]
    const isAnswered = (settings: Settings.Settings) => {
      const hop = answered(asked("https://a.test/", { auth: Auth.digest("u", "p") }, settings, silent), status, fields)
      expect(Rules.asks(hop) || Option.isNone(Rules.answerable(hop))).toBe(true)
      expect(Rules.teachesDigest(hop)).toBe(Option.isSome(Rules.answerable(hop)))
      return Option.isSome(Rules.answerable(hop))
    }
    expect(isAnswered({})).toBe(status === 401)
    expect(isAnswered(compatible)).toBe(true)
    expect(isAnswered({ authentication: { challengedBy: "any4xx" } })).toBe(true)
  })
  it.each([200, 302, 399, 500, 503])("[DIG-02] no challenge with a %i", (status) => {
    const hop = answered(asked("https://a.test/", { auth: Auth.digest("u", "p") }, compatible, silent), status, [
      "WWW-Authenticate",
      "Digest realm=r, nonce=n, qop=auth"
    ])
    expect(Option.isNone(Rules.answerable(hop))).toBe(true)
  })
})

describe("[AUT-09] [HDR-16] credentials and an Authorization field", () => {
  const headers = { Authorization: "Mine" }
  const silent = Environment.empty
  it.each<[string, string, Request.Options, string]>([
    ["auth", "https://a.test/", { auth: Auth.basic("u", "p") }, basic("u", "p")],
    ["a token", "https://a.test/", { auth: Auth.bearer("t") }, "Bearer t"],
    ["the URL's user", "https://u:p@a.test/", {}, basic("u", "p")]
  ])("%s", (_what, url, options, requests) => {
    expect(signature(asked(url, { ...options, headers }, {}, silent))).toBe("Mine")
    expect(signature(asked(url, { ...options, headers }, compatible, silent))).toBe(requests)
    expect(signature(asked(url, { ...options, headers }, { authentication: { field: "isReplaced" } }, silent))).toBe(
      requests
    )
  })
  const digest = (settings: Settings.Settings, algorithm: string) =>
    Option.isSome(
      Rules.answerable(
        answered(asked("https://a.test/", { auth: Auth.digest("u", "p"), headers }, settings, silent), 401, [
          "WWW-Authenticate",
          `Digest realm=r, nonce=n, algorithm=${algorithm}`
        ])
      )
    )
  it("a Digest challenge is answered in its place", () => {
    expect(digest({}, "MD5")).toBe(false)
    expect(digest(compatible, "MD5")).toBe(true)
  })
  it("[DIG-14] also one of SHA-1", () => {
    expect(digest({ authentication: { field: "isReplaced" } }, "SHA")).toBe(false)
    expect(digest(compatible, "SHA")).toBe(true)
  })
})

describe("[COK-03] a Cookie field", () => {
  const state = { ...facts(), environment: Environment.empty }
  const cookies = Cookies.store(Cookies.empty, Target.fromUrl(new URL("https://h.test/")), ["jar=1"], 0)
  const sent = (settings: Settings.Settings, options: Request.Options) =>
    Headers.get(
      Either.getOrThrow(
        Rules.prepare(Request.get("https://h.test/", options), { ...state, ...facts(settings, cookies) })
      ).request.headers,
      "cookie"
    )
  it.each<[Request.Options, string, string]>([
    [{ headers: { Cookie: "a=1" } }, "a=1; jar=1", "a=1"],
    [{ headers: { cookie: "" } }, "jar=1", ""],
    [{ headers: { Cookie: "a=1" }, cookies: { b: "2" } }, "a=1; b=2; jar=1", "a=1"],
    [{ cookies: { b: "2" } }, "b=2; jar=1", "b=2; jar=1"]
  ])("%j", (options, safe, requests) => {
    expect(sent({}, options)).toBe(safe)
    expect(sent(compatible, options)).toBe(requests)
    expect(sent({ jar: { field: "alone" } }, options)).toBe(requests)
  })
})

describe("what is explicit", () => {
  const environments = fc.record({
    http_proxy: fc.constantFrom("http://env:1", ""),
    all_proxy: fc.constantFrom("http://env:2", ""),
    no_proxy: fc.constantFrom("h.test", "other.test", "*", ""),
    REQUESTS_CA_BUNDLE: fc.constantFrom("/env/ca.pem", "")
  })
  const files = fc.constantFrom(netrc, "default login any password pw3", "machine h.test password x", "broken {", "")
  const proxy = fc.constantFrom("http://mine:1", "direct", "")
  const key = fc.constantFrom("http", "all", "http://h.test", "all://h.test")
  const verify = fc.constantFrom<Array<NonNullable<Settings.Settings["verify"]>>>(true, false, { caFile: "/own.pem" })
  const auth = fc.constantFrom(Auth.basic("u", "p"), Auth.bearer("t"))

  it("[ENV-02] [ENV-12] always beats the environment, whatever it says and whichever layer is explicit", () => {
    fc.assert(
      fc.property(
        environments,
        files,
        fc.dictionary(key, proxy, { minKeys: 1, maxKeys: 2 }),
        verify,
        auth,
        fc.boolean(),
        fc.constantFrom("http://h.test/", "http://u:p2@h.test/"),
        (variables, file, proxies, verify, auth, bySession, url) => {
          const explicit = { proxies, verify, auth }
          const [request, session] = bySession ? [{}, explicit] : [explicit, {}]
          const told = asked(url, request, session, Environment.make(variables, file)).request
          const untold = asked(url, request, session, Environment.empty).request
          expect(told).toEqual(untold)
        }
      ),
      { numRuns: 1000 }
    )
  })
  it("is nothing of the environment's where nothing is asked of it", () => {
    fc.assert(
      fc.property(environments, files, fc.constantFrom({}, compatible), (variables, file, settings) => {
        const options = { trustEnv: false }
        expect(asked("http://h.test/", options, settings, Environment.make(variables, file)).request).toEqual(
          asked("http://h.test/", options, settings, Environment.empty).request
        )
      })
    )
  })
})
