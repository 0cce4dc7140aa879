import { Auth, Body, Errors, Headers, type Request, Rules, Settings } from "@effect-requests/core"
import { Either, Option, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { answered, call, facts, own } from "../given.js"

type Asked = Request.Call

const next = (asked: Asked, status: number, location: string | ReadonlyArray<string>) =>
  Rules.redirect(
    answered(
      asked,
      status,
      (typeof location === "string" ? [location] : location).flatMap((one) => ["Location", one])
    )
  )

/** The next message in one line, or the reason of the refusal. */
const written = (asked: Asked, status: number, location: string | ReadonlyArray<string>): string =>
  Option.match(next(asked, status, location), {
    onNone: () => "stops",
    onSome: Either.match({
      onLeft: ({ reason }) => reason,
      onRight: ({ request }) =>
        `${request.method} ${request.url}${request.body._tag === "Empty" ? "" : ` ${request.body._tag}`}`
    })
  })

const followed = (asked: Asked, status: number, location: string): Asked =>
  Either.getOrThrowWith(Option.getOrThrow(next(asked, status, location)), (refused) => refused)

const from = "https://a.test/dir/page?q=1"
const get = call("GET", from)
const post = call("POST", from, { body: "x", headers: { "Content-Language": "en" } })
const put = call("PUT", from, { body: "x" })

describe("which statuses", () => {
  it.each([301, 302, 303, 307, 308])("[RED-01] %i with a Location is followed", (status) =>
    expect(written(get, status, "/x")).toBe("GET https://a.test/x")
  )
  it.each([200, 201, 300, 304, 305, 306, 309, 401])("[RED-01] %i is not", (status) =>
    expect(written(get, status, "/x")).toBe("stops")
  )
  it("[RED-02] an empty Location stops", () => expect(written(get, 302, "")).toBe("stops"))
  it("no Location stops", () => expect(written(get, 302, [])).toBe("stops"))
})

describe("method and body", () => {
  it.each<[string, Asked, number, string]>([
    ["[RED-03] 303", post, 303, "GET https://a.test/x"],
    ["[RED-03] 303 keeps HEAD", call("HEAD", from), 303, "HEAD https://a.test/x"],
    ["[RED-04] 302", post, 302, "GET https://a.test/x"],
    ["[RED-04] 302 of PUT", put, 302, "GET https://a.test/x"],
    ["[RED-04] 302 keeps HEAD", call("HEAD", from), 302, "HEAD https://a.test/x"],
    ["[RED-05] 301 of POST", post, 301, "GET https://a.test/x"],
    ["[RED-08] 301 of PUT keeps both", put, 301, "PUT https://a.test/x Bytes"],
    ["[RED-09] 301 of a GET with a body", call("GET", from, { body: "x" }), 301, "GET https://a.test/x"],
    ["[RED-06] 307", post, 307, "POST https://a.test/x Bytes"],
    ["[RED-06] 308", put, 308, "PUT https://a.test/x Bytes"],
    [
      "[RED-61] 307 of a body that is gone",
      call("POST", from, { body: Body.oneShot(Stream.empty) }),
      307,
      "UnrewindableBody"
    ],
    [
      "[RED-60] 303 of a body that is gone",
      call("POST", from, { body: Body.oneShot(Stream.empty) }),
      303,
      "GET https://a.test/x"
    ],
    [
      "[RED-59] 307 of a body that can be made again",
      call("POST", from, { body: Body.replayable(() => Stream.empty) }),
      307,
      "POST https://a.test/x Replayable"
    ]
  ])("%s", (_what, asked, status, expected) => expect(written(asked, status, "/x")).toBe(expected))

  it("[RED-07] [RED-10] without a body nothing describes one", () => {
    const went = followed(post, 303, "/x")
    expect(own(went.request.headers)).toEqual({})
    expect(went.withheld.map(({ name, why }) => `${name} ${why}`)).toEqual([
      "body BodyDropped",
      "Content-Language BodyDropped",
      "Content-Length BodyDropped"
    ])
  })
  it("[RED-06] with a body it stays", () => {
    expect(own(followed(post, 307, "/x").request.headers)).toEqual({ "Content-Language": "en", "Content-Length": "1" })
  })
  it.each<[string, string, Settings.Settings, string]>([
    ["another site", "https://b.test/", {}, "BodyToOtherOrigin"],
    ["[design 6] the same site over https", "https://www.a.test/", {}, "POST https://www.a.test/ Bytes"],
    [
      "the same site, if nobody may",
      "https://www.a.test/",
      { redirects: { bodyToOtherOrigin: "refuse" } },
      "BodyToOtherOrigin"
    ],
    [
      "another site, if the user says so",
      "https://b.test/",
      { redirects: { bodyToOtherOrigin: "follow" } },
      "POST https://b.test/ Bytes"
    ]
  ])("307 with a body to %s", (_where, location, settings, expected) => {
    expect(written(call("POST", "https://a.test/", { body: "x" }, settings), 307, location)).toBe(expected)
  })
})

describe("where to", () => {
  it.each<[string, string, string]>([
    ["[RED-34] an absolute path", "/x", "GET https://a.test/x"],
    ["[RED-34] a relative path", "x", "GET https://a.test/dir/x"],
    ["[RED-34] up", "../x", "GET https://a.test/x"],
    ["[RED-34] a query", "?y=2", "GET https://a.test/dir/page?y=2"],
    ["[RED-33] another host, the same scheme", "//b.test/x", "GET https://b.test/x"],
    ["[RED-38] capitals", "HTTPS://B.TEST/x", "GET https://b.test/x"],
    ["[RED-40] a fragment", "/x#new", "GET https://a.test/x#new"],
    ["[RED-24] a user in a Location is dropped", "https://ada:pw@b.test/", "GET https://b.test/"],
    ["[RED-31] UTF-8 as it arrives", "/\u00e2\u0082\u00ac", "GET https://a.test/%E2%82%AC"],
    ["[RED-32] Latin-1 where it is no UTF-8", "/\u00e9", "GET https://a.test/%C3%A9"],
    ["[design 6] https to http", "http://a.test/x", "Downgrade"],
    ["[RED-41] ftp", "ftp://a.test/x", "UnsupportedScheme"],
    ["[RED-41] javascript", "javascript:alert(1)", "UnsupportedScheme"],
    ["[RED-41] a mounted socket", "http+unix://sock/x", "UnsupportedScheme"],
    ["[RED-43] a broken authority", "http://[bad/", "InvalidLocation"],
    ["[RED-42] a bad port", "http://b.test:99999/", "InvalidLocation"],
    ["[RED-35] three slashes", "///b.test/x", "InvalidLocation"],
    ["[RED-35] no slashes", "https:b.test", "InvalidLocation"],
    ["[RED-36] backslashes", "\\\\b.test\\x", "InvalidLocation"],
    ["a tab", "https://b\t.test/", "InvalidLocation"]
  ])("%s", (_what, location, expected) => expect(written(get, 302, location)).toBe(expected))

  it("[RED-40] a fragment is inherited, across hosts too", () => {
    expect(written(call("GET", "https://a.test/#old"), 302, "https://b.test/x")).toBe("GET https://b.test/x#old")
  })
  it("[RED-39] several Locations are refused, or joined as requests does", () => {
    expect(written(get, 302, ["/x", "/y"])).toBe("SeveralLocations")
    expect(written(call("GET", from, {}, Settings.compatible), 302, ["/x", "/y"])).toBe("GET https://a.test/x,%20/y")
  })
  it("a downgrade is the user's choice", () => {
    expect(written(call("GET", from, { redirects: { downgrade: "follow" } }), 302, "http://a.test/x")).toBe(
      "GET http://a.test/x"
    )
  })
  it("shows no secret of a Location that it refuses", () => {
    const refused = Option.getOrThrow(next(get, 302, "http://[bad/?token=SECRET"))
    expect(Either.isLeft(refused) && refused.left.message).not.toContain("SECRET")
  })
})

describe("[RED-48] exactly maxRedirects are followed", () => {
  const after = (redirects: number) => {
    const asked = call("GET", from, { maxRedirects: 2 })
    return Array.from({ length: redirects }).reduce<Asked>((one) => followed(one, 302, "/again"), asked)
  }
  it("also to itself", () => {
    expect(written(after(1), 302, "/again")).toBe("GET https://a.test/again")
    expect(written(after(2), 302, "/again")).toBe("TooManyRedirects")
  })
  it("[RED-49] the refusal has the response, and says so when it looks like a loop", () => {
    const first = answered(after(1), 302, ["Location", "/again"])
    const refused = Rules.redirect(answered(after(2), 302, ["Location", "/again"], [first.response]))
    const error = Option.getOrThrow(Option.flatMap(refused, Either.getLeft))
    expect(error).toBeInstanceOf(Errors.RedirectRefused)
    expect(error.message).toContain("Exceeded 2 redirects")
    expect(error.message).toContain("loop")
  })
})

describe("what travels", () => {
  const secrets = {
    Authorization: "S",
    Cookie: "own=S",
    "X-Api-Key": "S",
    Host: "vhost.test",
    "X-Open": "o",
    "If-None-Match": "e",
    Range: "bytes=0-"
  }
  const asked = (settings: Settings.Settings = {}) =>
    call("GET", from, { headers: secrets, keepAcrossOrigins: ["X-OPEN"], ...settings })
  it("[RED-22] all of it within an origin", () => {
    expect(own(followed(asked(), 302, "/x").request.headers)).toEqual(secrets)
  })
  it.each(["https://b.test/", "https://www.a.test/", "https://a.test:8443/", "https://a.test./"])(
    "[RED-11] [RED-12] [RED-15] [RED-17] harmless fields to %s",
    (to) => {
      const went = followed(asked(), 302, to)
      expect(own(went.request.headers)).toEqual({ "X-Open": "o", "If-None-Match": "e", Range: "bytes=0-" })
      expect(went.withheld.map(({ name }) => name)).toEqual(["Authorization", "Cookie", "X-Api-Key", "Host"])
    }
  )
  it("[RED-18] all of it from http up to https of the same host", () => {
    const up = call("GET", "http://a.test/", { headers: secrets })
    expect(own(followed(up, 302, "https://a.test/").request.headers)).toEqual(secrets)
  })
  it("[RED-16] nothing from https down to http, even where that is followed", () => {
    const down = followed(asked({ redirects: { downgrade: "follow" } }), 302, "http://a.test/")
    expect(own(down.request.headers)).toEqual({ "X-Open": "o", "If-None-Match": "e", Range: "bytes=0-" })
  })
  it("[RED-23] what was dropped does not come back", () => {
    const there = followed(asked({ auth: Auth.bearer("t"), cookies: { mine: "c" } }), 302, "https://b.test/")
    const back = followed(there, 302, "https://a.test/")
    const dressed = Either.getOrThrow(Rules.dress(back, facts()))
    expect(own(dressed.request.headers)).toEqual({ "X-Open": "o", "If-None-Match": "e", Range: "bytes=0-" })
  })
  it("[RED-58] a client certificate stays at home", () => {
    const withCert = call("GET", from, { cert: { pfx: new Uint8Array(1) } })
    const cert = (to: string) =>
      Either.getOrThrow(Rules.dress(followed(withCert, 302, to), facts())).request.transport.cert
    expect(cert("/x")).toBeDefined()
    expect(cert("https://b.test/")).toBeUndefined()
  })
  it("[RED-13] no Referer is added", () => {
    expect(Headers.has(followed(get, 302, "/x").request.headers, "Referer")).toBe(false)
  })
  it("requests' own rules let X-Api-Key go, and nothing but Authorization and Cookie stay", () => {
    const went = followed(asked(Settings.compatible), 302, "https://b.test/")
    expect(own(went.request.headers)).toEqual({
      "X-Api-Key": "S",
      Host: "vhost.test",
      "X-Open": "o",
      "If-None-Match": "e",
      Range: "bytes=0-"
    })
  })
})

describe("the user's own word on each redirect", () => {
  const by = (decide: NonNullable<Settings.RedirectPolicy["decide"]>) =>
    call("POST", from, { body: "x", headers: { "X-Api-Key": "S" }, redirects: { decide } })
  it("sees exactly what would be sent, and what would stay behind", () => {
    const seen: Array<unknown> = []
    const asked = by(({ next, redirects, response, withheld }) => {
      seen.push(
        next.method,
        next.url,
        Headers.has(next.headers, "X-Api-Key"),
        redirects,
        response.status,
        withheld.map(({ name }) => name)
      )
      return "follow"
    })
    expect(written(asked, 303, "https://b.test/")).toBe("GET https://b.test/")
    expect(seen).toEqual(["GET", "https://b.test/", false, 0, 303, ["body", "Content-Length", "X-Api-Key"]])
  })
  it("stops, refuses, and a throw is a refusal", () => {
    expect(
      written(
        by(() => "stop"),
        303,
        "/x"
      )
    ).toBe("stops")
    expect(
      written(
        by(() => "refuse"),
        303,
        "/x"
      )
    ).toBe("Policy")
    expect(
      written(
        by(() => {
          throw new Error("no")
        }),
        303,
        "/x"
      )
    ).toBe("Policy")
  })
  it("is not asked about what is refused anyway", () => {
    expect(
      written(
        by(() => "follow"),
        303,
        "http://a.test/"
      )
    ).toBe("Downgrade")
  })
})

describe("[RED-56] requests' own functions", () => {
  it.each<[string, string, boolean]>([
    ["http://a.test/", "https://a.test/", false],
    ["http://a.test:80/", "https://a.test:443/", false],
    ["https://a.test/", "http://a.test/", true],
    ["http://a.test:8080/", "https://a.test/", true],
    ["http://a.test/", "http://a.test:80/", false],
    ["http://A.test/", "http://a.test/", false],
    ["http://a.test/", "http://b.a.test/", true]
  ])("shouldStripAuth %s → %s is %s", (a, b, expected) => expect(Rules.shouldStripAuth(a, b)).toBe(expected))
})
