import { Auth, Cookie, Cookies, Params, Refreshing, Rules, SessionState, Settings, Target } from "@effect-requests/core"
import { Duration, Effect, Either, HashMap, Redacted, Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Snapshot from "../../src/data/Snapshot.js"
import { settings as anySettings } from "../arbitraries.js"

const secret = "s3cr3t"
const through = (json: unknown): unknown => JSON.parse(JSON.stringify(json))
const sealed = (state: SessionState.SessionState) => Either.getOrThrowWith(Snapshot.seal(state), (e) => e)
const restored = (json: unknown) => Either.getOrThrowWith(Snapshot.restore(json), (e) => e)
const withSettings = (settings: Settings.Settings) => SessionState.make({ settings })
const again = (settings: Settings.Settings) => restored(through(sealed(withSettings(settings)))).state.settings

/** What a state says, secrets revealed, in a form that `toEqual` compares: written apart from the code that saves. */
const plain = (state: SessionState.SessionState): unknown => ({
  settings: revealed(state.settings),
  order: (["headers", "cookies", "proxies"] as const).map((key) => namesIn(state.settings[key])),
  cookies: { ...state.cookies, byDomain: sortedEntries(state.cookies.byDomain) },
  challenges: sortedEntries(state.challenges)
})
/** The order of names is that of the wire. */
const namesIn = (setting: Settings.Settings["headers"]): unknown =>
  setting === undefined || setting === null
    ? setting
    : Object.entries(setting instanceof Settings.Only ? setting.value : setting).flatMap(([name, value]) =>
        value === undefined ? [] : [name]
      )
const sortedEntries = <A>(map: HashMap.HashMap<string, A>) => Array.from(map).sort(([a], [b]) => (a < b ? -1 : 1))
const revealed = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return { redacted: Redacted.value(value) }
  if (value instanceof URL) return String(value)
  if (Duration.isDuration(value)) return Duration.toMillis(value)
  if (typeof value === "bigint") return Number(value) / 1e6
  if (value instanceof Uint8Array) return ["bytes", ...value]
  if (value instanceof Settings.Only) return { only: revealed(value.value) }
  if (value instanceof Params.Params) return ["params", ...value.entries]
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revealed(one)]))
}

const origins = fc.constantFrom(undefined, ["https://a.test"], [])
const auth: fc.Arbitrary<Auth.Auth> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.string(), fc.string()).map(([user, password]) => Auth.basic(user, password)),
      fc.string().map((token) => Auth.bearer(token)),
      fc.tuple(fc.string(), fc.string()).map(([user, password]) => Auth.digest(user, password))
    ),
    origins
  )
  .map(([one, where]) => (where === undefined ? one : Auth.forOrigins(one, where)))
const millis = fc.oneof(fc.constantFrom(Infinity, 0, -1, NaN, 0.5), fc.nat())
const parts = fc.record({ connect: millis, read: fc.constant(null), total: millis }, { requiredKeys: [] })
const timeout = fc.oneof(
  millis,
  parts,
  fc
    .oneof(
      parts,
      millis.map((total) => ({ total }))
    )
    .map(Settings.only),
  millis.filter((ms) => ms >= 0).map(Duration.millis)
)
const passphrase = fc.constantFrom({}, { passphrase: Redacted.make("open sesame") })
const cert = fc.oneof(
  fc
    .tuple(fc.string(), fc.string(), passphrase)
    .map(([pem, key, locked]) => ({ cert: pem, key: Redacted.make(key), ...locked })),
  fc.tuple(fc.uint8Array(), passphrase).map(([pfx, locked]) => ({ pfx, ...locked }))
)
const policy = fc.record(
  {
    secrets: fc.constantFrom("allButHarmless" as const, "authorizationOnly" as const),
    bodyToOtherOrigin: fc.constantFrom("refuse" as const, "sameSite" as const, "follow" as const),
    severalLocations: fc.constantFrom("refuse" as const, "join" as const),
    bodyOfKeptMethod: fc.constantFrom("keep" as const, "drop" as const),
    downgrade: fc.constantFrom("refuse" as const, "follow" as const)
  },
  { requiredKeys: [] }
)
const more: fc.Arbitrary<Settings.Settings> = fc.record(
  {
    baseUrl: fc.constantFrom(null, "https://h.test/v1/", new URL("https://h.test/"), "no url"),
    headers: fc.dictionary(
      fc.string(),
      fc.oneof(fc.string({ unit: "binary" }), fc.constant(null), fc.constant(undefined), fc.array(fc.string()))
    ),
    auth: fc.oneof(fc.constant(null), auth),
    hooks: fc.constantFrom(
      null,
      {},
      { response: [] },
      { append: [] },
      Settings.only({}),
      Settings.only({ append: [] })
    ),
    timeout,
    verify: fc.constantFrom<Array<Settings.Settings["verify"]>>(
      true,
      false,
      "system",
      { ca: "PEM" },
      { caFile: "ca.pem" }
    ),
    cert: fc.oneof(fc.constant(null), cert),
    redirects: fc.oneof(policy, policy.map(Settings.only)),
    maxRedirects: fc.constantFrom(0, 3, Infinity, -1)
  },
  { requiredKeys: [] }
)
const settings = fc.tuple(anySettings, more).map(([a, b]): Settings.Settings => {
  const { hooks: _, ...rest } = a
  return { ...rest, ...b }
})

const cookie = fc
  .record({
    name: fc.constantFrom("a", "b", "", "__proto__"),
    value: fc.constantFrom("", "1", '"q r"', "=x"),
    domain: fc.constantFrom("h.test", "b.h.test", "::1", "__proto__"),
    path: fc.constantFrom("/", "/a", "/a/b"),
    hostOnly: fc.boolean(),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom("strict" as const, "lax" as const, "none" as const, undefined),
    expires: fc.constantFrom(Infinity, -Infinity, 0, 1e12, 0.5, NaN),
    creation: fc.constantFrom(0, 5, 1e12),
    serial: fc.nat({ max: 9 })
  })
  .map((one) => new Cookie.Cookie(one))
const jar = fc.tuple(fc.array(cookie), fc.nat({ max: 20 })).map(([list, serial]) => Cookies.fromArray(list, serial))
const remembered = fc.record({
  challenge: fc.record({
    realm: fc.string(),
    nonce: fc.string(),
    opaque: fc.constantFrom(undefined, "", "o"),
    algorithm: fc.constantFrom("MD5" as const, "SHA-256" as const),
    algorithmGiven: fc.constantFrom(undefined, "md5"),
    session: fc.boolean(),
    qop: fc.subarray(["auth" as const, "auth-int" as const]),
    stale: fc.boolean(),
    userhash: fc.boolean(),
    utf8: fc.boolean()
  }),
  cnonce: fc.string(),
  count: fc.nat()
})
const challenges = fc
  .array(fc.tuple(fc.constantFrom("https://a.test", "https://b.test"), remembered))
  .map((all) => HashMap.fromIterable(all))
const state = fc
  .tuple(settings, jar, challenges)
  .map(([said, cookies, known]) => SessionState.make({ settings: said, cookies, challenges: known }))

/** Params and durations in their normal form, which is what a snapshot gives back. */
const normal = (self: SessionState.SessionState): SessionState.SessionState => {
  const { params, timeout: given } = self.settings
  if (given === "2 seconds") return normal(SessionState.mapSettings((all) => ({ ...all, timeout: 2000 }))(self))
  if (params === undefined || params === null) return self
  const made = params instanceof Settings.Only ? Settings.only(Params.make(params.value)) : Params.make(params)
  return SessionState.mapSettings((all) => ({ ...all, params: made }))(self)
}

describe("[PKL-01] [PKL-09] a sealed snapshot", () => {
  it("restores to the same state, through JSON", () => {
    fc.assert(
      fc.property(state, (before) => {
        const { missing, state: after } = restored(through(sealed(before)))
        expect(plain(after)).toEqual(plain(normal(before)))
        expect(missing).toEqual([])
        expect(Rules.settle(after.settings, "GET")).toEqual(Rules.settle(before.settings, "GET"))
      }),
      { numRuns: 500 }
    )
  })
  it("is JSON already, and sealing again gives the same", () => {
    fc.assert(
      fc.property(state, (before) => {
        const snapshot = sealed(before)
        expect(JSON.stringify(through(snapshot))).toBe(JSON.stringify(snapshot))
        expect(JSON.stringify(sealed(restored(snapshot).state))).toBe(JSON.stringify(snapshot))
      })
    )
  })
  it.each<[string, Settings.Settings, Settings.Settings]>([
    ["Only of nothing", { headers: Settings.only({}) }, { headers: Settings.only({}) }],
    ["null takes away", { proxies: null, params: null, hooks: null }, { proxies: null, params: null, hooks: null }],
    ["a text as params", { params: "a=1&b" }, { params: new Params.Params([{ name: undefined, value: "a=1&b" }]) }],
    ["a text as duration", { timeout: "2 seconds" }, { timeout: 2000 }],
    ["nanoseconds", { timeout: 5_000_000n }, { timeout: 5 }],
    ["an endless duration", { timeout: { total: Duration.infinity } }, { timeout: { total: Infinity } }],
    ["undefined says nothing", { trustEnv: undefined, headers: { A: undefined } }, { headers: {} }]
  ])("keeps what it means: %s", (_what, before, after) => {
    expect(again(before)).toStrictEqual(after)
  })
  it("keeps a field named __proto__", () => {
    const headers: Settings.HeaderFields = JSON.parse('{"__proto__": "1", "B": null}')
    expect(JSON.stringify(again({ headers }).headers)).toBe('{"__proto__":"1","B":null}')
  })
  it("[PKL-06] keeps the order and the age of cookies", () => {
    const app = Target.fromUrl(new URL("https://app.example.test/a/b"))
    const cookies = Cookies.store(Cookies.empty, app, ["x=1; Path=/", "y=2; Path=/a", "z=3; Path=/; Max-Age=60"], 1000)
    const after = restored(through(sealed(SessionState.make({ cookies })))).state.cookies
    expect(Cookies.header(after, app, 2000)).toBe("y=2; x=1; z=3")
    expect(Cookies.header(Cookies.store(after, app, ["w=4; Path=/"], 1000), app, 2000)).toBe("y=2; x=1; z=3; w=4")
    expect(Cookies.header(after, app, 61_000)).toBe("y=2; x=1")
  })
})

describe("[PKL-07] what cannot be saved fails with its path", () => {
  const wiped = Redacted.make("x")
  Redacted.unsafeWipe(wiped)
  const source = Effect.runSync(
    Refreshing.make(Effect.succeed({ token: Redacted.make("t"), expiresIn: "1 hour" } as const))
  )
  const hook = () => undefined
  it.each<[string, Settings.Settings]>([
    ["settings.hooks.response", { hooks: { response: hook } }],
    ["settings.hooks.response[0]", { hooks: { response: [hook] } }],
    ["settings.hooks.append[0]", { hooks: Settings.only({ append: [hook] }) }],
    ["settings.auth.sign", { auth: Auth.custom(() => []) }],
    ["settings.auth.source", { auth: source }],
    ["settings.redirects.decide", { redirects: { decide: () => "stop" } }],
    ["settings.redirects.decide", { redirects: Settings.only({ decide: () => "stop" }) }],
    ["settings.auth.password", { auth: Auth.digest("ada", wiped) }],
    ["settings.auth.token", { auth: Auth.bearer(wiped) }],
    ["settings.cert.key", { cert: { cert: "PEM", key: wiped } }],
    ["settings.cert.passphrase", { cert: { pfx: new Uint8Array(), passphrase: wiped } }],
    ["settings.params", { params: [["a", "1"] as const].values() }],
    ["settings.verify", { verify: { ca: "PEM", caFile: "x" } }],
    ["settings.later", Object.assign({ trustEnv: true }, { later: secret })]
  ])("%s", (path, said) => {
    const result = Snapshot.seal(withSettings(said))
    expect(Either.isLeft(result) && [result.left._tag, result.left.path]).toEqual(["Unsaveable", path])
    expect(String(Either.isLeft(result) && result.left.message)).not.toContain(secret)
  })
  it("leaves an iterator as it was", () => {
    const params = [["a", "1"] as const].values()
    Snapshot.seal(withSettings({ params }))
    expect(Array.from(params)).toHaveLength(1)
  })
  it("an open one too, but for credentials, which it leaves out", () => {
    const hooked = Snapshot.outline(withSettings({ hooks: { response: [hook] } }))
    expect(Either.isLeft(hooked) && hooked.left.path).toBe("settings.hooks.response[0]")
    const custom = Either.getOrThrow(Snapshot.outline(withSettings({ auth: Auth.custom(() => []) })))
    expect(custom.missing).toEqual([{ where: "settings.auth", what: "auth" }])
  })
})

describe("an open snapshot", () => {
  const open = (self: SessionState.SessionState) => Either.getOrThrowWith(Snapshot.outline(self), (e) => e)
  const app = Target.fromUrl(new URL("https://app.example.test/"))
  const known = {
    challenge: {
      realm: secret,
      nonce: secret,
      opaque: secret,
      algorithm: "MD5",
      algorithmGiven: undefined,
      session: false,
      qop: [],
      stale: false,
      userhash: false,
      utf8: false
    },
    cnonce: secret,
    count: 1
  } as const
  const full = SessionState.make({
    settings: {
      baseUrl: `https://ada:${secret}@h.test/v1?key=${secret}#${secret}`,
      headers: { Accept: "text/html", "X-Api-Key": secret, "X-Gone": null, Cookie: [secret] },
      params: { page: 2, token: secret, gone: null },
      auth: Auth.digest("ada", secret),
      cookies: { own: secret, gone: null },
      cert: { cert: "PEM", key: Redacted.make(secret) },
      proxies: { https: `http://ada:${secret}@p.test:1`, http: "direct", all: `ada:${secret}@p.test`, ftp: null },
      maxRedirects: 3
    },
    cookies: Cookies.store(Cookies.empty, app, [`sid=${secret}; Path=/; Secure`], 7),
    challenges: HashMap.make(["https://h.test", known])
  })

  it("keeps what is no secret, and says what is missing where", () => {
    const text = JSON.stringify(open(full))
    expect(text).not.toContain(secret)
    const { missing, state: after } = restored(JSON.parse(text))
    expect(plain(after)).toEqual(
      plain(
        withSettings({
          baseUrl: "https://h.test/v1",
          headers: { Accept: "text/html", "X-Gone": null },
          params: Params.make({ page: 2, gone: null }),
          cookies: { gone: null },
          maxRedirects: 3,
          proxies: { https: "http://p.test:1", http: "direct", ftp: null }
        })
      )
    )
    expect(missing.map(({ what, where }) => `${what} ${where}`)).toEqual([
      "userinfo settings.baseUrl",
      "query settings.baseUrl",
      "fragment settings.baseUrl",
      'header settings.headers["X-Api-Key"]',
      'header settings.headers["Cookie"]',
      'param settings.params["token"]',
      "auth settings.auth",
      'cookie settings.cookies["own"]',
      "cert settings.cert",
      'userinfo settings.proxies["https"]',
      'url settings.proxies["all"]',
      'cookie cookies["app.example.test/"]["sid"]',
      'challenge challenges["https://h.test"]'
    ])
  })
  it("a missing cookie needs only its value", () => {
    const [lost] = restored(through(open(SessionState.make({ cookies: full.cookies })))).missing
    const parts = lost?.cookie
    expect(parts).toBeDefined()
    if (parts === undefined) return
    const found = Cookies.fromArray([new Cookie.Cookie({ ...parts, sameSite: parts.sameSite, value: secret })], 1)
    expect(Cookies.toArray(found).map((one) => ({ ...one }))).toEqual(
      Cookies.toArray(full.cookies).map((one) => ({ ...one }))
    )
  })
  it.each([
    "http://u:s3cr3t@h",
    "//u:s3cr3t@h",
    "u:s3cr3t@h",
    "http:u:s3cr3t@h",
    "http:/u:s3cr3t@h",
    "http://u:a/s3cr3t@h",
    "http://u:a#s3cr3t@h",
    "http://s3cr3t?x@h",
    "http://s3cr3t#@h",
    "http://u:1/s3cr3t#@h",
    "ht\ttp:/u:s3cr3t@h",
    " http://u:s3cr3t@h",
    "socks5://u:a/s3cr3t@h",
    "\\\\u:s3cr3t@h",
    "http://u@s3cr3t@h",
    "mailto:s3cr3t@h",
    "http://h/?s3cr3t",
    "http://h/?page=1&s3cr3t",
    "http://h/?key=s3cr3t",
    "http://h#s3cr3t",
    "http://h?#s3cr3t#x"
  ])("tells nothing secret of the URL %j", (url) => {
    for (const said of [{ baseUrl: url }, { proxies: { all: url } }, { proxies: Settings.only({ all: url }) }]) {
      const snapshot = open(withSettings(said))
      expect(JSON.stringify(snapshot)).not.toContain(secret)
      expect(snapshot.missing.length).toBeGreaterThan(0)
    }
  })
  it.each([
    "https://h.test/v1/",
    "/v1",
    "direct",
    "http://p.test:3128",
    "https://h.test/@ada/",
    "https://h.test/?page=2",
    "https://[::1]:1/"
  ])("tells all of the URL %j", (url) => {
    const snapshot = open(withSettings({ baseUrl: url }))
    expect([snapshot.settings.baseUrl, snapshot.missing]).toEqual([url, []])
  })
  it("never has a secret in it, and leaves nothing out in silence", () => {
    const value = fc.constantFrom(secret, `x${secret}`, `${secret}=1&page=2`)
    const name = fc.string().filter((text) => !text.includes("#"))
    const secretive: fc.Arbitrary<Settings.Settings> = fc.record(
      {
        headers: fc.dictionary(
          name.map((text) => `X-${text}`),
          fc.oneof(value, fc.array(value, { minLength: 1 }), fc.constant(null))
        ),
        params: fc.oneof(
          fc.dictionary(
            name.map((text) => `_${text}`),
            value
          ),
          value,
          fc.array(
            fc.tuple(
              name.map((text) => `_${text}`),
              value
            )
          )
        ),
        cookies: fc.dictionary(name, value),
        auth: value.map((text) => Auth.basic("ada", text)),
        cert: value.map((key) => ({ cert: "PEM", key: Redacted.make(key) })),
        baseUrl: value.map((text) => `https://${encodeURIComponent(text)}:x@h.test/?${text}#${text}`),
        proxies: fc.dictionary(
          name,
          value.map((text) => `http://ada:${encodeURIComponent(text)}@p.test`)
        )
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(secretive, (said) => {
        const snapshot = open(withSettings(said))
        expect(JSON.stringify(snapshot)).not.toContain(secret)
        const lost = new Set(snapshot.missing.map(({ where }) => where.replace(/\[.*/s, "")))
        for (const key of ["auth", "cert", "baseUrl"] as const)
          expect(lost.has(`settings.${key}`)).toBe(said[key] !== undefined)
        expect(snapshot.missing.filter(({ where }) => where.startsWith("settings.cookies"))).toHaveLength(
          Object.keys(said.cookies ?? {}).length
        )
      })
    )
  })
})

describe("restore", () => {
  const snapshot = sealed(
    SessionState.make({ settings: { headers: { "X-Api-Key": secret }, auth: Auth.basic("ada", secret) } })
  )
  const changed = (part: object): unknown => ({ ...snapshot, ...part })
  const parts = {
    name: "a",
    domain: "h.test",
    path: "/",
    hostOnly: true,
    secure: false,
    httpOnly: false,
    expires: 1,
    creation: 0,
    serial: 0
  }

  it.each<[string, string, unknown]>([
    ["nothing", "", undefined],
    ["a text", "", secret],
    ["a list", "", [secret]],
    ["another version", "version", changed({ version: 2 })],
    ["another kind", "kind", changed({ kind: secret })],
    ["no settings", "settings", changed({ settings: undefined })],
    ["a wrong setting", "settings.trustEnv", changed({ settings: { trustEnv: secret } })],
    ["an unknown setting", "settings", changed({ settings: { [secret]: secret } })],
    ["a wrong header", "settings.headers.parts[0][1]", changed({ settings: { headers: { parts: [["A", 1]] } } })],
    [
      "a wrong duration",
      "settings.timeout.parts.total",
      changed({ settings: { timeout: { parts: { total: secret } } } })
    ],
    ["bad base64", "settings.cert.pfx", changed({ settings: { cert: { pfx: secret } } })],
    [
      "a wrong cookie",
      "cookies.list[0].expires",
      changed({ cookies: { serial: 0, list: [{ ...parts, value: "1", expires: secret }] } })
    ],
    ["more than a snapshot has", "", changed({ [secret]: secret })]
  ])("refuses %s, and says where", (_what, path, json) => {
    const result = Snapshot.restore(json)
    expect(Either.isLeft(result) && [result.left._tag, result.left.path]).toEqual(["InvalidSnapshot", path])
    expect(JSON.stringify(result) + String(Either.isLeft(result) && result.left.message)).not.toContain(secret)
  })
  it("refuses a cookie that would end the field", () => {
    const list = (value: string) => Snapshot.restore(changed({ cookies: { serial: 0, list: [{ ...parts, value }] } }))
    expect(Either.isRight(list("1"))).toBe(true)
    for (const value of ["1\r\nX: y", "1; b=2", "\u0000"]) expect(Either.isLeft(list(value))).toBe(true)
  })
  it("is total on JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => void Snapshot.restore(json)),
      { numRuns: 300 }
    )
    const key = fc.constantFrom(
      "settings",
      "cookies",
      "challenges",
      "missing",
      "headers",
      "auth",
      "timeout",
      "list",
      "parts",
      "only",
      "__proto__"
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(null, 1, "x", "Infinity", true),
        fc.array(tie("tree")),
        fc.dictionary(key, tie("tree"))
      )
    }))
    fc.assert(
      fc.property(fc.constantFrom("sealed", "open"), fc.dictionary(key, tree), (kind, rest) => {
        void Snapshot.restore({ version: 1, kind, settings: {}, ...rest })
      }),
      { numRuns: 500 }
    )
  })
})

describe("as a Schema", () => {
  const text = Schema.parseJson(Snapshot.schema)
  it("is the sealed snapshot, and back", () => {
    fc.assert(
      fc.property(state, (before) => {
        expect(plain(Schema.decodeSync(text)(Schema.encodeSync(text)(before)))).toEqual(plain(normal(before)))
      })
    )
  })
  it("says no secret when it fails", () => {
    const bad = Schema.decodeUnknownEither(Snapshot.schema)({
      ...sealed(withSettings({ headers: { A: secret } })),
      version: 2
    })
    expect(Either.isLeft(bad) && bad.left.message).toBe("version is not 1")
    const unsaved = Schema.encodeEither(Snapshot.schema)(withSettings({ hooks: { response: () => undefined } }))
    expect(Either.isLeft(unsaved) && unsaved.left.message).toBe("settings.hooks.response is a function")
  })
  it("[COK-34] the jar alone", () => {
    fc.assert(
      fc.property(jar, (cookies) => {
        const json = through(Schema.encodeSync(Snapshot.SavedCookies)(cookies))
        const after = Schema.decodeUnknownSync(Snapshot.SavedCookies)(json)
        expect(plain(SessionState.make({ cookies: after }))).toEqual(plain(SessionState.make({ cookies })))
      })
    )
  })
})
