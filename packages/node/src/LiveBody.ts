/**
 * An answer whose body still arrives: read once, as fast as its reader pulls.
 *
 * @module
 */
import { Answer, Deadline, type Errors } from "@effect-requests/core"
import { Chunk, Effect, Option, Stream } from "effect"
import { Exchange } from "./Exchange.js"
import { type Head, Received } from "./Received.js"

/** How many bytes may wait for their reader before the socket is told to wait. */
const highWater = 64 * 1024

type Pulled = Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<Errors.BodyError>>

/** The end of a stream, for whoever pulls. */
const ended: Pulled = Effect.fail(Option.none())
const ignore = (): void => {}

/** Hands the pieces on, and pauses the socket while nobody takes them. */
export class LiveBody extends Exchange {
  private pieces: Array<Uint8Array> = []
  private waiting = 0
  private paused = false
  /** What a reader gets when all pieces are gone; `undefined` while more may come. */
  private last: Pulled | undefined = undefined
  private wake: ((pulled: Pulled) => void) | undefined = undefined
  private taken = false
  private cancelDeadline: () => void = ignore

  protected onHead(head: Head): void {
    this.cancelDeadline = Deadline.at(this.clock, this.request.deadline, () => {
      this.interrupt(this.bodyError("Deadline", "timeout.total is over", undefined))
    })
    this.done(Effect.succeed(new Received(head, Answer.live(this.stream))))
  }

  protected onPiece(bytes: Uint8Array): void {
    this.pieces.push(bytes)
    this.waiting += bytes.length
    if (this.wake !== undefined) this.serve(this.take())
    else if (this.waiting >= highWater && !this.paused) {
      this.paused = true
      this.controller?.pause()
    }
  }

  protected onEnd(): void {
    this.settle(ended)
  }

  protected onBreak(error: Errors.BodyError): void {
    this.settle(Effect.fail(Option.some(error)))
  }

  /** The scope has ended: the connection is free when the body was all there, else it is closed. */
  close(): void {
    this.interrupt(this.bodyError("Consumed", "the scope of its connection has ended", undefined))
  }

  /** Nothing of the body counts any more. */
  private interrupt(error: Errors.BodyError): void {
    this.pieces = []
    this.waiting = 0
    this.abort()
    this.settle(Effect.fail(Option.some(error)))
  }

  private settle(last: Pulled): void {
    this.last = last
    this.cancelDeadline()
    if (this.pieces.length === 0) this.serve(last)
  }

  private serve(pulled: Pulled): void {
    const { wake } = this
    this.wake = undefined
    wake?.(pulled)
  }

  private take(): Pulled {
    const pieces = Chunk.unsafeFromArray(this.pieces)
    this.pieces = []
    this.waiting = 0
    return Effect.succeed(pieces)
  }

  private readonly pull: Pulled = Effect.suspend(() => {
    // undici hands on at once what it has read ahead, so that the pieces are looked at after this.
    if (this.waiting === 0 && this.paused) {
      this.paused = false
      this.controller?.resume()
    }
    if (this.pieces.length > 0) return this.take()
    if (this.last !== undefined) return this.last
    return Effect.async<Chunk.Chunk<Uint8Array>, Option.Option<Errors.BodyError>>((resume) => {
      this.wake = resume
      return Effect.sync(() => {
        this.wake = undefined
      })
    })
  })

  /** Whoever stops in the middle gives the rest away: nobody else can read it. */
  private readonly stream: Stream.Stream<Uint8Array, Errors.BodyError> = Stream.unwrapScoped(
    Effect.suspend(() => {
      if (this.taken) {
        return Effect.succeed(Stream.fail(this.bodyError("Consumed", "a live body can be read once", undefined)))
      }
      this.taken = true
      return Effect.as(
        Effect.addFinalizer(() => Effect.sync(() => this.close())),
        Stream.repeatEffectChunkOption(this.pull)
      )
    })
  )
}
