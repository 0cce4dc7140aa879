/**
 * How a pool connects: a socket to the origin, and TLS on it where the URL says https.
 *
 * @module
 */
import { type LookupFunction, Socket } from "node:net"
import { Duration } from "effect"
import { buildConnector, type Pool } from "undici"
import * as Anchors from "./Anchors.js"
import * as ClientCertificate from "./ClientCertificate.js"
import * as Dial from "./Dial.js"
import * as Guard from "./Guard.js"
import * as KeyLog from "./KeyLog.js"
import * as Pins from "./Pins.js"
import { careful } from "./Resolver.js"
import type * as Trust from "./Trust.js"

/** What an adapter says about all its connections. */
export interface Dialing extends Guard.Limits {
  /** Looks up host names in place of Node's `dns.lookup`; it is asked for all addresses of a host. */
  readonly lookup?: LookupFunction
  /**
   * How long one address of a host may take before its next is tried, IPv6 and IPv4 in turns (Happy Eyeballs, RFC 8305 §5);
   * the last may take all of `timeout.connect`. `false`: only the first address is tried. Default: 250 ms.
   */
  readonly happyEyeballs?: Duration.DurationInput | false
  /** The path of a Unix socket that serves all http and https URLs of the adapter (curl's `--unix-socket`). */
  readonly socketPath?: string
  /**
   * HTTP/2. `true`: offered to https origins in the TLS handshake (ALPN); who does not take it gets HTTP/1.1.
   * `"prior-knowledge"`: http origins are spoken to in HTTP/2 from the first byte too (RFC 9113 §3.3). Default: `false`.
   */
  readonly http2?: boolean | "prior-knowledge"
  /**
   * Where the secrets of all TLS connections go, a proxy's too: the path of a file that they are appended to, or a function
   * that is told of each line, in the form of NSS that Wireshark reads (curl's `SSLKEYLOGFILE`). Whoever has these lines and a
   * record of the network reads everything, passwords too. A file is made for its owner alone; one that cannot be written
   * ends the connection. No variable is asked. Default: none.
   */
  readonly keyLog?: KeyLog.KeyLog
}

/** What one pool asks for besides. */
export interface Line {
  readonly socketPath: string | undefined
  /** Whether HTTP/2 is offered in the TLS handshake. */
  readonly http2: boolean
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
  { happyEyeballs = 250, keyLog, lookup, network }: Dialing,
  { connectTimeout, tls }: Way,
  watch: (socket: Socket) => void,
  { http2, socketPath }: Line
): buildConnector.connector => {
  const isPublic = network === "public"
  const own = lookup === undefined ? undefined : careful(lookup)
  const resolve = isPublic ? Guard.guarded(own) : own
  const { anchors, pins, ...identity } = tls
  const connect = buildConnector({
    ...identity,
    // A resumed session shows no certificate to look at.
    ...(pins.length === 0 && anchors === undefined ? {} : { maxCachedSessions: 0 }),
    timeout: millis(connectTimeout),
    allowH2: http2,
    autoSelectFamily: happyEyeballs !== false,
    ...(happyEyeballs === false ? {} : { autoSelectFamilyAttemptTimeout: Duration.toMillis(happyEyeballs) }),
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(resolve === undefined ? {} : { lookup: resolve })
  })
  return (options, callback) => {
    const refused = isPublic ? Guard.literalRefusal(options.hostname) : undefined
    if (refused !== undefined) {
      // undici does not expect an answer within its question.
      queueMicrotask(() => callback(refused, null))
      return
    }
    // undici would verify the name in a Host field; a certificate is to be that of the URL's host.
    const { servername: _, ...to } = options
    const socket: unknown = connect(to, (...result) => {
      const [error, opened] = result
      const mismatch = error === null ? (Anchors.refusal(opened, anchors) ?? Pins.refusal(opened, pins)) : undefined
      if (mismatch === undefined) callback(...result)
      else {
        // Before a byte of any request.
        opened?.destroy()
        callback(mismatch, null)
      }
    })
    if (!(socket instanceof Socket)) return
    ClientCertificate.watch(socket)
    KeyLog.watch(socket, keyLog)
    watch(socket)
    if (isPublic) Guard.watch(options.hostname, socket)
  }
}

/** What undici's pool is told, its connector among it. */
export type PoolOptions = Pool.Options & { readonly connect: buildConnector.connector }

/** The same options, with a socket that is open already as the first connection. */
export const beginWith = (socket: Socket, options: PoolOptions): PoolOptions => {
  let first: Socket | undefined = socket
  return {
    ...options,
    connect: (to, callback) => {
      const ready = first
      first = undefined
      if (ready === undefined || ready.destroyed) options.connect(to, callback)
      else queueMicrotask(() => callback(null, ready))
    }
  }
}

/** What a connector by a proxy is made of, besides what an adapter says about all. */
export type Passing = Pick<Dial.Plan, "via" | "connectTimeout" | "tls" | "maxHeaderSize" | "line">

/** A connector by a proxy. The proxy itself may be anywhere; a name that is looked up here is judged as any other. */
export const by = (
  { happyEyeballs = 250, keyLog, lookup, network }: Dialing,
  passing: Passing,
  watch: (socket: Socket) => void
): buildConnector.connector => {
  const own = lookup === undefined ? undefined : careful(lookup)
  const families: Dial.Families = {
    autoSelectFamily: happyEyeballs !== false,
    ...(happyEyeballs === false ? {} : { autoSelectFamilyAttemptTimeout: Duration.toMillis(happyEyeballs) })
  }
  const { connectTimeout, line, maxHeaderSize, tls, via } = passing
  const originLookup = network === "public" ? Guard.guarded(own) : own
  const watched = (socket: Socket): void => {
    ClientCertificate.watch(socket)
    KeyLog.watch(socket, keyLog)
    watch(socket)
  }
  return Dial.make({
    connectTimeout,
    line,
    maxHeaderSize,
    tls,
    via,
    families,
    lookup: own,
    originLookup,
    watch: watched
  })
}
