/**
 * A Digest challenge as it was read, and what a session remembers of it.
 *
 * @module
 */

/** A hash that a challenge may ask for. SHA (SHA-1) and SHA-512 are in no RFC, but deployed, and requests knows them. */
export type Algorithm = "MD5" | "SHA" | "SHA-256" | "SHA-512-256" | "SHA-512"

/** Quality of protection: of the request line alone, or of the body too (RFC 7616 §3.4.3). */
export type Qop = "auth" | "auth-int"

/** A Digest challenge that can be answered (RFC 7616 §3.3). */
export interface DigestChallenge {
  /** As the wire had it: one character a byte. So are `nonce` and `opaque`. */
  readonly realm: string
  readonly nonce: string
  /** To be given back as it came. */
  readonly opaque: string | undefined
  readonly algorithm: Algorithm
  /** The algorithm as the challenge spelled it, for the answer; absent: not named, which means MD5. */
  readonly algorithmGiven: string | undefined
  /** Whether it is a `-sess` algorithm: the key is bound to this nonce and the first cnonce. */
  readonly session: boolean
  /** Empty: the challenge named none, as RFC 2069 allowed. */
  readonly qop: ReadonlyArray<Qop>
  /** Whether the last answer was right but for its old nonce: worth one more try. */
  readonly stale: boolean
  /** Whether the server wants the user's name hashed. */
  readonly userhash: boolean
  /** Whether the server reads names in UTF-8, `username*` among them (RFC 7616 §4). */
  readonly utf8: boolean
}

/** A challenge that is being used: one client nonce, and how many requests have used the server's. */
export interface Remembered {
  readonly challenge: DigestChallenge
  readonly cnonce: string
  readonly count: number
}
