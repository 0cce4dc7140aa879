/**
 * How a message is to be sent: what its adapter is told besides the message itself, and what an adapter may not be able to.
 *
 * @module
 */
import type { Limits } from "./Decompression.js"
import type { Headers } from "./Headers.js"
import type { Cert, Policy, Verify } from "./Tls.js"

/** What an adapter is told besides the message itself. Times are milliseconds, `Infinity` for none. */
export interface Transport {
  readonly connectTimeout: number
  readonly writeTimeout: number
  readonly headersTimeout: number
  readonly readTimeout: number
  readonly verify: Verify
  readonly cert: Cert | undefined
  readonly tls: Policy
  /** The proxy's URL, with its credentials; `undefined` for none. */
  readonly proxy: string | undefined
  /**
   * What an HTTP proxy is to be told as Proxy-Authorization: with each message that it reads, else with CONNECT alone,
   * never inside the tunnel (CVE-2023-32681). It stands before a field of that name.
   */
  readonly proxyAuthorization: string | undefined
  /** The most bytes kept of a redirect's body, since nobody will read it; `Infinity` when it will be handed out. */
  readonly redirectBody: number
  /**
   * The most bytes kept of the body of a 401 or 407, by its status and fields: one whose challenge is answered is read by
   * nobody. Absent where none is.
   */
  readonly challengeBody?: ((status: number, rawHeaders: Headers) => number) | undefined
  /** How far the answer's body may grow when its codings are undone; absent when the bytes of the wire are wanted. No adapter looks at it. */
  readonly decompress?: Limits | undefined
}

/**
 * Something an adapter may or may not be able to honour. What it cannot is refused before sending, never ignored; only
 * `"deadline"` (it ends an exchange at `PreparedRequest.deadline` by itself) is made up for by the session.
 */
export type Capability =
  | "deadline"
  | "proxy"
  | "verify"
  | "cert"
  | "tls"
  | "connectTimeout"
  | "writeTimeout"
  | "headersTimeout"
  | "readTimeout"
