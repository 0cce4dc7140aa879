/**
 * How a pool connects: a socket to the origin, and TLS on it where the URL says https.
 *
 * @module
 */
import { type LookupFunction, Socket } from "node:net"
import { buildConnector } from "undici"
import type * as Trust from "./Trust.js"

/** What an adapter says about all its connections. */
export interface Dialing {
  readonly lookup?: LookupFunction
}

/** What all connections of a group have in common. */
export interface Way {
  readonly connectTimeout: number
  readonly tls: Trust.Identity
}

/** undici's word for no limit is nought. */
export const millis = (time: number): number => (time === Infinity ? 0 : time)

/**
 * A connector: one for each pool, since it keeps the TLS sessions, and none that was never verified may be resumed by
 * another. `watch` is told of each socket as soon as there is one.
 */
export const make = (
  { lookup }: Dialing,
  { connectTimeout, tls }: Way,
  watch: (socket: Socket) => void
): buildConnector.connector => {
  const connect = buildConnector({
    ...tls,
    timeout: millis(connectTimeout),
    ...(lookup === undefined ? {} : { lookup })
  })
  return (options, callback) => {
    // undici would verify the name in a Host field; a certificate is to be that of the URL's host.
    const { servername: _, ...to } = options
    const socket: unknown = connect(to, callback)
    if (socket instanceof Socket) watch(socket)
  }
}
