// Two faults of requests, looked for on the wire.
import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "@effect/vitest"
import { Auth, type Settings } from "@effect-requests/core"
import { Effect, Schema } from "effect"
import { account, server, tls, www } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** A line of mitmproxy's log: a request as it was sent. */
const Seen = Schema.parseJson(
  Schema.Struct({
    headers: Schema.Array(Schema.Tuple(Schema.String, Schema.String)),
    tls: Schema.NullOr(Schema.String)
  })
)

/** What a recording server was sent with this mark in its URL. */
const seen = (name: string, mark: string) =>
  Effect.gen(function* () {
    const log = yield* Effect.promise(() => readFile(`${www()}../logs/${server(name).process}.requests.jsonl`, "utf8"))
    const lines = log.split("\n").filter((line) => line.includes(mark))
    return yield* Effect.forEach(lines, (line) => Schema.decode(Seen)(line))
  })

const names = ({ headers }: typeof Seen.Type) => headers.map(([name]) => name.toLowerCase())

const withUser = (name: string): string => {
  const { pass, user } = account()
  return server(name).url.replace("://", `://${user}:${pass}@`)
}

const by = (proxy: string, settings: Settings.Settings = {}) =>
  session({ verify: { caFile: tls().ca }, trustEnv: false, proxies: { all: proxy }, ...settings })

describe("CVE-2023-32681: what is for the proxy", () => {
  it.scopedLive.each(["squid-basic", "squid-digest", "squid-tls-basic", "tinyproxy-basic"])(
    "%s is never in its tunnel, by its URL, by a field, after a redirect",
    (name) =>
      Effect.gen(function* () {
        const { pass, user } = account()
        const proxy = withUser(name)
        const mark = randomUUID()
        const origin = `https://localhost:${server("mitm-reverse").port}`
        const { get } = yield* by(proxy)
        yield* get(`${origin}/get?${mark}-url`)
        const bare = yield* by(server(name).url)
        const field = `Basic ${Buffer.from(`${user}:${pass}`).toString("base64")}`
        if (name !== "squid-digest")
          yield* bare.get(`${origin}/get?${mark}-field`, { headers: { "Proxy-Authorization": field } })
        const away = encodeURIComponent(`${origin}/get?${mark}-redirect`)
        yield* get(`${server("httpbin").url}/redirect-to?url=${away}`)
        const requests = yield* seen("mitm-reverse", mark)
        expect(requests.length).toBe(name === "squid-digest" ? 2 : 3)
        for (const request of requests) {
          expect(request.tls).toMatch(/^TLSv1/)
          expect(names(request)).not.toContain("proxy-authorization")
        }
      })
  )

  it.scopedLive("is not seen by a proxy within TLS either, which would send it on", () =>
    Effect.gen(function* () {
      const mark = randomUUID()
      const { get } = yield* by(withUser("mitmproxy-basic"))
      const { status } = yield* get(`${server("nginx-tls").url}/whoami?${mark}`)
      const requests = yield* seen("mitmproxy-basic", mark)
      expect([status, requests.length]).toEqual([200, 1])
      expect(requests.flatMap(names)).not.toContain("proxy-authorization")
    })
  )

  it.scopedLive("and credentials of the origin are not told to a proxy that tunnels", () =>
    Effect.gen(function* () {
      const mark = randomUUID()
      const origin = `https://localhost:${server("mitm-reverse").port}`
      const { get } = yield* by(withUser("squid-basic"), { baseUrl: origin, auth: Auth.bearer("token") })
      yield* get(`/get?${mark}`)
      const [request] = yield* seen("mitm-reverse", mark)
      expect(request?.headers).toContainEqual(["Authorization", "Bearer token"])
    })
  )
})

describe("CVE-2024-35195: a connection that was not verified", () => {
  it.scopedLive.each([
    ["directly", "nginx-selfsigned", () => ({})],
    ["over HTTP/1.1 where HTTP/2 was offered", "nginx-expired", () => ({})],
    ["by squid", "nginx-otherca", () => ({ proxies: { all: server("squid").url } })],
    ["by microsocks", "nginx-nochain", () => ({ proxies: { all: server("microsocks").url } })]
  ] as const)("is not used by a request that verifies: %s to %s", ([how, name, settings]) =>
    Effect.gen(function* () {
      const { url } = server(name)
      const { get } = yield* session(
        { verify: { caFile: tls().ca }, trustEnv: false, ...settings() },
        { connections: 1, http2: how.includes("HTTP/2") }
      )
      for (let i = 0; i < 3; i++) {
        expect((yield* get(`${url}/small.txt`, { verify: false })).status).toBe(200)
        expect(yield* Effect.flip(get(`${url}/small.txt`))).toMatchObject({ reason: "Tls", sent: "no" })
      }
    })
  )
})
