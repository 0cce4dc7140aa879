/**
 * How long the other side may take nothing of a body, and how long it may be silent when it has all.
 *
 * @module
 */
import type { Socket } from "node:net"
import type { Readable } from "node:stream"

/** Nothing of a body was taken for `timeout.write`. */
export class WriteTimeout extends Error {
  readonly code = "ERR_WRITE_TIMEOUT"
}

/** A body of so many bytes is in the system's hands at once: there is nothing to watch. */
const short = 16 * 1024

/** Whether writing a body may take its time. */
export const isLong = (length: number | undefined): boolean => length === undefined || length > short

/** Milliseconds, `0` for none. */
export interface Limits {
  readonly write: number
  readonly headers: number
}

/** No timer of Node's goes beyond it. */
const longest = 2 ** 31 - 1

/**
 * Watches a socket from a request's beginning to its answer. Node's own timer of a socket knows of progress within a write;
 * undici's knows of none, and is off meanwhile.
 */
export class Writing {
  private made: boolean
  private written = false

  constructor(
    private readonly socket: Socket,
    private readonly limits: Limits,
    body: Readable | undefined,
    private readonly late: (reason: "WriteTimeout" | "HeadersTimeout") => void
  ) {
    this.made = body === undefined
    body?.once("end", this.end)
    socket.on("timeout", this.look)
    socket.on("drain", this.check)
    this.within(limits.write)
    // undici writes a body in memory when it is back from its question.
    if (this.made) queueMicrotask(this.check)
  }

  /** Whether all of it is in the system's hands. */
  get isOver(): boolean {
    return this.written
  }

  stop(): void {
    this.written = true
    this.socket.off("timeout", this.look)
    this.socket.off("drain", this.check)
    this.socket.setTimeout(0)
  }

  private within(millis: number): void {
    this.socket.setTimeout(Math.min(millis, longest))
  }

  private readonly end = (): void => {
    this.made = true
    // undici still writes the last chunk.
    queueMicrotask(this.check)
  }

  private readonly check = (): void => {
    if (this.written || !this.made || this.socket.writableNeedDrain) return
    this.written = true
    this.within(this.limits.headers)
  }

  private readonly look = (): void => {
    if (this.written) this.late("HeadersTimeout")
    else if (this.socket.writableNeedDrain) this.late("WriteTimeout")
    // It is the body that is slow to be made.
    else this.within(this.limits.write)
  }
}
