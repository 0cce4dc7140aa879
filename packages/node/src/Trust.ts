/**
 * Whom a connection trusts, and as whom it speaks: what makes two connections to one origin different.
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { SecureContext } from "node:tls"
import { type Errors, type PreparedRequest, Tls } from "@effect-requests/core"
import { Effect, Redacted } from "effect"
import * as Anchors from "./Anchors.js"
import { cut, roots } from "./Roots.js"
import { context } from "./SecureContext.js"

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

const certKey = (cert: Tls.Cert | undefined): string =>
  cert === undefined
    ? ""
    : digestOf(cert, () => [
        ...("pfx" in cert ? ["pfx", cert.pfx] : ["pem", cert.cert, Redacted.value(cert.key)]),
        cert.passphrase === undefined ? "" : Redacted.value(cert.passphrase)
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
