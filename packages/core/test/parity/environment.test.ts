import { describe, expect, it } from "@effect/vitest"
import { Environment, Headers, Proxies, Request, Rules, SessionState, type Settings } from "@effect-requests/core"
import { Effect, Either } from "effect"
import { opened } from "./session.js"

const variables = { http_proxy: "http://env:1", all_proxy: "http://env:2", REQUESTS_CA_BUNDLE: "/env/ca.pem" }
const environment = Environment.make(variables, "machine h.test login ada password pw")

const message = (url: string, options: Request.Options, settings: Settings.Settings = {}, from = environment) =>
  Either.getOrThrow(
    Rules.prepare(Request.get(url, options), {
      state: SessionState.make({ settings }),
      environment: from,
      now: 0,
      nonce: ""
    })
  ).request

const proxy = (url: string, proxies: Request.Options["proxies"], from: Environment.Variables = variables) =>
  message(url, { proxies }, {}, Environment.make(from)).transport.proxy

describe("[ENV-01] the environment is asked", () => {
  const asked = (options: Request.Options) => {
    const { headers, transport } = message("http://h.test/", options)
    return [transport.proxy !== undefined, transport.verify !== true, Headers.has(headers, "Authorization")]
  }
  it.each<[string, Request.Options, ReadonlyArray<boolean>]>([
    ["for all", {}, [true, true, true]],
    ["for nothing", { trustEnv: false }, [false, false, false]],
    ["not for a proxy", { proxies: { all: Proxies.direct } }, [false, true, true]],
    ["not for certificates", { verify: true }, [true, false, true]],
    ["not for credentials", { auth: null }, [true, true, false]]
  ])("%s", (_what, options, expected) => {
    expect(asked(options)).toEqual(expected)
  })
})

describe("the request's proxies and the environment's", () => {
  it.each<[string, Request.Options["proxies"], string | undefined]>([
    ["[ENV-04] all of the request beats http of the environment", { all: "http://mine:1" }, "http://mine:1"],
    ["[ENV-05] null takes http of the environment away, and leaves its all", { http: null }, "http://env:2"],
    ["[ENV-05] an empty text is no proxy", { http: "" }, undefined],
    ["[ENV-06] an empty record says nothing", {}, "http://env:1"],
    ["[ENV-06] and undefined neither", undefined, "http://env:1"]
  ])("%s", (_what, proxies, expected) => {
    expect(proxy("http://h.test/", proxies)).toBe(expected)
  })
  it("[ENV-06] null is no proxies of the session: the environment decides", () => {
    expect(message("http://h.test/", { proxies: null }, { proxies: { all: "http://its:1" } }).transport.proxy).toBe(
      "http://env:1"
    )
  })
})

describe("the variables", () => {
  it("[ENV-07] of every scheme are read", () => {
    const from = {
      http_proxy: "a",
      HTTPS_PROXY: "b",
      ftp_proxy: "c",
      ALL_PROXY: "d",
      no_proxy: "e",
      PROXY: "f",
      "x-y_proxy": "g"
    }
    expect(Rules.environmentProxies(from)).toEqual({ http: "a", https: "b", ftp: "c", all: "d", "x-y": "g" })
    expect(Rules.environmentNoProxy(from)).toBe("e")
  })
  it.each<[string, string, Environment.Variables, string | undefined]>([
    [
      "[ENV-08] lower case before upper case",
      "http://h.test/",
      { http_proxy: "http://low", HTTP_PROXY: "http://up" },
      "http://low"
    ],
    [
      "[ENV-08] an empty one takes the upper case away",
      "http://h.test/",
      { http_proxy: "", HTTP_PROXY: "http://up" },
      undefined
    ],
    ["[ENV-08] upper case alone", "http://h.test/", { HTTP_PROXY: "http://up" }, "http://up"],
    [
      "[ENV-09] HTTP_PROXY is the client's word where REQUEST_METHOD is set",
      "http://h.test/",
      { HTTP_PROXY: "http://evil", REQUEST_METHOD: "GET" },
      undefined
    ],
    [
      "[ENV-09] http_proxy is ours all the same",
      "http://h.test/",
      { HTTP_PROXY: "http://evil", http_proxy: "http://low", REQUEST_METHOD: "" },
      "http://low"
    ],
    ["[ENV-10] all for http", "http://h.test/", { ALL_PROXY: "http://all" }, "http://all"],
    ["[ENV-10] all for https", "https://h.test/", { all_proxy: "http://all" }, "http://all"],
    [
      "[ENV-10] the scheme's own before all",
      "https://h.test/",
      { ALL_PROXY: "http://all", HTTPS_PROXY: "http://s" },
      "http://s"
    ],
    [
      "[PRX-35] as they are written, with credentials",
      "http://h.test/",
      { http_proxy: "http://u:p%40w@P.test:1/x" },
      "http://u:p%40w@P.test:1/x"
    ]
  ])("%s", (_what, url, from, expected) => {
    expect(proxy(url, undefined, from)).toBe(expected)
  })
})

describe("[ENV-11] the environment's proxy is that of", () => {
  const proxies = (
    run: (session: Effect.Effect.Success<ReturnType<typeof opened>>["session"]) => Effect.Effect<unknown, unknown>
  ) =>
    Effect.gen(function* () {
      const redirect = { status: 302, headers: { Location: "https://h.test/to" } }
      const { asked, session } = yield* opened(
        {},
        ({ target }) => (target.path === "/from" ? redirect : {}),
        environment
      )
      yield* run(session)
      return (yield* asked).map(({ transport }) => transport.proxy)
    })
  it.effect("a request", () =>
    Effect.map(
      proxies((session) => session.request("GET", "http://h.test/")),
      (found) => expect(found).toEqual(["http://env:1"])
    )
  )
  it.effect("a verb", () =>
    Effect.map(
      proxies((session) => session.get("https://h.test/")),
      (found) => expect(found).toEqual(["http://env:2"])
    )
  )
  it.effect("a call that the session prepared", () =>
    Effect.map(
      proxies((session) => Effect.flatMap(session.prepare(Request.get("http://h.test/")), session.send)),
      (found) => expect(found).toEqual(["http://env:1"])
    )
  )
  it.effect("every hop, chosen afresh", () =>
    Effect.map(
      proxies((session) => session.get("http://h.test/from")),
      (found) => expect(found).toEqual(["http://env:1", "http://env:2"])
    )
  )
})
