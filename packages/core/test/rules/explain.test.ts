import {
  Auth,
  Cookie,
  Cookies,
  Environment,
  Headers,
  Proxies,
  Request,
  Rules,
  SessionState,
  Settings,
  Target,
  type Tls
} from "@effect-requests/core"
import { Either, Redacted } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { about, type Entry, type Explanation, holds, toText, type What } from "../../src/data/Explanation.js"
import { explain } from "../../src/rules/explain.js"
import { settings as settingsArbitrary, url as urlArbitrary } from "../arbitraries.js"

const api = "https://api.example.test/v1/"
const home: Settings.Settings = { baseUrl: api }
const jarOf = (...lines: ReadonlyArray<string>) => Cookies.store(Cookies.empty, Target.fromUrl(new URL(api)), lines, 0)

interface Given {
  readonly method?: string
  readonly url?: string
  readonly session?: Settings.Settings
  readonly options?: Request.Options
  readonly variables?: Environment.Variables
  readonly netrc?: string
  readonly jar?: Cookies.Cookies
}

const request = ({ method = "GET", options = {}, url = api }: Given) => Request.make(method, url, options)

const factsOf = ({ jar = Cookies.empty, netrc, session = {}, variables = {} }: Given) => ({
  state: SessionState.make({ settings: session, cookies: jar }),
  environment: Environment.make(variables, netrc),
  now: 0,
  nonce: "0"
})

const explained = (given: Given): Explanation =>
  Either.getOrThrowWith(explain(request(given), factsOf(given)), (refused) => refused)

/** `layer does < over = shown`, in one line. */
const line = ({ does, layer, over, shown }: Entry): string =>
  `${layer} ${does}${over.length === 0 ? "" : ` ${over.join(" ")}`}${shown === "" ? "" : ` = ${shown}`}`

const lines = (given: Given, what: What, name?: string) => about(explained(given), what, name).map(line)

type Row = readonly [
  what: string,
  given: Given,
  about: readonly [what: What, name?: string],
  expected: ReadonlyArray<string>
]

const hidden = "<hidden>"

describe("header fields", () => {
  it.each<Row>([
    ["a default", {}, ["header", "accept"], ["defaults sets = */*"]],
    ["the session's", { session: { headers: { "X-A": "1" } } }, ["header", "X-A"], [`session sets = ${hidden}`]],
    [
      "the request's over both",
      { session: { headers: { accept: "a" } }, options: { headers: { Accept: "b" } } },
      ["header", "Accept"],
      ["request overrides defaults session = b"]
    ],
    [
      "null of the request",
      { session: { headers: { "X-A": "1" } }, options: { headers: { "x-a": null } } },
      ["header"],
      ["defaults sets = " + userAgentOf(), "defaults sets = */*", "request removes session"]
    ],
    [
      "null of the session",
      { session: { headers: { Accept: null } } },
      ["header", "Accept"],
      ["session removes defaults"]
    ],
    [
      "given back by the request",
      { session: { headers: { Accept: null } }, options: { headers: { Accept: "b" } } },
      ["header", "Accept"],
      ["request overrides defaults session = b"]
    ],
    [
      "exactly these",
      { options: { headers: Settings.only({ Accept: "b" }) } },
      ["header"],
      ["request overrides defaults = b", "request removes defaults"]
    ],
    ["none", { options: { headers: null } }, ["header"], ["request removes defaults", "request removes defaults"]],
    [
      "of the body",
      { method: "POST", options: { json: 1 } },
      ["header", "Content-Type"],
      ["body sets = application/json"]
    ],
    [
      "its length, which nobody takes away",
      { method: "POST", options: { json: 1, headers: { "content-length": null } } },
      ["header", "Content-Length"],
      ["body overrides request = 1"]
    ],
    [
      "a type of one's own",
      { method: "POST", options: { json: 1, headers: { "content-type": "a/b" } } },
      ["header", "Content-Type"],
      ["request sets = a/b"]
    ],
    [
      "no type",
      { method: "POST", options: { json: 1, headers: { "content-type": null } } },
      ["header", "Content-Type"],
      ["request removes"]
    ],
    [
      "of a signer",
      { session: { auth: Auth.custom(() => ["X-Sig", "1"]) }, options: { headers: { "x-sig": "0" } } },
      ["header", "X-Sig"],
      [`session overrides request = ${hidden}`]
    ],
    ["of cookies", { jar: jarOf("sid=1") }, ["header", "Cookie"], [`jar sets = ${hidden}`]],
    [
      "of another origin",
      { url: "https://other.test/", session: { ...home, headers: { "X-Key": "1" } } },
      ["header", "X-Key"],
      [`session withholds = ${hidden}`]
    ],
    [
      "of another origin, but the request's own",
      {
        url: "https://other.test/",
        session: { ...home, headers: { "X-Key": "1" } },
        options: { headers: { "X-Key": "2" } }
      },
      ["header", "X-Key"],
      [`request sets = ${hidden}`, `session withholds = ${hidden}`]
    ]
  ])("%s", (_what, given, [what, name], expected) => {
    expect(lines(given, what, name)).toEqual(expected)
  })
})

describe("params and cookies", () => {
  it.each<Row>([
    [
      "in the URL, shown where harmless",
      { url: `${api}?page=2&token=x` },
      ["param"],
      ["url sets = 2", `url sets = ${hidden}`]
    ],
    [
      "of the request over the session",
      { session: { params: { page: 1 } }, options: { params: { page: 2 } } },
      ["param", "page"],
      ["request overrides session = 2"]
    ],
    [
      "beside the URL's own",
      { url: `${api}?page=1`, options: { params: { page: 2 } } },
      ["param", "page"],
      ["url sets = 1", "request sets = 2"]
    ],
    [
      "null",
      { session: { params: { page: 1 } }, options: { params: { page: null } } },
      ["param", "page"],
      ["request removes session"]
    ],
    [
      "exactly these",
      { session: { params: { page: 1 } }, options: { params: Settings.only({ q: "x" }) } },
      ["param"],
      ["request sets = x", "request removes session"]
    ],
    [
      "a text, whose names are read",
      { session: { params: "q=x&SECRET" } },
      ["param"],
      ["session sets = x", `session sets = ${hidden}`]
    ],
    [
      "of another origin",
      { url: "https://other.test/", session: { ...home, params: { page: 1 } } },
      ["param", "page"],
      [`session withholds = ${hidden}`]
    ],
    [
      "where a URL has none",
      { url: "mailto:a@b.test", options: { params: { page: 1 } } },
      ["param", "page"],
      [`url withholds request = ${hidden}`]
    ],
    ["a cookie of the jar", { jar: jarOf("sid=1") }, ["cookie", "sid"], [`jar sets = ${hidden}`]],
    [
      "of the session over the jar",
      { jar: jarOf("sid=1"), session: { cookies: { sid: "2" } } },
      ["cookie", "sid"],
      [`session overrides jar = ${hidden}`]
    ],
    [
      "of the request over all",
      { jar: jarOf("sid=1"), session: { cookies: { sid: "2" } }, options: { cookies: { sid: "3" } } },
      ["cookie", "sid"],
      [`request overrides jar session = ${hidden}`]
    ],
    [
      "null keeps the jar's back",
      { jar: jarOf("sid=1"), options: { cookies: { sid: null } } },
      ["cookie", "sid"],
      ["request removes jar"]
    ],
    [
      "the field wins",
      { jar: jarOf("sid=1"), options: { headers: { Cookie: "sid=0; bare" }, cookies: { sid: "2" } } },
      ["cookie"],
      [`request overrides jar request = ${hidden}`, `request sets = ${hidden}`]
    ],
    [
      "none is the jar's own again",
      { jar: jarOf("sid=1"), session: { cookies: { sid: null } }, options: { cookies: null } },
      ["cookie", "sid"],
      [`jar sets = ${hidden}`]
    ]
  ])("%s", (_what, given, [what, name], expected) => {
    expect(lines(given, what, name)).toEqual(expected)
  })
})

describe("credentials: the winner and the losers", () => {
  const url = "https://ada:pw@api.example.test/"
  const netrc = "machine api.example.test login ada password pw"
  const auth = Auth.bearer("x")
  const abroad = Auth.forOrigins(auth, ["https://files.example.test"])
  it.each<Row>([
    ["nobody", {}, ["credential"], []],
    [".netrc", { netrc }, ["credential", "Basic"], [`netrc sets = ${hidden}`]],
    ["the URL", { url, netrc }, ["credential", "Basic"], [`url overrides netrc = ${hidden}`]],
    [
      "the session",
      { url, netrc, session: { auth } },
      ["credential", "Bearer"],
      [`session overrides netrc url = ${hidden}`]
    ],
    [
      "the request",
      { url, netrc, session: { auth }, options: { auth: Auth.digest("a", "b") } },
      ["credential", "Digest"],
      [`request overrides netrc url session = ${hidden}`]
    ],
    [
      "the field",
      { url, netrc, session: { auth, headers: { authorization: "Mine x" } }, options: { auth } },
      ["credential"],
      [`session overrides netrc url session request = ${hidden}`]
    ],
    ["null", { netrc, session: { auth }, options: { auth: null } }, ["credential"], ["request removes netrc session"]],
    ["without trust", { netrc, options: { trustEnv: false } }, ["credential"], [`request withholds netrc = ${hidden}`]],
    ["for other origins", { session: { auth: abroad } }, ["credential"], [`session withholds = ${hidden}`]],
    [
      "for other origins, and a .netrc",
      { netrc, session: { auth: abroad } },
      ["credential"],
      [`netrc sets = ${hidden}`, `session withholds = ${hidden}`]
    ],
    [
      "of another origin",
      { url: "https://other.test/", session: { ...home, auth } },
      ["credential"],
      [`session withholds = ${hidden}`]
    ]
  ])("%s", (_what, given, [what, name], expected) => {
    expect(lines(given, what, name)).toEqual(expected)
  })
  it("Authorization is told among the fields too", () => {
    expect(lines({ url, netrc }, "header", "Authorization")).toEqual([`url sets = ${hidden}`])
  })
})

describe("the transport", () => {
  const variables = { https_proxy: "http://u:p@env.test:1" }
  const session = { proxies: { https: "http://u:p@s.test:2" } }
  const cert = { cert: "PEM", key: Redacted.make("KEY") }
  it.each<Row>([
    ["no proxy", {}, ["proxy"], []],
    ["the environment's", { variables }, ["proxy"], ["environment sets = http://env.test:1"]],
    ["the session's", { variables, session }, ["proxy", "https"], ["session overrides environment = http://s.test:2"]],
    [
      "the request's",
      { variables, session, options: { proxies: { all: "http://r.test", https: null } } },
      ["proxy"],
      ["request overrides environment session = http://r.test"]
    ],
    [
      "the request's, though the session's is more particular",
      { session, options: { proxies: { all: "http://r.test" } } },
      ["proxy"],
      ["request overrides session = http://r.test"]
    ],
    [
      "direct",
      { variables, session, options: { proxies: { https: Proxies.direct } } },
      ["proxy"],
      ["request removes environment session"]
    ],
    ["null", { variables, options: { proxies: { https: null } } }, ["proxy"], ["request removes environment"]],
    [
      "NO_PROXY",
      { variables: { ...variables, NO_PROXY: ".example.test" } },
      ["proxy"],
      ["environment withholds environment = http://env.test:1"]
    ],
    [
      "NO_PROXY does not limit the session's",
      { session, variables: { NO_PROXY: "*" } },
      ["proxy"],
      ["session sets = http://s.test:2"]
    ],
    [
      "noProxy does",
      { session, options: { proxies: { noProxy: "*" } } },
      ["proxy"],
      ["request withholds session = http://s.test:2"]
    ],
    ["without trust", { variables, session: { trustEnv: false } }, ["proxy"], ["session removes environment"]],
    ["checks by default", {}, ["verify"], ["defaults sets = true"]],
    [
      "REQUESTS_CA_BUNDLE",
      { variables: { REQUESTS_CA_BUNDLE: "/ca.pem" } },
      ["verify"],
      ["environment sets = /ca.pem"]
    ],
    [
      "verify over it",
      { variables: { REQUESTS_CA_BUNDLE: "/ca.pem" }, options: { verify: false } },
      ["verify"],
      ["request overrides environment = false"]
    ],
    ["a certificate", { session: { cert } }, ["cert"], [`session sets = ${hidden}`]],
    ["no certificate", { session: { cert }, options: { cert: null } }, ["cert"], ["request removes session"]],
    [
      "a certificate abroad",
      { url: "https://other.test/", session: { ...home, cert } },
      ["cert"],
      [`session withholds = ${hidden}`]
    ],
    [
      "a timeout",
      { session: { timeout: { read: 5 } }, options: { timeout: "2 seconds" } },
      ["timeout"],
      [
        "defaults sets = 10s",
        "defaults sets = 30s",
        "defaults sets = 30s",
        "session overrides defaults = 5ms",
        "request overrides defaults = 2s"
      ]
    ],
    ["none", { options: { timeout: { total: null } } }, ["timeout", "total"], ["request removes defaults"]],
    [
      "exactly this timeout",
      { options: { timeout: Settings.only({ read: 5 }) } },
      ["timeout"],
      [
        "request overrides defaults = 5ms",
        "request removes defaults",
        "request removes defaults",
        "request removes defaults",
        "request removes defaults"
      ]
    ],
    [
      "the count of redirects",
      { session: { maxRedirects: 3 } },
      ["limit", "maxRedirects"],
      ["session overrides defaults = 3"]
    ],
    ["HEAD follows none", { method: "HEAD" }, ["redirects", "allowRedirects"], ["defaults sets = false"]],
    ["a policy", { session: Settings.compatible }, ["redirects", "downgrade"], ["session overrides defaults = follow"]],
    [
      "the safe one again",
      { session: Settings.compatible, options: { redirects: null } },
      ["redirects", "downgrade"],
      ["request overrides defaults session = refuse"]
    ]
  ])("%s", (_what, given, [what, name], expected) => {
    expect([...lines(given, what, name)].sort(byHolding)).toEqual(expected)
  })
  it("names the variable, not its value", () => {
    expect(about(explained({ variables }), "proxy")[0]?.why).toBe("https_proxy names it")
  })
  it("no adapter at all is told where the URL is", () => {
    const told = Either.getOrThrow(explain(request({}), factsOf({}), () => undefined))
    expect(told.entries.filter(({ layer }) => layer === "adapter").map(line)).toEqual([
      `adapter withholds request = ${told.url}`
    ])
  })
  describe("a Proxy-Authorization field", () => {
    const field = { "Proxy-Authorization": "Mine x" }
    const at = (url: string, all: string | undefined, session: Settings.Settings = {}) => {
      const told = explained({
        url,
        session,
        options: { headers: field, ...(all === undefined ? {} : { proxies: { all } }) }
      })
      return [...about(told, "header", "Proxy-Authorization"), ...about(told, "proxy", "Proxy-Authorization")].map(
        (entry) => `${entry.what} ${line(entry)}: ${entry.why}`
      )
    }
    it("goes to the proxy of a tunnel, and not to the origin", () => {
      const told = [
        "header request withholds = <hidden>: it goes to the proxy with CONNECT, and not to the origin",
        "proxy request sets = <hidden>: CONNECT says it to the proxy"
      ]
      expect(at(api, "http://p.test:1")).toEqual(told)
      const below = { headers: { "Proxy-Authorization": "Its y" } }
      expect(at(api, "http://p.test:1", below)[1]).toBe(
        "proxy request overrides session = <hidden>: CONNECT says it to the proxy"
      )
    })
    it("stands behind the user of the proxy's URL", () => {
      expect(at(api, "http://u:p@p.test:1")).toEqual([
        "header request withholds = <hidden>: the proxy is told the user of its URL, the origin neither"
      ])
    })
    it.each([
      ["http://h.test/", "http://p.test:1", "header request sets = <hidden>: set in its options"],
      ["http://h.test/", undefined, "header request sets = <hidden>: set in its options"],
      [
        api,
        "socks5://p.test:1",
        "header request withholds = <hidden>: no proxy reads what goes over https, and no origin is to read it"
      ],
      [
        api,
        undefined,
        "header request withholds = <hidden>: no proxy reads what goes over https, and no origin is to read it"
      ]
    ])("to %s by %s: %s", (url, all, told) => expect(at(url, all)).toEqual([told]))
  })
  it.each<[string, Given, What, ReadonlyArray<string>]>([
    [
      "a variable over the session's key",
      { session: { proxies: { all: "http://s.test:2" }, environment: { proxies: "byKey" } }, variables },
      "proxy",
      ["environment overrides session = http://env.test:1"]
    ],
    [
      "a bundle over the session's verify",
      { session: { verify: false, environment: { caBundle: "overSession" } }, variables: { CURL_CA_BUNDLE: "/c.pem" } },
      "verify",
      ["environment overrides session = /c.pem"]
    ],
    [
      "a netrc over a field",
      {
        session: { headers: { Authorization: "Mine" }, environment: { netrc: "overrides" } },
        netrc: "machine api.example.test login l password p"
      },
      "credential",
      [`netrc overrides session = ${hidden}`]
    ],
    [
      "credentials over a field",
      {
        session: { auth: Auth.bearer("x"), authentication: { field: "isReplaced" } },
        options: { headers: { Authorization: "Mine" } }
      },
      "credential",
      [`session overrides request = ${hidden}`]
    ],
    [
      "a Cookie field alone",
      { session: { cookies: { a: "1" }, jar: { field: "alone" } }, options: { headers: { Cookie: "b=2" } } },
      "cookie",
      [`request sets = ${hidden}`, `request withholds session = ${hidden}`]
    ],
    ["a limit of the jar", { session: { jar: { mostOfAll: 7 } } }, "limit", ["session overrides defaults = 7"]]
  ])("a choice: %s", (_what, given, what, expected) => {
    expect(lines(given, what, what === "limit" ? "mostOfAll" : undefined)).toEqual(expected)
  })
  it("an adapter refuses what it cannot honour", () => {
    const given: Given = { session, options: { timeout: { read: 5 } } }
    const told = Either.getOrThrow(explain(request(given), factsOf(given), () => new Set(["readTimeout"] as const)))
    expect(told.entries.filter(({ layer }) => layer === "adapter").map(line)).toEqual([
      "adapter sets = api.example.test",
      "adapter withholds session = http://s.test:2"
    ])
  })
})

describe("the text", () => {
  it("is to be read", () => {
    const told = explained({
      url: "users?page=2",
      session: { ...home, headers: { "X-Key": "k" } },
      options: { headers: { Accept: null } }
    })
    expect(toText(told).split("\n").slice(0, 11)).toEqual([
      "GET https://api.example.test/v1/users?page=2",
      "",
      "URL",
      "   url      https://api.example.test/v1/users?page=2  request: the request's URL, resolved against the baseUrl",
      "   baseUrl  https://api.example.test/v1/              session: set in its settings",
      "",
      "Header fields",
      `   User-Agent  ${userAgentOf()}  defaults: every session starts from it`,
      `   X-Key       ${hidden.padEnd(userAgentOf().length)}  session: set in its settings`,
      ` - Accept      ${"".padEnd(userAgentOf().length)}  removed by request over defaults: null there, or no value`,
      ""
    ])
  })
  it("has no line but its own", () => {
    const text = toText(
      explained({ options: { params: { "a\nb\u001b[31m\u202e": "1" }, headers: { "X\nHeader fields": null } } })
    )
    expect(text).toContain("a\\u{a}b\\u{1b}[31m\\u{202e}")
    expect(text).not.toMatch(/\n(?:b|Header fields\n[^ ])/)
  })
})

describe("laws", () => {
  const given = fc.record<Required<Given>>({
    method: fc.constantFrom("GET", "POST", "HEAD"),
    url: fc.oneof(
      urlArbitrary,
      fc.constantFrom("/x?a=0", "https://api.example.test/v1/x", "https://u:p@h.test/?b", "users")
    ),
    session: settingsArbitrary.chain((settings) =>
      fc.constantFrom(settings, { ...settings, auth: Auth.basic("u", "p") }, { ...settings, auth: null })
    ),
    options: fc
      .tuple(
        settingsArbitrary,
        fc.constantFrom<Request.Options>(
          {},
          { json: 1 },
          { body: "x" },
          { cert: { cert: "PEM", key: Redacted.make("k") } },
          { cert: null },
          { auth: null },
          { auth: Auth.bearer("x") }
        )
      )
      .map(([a, b]) => ({ ...a, ...b })),
    variables: fc.dictionary(
      fc.constantFrom("http_proxy", "https_proxy", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"),
      fc.constantFrom("http://e.test", "a.test", ""),
      { maxKeys: 3 }
    ),
    netrc: fc.constantFrom("", "machine a.test login l password p", "default login l password p"),
    jar: fc.constantFrom(
      Cookies.empty,
      Cookies.store(Cookies.empty, Target.fromUrl(new URL("https://a.test/")), ["sid=1", "c=2"], 0)
    )
  })
  const both = (one: Given) => [explain(request(one), factsOf(one)), Rules.prepare(request(one), factsOf(one))] as const
  const held = (told: Explanation, what: What) => about(told, what).filter(holds)
  const names = (told: Explanation, what: What) => Array.from(new Set(held(told, what).map(({ name }) => name))).sort()
  const set = (values: ReadonlyArray<string>) => Array.from(new Set(values)).sort()
  const lower = (values: ReadonlyArray<string>) => set(values.map((value) => value.toLowerCase()))

  it("what is told to hold is what prepare gives, nothing more and nothing less", () => {
    let calls = 0
    const layers = new Set<string>()
    fc.assert(
      fc.property(given, (one) => {
        const [told, made] = both(one)
        expect(Either.isRight(told)).toBe(Either.isRight(made))
        if (Either.isLeft(told) || Either.isLeft(made)) return
        calls++
        const { request: sent, settings } = made.right
        const shown = (what: What) => held(told.right, what).map(({ shown }) => shown)
        for (const entry of told.right.entries) layers.add(`${entry.layer} ${entry.does}`)
        expect(lower(names(told.right, "header"))).toEqual(lower(Headers.pairs(sent.headers).map(([name]) => name)))
        expect(held(told.right, "header")).toHaveLength(names(told.right, "header").length)
        expect(names(told.right, "param")).toEqual(
          set(
            [...new URL(Target.fromUrl(new URL(sent.url)).shown).search.slice(1).split("&")].flatMap((piece) => [
              ...new URLSearchParams(piece).keys()
            ])
          )
        )
        const cookies = Headers.getAll(sent.headers, "Cookie")
          .join(";")
          .split(";")
          .map((pair) => pair.trim())
          .filter((pair) => pair !== "")
        expect(names(told.right, "cookie")).toEqual(
          set(cookies.map((pair) => (pair.includes("=") ? (pair.split("=")[0] ?? "") : hidden)))
        )
        const { proxy } = sent.transport
        expect(shown("proxy").filter((one) => one !== hidden)).toEqual(proxy === undefined ? [] : [proxy])
        expect(shown("verify")).toEqual([shownVerify(sent.transport.verify)])
        expect(held(told.right, "cert")).toHaveLength(sent.transport.cert === undefined ? 0 : 1)
        const {
          connectTimeout: connect,
          headersTimeout: headers,
          readTimeout: read,
          writeTimeout: write
        } = sent.transport
        const finite = Object.entries({ connect, headers, read, write, total: settings.timeout.total }).filter(
          ([, millis]) => millis !== Infinity
        )
        expect(names(told.right, "timeout")).toEqual(set(finite.map(([name]) => name)))
        expect(about(told.right, "limit", "maxRedirects").map(({ shown }) => shown)).toEqual([
          String(settings.maxRedirects)
        ])
        expect(about(told.right, "redirects", "allowRedirects").map(({ shown }) => shown)).toEqual([
          String(settings.allowRedirects)
        ])
        // Every choice and every limit has its line, with what is used.
        for (const [what, policy] of Object.entries({
          redirects: settings.redirects,
          environment: settings.environment,
          authentication: settings.authentication,
          jar: settings.jar
        })) {
          for (const [name, value] of Object.entries(policy)) {
            const lines = told.right.entries.filter(
              (entry) => entry.name === name && [what, "limit"].includes(entry.what)
            )
            expect([name, lines.map(({ shown }) => shown)]).toEqual([name, [String(value)]])
          }
        }
        const signed = Headers.has(sent.headers, "Authorization")
        expect(held(told.right, "credential")).toHaveLength(signed ? 1 : 0)
      }),
      { numRuns: 1000 }
    )
    expect(calls).toBeGreaterThan(250)
    expect(layers.size).toBeGreaterThan(15)
  })

  it("overrides names whom, sets nobody", () => {
    fc.assert(
      fc.property(given, (one) => {
        const [told] = both(one)
        for (const { does, over } of Either.isRight(told) ? told.right.entries : []) {
          if (does === "sets" || does === "overrides") expect(over.length > 0).toBe(does === "overrides")
        }
      })
    )
  })

  it("whoever is told to have set or removed a field or a param did: without that word it is otherwise", () => {
    const tried = { sets: 0, removes: 0 }
    const without = (one: Given, { layer, what }: Entry): Given => {
      const unsaid = what === "header" ? { headers: undefined } : { params: undefined }
      return layer === "session"
        ? { ...one, session: { ...one.session, ...unsaid } }
        : { ...one, options: { ...one.options, ...unsaid } }
    }
    fc.assert(
      fc.property(given, (one) => {
        const [told] = both(one)
        if (Either.isLeft(told)) return
        const mine = told.right.entries.filter(({ layer }) => layer === "session" || layer === "request")
        // What the session takes away, the request may take away as well.
        for (const entry of mine.filter(({ what }) => what === "header" || what === "param")) {
          if (/^(?:cookie|authorization|content-.*)$/i.test(entry.name)) continue
          const other = explain(request(without(one, entry)), factsOf(without(one, entry)))
          if (Either.isLeft(other)) continue
          const now = about(other.right, entry.what, entry.name).filter(
            ({ does, layer }) => holds({ ...entry, does }) && layer !== "url"
          )
          if (entry.does === "sets") expect(now, line(entry)).toEqual([])
          if (entry.does === "removes" && entry.layer === "request" && entry.over.join() === "defaults")
            expect(now).toHaveLength(1)
          if (entry.does === "sets" || entry.does === "removes") tried[entry.does]++
        }
      }),
      { numRuns: 500 }
    )
    expect(Math.min(tried.sets, tried.removes)).toBeGreaterThan(50)
  })

  it("a layer that says nothing decides nothing", () => {
    fc.assert(
      fc.property(given, (one) => {
        const [told] = both({ ...one, session: {}, variables: {}, netrc: "", jar: Cookies.empty })
        const silent = new Set(["session", "environment", "netrc", "jar", "adapter"])
        for (const { layer, over } of Either.isRight(told) ? told.right.entries : []) {
          expect([layer, ...over].filter((one) => silent.has(one))).toEqual([])
        }
      })
    )
  })

  it("no secret is in the data or in the text, whoever says it and wherever it goes", () => {
    const secret = fc.stringMatching(/^S3CR[A-Za-z0-9]{8,12}$/)
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom("users", "https://other.test/", "https://ada:PASS@api.example.test/x"),
        fc.boolean(),
        fc.boolean(),
        (word, url, isSession, isDirect) => {
          const said: Settings.Settings = {
            headers: {
              "X-Key": word,
              Authorization: isDirect ? null : word,
              Cookie: `${word}; x=${word}`,
              "X-Many": [word, word]
            },
            params: isDirect ? { token: word, key: [word, word] } : `${word}&a=${word}`,
            cookies: { pref: word },
            auth: isDirect ? Auth.basic(word, word) : Auth.bearer(word),
            cert: { cert: "PEM", key: Redacted.make(word), passphrase: Redacted.make(word) },
            verify: { ca: word },
            proxies: isDirect ? { all: `http://${word}:${word}@p.test?${word}` } : {}
          }
          const given: Given = {
            method: "POST",
            url: `${url.replace("PASS", word)}?${word}&t=${word}#${word}`,
            session: isSession ? { ...home, ...said } : { baseUrl: `https://${word}:${word}@api.example.test/` },
            options: { json: word, ...(isSession ? {} : said) },
            variables: { HTTPS_PROXY: `http://${word}:${word}@env.test`, TOKEN: word },
            netrc: `default login ${word} password ${word}`,
            jar: Cookies.put(jarOf(`sid=${word}`), nameless(`${word}=${word}`), 0)
          }
          const told = explained(given)
          const everything = JSON.stringify(told) + toText(told)
          expect(everything).not.toContain(word)
          expect(everything).not.toContain(btoa(`${word}:${word}`))
        }
      ),
      { numRuns: 300 }
    )
  })
})

function userAgentOf(): string {
  return Settings.defaults.headers instanceof Settings.Only ? "" : String(Settings.defaults.headers?.["User-Agent"])
}

function shownVerify(verify: Tls.Verify): string {
  return typeof verify !== "object" ? String(verify) : "caFile" in verify ? verify.caFile : "PEM"
}

/** As an imported jar may have it: a value alone. */
function nameless(value: string): Cookie.Cookie {
  const where = {
    domain: "api.example.test",
    path: "/",
    hostOnly: true,
    secure: false,
    httpOnly: false,
    sameSite: undefined
  }
  return new Cookie.Cookie({ name: "", value, ...where, expires: Infinity, creation: 0, serial: 0 })
}

function byHolding(a: string, b: string): number {
  return Number(a.includes(" removes")) - Number(b.includes(" removes"))
}
