/**
 * What an adapter is told of its connections.
 *
 * @module
 */
import { Errors, type Headers, type PreparedRequest } from "@effect-requests/core"
import { Duration } from "effect"
import type * as Connector from "./Connector.js"
import type { Limits } from "./Places.js"

/** How an adapter connects, and keeps its connections. All of it is optional. */
export interface Options extends Connector.Dialing {
  /**
   * The most connections to one origin, from 1; further requests queue for the first that is free. `Infinity` for no limit.
   * Default: 64. Requests of another `verify`, `cert` or `timeout.connect` have connections of their own.
   */
  readonly connections?: number
  /**
   * The most connections in all, from 1. Where another is needed, the one that is free for longest is closed, whatever its
   * origin; where none is free, the request queues. Default: `Infinity`.
   */
  readonly totalConnections?: number
  /**
   * The most requests that queue, over all origins, from 1. One more is a `TransportError`, reason `"Limit"`, which names this
   * option; nothing of it was sent. Default: `Infinity`: what queues is ended by its deadline alone.
   */
  readonly maxWaiting?: number
  /** How long a free connection is kept, unless the server's Keep-Alive field says otherwise. Default: 4 seconds. */
  readonly keepAliveTimeout?: Duration.DurationInput
  /** The most bytes of a response's header; beyond them `TransportError`, reason `"Limit"`. Default: Node's, 16,384. */
  readonly maxHeaderSize?: number
  /** The address of this machine to connect from. */
  readonly localAddress?: string
  /** Sees the answers before the answer: 102 and 103 (RFC 9110 §15.2), which a response does not show. What it throws is lost. */
  readonly onInformation?: (information: Information) => void
}

/** An interim answer, such as 103 Early Hints with its Link fields (RFC 8297). */
export interface Information {
  readonly request: PreparedRequest.PreparedRequest
  readonly status: number
  readonly rawHeaders: Headers.Headers
}

/** The most connections to one origin. */
export const perOrigin = ({ connections = 64 }: Options): number => connections

/** The limits over all origins. */
export const overAll = ({ maxWaiting = Infinity, totalConnections = Infinity }: Options): Limits => ({
  total: totalConnections,
  waiting: maxWaiting
})

const isCount = (n: number): boolean => n === Infinity || (Number.isInteger(n) && n >= 1)

const isTime = (input: Duration.DurationInput): boolean => {
  const millis = Duration.decodeUnknown(input)
  return millis._tag === "Some" && Duration.isFinite(millis.value) && Duration.toMillis(millis.value) > 0
}

const invalid = (where: string, problem: string, remedy: string) =>
  new Errors.InvalidRequest({ reason: "Setting", where, problem, remedy })

/** What is wrong with the options; every request of such an adapter is refused with it. */
export const refusal = (options: Options): Errors.InvalidRequest | undefined => {
  for (const name of ["connections", "totalConnections", "maxWaiting"] as const) {
    const count = options[name]
    if (count !== undefined && !isCount(count)) {
      return invalid(name, `${count} is no count`, "Give a whole number from 1, or Infinity for no limit")
    }
  }
  const { keepAliveTimeout, maxHeaderSize } = options
  if (keepAliveTimeout !== undefined && !isTime(keepAliveTimeout)) {
    return invalid("keepAliveTimeout", "it is no duration above nought", 'Give milliseconds or "4 seconds"')
  }
  if (maxHeaderSize !== undefined && !(Number.isInteger(maxHeaderSize) && maxHeaderSize >= 1)) {
    return invalid("maxHeaderSize", `${maxHeaderSize} is no number of bytes`, "Give a whole number from 1")
  }
  return undefined
}
