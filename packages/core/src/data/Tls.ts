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
