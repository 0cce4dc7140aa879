/**
 * What undici 7 calls of a request: its older handler, in which the fields stay as they came.
 *
 * @module
 */
import type { Dispatcher } from "undici"
import type { Guest } from "./Carrier.js"

/**
 * The guest's controller, and its handler towards undici. A handler of the newer kind is wrapped by undici, which parses the
 * fields of every answer into a record that nobody here looks at (decision 0019).
 */
export class RawHandler implements Dispatcher.DispatchController {
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: Array<Buffer> | null = null
  rawTrailers: Array<string> | null = null
  private end: ((reason?: Error) => void) | undefined = undefined
  private goOn: (() => void) | undefined = undefined

  constructor(private readonly guest: Guest) {}

  abort(reason: Error): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.end?.(reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.goOn?.()
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.end = abort
    this.guest.onRequestStart?.(this, undefined)
  }

  onResponseStarted(): void {
    this.guest.onResponseStarted?.()
  }

  onHeaders(status: number, rawHeaders: Array<Buffer>, resume: () => void, reason: string): boolean {
    this.goOn = resume
    this.rawHeaders = rawHeaders
    this.guest.onResponseStart?.(this, status, unparsed, reason)
    return !this.paused
  }

  onData(piece: Buffer): boolean {
    this.guest.onResponseData?.(this, piece)
    return !this.paused
  }

  onComplete(rawTrailers: Array<string> | null): void {
    this.rawTrailers = rawTrailers
    this.guest.onResponseEnd?.(this, unparsed)
  }

  onError(error: Error): void {
    this.guest.onResponseError?.(this, error)
  }
}

const unparsed = {}
