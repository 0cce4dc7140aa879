/**
 * What carries the requests to one origin, and what it knows of each.
 *
 * @module
 */
import type { Errors } from "@effect-requests/core"
import type { Dispatcher } from "undici"

/** What undici is told of a request, and how long its body may make no progress; `0` for no limit. */
export interface Errand extends Dispatcher.DispatchOptions {
  readonly writeTimeout: number
}

/** Where a request is: in a queue, or on a connection. */
export interface Post {
  /** The other side of its connection, as `address:port`; `undefined` where that is a proxy or a socket of this machine. */
  readonly remoteAddress: string | undefined
  /** What it is in, before its answer has begun. */
  readonly phase: Errors.Phase
  /** It begins to be sent. */
  began(): void
  /** Its answer has begun. */
  answered(): void
  /** Nobody waits for its answer any more. */
  abandoned(): void
  /** The connection has told its end: nothing more comes of it. */
  ended(): void
}

/** A request's handler, which tells its post what becomes of it. */
export interface Guest extends Dispatcher.DispatchHandler {
  /** Whether anything of it may have been sent. */
  readonly isSent: boolean
  /** Whether writing its body may take its time. */
  readonly isLong: boolean
  post: Post | undefined
  /** It took too long; it ends itself. */
  late(reason: "WriteTimeout" | "HeadersTimeout"): void
}

/** What a pool counts. */
export interface Counts {
  /** Open connections. */
  readonly connected: number
  /** Requests that are being answered. */
  readonly busy: number
  /** Requests that wait: in the queue, or for their connection to be made. */
  readonly waiting: number
}

/** A pool of connections to one place. */
export interface Carrier {
  dispatch(options: Errand, guest: Guest): void
  readonly counts: Counts
  /** Whether it speaks HTTP/2. */
  readonly isHttp2: boolean
  destroy(): Promise<void>
}

/** undici's word for a request that was never begun: it cannot be paused or aborted. */
export const nobody: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => {},
  pause: () => {},
  resume: () => {}
}

/** Tells a guest that it will not be sent. */
export const turnAway = (guest: Guest, error: unknown): void =>
  guest.onResponseError?.(nobody, error instanceof Error ? error : new Error(String(error)))
