/**
 * What a session asks of TLS.
 *
 * @module
 */
import type { Redacted } from "effect"

/**
 * Whether the server's certificate is checked, and against what: `true` against the platform's own roots, `"system"` against
 * the operating system's, `{ ca }` against these PEM certificates, `{ caFile }` against those of a file; `false` checks nothing.
 */
export type Verify = boolean | "system" | { readonly ca: string } | { readonly caFile: string }

/** A client certificate: PEM, or PKCS#12. It belongs to one origin, like every secret. */
export type Cert =
  | { readonly cert: string; readonly key: Redacted.Redacted<string>; readonly passphrase?: Redacted.Redacted<string> }
  | { readonly pfx: Uint8Array; readonly passphrase?: Redacted.Redacted<string> }

/** The oldest version of TLS that will do. TLS 1.0 and 1.1 are not to be had (RFC 8996). */
export type Version = "TLSv1.2" | "TLSv1.3"

/** What may be asked beyond `verify` and `cert`; `null` takes away what a layer below asked. */
export interface Parts {
  /**
   * The public keys that the server may have, one of them: `sha256/` and the base64 of the SHA-256 of its
   * SubjectPublicKeyInfo, as in RFC 7469 §2.4; curl's `sha256//` is read too. Of the server's own certificate, not of an
   * authority's. They hold beside `verify`, and without it too.
   */
  readonly pins?: ReadonlyArray<string> | null | undefined
  /** The name that is sent to the server (SNI, RFC 6066 §3) and looked for in its certificate. Default: the URL's host. */
  readonly serverName?: string | null | undefined
  /** Default: TLS 1.2. */
  readonly minVersion?: Version | null | undefined
}

/** All parts, none missing. */
export interface Policy {
  /** In their normal form, sorted; none for any key. */
  readonly pins: ReadonlyArray<string>
  /** In lower case; `undefined` for the URL's host. */
  readonly serverName: string | undefined
  readonly minVersion: Version
}

/** Any key, the URL's host, TLS 1.2 or later. */
export const standard: Policy = { pins: [], serverName: undefined, minVersion: "TLSv1.2" }

/**
 * Whether a policy asks for nothing of its own.
 *
 * @example
 * import { Tls } from "@effect-requests/core"
 *
 * console.assert(Tls.isStandard(Tls.standard) && !Tls.isStandard({ ...Tls.standard, minVersion: "TLSv1.3" }))
 */
export const isStandard = ({ minVersion, pins, serverName }: Policy): boolean =>
  pins.length === 0 && serverName === undefined && minVersion === standard.minVersion

/**
 * What holds for every server: pins and a server name are of one, and another is not judged by them.
 *
 * @example
 * import { Tls } from "@effect-requests/core"
 *
 * console.assert(Tls.anywhere({ ...Tls.standard, serverName: "a.test" }).serverName === undefined)
 */
export const anywhere = (policy: Policy): Policy =>
  policy.minVersion === standard.minVersion ? standard : { ...standard, minVersion: policy.minVersion }

/** What is wrong with a TLS connection. */
export type Failure =
  /** The server's certificate has expired. */
  | "Expired"
  /** It is not valid yet: by this machine's clock. */
  | "NotYetValid"
  /** It is for another name. */
  | "WrongHost"
  /** It is signed by itself and not trusted. */
  | "SelfSigned"
  /** Its issuer is not known, or an intermediate certificate is missing. */
  | "UntrustedIssuer"
  /** It was revoked, is for another purpose, or too weak. */
  | "Certificate"
  /** Its public key is none of `tls.pins`. */
  | "Pin"
  /** The server asks for a client certificate, or does not accept the one that it got. */
  | "ClientCertificate"
  /** There is no version of TLS that both sides allow. */
  | "Version"
  /** What answers does not speak TLS. */
  | "NotTls"
  | "Other"
