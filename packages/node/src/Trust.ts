/**
 * Whom a connection trusts, and as whom it speaks: what makes two connections to one origin different.
 *
 * @module
 */
import { createHash, createPrivateKey, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls"
import { Errors, type PreparedRequest, Tls } from "@effect-requests/core"
import { Effect, Either, Redacted } from "effect"
import * as Anchors from "./Anchors.js"
import { codeOf } from "./Reasons.js"
import * as SystemRoots from "./SystemRoots.js"

const invalid = (where: string, problem: string, remedy: string) =>
  new Errors.InvalidRequest({ reason: "Setting", where, problem, remedy })

/** What Node's TLS is told. A context is made once, not for each connection: it parses every root certificate. */
export interface Identity {
  readonly secureContext?: SecureContext
  readonly rejectUnauthorized: boolean
  /** Sent and verified in place of the URL's host. */
  readonly servername?: string
  readonly minVersion: Tls.Version
  /** Looked at when the handshake is over; none for any key. */
  readonly pins: ReadonlyArray<string>
  /** Where the server's chain may end, if OpenSSL knows more roots than these. */
  readonly anchors?: Anchors.Anchors
}

/** What a request asks of TLS. */
export type Asked = Pick<PreparedRequest.Transport, "verify" | "cert" | "tls">

/** Node's own roots and nobody's certificate: what nearly every request asks for. */
export const isPlain = ({ cert, tls, verify }: Asked): boolean =>
  verify === true && cert === undefined && Tls.isStandard(tls)

const digests = new WeakMap<object, string>()

const digestOf = (value: object, parts: () => ReadonlyArray<string | Uint8Array>): string => {
  const known = digests.get(value)
  if (known !== undefined) return known
  const hash = createHash("sha256")
  for (const part of parts()) hash.update(`${part.length}:`).update(part)
  const digest = hash.digest("base64")
  digests.set(value, digest)
  return digest
}

const verifyKey = (verify: Tls.Verify): string => {
  if (typeof verify !== "object") return String(verify)
  return "ca" in verify ? `ca:${digestOf(verify, () => [verify.ca])}` : `file:${verify.caFile}`
}

const passphraseOf = (cert: Tls.Cert): string | undefined =>
  cert.passphrase === undefined ? undefined : Redacted.value(cert.passphrase)

const certKey = (cert: Tls.Cert | undefined): string =>
  cert === undefined
    ? ""
    : digestOf(cert, () => [
        ...("pfx" in cert ? ["pfx", cert.pfx] : ["pem", cert.cert, Redacted.value(cert.key)]),
        passphraseOf(cert) ?? ""
      ])

/** Two requests may share a connection only when this is the same; no secret can be read from it. */
export const keyOf = ({ cert, tls, verify }: Asked): string =>
  `${tls.minVersion}|${tls.serverName ?? ""}|${tls.pins.join()}|${verifyKey(verify)}|${certKey(cert)}`

/** What a request asks for, read and checked. */
export const identify = (asked: Asked): Effect.Effect<Identity, Errors.InvalidRequest> =>
  Effect.gen(function* () {
    const ca = yield* roots(asked.verify)
    const secureContext = yield* context(asked, ca)
    const anchors = yield* anchorsOf(asked, ca)
    return {
      secureContext,
      rejectUnauthorized: asked.verify !== false,
      minVersion: asked.tls.minVersion,
      pins: asked.tls.pins,
      ...(anchors === undefined ? {} : { anchors }),
      ...(asked.tls.serverName === undefined ? {} : { servername: asked.tls.serverName })
    }
  })

const anchorsOf = ({ cert, verify }: Asked, ca: string | undefined): Effect.Effect<Anchors.Anchors | undefined> => {
  if (cert === undefined || !("pfx" in cert) || verify === false) return Effect.succeed(undefined)
  return ca === undefined ? Anchors.own(cut) : Effect.sync(() => Anchors.of(cut(ca)))
}

/** `true`, whatever NODE_TLS_REJECT_UNAUTHORIZED says: a setting beats the environment. */
export const plain: Identity = { rejectUnauthorized: true, minVersion: Tls.standard.minVersion, pins: [] }

const roots = (verify: Tls.Verify): Effect.Effect<string | undefined, Errors.InvalidRequest> => {
  if (verify === "system") {
    return Effect.flatMap(SystemRoots.path(), (path) =>
      Effect.flatMap(contents("verify", path), (text) => pem("verify", text))
    )
  }
  if (typeof verify === "boolean") return Effect.succeed(undefined)
  return "ca" in verify
    ? pem("verify.ca", verify.ca)
    : Effect.flatMap(contents("verify.caFile", verify.caFile), (text) => pem("verify.caFile", text))
}

const blocks = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

const cut = (text: string): ReadonlyArray<string> => text.match(blocks) ?? []

/** Node takes any text for certificates and then trusts nobody; that is found out here, not at the handshake. */
const pem = (where: string, text: string): Either.Either<string, Errors.InvalidRequest> => {
  const found = cut(text)
  if (found.length === 0) {
    return Either.left(
      invalid(where, "there is no certificate in it", "Give certificates in PEM: -----BEGIN CERTIFICATE-----")
    )
  }
  return Either.try({
    try: () => {
      for (const block of found) new X509Certificate(block)
      return text
    },
    catch: (error) =>
      invalid(where, `a certificate in it cannot be read (${codeOf(error)})`, "Give whole certificates in PEM")
  })
}

const contents = (where: string, path: string): Effect.Effect<string, Errors.InvalidRequest> =>
  Effect.tryPromise({
    try: (signal) => readFile(path, { encoding: "utf8", signal }),
    catch: (error) =>
      invalid(
        where,
        `${path} ${unread[codeOf(error)] ?? `cannot be read (${codeOf(error)})`}`,
        "Give the path of a readable PEM file"
      )
  })

const unread: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read",
  EISDIR: "is a folder"
}

const context = ({ cert, tls }: Asked, ca: string | undefined) => {
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

const shown = (cert: Tls.Cert | undefined): SecureContextOptions => {
  if (cert === undefined) return {}
  const passphrase = passphraseOf(cert)
  return {
    ...("pfx" in cert ? { pfx: Buffer.from(cert.pfx) } : { cert: cert.cert, key: Redacted.value(cert.key) }),
    ...(passphrase === undefined ? {} : { passphrase })
  }
}
