import { readFile } from "node:fs/promises"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import type { Settings, Tls } from "@effect-requests/core"
import { Effect, Redacted, Schema } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const text = (path: string) => Effect.promise(() => readFile(path, "utf8"))

const given = (passphrase: string | undefined) =>
  passphrase === undefined ? {} : { passphrase: Redacted.make(passphrase) }

/** Certificate and key of two files. */
const pem = (files: readonly [cert: string, key: string], passphrase?: string): Effect.Effect<Tls.Cert> =>
  Effect.map(Effect.all([text(files[0]), text(files[1])]), ([cert, key]) => ({
    cert,
    key: Redacted.make(key),
    ...given(passphrase)
  }))

const pfx = (path: string, passphrase?: string): Effect.Effect<Tls.Cert> =>
  Effect.map(
    Effect.promise(() => readFile(path)),
    (bytes) => ({ pfx: new Uint8Array(bytes), ...given(passphrase) })
  )

const ask = (url: string, settings: Settings.Settings) =>
  Effect.flatMap(session({ verify: { caFile: tls().ca }, ...settings }), ({ get }) => get(url))

/** As whom nginx knows us: the name in the certificate, empty for nobody. */
const Known = Schema.Struct({ client_dn: Schema.String, client_verify: Schema.String })
const known = HttpClientResponse.schemaBodyJson(Known)

const shown = { client_dn: "O=Lab,CN=lab-client", client_verify: "SUCCESS" }
const nobody = { client_dn: "", client_verify: "NONE" }

describe("a client certificate", () => {
  const kinds: ReadonlyArray<readonly [string, () => Effect.Effect<Tls.Cert>]> = [
    ["PEM", () => pem([tls().client_cert, tls().client_key])],
    ["PEM of one file", () => pem([tls().client_pem, tls().client_pem])],
    ["PEM with a key that is locked", () => pem([tls().client_cert, tls().client_key_encrypted], tls().passphrase)],
    ["PKCS#12", () => pfx(tls().client_p12, tls().passphrase)]
  ]

  it.scopedLive.each(kinds)("is shown where it is asked for: %s", ([, make]) =>
    Effect.gen(function* () {
      const cert = yield* make()
      for (const name of ["nginx-mtls", "nginx-mtls-optional"]) {
        expect(yield* Effect.flatMap(ask(`${server(name).url}/whoami`, { cert }), known)).toEqual(shown)
      }
    })
  )

  it.scopedLive("in PKCS#12 brings no authority with it, though the lab's is in the file", () =>
    Effect.gen(function* () {
      const cert = yield* pfx(tls().client_p12, tls().passphrase)
      for (const verify of [true, "system", { caFile: tls().other_ca }] as const) {
        const refused = yield* Effect.flip(ask(`${server("nginx-mtls").url}/whoami`, { cert, verify }))
        expect(refused).toMatchObject({ reason: "Tls", tls: "UntrustedIssuer", sent: "no" })
        expect(refused.message).toContain("only in the PKCS#12 file that says who we are")
      }
    })
  )

  it.scopedLive("may be of an elliptic curve", () =>
    Effect.gen(function* () {
      const cert = yield* pem(tls().client_ec)
      const answer = yield* ask(`${server("nginx-mtls").url}/whoami`, { cert })
      expect((yield* known(answer)).client_dn).toBe("O=Lab,CN=lab-client-ec")
    })
  )

  it.scopedLive("that is missing is 400 at nginx, and nobody where it may be missing", () =>
    Effect.gen(function* () {
      const refused = yield* ask(`${server("nginx-mtls").url}/whoami`, {})
      expect([refused.status, yield* refused.text]).toEqual([
        400,
        expect.stringContaining("No required SSL certificate")
      ])
      const answer = yield* ask(`${server("nginx-mtls-optional").url}/whoami`, {})
      expect(yield* known(answer)).toEqual(nobody)
    })
  )

  it.scopedLive.each(["client_expired", "client_other_ca"] as const)("that nginx does not take is 400: %s", (which) =>
    Effect.gen(function* () {
      const cert = yield* pem(tls()[which])
      const refused = yield* ask(server("nginx-mtls").url, { cert })
      expect([refused.status, yield* refused.text]).toEqual([400, expect.stringContaining("The SSL certificate error")])
    })
  )

  const wrong = "wr0ng-pass"
  const unusable: ReadonlyArray<readonly [string, () => Effect.Effect<Tls.Cert>, string, string]> = [
    [
      "a PKCS#12 file of an old cipher",
      () => pfx(tls().client_p12_legacy, tls().passphrase),
      "the PKCS#12 file is encrypted by a cipher that OpenSSL 3 no longer reads (RC2 or 3DES)",
      "openssl pkcs12 -legacy"
    ],
    ...[wrong, undefined].flatMap((passphrase) => [
      [
        `a PKCS#12 file, passphrase ${passphrase ?? "missing"}`,
        () => pfx(tls().client_p12, passphrase),
        "the passphrase of the PKCS#12 file is wrong or missing",
        "Give its passphrase"
      ] as const,
      [
        `a PKCS#12 file of an old cipher, passphrase ${passphrase ?? "missing"}`,
        () => pfx(tls().client_p12_legacy, passphrase),
        "the passphrase of the PKCS#12 file is wrong or missing",
        "Give its passphrase"
      ] as const,
      [
        `a locked key, passphrase ${passphrase ?? "missing"}`,
        () => pem([tls().client_cert, tls().client_key_encrypted], passphrase),
        "the passphrase of the key is wrong or missing",
        "Give its passphrase"
      ] as const
    ]),
    [
      "the key of another",
      () => pem([tls().client_cert, tls().client_ec[1]]),
      "the key is not the certificate's",
      "Give the two that belong together"
    ]
  ]

  it.scopedLive.each(unusable)("that cannot be used is an invalid request: %s", ([, make, problem, remedy]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ask("https://origin.lab.test/", { cert: yield* make() }))
      expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Setting", where: "cert", problem })
      expect(error.message).toContain(remedy)
      for (const secret of [wrong, tls().passphrase, "PRIVATE KEY"]) {
        expect(`${error.message}\n${JSON.stringify(error)}`).not.toContain(secret)
      }
    })
  )
})

describe("a client certificate belongs to its origin", () => {
  it.scopedLive.each([
    ["nginx-mtls", "nginx-mtls-optional"],
    ["httpbin-tls", "nginx-mtls-optional"]
  ] as const)("a redirect of %s to %s goes without", ([from, to]) =>
    Effect.gen(function* () {
      const cert = yield* pem([tls().client_cert, tls().client_key])
      const away = encodeURIComponent(`${server(to).url}/whoami`)
      const path = from === "httpbin-tls" ? "/redirect-to" : "/httpbin/redirect-to"
      const session_ = yield* session({ verify: { caFile: tls().ca }, baseUrl: server(from).url, cert })
      const answer = yield* session_.get(`${path}?url=${away}`)
      expect(answer.history.map(({ status }) => status)).toEqual([302])
      expect(yield* known(answer)).toEqual(nobody)
      expect(answer.call.withheld.map(({ what }) => what)).toContain("cert")
      // Nor does a connection that knows us serve whoever shows nothing.
      const own = yield* session_.get(`${server(to).url}/whoami`, { cert })
      expect(yield* known(own)).toEqual(shown)
      expect(yield* known(yield* session_.get(`${path}?url=${away}`))).toEqual(nobody)
    })
  )

  it.scopedLive("a redirect to a server that asks for one is its 400", () =>
    Effect.gen(function* () {
      const cert = yield* pem([tls().client_cert, tls().client_key])
      const away = encodeURIComponent(`${server("nginx-mtls").url}/whoami`)
      const { get } = yield* session({ verify: { caFile: tls().ca }, baseUrl: server("httpbin-tls").url, cert })
      expect((yield* get(`/redirect-to?url=${away}`)).status).toBe(400)
    })
  )
})
