/**
 * One zlib stream at work: fed piece by piece, and read as fast as somebody takes.
 *
 * @module
 */
import { Transform } from "node:stream"
import { Decompression } from "@effect-requests/core"
import { Chunk, Effect, Option, Scope, Stream } from "effect"

/** A stream of zlib's: it counts the bytes that it has used up. */
export interface Engine extends Transform {
  readonly bytesWritten: number
}

/** Whether a value is one: Node's types do not know of all of them. */
export const isEngine = (value: unknown): value is Engine =>
  value instanceof Transform && "bytesWritten" in value && typeof value.bytesWritten === "number"

/** How an engine is made: by the first two bytes, which tell the kinds of deflate apart. */
export type Start = (head: Uint8Array) => Engine

/** What zlib says as an error of a decoder. */
export const undecodable = (cause: unknown): Decompression.Undecodable => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  if (code === "Z_BUF_ERROR")
    return new Decompression.Undecodable({ reason: "Truncated", detail: "the data ends too early", cause })
  if (code === "ERR_BUFFER_TOO_LARGE") return new Decompression.Undecodable({ reason: "TooLarge", detail: "", cause })
  const detail = cause instanceof Error ? cause.message : "the data is damaged"
  return new Decompression.Undecodable({ reason: "Corrupt", detail, cause })
}

/** What follows the end may be padding, and nothing else: it would be lost without a word. */
export const misplaced = (rest: Uint8Array): Decompression.Undecodable | undefined =>
  rest.every((byte) => byte === 0)
    ? undefined
    : new Decompression.Undecodable({ reason: "Corrupt", detail: "more data follows its end" })

const ignore = (): void => {}

/** An engine's events as a state that can be asked. */
class Work {
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

type Pulled<E> = Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<E>>

const over = Option.none<never>()

const refuse = (error: Decompression.Undecodable) => Effect.fail(Option.some(error))

/** An engine that zlib cannot make is a coding that cannot be undone. */
const started = <A>(make: () => A): Effect.Effect<A, Decompression.Undecodable> =>
  Effect.try({ try: make, catch: undecodable })

/** One run over a source: the engine is started by the first bytes, and gone with the scope. */
class Pulling<E> {
  private work: Work | undefined = undefined
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
        started(() => new Work(this.start(this.head))),
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

  private stepped(work: Work): Pulled<E | Decompression.Undecodable> {
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
  private drained(work: Work): Pulled<E | Decompression.Undecodable> {
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
