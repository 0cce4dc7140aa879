/**
 * Node's context of TLS: the roots, a client certificate with its key, the least version.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto"
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls"
import { Errors, type PreparedRequest, type Tls } from "@effect-requests/core"
import { Either, Redacted } from "effect"
import { codeOf } from "./Reasons.js"

const invalid = (where: string, problem: string, remedy: string) =>
  new Errors.InvalidRequest({ reason: "Setting", where, problem, remedy })

/** The context, or what is wrong with what it is made of. It parses every root certificate: made once, not for each connection. */
export const context = (
  { cert, tls }: Pick<PreparedRequest.Transport, "cert" | "tls">,
  ca: string | undefined
): Either.Either<SecureContext, Errors.InvalidRequest> => {
  const options: SecureContextOptions = {
    minVersion: tls.minVersion,
    ...(ca === undefined ? {} : { ca }),
    ...shown(cert)
  }
  return Either.try({
    try: () => {
      const made = createSecureContext(options)
      if (cert !== undefined && "key" in cert && !belongs(cert)) throw mismatch
      return made
    },
    // OpenSSL's code names the part that is wrong and quotes nothing of it.
    catch: (error) => {
      const known = unusable.find(([mark]) => mark === codeOf(error) || mark === messageOf(error))
      return known === undefined || cert === undefined
        ? invalid(
            cert === undefined ? "verify" : "cert",
            `the certificates cannot be used (${codeOf(error) || messageOf(error)})`,
            "Give a certificate with its own key and passphrase, and roots in PEM"
          )
        : invalid("cert", known[1], known[2])
    }
  })
}

/** As OpenSSL says it of two of one kind. */
const mismatch = Object.assign(new Error("key values mismatch"), { code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH" })

/** OpenSSL keeps a key of another kind than the certificate's beside it, and would then show neither. */
const belongs = ({ cert, key, passphrase }: Extract<Tls.Cert, { readonly key: unknown }>): boolean =>
  new X509Certificate(cert).checkPrivateKey(
    createPrivateKey({
      key: Redacted.value(key),
      ...(passphrase === undefined ? {} : { passphrase: Redacted.value(passphrase) })
    })
  )

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "")

/** What Node says of a client certificate, by code or, where it has none, by message; what that means, and what to do. */
const unusable: ReadonlyArray<readonly [mark: string, problem: string, remedy: string]> = [
  [
    "ERR_CRYPTO_UNSUPPORTED_OPERATION",
    "the PKCS#12 file is encrypted by a cipher that OpenSSL 3 no longer reads (RC2 or 3DES)",
    "Write it anew: openssl pkcs12 -legacy -in old.p12 -nodes | openssl pkcs12 -export -out new.p12"
  ],
  ["not enough data", "it is no PKCS#12 file, or not a whole one", "Give all bytes of a .p12 or .pfx file"],
  [
    "wrong tag",
    "it is no PKCS#12 file, or not a whole one",
    "Give PEM as { cert, key }, and a .p12 or .pfx file as { pfx }"
  ],
  ["Unable to load private key from PFX data", "there is no key in the PKCS#12 file", "Export it with its key"],
  ["mac verify failure", "the passphrase of the PKCS#12 file is wrong or missing", "Give its passphrase"],
  ["ERR_OSSL_BAD_DECRYPT", "the passphrase of the key is wrong or missing", "Give its passphrase"],
  ["ERR_OSSL_X509_KEY_VALUES_MISMATCH", "the key is not the certificate's", "Give the two that belong together"]
]

/** A client certificate as Node takes it. */
const shown = (cert: Tls.Cert | undefined): SecureContextOptions => {
  if (cert === undefined) return {}
  return {
    ...("pfx" in cert ? { pfx: Buffer.from(cert.pfx) } : { cert: cert.cert, key: Redacted.value(cert.key) }),
    ...(cert.passphrase === undefined ? {} : { passphrase: Redacted.value(cert.passphrase) })
  }
}
