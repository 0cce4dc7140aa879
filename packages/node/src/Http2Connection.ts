/**
 * A connection that speaks HTTP/2: what we tell the server, and what it lets us do.
 *
 * @module
 */
import { type ClientHttp2Session, connect } from "node:http2"
import type { Socket } from "node:net"
import type { Place } from "./Places.js"
import { addressOf } from "./Seat.js"

/** A connection, and the right to it. */
export interface Http2Connection {
  readonly session: ClientHttp2Session
  readonly place: Place
  readonly remoteAddress: string | undefined
}

/** What it is made with. */
interface Manner {
  readonly origin: string
  readonly maxHeaderSize: number
  /** Whether the other side of the socket is the origin, and has an address. */
  readonly isDirect: boolean
}

/** Streams at once, until the server has said how many it wants (RFC 9113 §6.5.2 recommends no fewer). */
const streams = 100

/** How many fields an answer may have; their size is limited apart. */
const fieldCount = 4096

/** Bytes of a body that may come before they are read; of all bodies together four times as many. */
const window = 1024 * 1024

/** HTTP/2 over a socket that is open. */
export const speaking = (socket: Socket, place: Place, manner: Manner): Http2Connection => {
  const session = connect(manner.origin, {
    createConnection: () => socket,
    maxHeaderListPairs: fieldCount,
    settings: { enablePush: false, initialWindowSize: window, maxHeaderListSize: manner.maxHeaderSize }
  })
  return { session, place, remoteAddress: manner.isDirect ? addressOf(socket) : undefined }
}

/** Lets more come than RFC 9113 begins with (§6.9.2). Throws for a session that is over: only once somebody listens to it. */
export const widen = ({ session }: Http2Connection): void => session.setLocalWindowSize(window * 4)

/** Whether it takes no streams any more. */
export const isOver = ({ session }: Http2Connection): boolean => session.closed || session.destroyed

/** How many streams it takes at once. */
export const mostStreams = ({ session }: Http2Connection): number =>
  session.remoteSettings.maxConcurrentStreams ?? streams
