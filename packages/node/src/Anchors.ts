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

/** Node's own, with those of NODE_EXTRA_CA_CERTS: since Node 22.15 it tells, before that we look where it has looked. */
export const own = (cut: (pem: string) => ReadonlyArray<string>): Effect.Effect<Anchors> => {
  const tell: unknown = Reflect.get(tls, "getCACertificates")
  if (typeof tell === "function") {
    const told: unknown = tell("default")
    if (Array.isArray(told)) return Effect.sync(() => of(told.filter(isText)))
  }
  const path = process.env["NODE_EXTRA_CA_CERTS"]
  const extra =
    path === undefined || path === ""
      ? Effect.succeed("")
      : Effect.orElseSucceed(
          Effect.tryPromise(() => readFile(path, "utf8")),
          () => ""
        )
  return Effect.map(extra, (pem) => of([...tls.rootCertificates, ...cut(pem)]))
}

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
