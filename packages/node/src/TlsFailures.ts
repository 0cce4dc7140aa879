/**
 * What a code of Node or OpenSSL says about a TLS connection.
 *
 * @module
 */
import type { Tls } from "@effect-requests/core"

const kinds: Readonly<Record<string, Tls.Failure>> = {
  CERT_HAS_EXPIRED: "Expired",
  CERT_NOT_YET_VALID: "NotYetValid",
  ERR_TLS_CERT_ALTNAME_INVALID: "WrongHost",
  HOSTNAME_MISMATCH: "WrongHost",
  DEPTH_ZERO_SELF_SIGNED_CERT: "SelfSigned",
  SELF_SIGNED_CERT_IN_CHAIN: "UntrustedIssuer",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "UntrustedIssuer",
  UNABLE_TO_GET_ISSUER_CERT: "UntrustedIssuer",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "UntrustedIssuer",
  CERT_REVOKED: "Certificate",
  INVALID_PURPOSE: "Certificate",
  ERR_SSL_DH_KEY_TOO_SMALL: "Certificate",
  ERR_SSL_EE_KEY_TOO_SMALL: "Certificate",
  PIN_MISMATCH: "Pin",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "ClientCertificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "ClientCertificate",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "ClientCertificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "ClientCertificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "ClientCertificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: "ClientCertificate",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "Version",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "Version",
  ERR_SSL_WRONG_VERSION_NUMBER: "NotTls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "NotTls"
}

/** The kind of a failure, `"Other"` for what has none. */
export const of = (code: string): Tls.Failure => kinds[code] ?? "Other"
