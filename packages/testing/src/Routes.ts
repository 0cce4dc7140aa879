/**
 * A table of routes as one value, a pure decision over it, and an adapter that remembers what came.
 *
 * @module
 */
import { Adapter, Answer, Errors, type PreparedRequest } from "@effect-requests/core"
import { Chunk, Clock, Context, Data, Effect, Either, Exit, Layer, Option, Ref, type Scope } from "effect"
import * as CallLog from "./CallLog.js"
import { everything, headersWithin, readWithin } from "./Clocked.js"
import { byDistance, type Miss, NoReply } from "./NoReply.js"
import { given, type Reply } from "./Reply.js"
import type { Replying, Route } from "./Route.js"
import { read, type Sent } from "./Sent.js"

export { type Miss, NoReply, noReply } from "./NoReply.js"

/** Routes in order: the first that fits replies. */
export interface Routes<out R = never> {
  readonly routes: ReadonlyArray<Route<R>>
}

/**
 * A table.
 *
 * @example
 * import { Route, Routes } from "@effect-requests/testing"
 *
 * const table = Routes.make(Route.get("/me").reply({ json: { id: 1 } }), Route.post("/login").reply({ status: 204 }))
 * console.assert(table.routes.length === 2)
 */
export const make = <R = never>(...routes: ReadonlyArray<Route<R>>): Routes<R> => ({ routes })

/**
 * Two tables as one; where both fit, the first replies.
 *
 * @example
 * import { Route, Routes } from "@effect-requests/testing"
 *
 * const usual = Routes.make(Route.get("/me").reply({ json: { id: 1 } }))
 * const broken = Routes.concat(Routes.make(Route.get("/me").reply({ status: 500 })), usual)
 * console.assert(broken.routes.length === 2)
 */
export const concat = <A, B>(first: Routes<A>, second: Routes<B>): Routes<A | B> => ({
  routes: [...first.routes, ...second.routes]
})

/** The route that fits. */
export interface Match<out R> {
  /** Its place in the table. */
  readonly index: number
  readonly name: string
  readonly replying: Replying<R>
}

/**
 * The first route that fits, or for each route why it does not, the nearest first. Pure.
 *
 * @example
 * import { Hops, Route, Routes } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const table = Routes.make(Route.get("/users/:id").reply({ status: 204 }))
 * const { request } = Hops.call("GET", "https://a.example.test/users")
 * const misses = Either.flip(Routes.match(table, { request, body: new Uint8Array() }))
 * console.assert(Either.getOrThrow(misses)[0]?.differences[0]?.text === "path: /users, but the route wants /users/:id")
 */
export const match = <R>(self: Routes<R>, sent: Sent): Either.Either<Match<R>, ReadonlyArray<Miss>> => {
  const misses: Array<Miss> = []
  for (const [index, { judge, name }] of self.routes.entries()) {
    const judged = judge(sent)
    if (Either.isRight(judged)) return Either.right({ index, name, replying: judged.right })
    misses.push({ route: name, differences: judged.left })
  }
  return Either.left(byDistance(misses))
}

/** Routes that nobody called, and messages that no route fits: what a strict scope fails with. */
export class TableDiffers extends Data.TaggedError("TableDiffers")<{
  readonly unused: ReadonlyArray<string>
  readonly strangers: ReadonlyArray<NoReply>
}> {
  override get message(): string {
    return [
      ...(this.unused.length === 0 ? [] : [`Routes that were never called: ${this.unused.join(", ")}.`]),
      ...this.strangers.map(({ message }) => message)
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

interface Memory {
  readonly calls: Chunk.Chunk<CallLog.Call>
  /** How often each route was called, by its place. */
  readonly counts: ReadonlyMap<number, number>
  readonly strangers: ReadonlyArray<NoReply>
}

const nothing: Memory = { calls: Chunk.empty(), counts: new Map(), strangers: [] }

/** The memory with one message more, and what is to be replied. Pure. */
const remember =
  <R>(table: Routes<R>, sent: Sent, at: number) =>
  (memory: Memory): readonly [Either.Either<readonly [string, Effect.Effect<Reply, unknown, R>], NoReply>, Memory] => {
    const matched = match(table, sent)
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

/**
 * The table as an adapter with a memory of its own. It needs what its replies need (`Reply.file`: a FileSystem).
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { Route, Routes } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const running = yield* Routes.toAdapter(Routes.make(Route.get("/users/:id").reply(({ params }) => ({ json: params }))))
 *   const session = yield* Effect.provide(Session.make({ baseUrl: "https://api.example.test" }), running.layer)
 *   const user = yield* (yield* session.get("/users/7")).json
 *   yield* running.calledTimes("GET /users/:id", 1)
 *   return user
 * })
 * console.assert(JSON.stringify(Effect.runSync(program)) === '{"id":"7"}')
 */
export const toAdapter = <R>(self: Routes<R>): Effect.Effect<Running, never, R> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<R>()
    const memory = yield* Ref.make(nothing)
    const live: Adapter.Send = (request) =>
      Effect.gen(function* () {
        const sent = yield* read(request)
        const now = yield* Clock.currentTimeMillis
        const [name, reply] = yield* Effect.mapError(
          Effect.flatten(Ref.modify(memory, remember(self, sent, now))),
          (cause) => failed(request, `no reply for this message\n${cause.details}`, cause)
        )
        const answer = yield* Effect.flatMap(Effect.provide(reply, context), given).pipe(
          Effect.mapError((cause) =>
            isWireError(cause) ? cause : failed(request, `the reply of ${name} failed`, cause)
          ),
          headersWithin(request)
        )
        return readWithin(request)(request.method === "HEAD" ? { ...answer, content: Answer.whole(none) } : answer)
      })
    return running(self, memory, Adapter.fromLive(live, everything))
  })

const none = new Uint8Array()

const failed = (request: PreparedRequest.PreparedRequest, detail: string, cause: unknown): Errors.TransportError =>
  new Errors.TransportError({ reason: "Adapter", sent: "no", request, detail, cause })

const isWireError = (error: unknown): error is Adapter.WireError =>
  error instanceof Errors.InvalidRequest || error instanceof Errors.TransportError || error instanceof Errors.BodyError

const running = <R>({ routes }: Routes<R>, memory: Ref.Ref<Memory>, wire: Adapter.Wire): Running => {
  const names = routes.map(({ name }) => name)
  const log = Effect.map(Ref.get(memory), ({ calls }) => ({ routes: names, calls: Chunk.toReadonlyArray(calls) }))
  return {
    wire,
    layer: Adapter.layer(wire),
    log,
    calls: Effect.map(log, ({ calls }) => calls),
    called: (which) => Effect.flatMap(log, (known) => CallLog.called(known, which)),
    calledTimes: (which, times) => Effect.flatMap(log, (known) => CallLog.calledTimes(known, which, times)),
    calledInOrder: (...whiches) => Effect.flatMap(log, (known) => CallLog.inOrder(known, whiches)),
    verify: Effect.flatMap(Ref.get(memory), ({ counts, strangers }) => {
      const unused = names.filter((_, index) => !counts.has(index))
      return unused.length + strangers.length === 0 ? Effect.void : Effect.fail(new TableDiffers({ unused, strangers }))
    })
  }
}

/**
 * `toAdapter` whose scope fails, as an assertion does, where a route was never called or a message found no reply. Where
 * the scope ends with a failure of its own, that one stands.
 *
 * @example
 * import { Route, Routes } from "@effect-requests/testing"
 * import { Effect, Exit } from "effect"
 *
 * const idle = Effect.scoped(Routes.toStrictAdapter(Routes.make(Route.get("/never").reply({}))))
 * console.assert(Exit.isFailure(Effect.runSyncExit(idle)))
 */
export const toStrictAdapter = <R>(self: Routes<R>): Effect.Effect<Running, never, R | Scope.Scope> =>
  Effect.tap(toAdapter(self), ({ verify }) =>
    Effect.addFinalizer((exit) => (Exit.isSuccess(exit) ? Effect.orDie(verify) : Effect.void))
  )

/** The table that `layer` has put to work, for assertions in tests that share a layer. */
export class Table extends Context.Tag("@effect-requests/testing/Routes/Table")<Table, Running>() {}

/**
 * The table as a layer: an `Adapter`, and the `Table` for assertions. With `strict`, the layer's scope fails as that of
 * `toStrictAdapter` does. Default: not strict.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { Route, Routes } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const hello = Effect.flatMap(Http.get("https://anywhere.test/"), (response) => response.text)
 * const table = Routes.layer(Routes.make(Route.get("*").reply({ text: "hello" })), { strict: true })
 * console.assert(Effect.runSync(Effect.provide(hello, table)) === "hello")
 */
export const layer = <R>(
  self: Routes<R>,
  { strict = false }: { readonly strict?: boolean } = {}
): Layer.Layer<Adapter.Adapter | Table, never, R> =>
  Layer.scopedContext(
    Effect.map(strict ? toStrictAdapter(self) : toAdapter(self), (table) =>
      Context.make(Table, table).pipe(Context.add(Adapter.Adapter, table.wire))
    )
  )
