import { X509Certificate } from "node:crypto"
import { rootCertificates } from "node:tls"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Anchors from "../src/Anchors.js"
import * as Pkcs12 from "./Pkcs12.js"

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
})
