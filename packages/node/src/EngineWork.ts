/**
 * An engine at work: fed piece by piece, and its events as a state that can be asked.
 *
 * @module
 */
import type { Decompression } from "@effect-requests/core"
import { Effect } from "effect"
import { type Engine, undecodable } from "./Engine.js"

const ignore = (): void => {}

/** It tells of nothing twice: `news` waits for what has happened since the last `take`. */
export class EngineWork {
  hungry = true
  ended = false
  failure: Decompression.Undecodable | undefined = undefined
  private last: Uint8Array = new Uint8Array(0)
  private fed = 0
  private changed = false
  private wake: () => void = ignore

  constructor(private readonly engine: Engine) {
    engine.on("readable", this.tell)
    engine.on("end", () => {
      this.ended = true
      this.tell()
    })
    engine.on("error", (cause) => {
      this.failure = undecodable(cause)
      this.tell()
    })
  }

  private readonly tell = (): void => {
    this.changed = true
    this.wake()
  }

  /** What is there now. */
  take(): Uint8Array | undefined {
    this.changed = false
    const out: unknown = this.engine.read()
    return out instanceof Uint8Array ? new Uint8Array(out.buffer, out.byteOffset, out.length) : undefined
  }

  feed(piece: Uint8Array): void {
    this.hungry = false
    this.last = piece
    this.fed += piece.length
    this.engine.write(piece, () => {
      this.hungry = true
      this.tell()
    })
  }

  finish(): void {
    this.hungry = false
    this.engine.end()
  }

  /** What of the last piece it did not use. */
  get rest(): Uint8Array {
    return this.last.subarray(this.last.length - Math.min(this.last.length, this.fed - this.engine.bytesWritten))
  }

  /** Until something has happened since the last look. */
  readonly news: Effect.Effect<void> = Effect.async<void>((resume) => {
    if (this.changed) return resume(Effect.void)
    this.wake = () => {
      this.wake = ignore
      resume(Effect.void)
    }
    return Effect.sync(() => {
      this.wake = ignore
    })
  })

  close(): void {
    this.engine.destroy()
  }
}
