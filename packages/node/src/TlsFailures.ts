/**
 * What a code of Node or OpenSSL says about a TLS connection, and what to do about it.
 *
 * @module
 */
import type { Tls } from "@effect-requests/core"

/** A code's meaning: the kind of the failure, and a sentence that OpenSSL does not say. */
type Meaning = readonly [kind: Tls.Failure, hint: string]

const issuer =
  "the issuer of the server's certificate is not trusted here, or the server does not send its intermediate certificate"
const version = "there is no TLS version that both sides allow"
const noTls = "what answers there does not speak TLS; is it an http port?"
const weak = "the server's key is too short to be safe"
const refused = (why: string) => `the server does not accept the client certificate: ${why}`
const handshake = "there is no cipher that both sides allow, or the server asks for a client certificate"

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>(
  Object.entries<Meaning>({
    CERT_HAS_EXPIRED: ["Expired", "the server's certificate has expired"],
    CERT_NOT_YET_VALID: ["NotYetValid", "the server's certificate is not valid yet; is this machine's clock right?"],
    ERR_TLS_CERT_ALTNAME_INVALID: ["WrongHost", "the server's certificate is for another host"],
    HOSTNAME_MISMATCH: ["WrongHost", "the server's certificate is for another host"],
    DEPTH_ZERO_SELF_SIGNED_CERT: [
      "SelfSigned",
      "the server's certificate is self-signed; trust it with verify: { ca }"
    ],
    SELF_SIGNED_CERT_IN_CHAIN: [
      "UntrustedIssuer",
      "the issuer of the server's certificate is not trusted here; trust it with verify: { ca }"
    ],
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["UntrustedIssuer", issuer],
    UNABLE_TO_GET_ISSUER_CERT: ["UntrustedIssuer", issuer],
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["UntrustedIssuer", issuer],
    ROOT_OF_CLIENT_CERTIFICATE: [
      "UntrustedIssuer",
      "the issuer of the server's certificate is only in the PKCS#12 file that says who we are; trust it with verify: { ca }"
    ],
    CERT_REVOKED: ["Certificate", "the server's certificate was revoked"],
    INVALID_PURPOSE: ["Certificate", "the server's certificate is not meant for servers"],
    ERR_SSL_DH_KEY_TOO_SMALL: ["Certificate", weak],
    ERR_SSL_EE_KEY_TOO_SMALL: ["Certificate", weak],
    PIN_MISMATCH: ["Pin", "the server's public key is none of tls.pins"],
    ERR_SSL_UNSUPPORTED_PROTOCOL: ["Version", version],
    ERR_SSL_WRONG_VERSION_NUMBER: ["NotTls", noTls],
    ERR_SSL_PACKET_LENGTH_TOO_LONG: ["NotTls", noTls],
    // What a server says before it closes (RFC 8446 §6.2). Of a certificate it says only what it thinks of ours.
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: ["Other", handshake],
    ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: ["Other", "the server finds none of our ciphers strong enough"],
    ERR_SSL_TLSV1_UNRECOGNIZED_NAME: ["Other", "the server has no host of that name; tls.serverName says another"],
    ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: [
      "Other",
      "the server does not speak HTTP/1.1 over TLS; the adapter's option http2 may help"
    ],
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ["Version", version],
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
      "ClientCertificate",
      "the server asks for a client certificate; give it as cert"
    ],
    ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE: [
      "ClientCertificate",
      "the server asks for a client certificate; give it as cert"
    ],
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ["ClientCertificate", refused("it does not know its issuer")],
    ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: ["ClientCertificate", refused("its owner may not come in")],
    ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ["ClientCertificate", refused("it is broken, or there is none")],
    ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: ["ClientCertificate", refused("it is of another kind or purpose")],
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: ["ClientCertificate", refused("it is expired or not valid yet")],
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: ["ClientCertificate", refused("it was revoked")],
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: ["ClientCertificate", refused("it does not say why")],
    CLIENT_CERTIFICATE_WANTED: ["ClientCertificate", "the server asks for a client certificate; give it as cert"],
    CLIENT_CERTIFICATE_UNWELCOME: ["ClientCertificate", refused("it closed the connection when it had it")]
  })
)

/** OpenSSL 3.2 gave the alerts that are as old as SSL 3 another first name. */
const renamed = /^ERR_SSL_SSL\/TLS_ALERT_/

/** What a code means; `"Other"` and no hint for what has no meaning here. */
export const of = (code: string): { readonly kind: Tls.Failure; readonly hint: string | undefined } => {
  const [kind, hint] = meanings.get(code.replace(renamed, "ERR_SSL_SSLV3_ALERT_")) ?? ["Other", undefined]
  return { kind, hint }
}
