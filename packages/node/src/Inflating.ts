/**
 * A body through an engine: as a stream that is read as fast as somebody takes, or whole.
 *
 * @module
 */
import { Decompression } from "@effect-requests/core"
import { Chunk, Effect, Option, Scope, Stream } from "effect"
import { type Engine, misplaced, type Start, started, undecodable } from "./Engine.js"
import { EngineWork } from "./EngineWork.js"

type Pulled<E> = Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E>>

const over = Option.none<never>()

const refuse = (error: Decompression.Undecodable) => Effect.fail(Option.some(error))

/** One run over a source: the engine is started by the first bytes, and gone with the scope. */
class Pulling<E> {
  private work: EngineWork | undefined = undefined
  private head: Uint8Array = new Uint8Array(0)
  private dry = false
  private readonly queue: Array<Uint8Array> = []

  constructor(
    private readonly source: Pulled<E>,
    private readonly start: Start,
    private readonly scope: Scope.Scope
  ) {}

  readonly next: Pulled<E | Decompression.Undecodable> = Effect.suspend(() =>
    this.work === undefined ? this.gathered() : this.stepped(this.work)
  )

  /** Two bytes tell what it is. */
  private gathered(): Pulled<E | Decompression.Undecodable> {
    if (this.dry && this.head.length === 0) return Effect.fail(over)
    if (this.dry || this.head.length > 1) return this.begun()
    return this.onward((piece) => {
      this.head = joined(this.head, piece)
      return this.next
    })
  }

  private begun(): Pulled<E | Decompression.Undecodable> {
    return Effect.flatMap(
      Effect.mapError(
        started(() => new EngineWork(this.start(this.head))),
        Option.some
      ),
      (work) => {
        this.work = work
        work.feed(this.head)
        const close = Effect.sync(() => work.close())
        return Effect.zipRight(Scope.addFinalizer(this.scope, close), this.next)
      }
    )
  }

  private stepped(work: EngineWork): Pulled<E | Decompression.Undecodable> {
    const out = work.take()
    if (out !== undefined) return Effect.succeed(Chunk.of(out))
    if (work.failure !== undefined) return refuse(work.failure)
    if (work.ended) return this.drained(work)
    if (!work.hungry) return Effect.zipRight(work.news, this.next)
    const left = misplaced(work.rest)
    if (left !== undefined) return refuse(left)
    if (!this.dry) {
      return this.onward((piece) => {
        work.feed(piece)
        return this.next
      })
    }
    work.finish()
    return this.next
  }

  /** Its end was there: what still comes is read, since the connection waits for that, and must be padding. */
  private drained(work: EngineWork): Pulled<E | Decompression.Undecodable> {
    const wrong = misplaced(work.rest)
    if (wrong !== undefined) return refuse(wrong)
    if (this.dry) return Effect.fail(over)
    return this.onward((piece) => {
      const more = misplaced(piece)
      return more === undefined ? this.next : refuse(more)
    })
  }

  /** The next piece of the source, which may give several at once. */
  private onward(
    got: (piece: Uint8Array) => Pulled<E | Decompression.Undecodable>
  ): Pulled<E | Decompression.Undecodable> {
    const piece = this.queue.shift()
    if (piece !== undefined) return piece.length === 0 ? this.next : got(piece)
    return Effect.matchEffect(this.source, {
      onSuccess: (pieces) => {
        for (const one of pieces) this.queue.push(one)
        return this.next
      },
      onFailure: (end) => {
        if (Option.isSome(end)) return Effect.fail(end)
        this.dry = true
        return this.next
      }
    })
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

/** The pieces, decoded. The source is read to its end, so that its connection can be used again. */
export const live = <E>(
  pieces: Stream.Stream<Uint8Array, E>,
  start: Start
): Stream.Stream<Uint8Array, E | Decompression.Undecodable> =>
  Stream.unwrapScoped(
    Effect.zipWith(Stream.toPull(pieces), Effect.scope, (source, scope) =>
      Stream.repeatEffectChunkOption(new Pulling(source, start, scope).next)
    )
  )

/** All bytes at once, in zlib's own threads, up to `room` bytes of them. */
export const whole = (
  bytes: Uint8Array,
  room: number,
  engine: () => Engine
): Effect.Effect<Uint8Array, Decompression.Undecodable> =>
  Effect.flatMap(started(engine), (made) => inflated(bytes, room, made))

const inflated = (
  bytes: Uint8Array,
  room: number,
  engine: Engine
): Effect.Effect<Uint8Array, Decompression.Undecodable> =>
  Effect.async((resume) => {
    const pieces: Array<Uint8Array> = []
    let length = 0
    engine.on("data", (piece: Uint8Array) => {
      length += piece.length
      pieces.push(piece)
      if (length <= room) return
      engine.destroy()
      resume(Effect.fail(new Decompression.Undecodable({ reason: "TooLarge", detail: "" })))
    })
    engine.on("error", (cause) => resume(Effect.fail(undecodable(cause))))
    engine.on("end", () => {
      const wrong = misplaced(bytes.subarray(engine.bytesWritten))
      resume(wrong === undefined ? Effect.sync(() => Buffer.concat(pieces, length)) : Effect.fail(wrong))
    })
    engine.end(bytes)
    return Effect.sync(() => {
      engine.destroy()
    })
  })
