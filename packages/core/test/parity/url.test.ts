import { describe, expect, it } from "@effect/vitest"
import { Headers, type Request, Rules } from "@effect-requests/core"
import { Effect, Option } from "effect"
import { answered, call, facts, prepared, refusal } from "../given.js"
import { opened } from "./session.js"

const sent = (url: string, options: Request.Options = {}) => {
  const { request } = call("GET", url, options)
  return [request.url, request.target.path]
}

describe("a URL that is asked", () => {
  it.each<[string, string, string, string]>([
    ["[URL-02] loses the blanks at both ends", " \n http://h.test/a \t", "http://h.test/a", "/a"],
    [
      "[URL-04] of a scheme that begins with http is prepared, and its host keeps its case",
      "http+unix://%2Frun%2FX.sock/a b",
      "http+unix://%2Frun%2FX.sock/a%20b",
      "/a%20b"
    ],
    ["[URL-04] likewise", "httpx://HOST/", "httpx://HOST/", "/"],
    ["[URL-09] has its host in ASCII", "http://straße.de/", "http://xn--strae-oqa.de/", "/"],
    ["[URL-09] as WHATWG maps it", "http://☃.net/", "http://xn--n3h.net/", "/"],
    [
      "[URL-12] has scheme and host in lower case, and the rest as it is",
      "HTTP://H.Test/A/%2f?B=C#D",
      "http://h.test/A/%2f?B=C#D",
      "/A/%2f?B=C"
    ],
    ["[URL-13] loses the port of its scheme", "http://h.test:80/", "http://h.test/", "/"],
    ["[URL-13] and an empty one", "https://h.test:/", "https://h.test/", "/"],
    ["[URL-13] and keeps any other", "http://h.test:443/", "http://h.test:443/", "/"],
    ["[URL-16] has a path", "http://h.test", "http://h.test/", "/"],
    ["[URL-16] before a query too", "http://h.test?x", "http://h.test/?x", "/?x"],
    ["[URL-17] has no dot segments", "http://h.test/a/./b/../c/%2e%2E/d", "http://h.test/a/d", "/a/d"],
    ["[URL-18] keeps repeated slashes", "http://h.test//a//b", "http://h.test//a//b", "//a//b"],
    [
      "[URL-19] reads a backslash in the path as a slash, and still has its host",
      "http://h.test/\\@evil.test",
      "http://h.test//@evil.test",
      "//@evil.test"
    ],
    [
      "[URL-20] has what is illegal in UTF-8 escapes, once",
      'http://h.test/a b"<>é%20?q=ü%20',
      "http://h.test/a%20b%22%3C%3E%C3%A9%20?q=%C3%BC%20",
      "/a%20b%22%3C%3E%C3%A9%20?q=%C3%BC%20"
    ],
    [
      "[URL-21] keeps its escapes as they are written",
      "http://h.test/%7euser/%41%2f",
      "http://h.test/%7euser/%41%2f",
      "/%7euser/%41%2f"
    ],
    ["[URL-22] one bad escape changes no other", "http://h.test/%zz%20", "http://h.test/%zz%20", "/%zz%20"],
    ["[URL-23] keeps a % that escapes nothing", "http://h.test/100%?5%", "http://h.test/100%?5%", "/100%?5%"],
    [
      "[URL-25] has in its query the escapes of WHATWG",
      'http://h.test/?[b]|^`{c}"<d>',
      "http://h.test/?[b]|^`{c}%22%3Cd%3E",
      "/?[b]|^`{c}%22%3Cd%3E"
    ],
    ["[URL-26] keeps its fragment to itself", "http://h.test/a?b#c?d#e", "http://h.test/a?b#c?d#e", "/a?b"],
    ["[URL-27] sends no empty query and no empty fragment", "http://h.test/?#", "http://h.test/?#", "/"],
    [
      "[URL-29] has an IPv6 address in brackets, in its one spelling",
      "http://[FE80:0:0::1]:81/",
      "http://[fe80::1]:81/",
      "/"
    ],
    [
      "[URL-30] has an IPv4 address in its one spelling, which NO_PROXY compares",
      "http://0x7f.1/",
      "http://127.0.0.1/",
      "/"
    ],
    [
      "[URL-31] sends path and query, no userinfo and no fragment",
      "http://u:p@h.test/a;b?c=d#e",
      "http://h.test/a;b?c=d#e",
      "/a;b?c=d"
    ]
  ])("%s", (_what, url, href, path) => {
    expect(sent(url)).toEqual([href, path])
  })

  it.each([
    ["[URL-08] an IPv6 address without brackets", "http://::1/"],
    ["[URL-08] a port that is none", "http://h.test:x/"],
    ["[URL-06] a host and a port that cannot be a scheme", "10.1.1.1:3128/"],
    ["[URL-29] an IPv6 zone, which WHATWG has not", "http://[fe80::1%25eth0]/"]
  ])("%s is refused", (_what, url) => {
    expect(refusal(prepared("GET", url))).toBe("Url at url")
  })

  it.effect("[URL-06] a host and a port that look like a scheme have no adapter", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      expect(yield* Effect.flip(session.get("localhost:3128"))).toMatchObject({
        _tag: "InvalidRequest",
        reason: "NoAdapter",
        where: "url"
      })
      expect(yield* asked).toEqual([])
    })
  )

  it.each([
    ["ada:p@q", Rules.basicAuth("ada", "p@q")],
    ["ada@home:p", Rules.basicAuth("ada@home", "p")],
    ["ada:p%40q", Rules.basicAuth("ada", "p@q")]
  ])("[URL-15] the last @ ends its userinfo: %s", (userinfo, expected) => {
    const { request } = call("GET", `http://${userinfo}@h.test/x`)
    expect([request.url, Headers.get(request.headers, "Authorization")]).toEqual(["http://h.test/x", expected])
  })
})

describe("requoteUri, as requests has it", () => {
  it.each([
    ["[URL-22] one bad escape, and every % is a character", "http://h.test/%zz%20", "http://h.test/%25zz%2520"],
    ["[URL-23] no escape at all stays", "http://h.test/%?%2&%%", "http://h.test/%?%2&%%"],
    [
      "[URL-21] escapes of unreserved characters are undone",
      "http://h.test/%7Euser/%41%2F",
      "http://h.test/~user/A%2F"
    ],
    ["[URL-24] what is safe", "!#$%&'()*+,/:;=?@[]~-._aZ0", "!#$%&'()*+,/:;=?@[]~-._aZ0"],
    ["[URL-24] what is not", '"<>\\^`{|} \n\u007fé', "%22%3C%3E%5C%5E%60%7B%7C%7D%20%0A%7F%C3%A9"]
  ])("%s", (_what, uri, expected) => {
    expect(Rules.requoteUri(uri)).toBe(expected)
  })
})

describe("params", () => {
  it("[QRY-11] apply to schemes that begin with http, and to no other", () => {
    expect(call("GET", "http+unix://x/", { params: { a: 1 } }).request.target.path).toBe("/?a=1")
    expect(call("GET", "x-y://x/", { params: { a: 1 } }).request.target.path).toBe("/")
  })
  it("[QRY-13] are part of the first URL only", () => {
    const asked = call("GET", "http://h.test/a", { params: { mine: 1 } }, { params: { its: 2 } })
    expect(asked.request.url).toBe("http://h.test/a?its=2&mine=1")
    const next = Rules.followUp(answered(asked, 302, ["Location", "/b?c=3"]), facts({ params: { its: 2 } }))
    expect(Option.map(Option.flatMap(next, Option.getRight), ({ request }) => request.url)).toEqual(
      Option.some("http://h.test/b?c=3")
    )
  })
  it.each<[string, Request.Options["form"], string]>([
    ["[BOD-11] a blank is +, all else is escaped as UTF-8", { a: "x y&~*é" }, "a=x+y%26~%2A%C3%A9"],
    ["[BOD-11] a list repeats its name, null is dropped", { a: ["1", 2], b: null, c: "" }, "a=1&a=2&c="],
    [
      "[BOD-11] the order is kept",
      [
        ["b", 1],
        ["a", 2],
        ["b", 3]
      ],
      "b=1&a=2&b=3"
    ]
  ])("%s in a form", (_what, form, expected) => {
    const { body } = call("POST", "http://h.test/", { form }).request
    expect(body._tag === "Bytes" ? new TextDecoder().decode(body.bytes) : body._tag).toBe(expected)
  })
})
