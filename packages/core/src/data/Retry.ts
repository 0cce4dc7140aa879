/**
 * When a message may be sent again, as data.
 *
 * @module
 */

/** Times are milliseconds. */
export interface Policy {
  /** How many times a message may be sent again. */
  readonly retries: number
  /** Methods that may be repeated although the server may have acted; `"any"` is the caller's word that all may. */
  readonly methods: ReadonlySet<string> | "any"
  /** Statuses that are worth another try. */
  readonly statuses: ReadonlySet<number>
  /** The first wait, doubled each time, up to `longestWait`; a random part of it is taken ("full jitter"). */
  readonly firstWait: number
  readonly longestWait: number
  /** How many retries a session may have in hand; a success earns a tenth of one. It ends a storm, not a request. */
  readonly budget: number
}

/** Methods that mean the same sent once or twice (RFC 9110 §9.2.2). */
export const idempotent: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])

/** Three retries of what may be repeated, from 250 ms to 30 s apart, for 429, 502, 503, 504 and broken connections. */
export const standard: Policy = {
  retries: 3,
  methods: idempotent,
  statuses: new Set([429, 502, 503, 504]),
  firstWait: 250,
  longestWait: 30_000,
  budget: 10
}
