/**
 * A table of routes as one value, a pure decision over it, and an adapter that remembers what came.
 *
 * @module
 */
import { Adapter, Answer, Errors, type PreparedRequest } from "@effect-requests/core"
import { Clock, Context, Effect, Either, Exit, Layer, Ref, type Scope } from "effect"
import { everything, headersWithin, readWithin } from "./Clocked.js"
import type { Route } from "./Matching.js"
import { byDistance, type Miss } from "./NoReply.js"
import { type Match, nothing, type Running, remember, running } from "./Remembering.js"
import { given } from "./Reply.js"
import { read, type Sent } from "./Sent.js"

export { type Miss, NoReply, noReply } from "./NoReply.js"
export { type Match, type Running, TableDiffers } from "./Remembering.js"

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
          Effect.flatten(Ref.modify(memory, remember(match(self, sent), sent, now))),
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
    const names = self.routes.map(({ name }) => name)
    return running(names, memory, Adapter.fromLive(live, everything))
  })

const none = new Uint8Array()

const failed = (request: PreparedRequest.PreparedRequest, detail: string, cause: unknown): Errors.TransportError =>
  new Errors.TransportError({ reason: "Adapter", sent: "no", request, detail, cause })

const isWireError = (error: unknown): error is Adapter.WireError =>
  error instanceof Errors.InvalidRequest || error instanceof Errors.TransportError || error instanceof Errors.BodyError

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
