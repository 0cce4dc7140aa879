// What cannot work, asked of real servers: each a typed error that names it and says what to do.
import { describe, expect, it } from "@effect/vitest"
import { Errors, Request, type Settings } from "@effect-requests/core"
import type { UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"
import { nothingUnhandled } from "../../../packages/node/test/Unhandled.js"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

nothingUnhandled()

/** How a GET fails: both ways to send fail alike, and the message names the URL. */
const failing = (url: string, settings: Settings.Settings = {}, options: UndiciAdapter.Options = {}) =>
  Effect.gen(function* () {
    const asks = yield* session({ trustEnv: false, verify: { caFile: tls().ca }, ...settings }, options)
    const error = yield* Effect.flip(asks.get(url))
    if (!(error instanceof Errors.TransportError)) throw error
    expect(error.message).toContain(new URL(url).host)
    const live = yield* Effect.flip(asks.stream(Request.get(url)))
    expect(live).toMatchObject({ reason: error.reason })
    return error
  })

const at = (scheme: string, name: string, host = "127.0.0.1"): string => `${scheme}://${host}:${server(name).port}`

/** Ports that the lab keeps free. */
const closed = "127.0.0.1:18008"

describe("what is no HTTP", () => {
  it.scopedLive.each([
    ["http", "microsocks", "Protocol", /no valid HTTP; is it another service/],
    ["http", "nginx-h2c", "Protocol", /no valid HTTP/],
    ["http", "nghttpd-h2c", "Protocol", /no valid HTTP/],
    ["http", "dante", "Reset", /closed before an answer came/],
    ["http", "mitm-socks", "Reset", /closed before an answer came/],
    ["https", "nginx", "Tls", /does not speak TLS; is it an http port\?/],
    ["https", "squid", "Tls", /does not speak TLS; is it an http port\?/],
    ["https", "nginx-h2c", "Tls", /does not speak TLS; is it an http port\?/],
    ["https", "microsocks", "Reset", /closed before an answer came/]
  ] as const)("is told from what is: %s at %s is %s", ([scheme, name, reason, says]) =>
    Effect.gen(function* () {
      const error = yield* failing(at(scheme, name))
      expect(error.reason).toBe(reason)
      expect(error.message).toMatch(says)
    })
  )

  it.scopedLive.each(["nginx", "httpbin", "microsocks"])("nor HTTP/2, where that is taken for granted: %s", (name) =>
    Effect.gen(function* () {
      const error = yield* failing(at("http", name), {}, { http2: "prior-knowledge" })
      expect(["Protocol", "Reset"]).toContain(error.reason)
    })
  )

  it.scopedLive("http at a port of TLS is the server's own 400", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: at("http", "nginx-tls") })
      const answer = yield* get("/")
      expect([answer.status, yield* answer.text]).toEqual([400, expect.stringContaining("sent to HTTPS port")])
    })
  )
})

describe("a proxy that is none", () => {
  const origin = () => `${server("nginx-tls").url}/small.txt`

  it.scopedLive.each([
    ["nginx", 400],
    ["apache", 405],
    ["lighttpd", 400],
    ["haproxy", 404],
    ["httpbin", 404]
  ] as const)("%s answers CONNECT with a page and %i, of which nothing becomes a response", ([name, status]) =>
    Effect.gen(function* () {
      const error = yield* failing(origin(), { proxies: { all: server(name).url } })
      expect(error).toMatchObject({ reason: "Proxy", sent: "no", tunnel: { status } })
      expect(error.message).toContain(`${server(name).url} answered CONNECT localhost:18443 with ${status}`)
      expect(error.message).not.toMatch(/<html|<!doctype/i)
    })
  )

  it.scopedLive.each([
    ["http", "microsocks", /its answer to CONNECT is no HTTP/],
    ["http", "nghttpd-h2c", /its answer to CONNECT is no HTTP/],
    ["http", "dante", /closed the connection before it had answered CONNECT/],
    ["https", "squid", /TLS with the proxy itself failed \(what answers there does not speak TLS/],
    ["https", "nginx-expired", /TLS with the proxy itself failed \(the server's certificate has expired/],
    ["https", "nginx-otherca", /TLS with the proxy itself failed \(the issuer of the server's certificate/],
    ["socks5h", "nginx", /invalid socks version/],
    ["socks5h", "nginx-tls", /invalid socks version/]
  ] as const)("%s spoken to %s", ([scheme, name, says]) =>
    Effect.gen(function* () {
      const proxy = at(scheme, name, scheme === "https" ? "localhost" : "127.0.0.1")
      const error = yield* failing(origin(), { proxies: { all: proxy } })
      expect(error).toMatchObject({ reason: "Proxy", sent: "no" })
      expect(error.message).toContain(proxy)
      expect(error.message).toMatch(says)
    })
  )
})

describe("nobody there", () => {
  it.scopedLive.each([
    [`http://${closed}`, "Refused", /is something listening there\?/],
    [`https://${closed}`, "Refused", /is something listening there\?/],
    ["http://[::1]:18008", "Refused", /is something listening there\?/],
    ["http://nowhere.lab.test", "Dns", /could not be found; is it spelt right\?/],
    ["https://nowhere.lab.test", "Dns", /could not be found; is it spelt right\?/]
  ] as const)("%s is %s", ([url, reason, says]) =>
    Effect.gen(function* () {
      const error = yield* failing(url)
      expect(error).toMatchObject({ reason, sent: "no" })
      expect(error.message).toMatch(says)
    })
  )

  it.scopedLive.each(
    ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].flatMap((scheme) => [
      [`${scheme}://${closed}`, /it refused the connection; is it running\?/] as const,
      [`${scheme}://nowhere.lab.test:3128`, /its name cannot be found/] as const
    ])
  )("a proxy %s", ([proxy, says]) =>
    Effect.gen(function* () {
      const error = yield* failing("http://origin.lab.test/", { proxies: { all: proxy } })
      expect(error).toMatchObject({ reason: "Proxy", sent: "no" })
      expect(error.message).toContain(proxy)
      expect(error.message).toMatch(says)
    })
  )
})

describe("a header over the limit", () => {
  it.scopedLive("names the option", () =>
    Effect.gen(function* () {
      const url = `${server("httpbin").url}/response-headers?X-Long=${"a".repeat(2000)}`
      const error = yield* failing(url, {}, { maxHeaderSize: 1024 })
      expect(error).toMatchObject({ reason: "Limit", sent: "yes" })
      expect(error.message).toContain("its option maxHeaderSize allows more")
    })
  )
})
