/**
 * How long a request may take: connect, write, headers, read, and one total over everything.
 *
 * @module
 */
import { Duration } from "effect"

/** Each part is a duration, or `null` for none. What is absent is left to the layer below. */
export interface Parts {
  /** Until a connection is there: names, sockets, TLS. */
  readonly connect?: Duration.DurationInput | null
  /** Without progress in writing the request's body: the other side takes nothing. A body that is slow to be made is not meant. */
  readonly write?: Duration.DurationInput | null
  /** From the request's last byte to the response's header. */
  readonly headers?: Duration.DurationInput | null
  /** Between two pieces of a body. */
  readonly read?: Duration.DurationInput | null
  /** Over everything: queue, every hop, retries, the last body. */
  readonly total?: Duration.DurationInput | null
}

/**
 * One duration is the total; parts are told apart; a bare number is in milliseconds, as everywhere in Effect. A pair is
 * refused: it would mean seconds and nanoseconds here, and connect and read in requests.
 */
export type Input = Duration.DurationInput | Parts

/** Milliseconds; `Infinity` for none. */
export interface Timeout {
  readonly connect: number
  readonly write: number
  readonly headers: number
  readonly read: number
  readonly total: number
}

/** Ten seconds to connect, thirty without progress in writing, to answer and between two pieces, five minutes in all. There is always a deadline. */
export const defaults: Timeout = { connect: 10_000, write: 30_000, headers: 30_000, read: 30_000, total: 300_000 }

/**
 * Whether an input tells the parts apart.
 *
 * @example
 * import { Timeout } from "@effect-requests/core"
 *
 * console.assert(Timeout.isParts({ connect: "1 second" }) && !Timeout.isParts("1 second"))
 */
export const isParts = (input: Input): input is Parts =>
  typeof input === "object" && !Duration.isDuration(input) && !Array.isArray(input)

/**
 * An input as parts.
 *
 * @example
 * import { Timeout } from "@effect-requests/core"
 *
 * console.assert(Timeout.parts("1 second").total === "1 second")
 */
export const parts = (input: Input): Parts => (isParts(input) ? input : { total: input })

/**
 * A part in milliseconds, or `undefined` when the text or number is no duration, is negative, or is not a number.
 *
 * @example
 * import { Timeout } from "@effect-requests/core"
 *
 * console.assert(Timeout.millis("2 seconds") === 2000 && Timeout.millis(-1) === undefined && Timeout.millis(null) === Infinity)
 */
export const millis = (part: Duration.DurationInput | null): number | undefined => {
  if (part === null) return Infinity
  // Effect reads a pair as seconds and nanoseconds, somebody from requests as connect and read.
  if (Array.isArray(part) || (typeof part === "number" && !(part >= 0))) return undefined
  const decoded = Duration.decodeUnknown(part)
  return decoded._tag === "Some" ? Duration.toMillis(decoded.value) : undefined
}
