import { FileSystem } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Errors, type Settings, World } from "@effect-requests/core"
import { NodeEnvironment } from "@effect-requests/node"
import { Effect } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const ca = () => ({ verify: { caFile: tls().ca } })

/** The URL of a proxy with its user. */
const as = (name: string): string => {
  const { pass, url, user } = server(name)
  return user === undefined ? url : url.replace("://", `://${user}:${pass}@`)
}

/** A session by a proxy: no variable of this machine has a word in it. */
const by = (proxy: string, settings: Settings.Settings = {}) =>
  session({ ...ca(), trustEnv: false, proxies: { all: proxy }, ...settings })

const failed = <A, R>(effect: Effect.Effect<A, Errors.SendError, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof Errors.TransportError ? [error.reason, error.tunnel?.status] : [error._tag, error.message]
  )

const origins = () => [`${server("nginx").url}/small.txt`, `${server("nginx-tls").url}/small.txt`]

describe("HTTP proxies", () => {
  it.scopedLive.each([
    "squid",
    "squid-cached",
    "squid-basic",
    "squid-digest",
    "squid-both",
    "tinyproxy",
    "tinyproxy-basic"
  ])("%s lets http and https through, again and again", (name) =>
    Effect.gen(function* () {
      const { get } = yield* by(as(name))
      for (const url of [...origins(), ...origins()]) {
        const answer = yield* get(url)
        expect([name, url, answer.status]).toEqual([name, url, 200])
      }
    })
  )

  it.scopedLive.each(["squid-tls", "squid-tls-basic"])("%s is spoken to over TLS", (name) =>
    Effect.gen(function* () {
      const { get } = yield* by(as(name).replace("127.0.0.1", "localhost"))
      for (const url of origins()) expect((yield* get(url)).status).toBe(200)
    })
  )

  it.scopedLive.each(["squid-basic", "squid-digest", "tinyproxy-basic"])("%s refuses who has no user", (name) =>
    Effect.gen(function* () {
      const { get } = yield* by(server(name).url)
      const [http = "", https = ""] = origins()
      expect((yield* get(http)).status).toBe(407)
      expect(yield* failed(get(https))).toEqual(["Proxy", 407])
    })
  )

  it.scopedLive("squid says what it forbids, and what is not there", () =>
    Effect.gen(function* () {
      const { get } = yield* by(server("squid").url)
      expect((yield* get("http://forbidden.lab.test/")).status).toBe(403)
      expect(yield* failed(get("https://forbidden.lab.test/"))).toEqual(["Proxy", 403])
      expect(yield* failed(get("https://127.0.0.1:18009/"))).toEqual(["Proxy", 503])
    })
  )

  it.scopedLive("a redirect leads to a host that goes without", () =>
    Effect.gen(function* () {
      const { get } = yield* by(server("squid-cached").url, {
        proxies: { all: server("squid-cached").url, noProxy: "localhost" }
      })
      const target = encodeURIComponent(server("httpbin").url.replace("127.0.0.1", "localhost"))
      const answer = yield* get(`${server("httpbin").url}/redirect-to?url=${target}/get`)
      expect([answer.status, answer.history.map(({ status }) => status)]).toEqual([200, [302]])
      expect(answer.rawHeaders.some((one) => one.toLowerCase() === "x-cache")).toBe(false)
      expect(answer.history[0]?.rawHeaders.some((one) => one.toLowerCase() === "x-cache")).toBe(true)
    })
  )

  it.scopedLive.each([
    ["", true],
    ["127.0.0.1", false],
    ["127.0.0.0/8", false],
    ["localhost,.lab.test", true],
    ["*", false]
  ] as const)("NO_PROXY=%s beside http_proxy: by the proxy %s", ([noProxy, proxied]) =>
    Effect.gen(function* () {
      const variables = { NETRC: "", http_proxy: server("squid").url, NO_PROXY: noProxy }
      const environment = Effect.provide(NodeEnvironment.read(variables), FileSystem.layerNoop({}))
      const { get } = yield* Effect.provideService(session(), World.ReadEnvironment, environment)
      const answer = yield* get(`${server("nginx").url}/small.txt`)
      expect([answer.status, answer.headers["via"]?.includes("squid") ?? false]).toEqual([200, proxied])
      const { get: deaf } = yield* Effect.provideService(
        session({ trustEnv: false }),
        World.ReadEnvironment,
        environment
      )
      expect((yield* deaf(`${server("nginx").url}/small.txt`)).headers["via"]).toBeUndefined()
    })
  )

  it.scopedLive.each(["mitmproxy", "mitmproxy-basic"])("%s stands within TLS, and its authority is trusted", (name) =>
    Effect.gen(function* () {
      const { get } = yield* by(as(name))
      for (const url of origins()) expect((yield* get(url)).status).toBe(200)
    })
  )
})

describe("SOCKS", () => {
  const spoken = (scheme: string, name: string) => as(name).replace(/^socks\w*/, scheme)

  it.scopedLive.each([
    ["socks5", "microsocks"],
    ["socks5h", "microsocks"],
    ["socks5h", "microsocks-auth"],
    ["socks5", "dante"],
    ["socks4", "dante"],
    ["socks5h", "dante-auth"],
    ["socks5h", "mitm-socks"]
  ])("%s by %s", ([scheme = "", name = ""]) =>
    Effect.gen(function* () {
      const { get } = yield* by(spoken(scheme, name))
      for (const url of origins()) expect([name, (yield* get(url)).status]).toEqual([name, 200])
    })
  )

  it.scopedLive.each(["microsocks-auth", "dante-auth"])(
    "%s refuses who has no user, and who has a wrong password",
    (name) =>
      Effect.gen(function* () {
        const { get } = yield* by(spoken("socks5h", name).replace(/\/\/.*@/, "//"))
        expect(yield* failed(get(`${server("nginx").url}/`))).toEqual(["Proxy", undefined])
        const { get: wrong } = yield* by(spoken("socks5h", name).replace(/:[^:@/]+@/, ":wr0ng@"))
        const refused = yield* Effect.flip(wrong(`${server("nginx").url}/`))
        expect(refused).toMatchObject({ reason: "Proxy", sent: "no" })
        expect(refused.message).toContain("Authentication failed")
        expect(refused.message).not.toContain("wr0ng")
      })
  )

  it.scopedLive.each([
    ["microsocks", "http://127.0.0.1:18008/", "the connection was refused by the proxy's target"],
    ["microsocks", "http://nowhere.lab.test/", "a general failure of the proxy"],
    ["dante", "http://127.0.0.1:18008/", "the connection was refused by the proxy's target"],
    ["dante", "http://127.0.0.1:18009/", "the proxy's rules do not allow this connection"],
    ["dante", "http://nowhere.lab.test/", "the target cannot be reached from the proxy, or its name not found"]
  ])("%s does not lead to %s: %s", ([name = "", url = "", says]) =>
    Effect.gen(function* () {
      const { get } = yield* by(spoken("socks5h", name))
      const refused = yield* Effect.flip(get(url))
      expect(refused).toMatchObject({ _tag: "TransportError", reason: "Proxy", sent: "no" })
      expect(refused.message).toContain(says)
    })
  )
})
