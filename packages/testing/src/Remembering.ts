/**
 * What a table at work remembers: every call, how often each route was called, and what found no reply.
 *
 * @module
 */
import { Adapter } from "@effect-requests/core"
import { Chunk, Data, Effect, Either, type Layer, Option, Ref } from "effect"
import * as CallLog from "./CallLog.js"
import { type Miss, NoReply } from "./NoReply.js"
import type { Reply } from "./Reply.js"
import type { Replying } from "./Responder.js"
import { logLines, type Sent } from "./Sent.js"

/** The route that fits. */
export interface Match<out R> {
  /** Its place in the table. */
  readonly index: number
  readonly name: string
  readonly replying: Replying<R>
}

/** Routes that nobody called, and messages that no route fits: what a strict scope fails with. */
export class TableDiffers extends Data.TaggedError("TableDiffers")<{
  readonly unused: ReadonlyArray<string>
  readonly strangers: ReadonlyArray<NoReply>
  readonly calls: ReadonlyArray<CallLog.Call>
}> {
  override get message(): string {
    return [
      ...(this.unused.length === 0 ? [] : [`Routes that were never called: ${this.unused.join(", ")}.`]),
      ...this.strangers.flatMap(({ message }) => ["A message found no reply:", message]),
      ...logLines(this.calls)
    ].join("\n")
  }
}

/** A table at work: an adapter, and what it was asked so far. */
export interface Running {
  readonly wire: Adapter.Wire
  readonly layer: Layer.Layer<Adapter.Adapter>
  readonly log: Effect.Effect<CallLog.CallLog>
  /** Every call, in the order of sending. */
  readonly calls: Effect.Effect<ReadonlyArray<CallLog.Call>>
  /** These fail with the whole log in the message, and give the calls that are meant. */
  readonly called: (which: CallLog.Which) => Checked
  readonly calledTimes: (which: CallLog.Which, times: number) => Checked
  readonly calledInOrder: (...whiches: ReadonlyArray<CallLog.Which>) => Checked
  /** Fails where a route was never called, or where a message found no reply, even if the program got over it. */
  readonly verify: Effect.Effect<void, TableDiffers>
}

type Checked = Effect.Effect<ReadonlyArray<CallLog.Call>, CallLog.CallsDiffer>

/** What came so far. */
export interface Memory {
  readonly calls: Chunk.Chunk<CallLog.Call>
  /** How often each route was called, by its place. */
  readonly counts: ReadonlyMap<number, number>
  readonly strangers: ReadonlyArray<NoReply>
}

/** Nothing came. */
export const nothing: Memory = { calls: Chunk.empty(), counts: new Map(), strangers: [] }

/** The memory with one message more, and what is to be replied. Pure. */
export const remember =
  <R>(matched: Either.Either<Match<R>, ReadonlyArray<Miss>>, sent: Sent, at: number) =>
  (memory: Memory): readonly [Either.Either<readonly [string, Effect.Effect<Reply, unknown, R>], NoReply>, Memory] => {
    const route = Either.isRight(matched) ? matched.right.name : undefined
    const calls = Chunk.append(memory.calls, new CallLog.Call(sent, route, at))
    const stranger = (error: NoReply) =>
      [Either.left(error), { ...memory, calls, strangers: [...memory.strangers, error] }] as const
    if (Either.isLeft(matched)) return stranger(new NoReply({ reason: "NoRoute", sent, misses: matched.left }))
    const { index, name, replying } = matched.right
    const count = memory.counts.get(index) ?? 0
    const reply = replying(count)
    if (Option.isNone(reply))
      return stranger(new NoReply({ reason: "UsedUp", sent, misses: [{ route: name, differences: [] }] }))
    return [
      Either.right([name, reply.value]),
      { ...memory, calls, counts: new Map(memory.counts).set(index, count + 1) }
    ]
  }

/** A table's adapter with the questions about its memory. `names`: those of its routes. */
export const running = (names: ReadonlyArray<string>, memory: Ref.Ref<Memory>, wire: Adapter.Wire): Running => {
  const log = Effect.map(Ref.get(memory), ({ calls }) => ({ routes: names, calls: Chunk.toReadonlyArray(calls) }))
  return {
    wire,
    layer: Adapter.layer(wire),
    log,
    calls: Effect.map(log, ({ calls }) => calls),
    called: (which) => Effect.flatMap(log, (known) => CallLog.called(known, which)),
    calledTimes: (which, times) => Effect.flatMap(log, (known) => CallLog.calledTimes(known, which, times)),
    calledInOrder: (...whiches) => Effect.flatMap(log, (known) => CallLog.inOrder(known, whiches)),
    verify: Effect.flatMap(Ref.get(memory), ({ calls, counts, strangers }) => {
      const unused = names.filter((_, index) => !counts.has(index))
      return unused.length + strangers.length === 0
        ? Effect.void
        : Effect.fail(new TableDiffers({ unused, strangers, calls: Chunk.toReadonlyArray(calls) }))
    })
  }
}
