import { describe, expect, it } from "vitest"
import * as TlsFailures from "../src/TlsFailures.js"

describe("the meaning of a code", () => {
  it.each([
    ["CERT_HAS_EXPIRED", "Expired"],
    ["HOSTNAME_MISMATCH", "WrongHost"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "UntrustedIssuer"],
    ["UNABLE_TO_GET_ISSUER_CERT", "UntrustedIssuer"],
    ["CERT_REVOKED", "Certificate"],
    ["ERR_SSL_EE_KEY_TOO_SMALL", "Certificate"],
    ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "ClientCertificate"],
    // As OpenSSL calls it since 3.2.
    ["ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE", "ClientCertificate"],
    ["ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED", "ClientCertificate"],
    ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "Other"]
  ])("%s is %s, with a hint", (code, kind) => {
    expect(TlsFailures.of(code)).toEqual({ kind, hint: expect.stringMatching(/\w/) })
  })
  it.each(["ERR_SSL_BAD_SIGNATURE", "", "constructor"])("%s is Other, without one", (code) => {
    expect(TlsFailures.of(code)).toEqual({ kind: "Other", hint: undefined })
  })
})
