import { X509Certificate } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rootCertificates } from "node:tls"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Anchors from "../src/Anchors.js"
import * as Pkcs12 from "./Pkcs12.js"
import { variable } from "./Servers.js"

describe("anchors", () => {
  it("are the fingerprints of certificates", () => {
    expect(Anchors.of([Pkcs12.cert])).toEqual(new Set([new X509Certificate(Pkcs12.cert).fingerprint256]))
  })
  it.effect("of Node are all of its roots, and none of a PKCS#12 file", () =>
    Effect.gen(function* () {
      const own = yield* Anchors.own(() => [])
      expect(rootCertificates.every((pem) => own.has(new X509Certificate(pem).fingerprint256))).toBe(true)
      expect(own.has(new X509Certificate(Pkcs12.issuer.cert).fingerprint256)).toBe(false)
    })
  )
  it.scoped.each([
    ["NODE_EXTRA_CA_CERTS", false, true],
    ["SSL_CERT_FILE", false, false],
    ["SSL_CERT_FILE", true, true]
  ] as const)("of an older Node are those of %s, when it uses OpenSSL's (%s): %s", ([name, openssl, counts]) =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-requests-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const path = join(folder, "ca.pem")
      writeFileSync(path, Pkcs12.issuer.cert)
      yield* variable("NODE_EXTRA_CA_CERTS", "")
      yield* variable("SSL_CERT_FILE", "")
      yield* variable(name, path)
      const anchors = yield* Anchors.looked((pem) => [pem].filter((one) => one !== ""), openssl)
      expect(anchors.has(new X509Certificate(Pkcs12.issuer.cert).fingerprint256)).toBe(counts)
      expect(rootCertificates.every((pem) => anchors.has(new X509Certificate(pem).fingerprint256))).toBe(true)
    })
  )
  it.scoped("that cannot be read are none", () =>
    Effect.gen(function* () {
      yield* variable("NODE_EXTRA_CA_CERTS", "/nowhere/ca.pem")
      expect(yield* Anchors.looked((pem) => [pem].filter((one) => one !== ""), false)).toEqual(
        Anchors.of(rootCertificates)
      )
    })
  )
})
