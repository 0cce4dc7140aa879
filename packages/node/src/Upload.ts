/**
 * A request's body as undici reads it: made by a stream, as fast as the socket takes it.
 *
 * @module
 */
import { Readable } from "node:stream"
import { Cause, type Chunk, Effect, Fiber, Option, Runtime, type Scope, Stream } from "effect"
import { FileChanged } from "./NodeBody.js"

/** Why the stream made no whole body. */
export interface Failure {
  readonly detail: string
  readonly cause: unknown
}

/** How many bytes may wait for the socket before the stream is told to wait. */
const highWater = 64 * 1024

const ignore = (): void => {}

/** One fiber that pulls the stream once undici asks for it, and ends with the exchange. */
export class Upload {
  readonly readable: Readable
  failure: Failure | undefined = undefined
  private fiber: Fiber.RuntimeFiber<void> | undefined = undefined
  private wake: (() => void) | undefined = undefined
  /** Whether undici has asked since the last push: it may ask before the fiber has begun to wait. */
  private wanted = false
  private stopped = false
  private count = 0

  constructor(
    private readonly stream: () => Stream.Stream<Uint8Array, unknown>,
    private readonly length: number | undefined,
    private readonly runtime: Runtime.Runtime<never>
  ) {
    this.readable = new Readable({
      highWaterMark: highWater,
      read: () => this.asked(),
      destroy: (error, callback) => {
        this.interrupt()
        callback(error)
      }
    })
    // undici stops listening as soon as the answer is there; an error after that is nobody's.
    this.readable.on("error", ignore)
  }

  /** The exchange is over: nothing more is asked of the stream. */
  stop(): void {
    this.stopped = true
    this.readable.destroy()
  }

  /** Ends it, and waits for the stream's finalizers. */
  readonly closed: Effect.Effect<void> = Effect.suspend(() => {
    this.stop()
    return this.fiber === undefined ? Effect.void : Effect.asVoid(Fiber.await(this.fiber))
  })

  private asked(): void {
    this.wanted = true
    // The runtime is that of a region which acquires, where nothing can be interrupted.
    this.fiber ??= Runtime.runFork(this.runtime)(Effect.interruptible(this.pump))
    const { wake } = this
    this.wake = undefined
    wake?.()
  }

  private interrupt(): void {
    this.stopped = true
    if (this.fiber !== undefined) this.fiber.unsafeInterruptAsFork(this.fiber.id())
  }

  private readonly pump: Effect.Effect<void> = Effect.suspend(() =>
    Stream.runForEachChunk(this.stream(), (pieces) => this.push(pieces))
  ).pipe(
    Effect.zipRight(Effect.sync(() => this.end())),
    Effect.catchAllCause((cause) => Effect.sync(() => this.fail(describe(cause), squash(cause))))
  )

  private push(pieces: Chunk.Chunk<Uint8Array>): Effect.Effect<void> {
    let goesOn = true
    this.wanted = false
    for (const piece of pieces) {
      if (piece.length === 0) continue
      this.count += piece.length
      if (this.length !== undefined && this.count > this.length) return this.misfit("more")
      goesOn = this.readable.push(piece)
    }
    return goesOn ? Effect.void : this.drained
  }

  private readonly drained: Effect.Effect<void> = Effect.async<void>((resume) => {
    if (this.wanted) resume(Effect.void)
    else this.wake = () => resume(Effect.void)
  })

  /** undici would send an empty stream with `Content-Length: 0` before it complains. */
  private end(): void {
    if (this.length !== undefined && this.count < this.length)
      this.fail(`it ended after ${this.count} of ${this.length} bytes`, undefined)
    else this.readable.push(null)
  }

  private misfit(how: string): Effect.Effect<never> {
    return Effect.zipRight(
      Effect.sync(() => this.fail(`it has ${how} than the ${this.length} bytes that were announced`, undefined)),
      Effect.never
    )
  }

  private fail(detail: string, cause: unknown): void {
    if (this.stopped) return
    this.failure = { detail, cause }
    this.readable.destroy(new Error("the stream of the request's body failed"))
  }
}

const describe = (cause: Cause.Cause<unknown>): string => {
  if (Cause.isInterruptedOnly(cause)) return "its stream was interrupted"
  // Only of our own errors is it known that they quote nothing.
  const error = squash(cause)
  return error instanceof FileChanged ? error.message : "its stream failed"
}

/** What the stream failed with, as it is: a caller may want to match on it. */
const squash = (cause: Cause.Cause<unknown>): unknown =>
  Option.getOrElse(Cause.failureOption(cause), () => Cause.squash(cause))

/** An upload that belongs to the scope: its stream runs in the caller's runtime, by the caller's Clock. */
export const open = (
  stream: () => Stream.Stream<Uint8Array, unknown>,
  length: number | undefined
): Effect.Effect<Upload, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(Effect.runtime<never>(), (runtime) => new Upload(stream, length, runtime)),
    (upload) => upload.closed
  )
