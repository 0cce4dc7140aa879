// Whatever stands behind a port: HTTP/1.1 spoken to it as to an origin is a response or a typed error, and never a hang.
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const timeout = { total: "10 seconds" } as const

/** A GET by a client that trusts the lab's authority. */
const ask = (url: string) => Effect.flatMap(session({ verify: { caFile: tls().ca }, timeout }), ({ get }) => get(url))

describe("origins over TLS", () => {
  it.scopedLive.each([
    "nginx-tls",
    "nginx-h2",
    "nginx-mtls-optional",
    "nginx-tls12",
    "nginx-tls13",
    "nginx-chain",
    "nginx-sni",
    "nginx-ec",
    "haproxy-tls",
    "httpbin-tls"
  ])("%s answers whom it shows a good certificate", (name) =>
    Effect.gen(function* () {
      expect((yield* ask(`${server(name).url}/`)).status).toBe(200)
    })
  )
  it.scopedLive("nginx-mtls answers 400 without a client certificate", () =>
    Effect.gen(function* () {
      expect((yield* ask(server("nginx-mtls").url)).status).toBe(400)
    })
  )
  it.scopedLive.each([
    "nginx-expired",
    "nginx-wronghost",
    "nginx-selfsigned",
    "nginx-nochain",
    "nginx-tls10",
    "nginx-notyet",
    "nginx-otherca"
  ])("%s is refused, and nothing was sent", (name) =>
    Effect.gen(function* () {
      const { tls_error, url } = server(name)
      const refused = yield* Effect.flip(ask(url))
      expect(refused, tls_error).toMatchObject({ _tag: "TransportError", reason: "Tls", sent: "no" })
    })
  )
  it.scopedLive("nginx-cnonly has no name for an address, and is refused there", () =>
    Effect.gen(function* () {
      const { url_v6 } = server("nginx-cnonly")
      expect(yield* Effect.flip(ask(url_v6 ?? ""))).toMatchObject({ reason: "Tls", sent: "no" })
    })
  )
})

describe("servers that speak no HTTP/1.1", () => {
  it.scopedLive.each([
    "nghttpd",
    "nghttpd-echo",
    "nghttpd-h2c",
    "nginx-h2c",
    "microsocks",
    "microsocks-auth",
    "dante",
    "dante-auth",
    "mitm-socks"
  ])("%s: a typed error that tells it from a closed port", (name) =>
    Effect.gen(function* () {
      const { kind, port, url } = server(name)
      const failed = yield* Effect.flip(ask(kind === "socks" ? `http://127.0.0.1:${port}/` : url))
      expect(failed).toMatchObject({ _tag: "TransportError" })
      if (failed._tag === "TransportError") expect(["Protocol", "Reset", "Tls", "Limit"]).toContain(failed.reason)
    })
  )
})

describe("proxies, asked as if they were origins", () => {
  it.scopedLive.each([
    "squid",
    "squid-basic",
    "squid-tls",
    "squid-digest",
    "squid-tls-basic",
    "squid-cached",
    "squid-both",
    "tinyproxy",
    "tinyproxy-basic",
    "mitmproxy",
    "mitmproxy-basic"
  ])("%s says no in HTTP", (name) =>
    Effect.gen(function* () {
      const { status } = yield* ask(`${server(name).url}/`)
      expect(status).toBeGreaterThanOrEqual(400)
    })
  )
})
