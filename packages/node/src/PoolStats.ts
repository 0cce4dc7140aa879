/**
 * The connections of an adapter as data: what is open, what is under way, what waits.
 *
 * @module
 */
import type { Carrier, Counts } from "./Carrier.js"

/** Connections and requests, counted. */
export interface Numbers {
  /** Open connections. */
  readonly connected: number
  /** Open connections that carry no request. */
  readonly free: number
  /** Requests that are being answered. With HTTP/1.1 each has a connection of its own. */
  readonly busy: number
  /** Requests that wait: in the queue, or for their connection to be made. */
  readonly waiting: number
}

/** One pool. Nothing in it is a secret. */
export interface PoolNumbers extends Numbers {
  /** Whom its requests are for; by a proxy that reads the messages, the proxy itself. */
  readonly origin: string
  /** The proxy without credentials; absent where there is none. */
  readonly proxy?: string
  /** Pools whose requests connect in the same way (trust, certificate, `timeout.connect`, proxy and its user) have the same number. */
  readonly way: number
  readonly protocol: "HTTP/1.1" | "HTTP/2"
}

/** All pools, their sum, and the limits: `Infinity` for none. */
export interface Stats extends Numbers {
  readonly pools: ReadonlyArray<PoolNumbers>
  readonly limits: { readonly perOrigin: number; readonly total: number; readonly waiting: number }
}

/** The connections to one origin, counted. */
export interface Sockets {
  readonly origin: string
  /** Connections that carry a request; with HTTP/2 streams, since one connection carries many. */
  readonly busy: number
  /** Open connections that carry none. */
  readonly free: number
  /** Requests that wait for a connection. */
  readonly queued: number
}

/** Whether nothing is open, under way or waiting. */
export const isIdle = ({ busy, connected, waiting }: Counts): boolean => connected + busy + waiting === 0

/** A pool's counts, with those that follow from them. */
export const numbers = ({ counts, isHttp2 }: Carrier): Numbers => {
  const { busy, connected, waiting } = counts
  const used = isHttp2 ? Math.min(busy, connected) : busy
  return { connected, free: Math.max(0, connected - used), busy, waiting }
}

/** The sum over pools. */
export const sum = (all: ReadonlyArray<Numbers>): Numbers =>
  all.reduce<Numbers>(
    (one, other) => ({
      connected: one.connected + other.connected,
      free: one.free + other.free,
      busy: one.busy + other.busy,
      waiting: one.waiting + other.waiting
    }),
    { connected: 0, free: 0, busy: 0, waiting: 0 }
  )

/** The same origin by origin, whatever the way to connect. */
export const byOrigin = (pools: ReadonlyArray<PoolNumbers>): ReadonlyArray<Sockets> =>
  Array.from(new Set(pools.map(({ origin }) => origin)), (origin) => {
    const { busy, free, waiting } = sum(pools.filter((one) => one.origin === origin))
    return { origin, busy, free, queued: waiting }
  })
