/**
 * Where the chain of a server's certificate may end, for those who show a PKCS#12 file: Node makes roots of the certificates
 * that stand beside one's own in it. The file says who we are, and not whom to trust.
 *
 * @module
 */
import { X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import type { Socket } from "node:net"
import * as tls from "node:tls"
import { Effect } from "effect"
import * as SystemRoots from "./SystemRoots.js"

/** Fingerprints of certificates, as Node writes them. */
export type Anchors = ReadonlySet<string>

/** The chain ends at none of them. */
export class ForeignRoot extends Error {
  readonly code = "ROOT_OF_CLIENT_CERTIFICATE"
}

/** Those of certificates in PEM. */
export const of = (certificates: ReadonlyArray<string>): Anchors =>
  new Set(certificates.map((pem) => new X509Certificate(pem).fingerprint256))

const isText = (value: unknown): value is string => typeof value === "string"

/** The certificates in a text. */
type Cut = (pem: string) => ReadonlyArray<string>

/** What Node trusts where nobody says otherwise; since 22.15 it tells. */
export const own = (cut: Cut): Effect.Effect<Anchors> => {
  const tell: unknown = Reflect.get(tls, "getCACertificates")
  const told: unknown = typeof tell === "function" ? tell("default") : undefined
  return Array.isArray(told) ? Effect.sync(() => of(told.filter(isText))) : looked(cut, usesOpenssl())
}

/** Whether Node takes its roots from where OpenSSL has them: by its flag, or as Debian builds it. */
const usesOpenssl = (): boolean =>
  process.config.target_defaults.defines.includes("NODE_OPENSSL_CERT_STORE") ||
  [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].some((one) => one.includes("--use-openssl-ca"))

/** Where older ones have looked: their own roots, NODE_EXTRA_CA_CERTS, and OpenSSL's file where it is used. */
export const looked = (cut: Cut, openssl: boolean): Effect.Effect<Anchors> => {
  const extra = text(process.env["NODE_EXTRA_CA_CERTS"])
  const named = process.env["SSL_CERT_FILE"]
  const system = !openssl
    ? text(undefined)
    : named === undefined
      ? Effect.flatMap(
          Effect.orElseSucceed(SystemRoots.path(), () => undefined),
          text
        )
      : text(named)
  return Effect.map(Effect.all([extra, system]), (read) => of([...tls.rootCertificates, ...read.flatMap(cut)]))
}

/** A file that cannot be read has no certificates, as for Node. */
const text = (path: string | undefined): Effect.Effect<string> =>
  path === undefined || path === ""
    ? Effect.succeed("")
    : Effect.orElseSucceed(
        Effect.tryPromise(() => readFile(path, "utf8")),
        () => ""
      )

/** More certificates than any chain has. */
const longest = 32

/**
 * Looks at the chain of a socket that was verified, from the server's certificate to a root: an error when none of these is
 * in it. It comes before any other look at the certificate, which Node takes out of the chain.
 */
export const refusal = (socket: Socket, anchors: Anchors | undefined): ForeignRoot | undefined => {
  if (anchors === undefined || !(socket instanceof tls.TLSSocket)) return undefined
  let one = socket.getPeerCertificate(true)
  for (let i = 0; i < longest && !anchors.has(one.fingerprint256); i++) {
    const issuer = one.issuerCertificate
    if (issuer === undefined || issuer.fingerprint256 === one.fingerprint256 || !isSigned(one.raw, issuer.raw)) {
      return new ForeignRoot(`the chain ends at ${one.subject?.CN ?? "a root without a name"}`)
    }
    one = issuer
  }
  return undefined
}

/** Node puts chains together by names. */
const isSigned = (one: Buffer, by: Buffer): boolean => {
  const issuer = new X509Certificate(by)
  return issuer.ca && new X509Certificate(one).verify(issuer.publicKey)
}
