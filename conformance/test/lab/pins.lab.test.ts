import { createHash, randomUUID, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Errors, type Settings } from "@effect-requests/core"
import type { UndiciAdapter } from "@effect-requests/node"
import { Effect, Schema } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** The pin of a certificate of the lab, by the file's name. */
const pinOf = (name: string) =>
  Effect.promise(async () => {
    const { publicKey } = new X509Certificate(await readFile(tls().ca.replace(/ca\.crt$/, `${name}.crt`)))
    const key = publicKey.export({ type: "spki", format: "der" })
    return `sha256/${createHash("sha256").update(key).digest("base64")}`
  })

interface Way {
  readonly name: string
  readonly to: string
  readonly settings?: () => Settings.Settings
  readonly options?: UndiciAdapter.Options
}

const by = (name: string): Way => ({
  name: `by ${name}`,
  to: "nginx-tls",
  settings: () => ({ proxies: { all: server(name).url } })
})

const ways: ReadonlyArray<Way> = [
  { name: "HTTP/1.1", to: "nginx-tls" },
  { name: "TLS 1.2", to: "nginx-tls12" },
  { name: "TLS 1.3", to: "nginx-tls13" },
  { name: "HTTP/2", to: "nginx-h2", options: { http2: true } },
  { name: "no HTTP/2 where it was asked for", to: "nginx-tls", options: { http2: true } },
  by("squid"),
  by("squid-tls"),
  by("tinyproxy"),
  by("microsocks")
]

describe("pins", () => {
  const cases = ways.flatMap((way) => [true, false].map((verified) => [way, verified] as const))
  const named = cases.map(([way, verified]) => ({ ...way, verified }))

  it.scopedLive.each(named)("hold: $name, verified: $verified", ({ options, settings, to, verified }) =>
    Effect.gen(function* () {
      const { url } = server(to)
      const own = yield* pinOf("server")
      const others = [yield* pinOf("server-ec"), yield* pinOf("ca")]
      const { get } = yield* session(
        { verify: verified ? { caFile: tls().ca } : false, trustEnv: false, ...settings?.() },
        { connections: 1, ...options }
      )
      const ask = (pins: ReadonlyArray<string> | null) => get(`${url}/small.txt`, { tls: { pins } })
      // In turns, so that a connection without pins is there to be taken.
      for (const pins of [null, [own], [...others, own], [own]]) expect((yield* ask(pins)).status).toBe(200)
      const refused = yield* Effect.flip(ask(others))
      expect(refused).toMatchObject({ _tag: "TransportError", reason: "Tls", tls: "Pin", sent: "no" })
      expect(refused.message).toContain(own)
      expect((yield* ask(null)).status).toBe(200)
    })
  )

  it.scopedLive("are looked at before a byte of the request is sent, and the error shows the key to pin", () =>
    Effect.gen(function* () {
      const { log = "", port } = server("mitm-reverse")
      const mark = randomUUID()
      const { get } = yield* session({ baseUrl: `https://localhost:${port}`, verify: { caFile: tls().ca } })
      const ask = (pin: string) => get(`/get?${mark}`, { tls: { pins: [pin] } })
      const refused = yield* Effect.flip(ask(yield* pinOf("server")))
      const sent = Effect.promise(async () => (await readFile(log, "utf8")).includes(mark))
      expect(yield* sent).toBe(false)
      const [shown = ""] = /sha256\/[A-Za-z0-9+/]{43}=/.exec(refused.message) ?? []
      expect((yield* ask(shown)).status).toBe(200)
      expect(yield* sent).toBe(true)
    })
  )

  it.scopedLive.each(["nginx-tls12", "nginx-tls13"])("are never judged by a session of before: %s", (name) =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server(name).url, verify: { caFile: tls().ca } })
      const Whoami = HttpClientResponse.schemaBodyJson(Schema.Struct({ session_reused: Schema.String }))
      const reused = (pins: ReadonlyArray<string> | null) =>
        Effect.flatMap(get("/whoami", { tls: { pins }, headers: { Connection: "close" } }), Whoami).pipe(
          Effect.map(({ session_reused }) => session_reused === "r"),
          Effect.replicateEffect(4)
        )
      expect(yield* reused([yield* pinOf("server")])).toEqual([false, false, false, false])
      expect(yield* reused(null)).toContain(true)
    })
  )

  it.scopedLive("are of the origin, and not of whom it redirects to", () =>
    Effect.gen(function* () {
      const pins = [yield* pinOf("server")]
      const away = encodeURIComponent(`${server("nginx-ec").url}/small.txt`)
      const { get } = yield* session({ baseUrl: server("nginx-tls").url, verify: { caFile: tls().ca }, tls: { pins } })
      const answer = yield* get(`/httpbin/redirect-to?url=${away}`)
      expect([answer.status, answer.call.withheld]).toEqual([200, [{ what: "tls", name: "pins", why: "OtherOrigin" }]])
      const direct = yield* Effect.flip(get(`${server("nginx-ec").url}/`, { tls: { pins } }))
      expect(direct instanceof Errors.TransportError && direct.tls).toBe("Pin")
    })
  )
})
