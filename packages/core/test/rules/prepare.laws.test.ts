import { expect, it } from "@effect/vitest"
import { Environment, Request, Rules, SessionState, type Settings } from "@effect-requests/core"
import { Either } from "effect"
import * as fc from "fast-check"

const urls = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.webPath(),
  fc.string(),
  fc.constantFrom(
    "/me",
    "me?a=1",
    "//b.example.test/x",
    "https://ada:pw@api.example.test/",
    "http:x",
    "https://h\t.test/",
    "urn:a:b"
  )
)
const methods = fc.constantFrom("GET", "get", "HEAD", "POST", "PROPFIND", "GE T", "CONNECT")
const options = fc.constantFrom<Request.Options>(
  {},
  { json: 1 },
  { body: "" },
  { params: { a: 1 } },
  { headers: { A: null } }
)
const sessions = fc.constantFrom<Settings.Settings>(
  {},
  { baseUrl: "https://api.example.test/v1/", params: { k: "1" }, headers: { "X-Api-Key": "key", a: "b" } },
  { baseUrl: "https://ada:pw@api.example.test/v1", cookies: { a: "1" }, proxies: { all: "http://p.example.test" } },
  { baseUrl: "nowhere" },
  { headers: { "bad name": "1" } },
  { timeout: -1 }
)

const prepared = (request: Request.Request, settings: Settings.Settings) =>
  Either.map(
    Rules.prepare(request, {
      state: SessionState.make({ settings }),
      environment: Environment.empty,
      now: 0,
      nonce: "b"
    }),
    ({ foreign, own, request, settings, withheld }) => ({
      foreign,
      own,
      withheld,
      settings: { ...settings },
      message: { ...request, target: { ...request.target } }
    })
  )

it("prepare gives the same whether or not the same was prepared before", () => {
  fc.assert(
    fc.property(sessions, fc.array(fc.tuple(methods, urls, options), { maxLength: 5 }), (settings, requests) => {
      for (const [method, url, options] of [...requests, ...requests]) {
        const request = Request.make(method, url, options)
        // Settings that nobody has met have no memory.
        expect(prepared(request, settings)).toEqual(prepared(request, { ...settings }))
      }
    })
  )
})

it("prepare gives no two calls of one session the same body or options", () => {
  const settings = {}
  const bodies = [1, 2].map((json) => prepared(Request.post("https://h.test/", { json }), settings))
  expect(bodies[0]).not.toEqual(bodies[1])
})

it("chooseProxy: an environment without proxies names none, whatever else it says", () => {
  const names = fc.constantFrom("HOME", "PATH", "proxy", "no_proxy", "NO_PROXY", "MY")
  fc.assert(
    fc.property(urls, fc.dictionary(names, fc.string()), (url, variables) => {
      expect(Rules.chooseProxy(url, [], variables)).toEqual(Either.right(undefined))
      expect(Rules.chooseProxy(url, [], { ...variables, all_proxy: "http://p.test" })).toEqual(
        Rules.chooseProxy(url, [{}], { ...variables, all_proxy: "http://p.test" })
      )
    })
  )
})
