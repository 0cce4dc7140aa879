import {
  Auth,
  Body,
  Cookies,
  Environment,
  Headers,
  Request,
  Rules,
  Settings,
  Target,
  Version
} from "@effect-requests/core"
import { Either, Redacted, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { headers as headersArbitrary, settings as settingsArbitrary } from "../arbitraries.js"
import { call, facts, own, prepared, refusal } from "../given.js"

const api: Settings.Settings = { baseUrl: "https://api.example.test/v1/" }

describe("the message", () => {
  it("[SET-02] [SET-03] starts from the defaults", () => {
    expect(call("GET", "https://h.test/").request.headers).toEqual([
      "User-Agent",
      `effect-requests/${Version.version}`,
      "Accept",
      "*/*"
    ])
  })
  it("[HDR-10] keeps order, case and repeats; defaults come first also where they are overridden", () => {
    const { request } = call(
      "GET",
      "https://h.test/",
      { headers: { "X-One": ["1", "2"], accept: "text/html" } },
      { headers: { "x-zero": "0" } }
    )
    expect(Headers.pairs(request.headers).slice(1)).toEqual([
      ["accept", "text/html"],
      ["x-zero", "0"],
      ["X-One", "1"],
      ["X-One", "2"]
    ])
  })
  it("[SET-08] [HDR-13] null takes a default away and nothing puts it back", () => {
    expect(
      call("POST", "https://h.test/", { json: 1, headers: { "user-agent": null, Accept: null, "content-type": null } })
        .request.headers
    ).toEqual(["Content-Length", "1"])
  })
  it("two spellings of a name are one, the later", () => {
    const twice = Settings.only({ "X-B": "1", "x-b": "2" })
    expect(call("GET", "https://h.test/", { headers: twice }).request.headers).toEqual(["x-b", "2"])
  })
  it("[HDR-14] a Content-Type of the user stays", () => {
    expect(
      own(
        call("POST", "https://h.test/", { json: 1, headers: { "content-type": "application/vnd.x+json" } }).request
          .headers
      )
    ).toEqual({
      "content-type": "application/vnd.x+json",
      "Content-Length": "1"
    })
  })
  it("[QRY-08] params of the session and of the request join the query", () => {
    expect(call("GET", "users?x=1#top", { params: { page: 2 } }, { ...api, params: { key: "k" } }).request.url).toBe(
      "https://api.example.test/v1/users?x=1&key=k&page=2#top"
    )
  })
  it.each([
    ["[MTH-01] get", "GET"],
    ["Patch", "PATCH"],
    ["PROPFIND", "PROPFIND"],
    ["propfind", "propfind"]
  ])("[API-06] the method %s", (method, sent) => {
    expect(call(method.replace("[MTH-01] ", ""), "https://h.test/").request.method).toBe(sent)
  })
  it("[API-02] [API-04] HEAD follows nothing unless it is told to", () => {
    expect(call("head", "https://h.test/").settings.allowRedirects).toBe(false)
    expect(call("HEAD", "https://h.test/", { allowRedirects: true }).settings.allowRedirects).toBe(true)
    expect(call("GET", "https://h.test/").settings.allowRedirects).toBe(true)
  })
})

describe("the framing", () => {
  const framing = (method: string, options: Request.Options) =>
    own(call(method, "https://h.test/", options).request.headers)
  const piece = () => Stream.make(new Uint8Array(3))
  it.each<[string, string, Request.Options, Record<string, string>]>([
    ["[UPL-12] GET without a body", "GET", {}, {}],
    ["[UPL-11] POST without a body", "POST", {}, { "Content-Length": "0" }],
    ["[UPL-11] a method of one's own", "PROPFIND", {}, { "Content-Length": "0" }],
    ["[BOD-14] GET with a body", "GET", { body: "abc" }, { "Content-Length": "3" }],
    ["[BOD-09] bytes, not characters", "POST", { body: "é☃" }, { "Content-Length": "5" }],
    [
      "[UPL-02] a stream with a length",
      "POST",
      { body: Body.replayable(piece, { length: 3 }) },
      { "Content-Length": "3" }
    ],
    ["[UPL-03] a stream without", "POST", { body: Body.oneShot(piece()) }, { "Transfer-Encoding": "chunked" }],
    [
      "[UPL-14] a stream whose length stands in a header",
      "POST",
      { body: Body.oneShot(piece()), headers: { "Content-Length": "3" } },
      { "Content-Length": "3" }
    ],
    [
      "[BOD-13] a form of nulls",
      "POST",
      { form: { a: null } },
      { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "0" }
    ]
  ])("%s", (_what, method, options, expected) => {
    expect(framing(method, options)).toEqual(expected)
  })
})

describe("[HDR-01] [HDR-02] [MTH-03] what cannot be sent says what is wrong, and where", () => {
  it.each<[string, string, Request.Options, string]>([
    ["a method with a blank", "GE T", {}, "Method at method"],
    ["a method with a line end", "GET\r\nX: y", {}, "Method at method"],
    ["no method", "", {}, "Method at method"],
    ["CONNECT", "connect", {}, "Method at method"],
    ["a header name with a blank", "GET", { headers: { "X A": "1" } }, 'HeaderName at headers["X A"]'],
    ["an empty header name", "GET", { headers: { "": "1" } }, 'HeaderName at headers[""]'],
    ["CR LF in a value", "GET", { headers: { "X-A": "1\r\nX-B: 2" } }, 'HeaderValue at headers["X-A"]'],
    ["NUL in a value", "GET", { headers: { "X-A": "\0" } }, 'HeaderValue at headers["X-A"]'],
    ["a leading blank", "GET", { headers: { "X-A": " 1" } }, 'HeaderValue at headers["X-A"]'],
    ["[HDR-11] beyond Latin-1", "GET", { headers: { "X-A": "☃" } }, 'HeaderValue at headers["X-A"]'],
    ["NaN in JSON", "POST", { json: Number.NaN }, "Json at json"],
    ["half a character", "GET", { params: { a: "\ud800" } }, 'Params at params["a"]'],
    [
      "[UPL-15] chunked by hand",
      "POST",
      { body: "x", headers: { "transfer-encoding": "chunked" } },
      'Framing at headers["Transfer-Encoding"]'
    ],
    [
      "[UPL-13] a wrong length",
      "POST",
      { body: "x", headers: { "content-length": "2" } },
      'Framing at headers["Content-Length"]'
    ],
    [
      "two lengths",
      "POST",
      { body: "x", headers: { "content-length": ["1", "1"] } },
      'Framing at headers["Content-Length"]'
    ],
    ["a length of nothing", "GET", { headers: { "content-length": "5" } }, 'Framing at headers["Content-Length"]'],
    ["a user with a colon", "GET", { auth: Auth.basic("a:b", "c") }, "Auth at auth"],
    ["a token with a blank", "GET", { auth: Auth.bearer("Bearer abc") }, "Auth at auth"],
    ["a token with a line end", "GET", { auth: Auth.bearer("a\r\nX: y") }, "Auth at auth"],
    [
      "a signer that throws",
      "GET",
      {
        auth: Auth.custom(() => {
          throw new Error("no")
        })
      },
      "Auth at auth.sign"
    ],
    ["a signer with an illegal field", "GET", { auth: Auth.custom(() => ["X A", "1"]) }, "Auth at auth.sign"],
    [
      "an origin that is none",
      "GET",
      { auth: Auth.forOrigins(Auth.bearer("x"), ["https://h.test", "nope"]) },
      "Auth at auth.origins"
    ],
    ["a cookie with a semicolon", "GET", { cookies: { a: "1; b=2" } }, 'Cookie at cookies["a"]'],
    ["[TMO-04] a timeout below nought", "GET", { timeout: -1 }, "Setting at timeout.total"],
    ["[TMO-04] a timeout of nought", "GET", { timeout: { read: 0 } }, "Setting at timeout.read"],
    ["a count that is none", "GET", { maxRedirects: 1.5 }, "Setting at maxRedirects"]
  ])("%s", (_what, method, options, expected) => {
    expect(refusal(prepared(method, "https://h.test/", options))).toBe(expected)
  })
  it("a base URL of another scheme is a base all the same", () => {
    expect(call("GET", "a/b", {}, { baseUrl: "ttp://h.test/" }).request.url).toBe("ttp://h.test/a/b")
  })
  it("a base URL that is none", () => {
    expect(refusal(prepared("GET", "/x", {}, { baseUrl: "nope" }))).toBe("Url at baseUrl")
  })
  it("[HDR-03] a value that is no text", () => {
    const headers: Settings.HeaderFields = Object.fromEntries([["X-A", Object(1)]])
    expect(refusal(prepared("GET", "https://h.test/", { headers }))).toBe('HeaderValue at headers["X-A"]')
  })
  it("shows no secret", () => {
    const refused = prepared("GET", "https://ada:SECRET@h .test/?k=SECRET", {
      headers: { "X-Key": "SECRET\n" },
      auth: Auth.bearer("SECRET")
    })
    expect(JSON.stringify(Either.getLeft(refused))).not.toContain("SECRET")
    expect(
      JSON.stringify(Either.getLeft(prepared("GET", "https://h.test/", { headers: { "X-Key": "SECRET\n" } })))
    ).not.toContain("SECRET")
  })
})

describe("credentials", () => {
  const authorization = (options: Request.Options, settings: Settings.Settings = {}, url = "https://h.test/") =>
    Headers.get(call("GET", url, options, settings).request.headers, "Authorization")
  it.each<[string, Request.Options, Settings.Settings, string, string | undefined]>([
    ["[AUT-01] Basic", { auth: Auth.basic("ada", "pw") }, {}, "https://h.test/", "Basic YWRhOnB3"],
    ["[AUT-04] in UTF-8", { auth: Auth.basic("ü", "☃") }, {}, "https://h.test/", "Basic w7w64piD"],
    ["a redacted password", { auth: Auth.basic("ada", Redacted.make("pw")) }, {}, "https://h.test/", "Basic YWRhOnB3"],
    ["Bearer", { auth: Auth.bearer("abc") }, {}, "https://h.test/", "Bearer abc"],
    [
      "[SET-13] the request's before the session's",
      { auth: Auth.bearer("mine") },
      { auth: Auth.bearer("its") },
      "https://h.test/",
      "Bearer mine"
    ],
    ["the session's", {}, { auth: Auth.bearer("its") }, "https://h.test/", "Bearer its"],
    ["[SET-14] null takes it away", { auth: null }, { auth: Auth.bearer("its") }, "https://h.test/", undefined],
    [
      "[AUT-09] an explicit field wins",
      { headers: { authorization: "Mine x" }, auth: Auth.bearer("abc") },
      {},
      "https://h.test/",
      "Mine x"
    ],
    ["[AUT-07] the URL's, decoded", {}, {}, "https://ad%61:p%21@h.test/", "Basic YWRhOnAh"],
    ["[AUT-08] an empty password", {}, {}, "https://ada:@h.test/", "Basic YWRhOg=="],
    ["[AUT-08] a user without a colon", {}, {}, "https://ada@h.test/", undefined],
    [
      "the URL's where the settings' may not go",
      { auth: Auth.forOrigins(Auth.bearer("x"), ["https://else.test"]) },
      {},
      "https://a:b@h.test/",
      "Basic YTpi"
    ],
    ["an empty password of the base URL", {}, { baseUrl: "https://u:@h.test/" }, "/x", "Basic dTo="],
    ["null takes the URL's away too", { auth: null }, {}, "https://a:b@h.test/", undefined],
    ["[AUT-07] the session's before the URL's", {}, { auth: Auth.bearer("its") }, "https://a:b@h.test/", "Bearer its"]
  ])("%s", (_what, options, settings, url, expected) => {
    expect(authorization(options, settings, url)).toBe(expected)
  })
  it("[URL-14] of a URL are never in the URL that is sent", () => {
    expect(call("GET", "https://ada:pw@h.test/x?y#z").request.url).toBe("https://h.test/x?y#z")
  })
  it("[AUT-10] a signer sees the message and sets fields", () => {
    const auth = Auth.custom(({ body, headers, method, url }) => [
      "X-Signed",
      `${method} ${url} ${body._tag} ${Headers.get(headers, "X-A")}`
    ])
    expect(
      own(
        call("POST", "https://h.test/a?b#c", { auth, body: "x", headers: { "X-A": "1", "x-signed": "old" } }).request
          .headers
      )["X-Signed"]
    ).toBe("POST https://h.test/a?b Bytes 1")
  })
})

describe("[design 5] secrets have an origin, on the first hop too", () => {
  const session: Settings.Settings = {
    ...api,
    headers: { "X-Api-Key": "SECRET", Accept: "text/x", "X-Open": "o" },
    keepAcrossOrigins: ["x-open"],
    params: { key: "SECRET" },
    cookies: { pref: "SECRET" },
    auth: Auth.bearer("SECRET"),
    cert: { cert: "PEM", key: Redacted.make("SECRET") }
  }
  it.each(["//evil.test/x", "https://evil.test/x", "http://api.example.test/x", "https://api.example.test:8443/x"])(
    "%s gets none",
    (url) => {
      const made = call("GET", url, {}, session)
      expect(Headers.pairs(made.request.headers).slice(1)).toEqual([
        ["Accept", "text/x"],
        ["X-Open", "o"]
      ])
      expect(made.request.url + String(made.request.transport.cert)).not.toContain("SECRET")
      expect(made.withheld.map(({ name, what }) => `${what} ${name}`)).toEqual([
        "header X-Api-Key",
        "param key",
        "cookie pref",
        "auth Bearer",
        "cert cert"
      ])
    }
  )
  it.each(["/x", "https://api.example.test/other", "//api.example.test/x"])("%s gets all", (url) => {
    const made = call("GET", url, {}, session)
    expect(own(made.request.headers)).toEqual({
      "X-Api-Key": "SECRET",
      "X-Open": "o",
      Authorization: "Bearer SECRET",
      Cookie: "pref=SECRET"
    })
    expect(made.request.url).toContain("key=SECRET")
    expect(made.request.transport.cert).toBeDefined()
    expect(made.withheld).toEqual([])
  })
  it("what a request says for itself goes where it asks", () => {
    const made = call(
      "GET",
      "https://other.test/",
      { headers: { "X-Mine": "m" }, auth: Auth.bearer("mine"), params: { a: 1 } },
      session
    )
    expect(own(made.request.headers)).toEqual({ "X-Open": "o", "X-Mine": "m", Authorization: "Bearer mine" })
    expect(made.request.url).toBe("https://other.test/?a=1")
  })
  it("credentials may name the origins that they are for", () => {
    const auth = Auth.forOrigins(Auth.bearer("SECRET"), ["https://files.example.test"])
    const sent = (url: string) => own(call("GET", url, {}, { ...api, auth }).request.headers)["Authorization"]
    expect([sent("https://files.example.test/"), sent("/x"), sent("https://evil.test/")]).toEqual([
      "Bearer SECRET",
      undefined,
      undefined
    ])
  })
  it("a session that wants no credentials wants none abroad either, and the netrc's entry for every host stays at home", () => {
    const environment = Environment.make({}, "machine a.test login a password b\ndefault login any password one")
    const abroad = (session: Settings.Settings, url: string) =>
      own(Either.getOrThrow(Rules.prepare(Request.get(url), { ...facts(session), environment })).request.headers)[
        "Authorization"
      ]
    expect(abroad({ ...api, auth: null }, "https://a.test/")).toBeUndefined()
    expect(abroad(api, "https://a.test/")).toBe(Rules.basicAuth("a", "b"))
    expect(abroad(api, "https://c.test/")).toBeUndefined()
    expect(abroad({}, "https://c.test/")).toBe(Rules.basicAuth("any", "one"))
  })
  it("a request may name fields that go along on the first hop too", () => {
    const session = { ...api, headers: { "X-Trace": "t" } }
    expect(own(call("GET", "https://b.test/", { keepAcrossOrigins: ["x-trace"] }, session).request.headers)).toEqual({
      "X-Trace": "t"
    })
  })
  it("http up to https of the same host is the same origin", () => {
    const made = call("GET", "https://h.test/", {}, { baseUrl: "http://h.test/", auth: Auth.bearer("x") })
    expect(made.withheld).toEqual([])
  })
  it("without a baseUrl a session's secrets belong to whatever is asked", () => {
    expect(own(call("GET", "https://h.test/", {}, { headers: { "X-Api-Key": "k" } }).request.headers)).toEqual({
      "X-Api-Key": "k"
    })
  })
})

describe("cookies", () => {
  const jar = Cookies.store(Cookies.empty, Target.fromUrl(new URL("https://h.test/")), ["sid=jar", "theme=dark"], 0)
  const cookie = (options: Request.Options) =>
    Headers.getAll(
      Either.getOrThrow(Rules.prepare(Request.get("https://h.test/", options), facts({}, jar))).request.headers,
      "Cookie"
    )
  it.each<[string, Request.Options, string]>([
    ["[COK-01] of the jar", {}, "sid=jar; theme=dark"],
    ["[COK-08] the request's own override by name", { cookies: { sid: "mine" } }, "sid=mine; theme=dark"],
    ["null leaves one out", { cookies: { sid: null } }, "theme=dark"],
    [
      "[COK-03] an explicit field is merged, and wins by name",
      { headers: { cookie: "sid=explicit; x=1" } },
      "sid=explicit; x=1; theme=dark"
    ]
  ])("%s", (_what, options, expected) => {
    expect(cookie(options)).toEqual([expected])
  })
})

describe("laws", () => {
  const request = fc.tuple(
    fc.oneof(fc.constantFrom("GET", "POST", "HEAD"), fc.string()),
    fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom("/x", "//evil.test/", "https://api.example.test/v1/x")),
    settingsArbitrary,
    settingsArbitrary,
    fc.anything()
  )
  it("prepare is total: a call or an InvalidRequest", () => {
    fc.assert(
      fc.property(request, ([method, url, session, options, json]) => {
        const made = Rules.prepare(Request.make(method, url, { ...options, json }), facts(session))
        expect(Either.isRight(made) || made.left._tag === "InvalidRequest").toBe(true)
      }),
      { numRuns: 1000 }
    )
  })
  it("what is prepared can be written: tokens, values of one line, one framing", () => {
    fc.assert(
      fc.property(headersArbitrary, fc.string(), (headers, text) => {
        const made = prepared("POST", "https://h.test/", { headers, body: text })
        if (Either.isLeft(made)) return
        for (const [name, value] of Headers.pairs(made.right.request.headers))
          expect(Headers.isToken(name) && Headers.isValue(value)).toBe(true)
        expect(Headers.getAll(made.right.request.headers, "content-length")).toHaveLength(1)
      })
    )
  })
  it("a session's secret is never in a call to another origin than its base URL's", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("X-Key", "Authorization", "Cookie", "Proxy-Authorization"),
        fc.constantFrom("https://evil.test/", "//evil.test/", "http://api.example.test/"),
        (name, url) => {
          const made = call(
            "GET",
            url,
            {},
            { ...api, headers: { [name]: "SECRET" }, auth: Auth.basic("u", "SECRET"), params: { k: "SECRET" } }
          )
          expect(made.request.headers.join() + made.request.url).not.toMatch(/SECRET|U0VDUkVU/)
        }
      )
    )
  })
})
