/**
 * Who waits for a connection by a proxy: each brings what the proxy is told of him, and takes his connecting with him.
 *
 * @module
 */
import type { Exchange } from "./Exchange.js"

const ignore = (): void => {}

/** The exchanges of a pool that have not been sent, in their order. */
export class Line {
  private readonly waiting = new Map<Exchange, () => void>()
  private last: Exchange | undefined = undefined

  join(exchange: Exchange): void {
    this.waiting.set(exchange, ignore)
    this.last = exchange
  }

  /**
   * Whose connection is made next: the first who waits and has none yet, since a Digest is good for one CONNECT. If there
   * is none, undici connects ahead, and what was said last has to do.
   */
  take(): Exchange | undefined {
    for (const [exchange, cancel] of this.waiting) if (cancel === ignore && !exchange.isSent) return exchange
    return this.last
  }

  /** How the connection that is being made for an exchange is given up. */
  bind(exchange: Exchange | undefined, cancel: () => void): void {
    if (exchange !== undefined && this.waiting.has(exchange)) this.waiting.set(exchange, cancel)
  }

  /** It is over, or wants nothing any more: nobody else needs its connection yet. */
  leave(exchange: Exchange): void {
    const cancel = this.waiting.get(exchange)
    this.waiting.delete(exchange)
    if (!exchange.isSent) cancel?.()
  }
}
