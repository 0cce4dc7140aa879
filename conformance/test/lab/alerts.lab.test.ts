// What OpenSSL's own server says of a client certificate, in the handshake (TLS 1.2) and behind it (TLS 1.3).
import { spawn } from "node:child_process"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "@effect/vitest"
import { Errors, type Tls } from "@effect-requests/core"
import { Effect, Redacted } from "effect"
import { tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** A server that demands a certificate of the lab's authority, on a port of its own until the scope ends; its URL. */
const demanding = (version: "tls1_2" | "tls1_3") =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<{ readonly stop: () => void; readonly port: string }>((resume) => {
        const own = tls().ca.replace(/ca\.crt$/, "server")
        const files = ["-cert", `${own}.crt`, "-key", `${own}.key`, "-CAfile", tls().ca]
        const demands = ["-Verify", "1", "-verify_return_error", "-www", `-${version}`]
        const child = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", ...files, ...demands])
        let said = ""
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString()
          const port = /^ACCEPT \S+:(\d+)$/m.exec(said)?.[1]
          if (port !== undefined) resume(Effect.succeed({ stop: () => child.kill(), port }))
        })
        child.on("exit", () => resume(Effect.die(new Error(`openssl s_server ended: ${said}`))))
        child.on("error", (error) => resume(Effect.die(error)))
      }),
      ({ stop }) => Effect.sync(stop)
    ),
    ({ port }) => `https://localhost:${port}/`
  )

const pem = ([cert, key]: readonly [cert: string, key: string]): Effect.Effect<Tls.Cert> =>
  Effect.promise(async () => ({ cert: await readFile(cert, "utf8"), key: Redacted.make(await readFile(key, "utf8")) }))

const paths = (name: string): readonly [string, string] => {
  const at = tls().ca.replace(/ca\.crt$/, name)
  return [`${at}.crt`, `${at}.key`]
}

describe.each(["tls1_2", "tls1_3"] as const)("openssl s_server, %s", (version) => {
  it.scopedLive("answers whom it knows", () =>
    Effect.gen(function* () {
      const url = yield* demanding(version)
      const cert = yield* pem(paths("client"))
      const { get } = yield* session({ verify: { caFile: tls().ca }, cert })
      expect((yield* get(url)).status).toBe(200)
    })
  )

  it.scopedLive.each([
    ["nobody", undefined, /HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|WANTED/, /give it as cert/],
    ["client-expired", "client-expired", /CERTIFICATE_EXPIRED|UNWELCOME/, /does not accept the client certificate/],
    ["client-other", "client-other", /UNKNOWN_CA|UNWELCOME/, /does not accept the client certificate/],
    ["server", "server", /UNSUPPORTED_CERTIFICATE|UNWELCOME/, /does not accept the client certificate/]
  ] as const)("refuses %s, and the error says so", ([, name, code, hint]) =>
    Effect.gen(function* () {
      const url = yield* demanding(version)
      const cert = name === undefined ? null : yield* pem(paths(name))
      const { get } = yield* session({ verify: { caFile: tls().ca }, cert })
      for (let i = 0; i < 3; i++) {
        const error = yield* Effect.flip(get(url))
        expect(error instanceof Errors.TransportError && [error.reason, error.tls]).toEqual([
          "Tls",
          "ClientCertificate"
        ])
        expect(error.message).toMatch(code)
        expect(error.message).toMatch(hint)
      }
    })
  )
})
