/**
 * Sends again what is worth it, as a middleware: off unless somebody provides it, as in requests.
 *
 * @module
 */
import { Clock, Effect, Either, Layer, Option, Random, Ref } from "effect"
import { type Answer, read } from "../data/Answer.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import { type Policy, standard } from "../data/Retry.js"
import { retry } from "../rules/retry.js"
import { Adapter, type Middleware, type Send, type WireError, wrap } from "./Adapter.js"

export { idempotent, type Policy, standard } from "../data/Retry.js"

/** How much of a refused answer's body is worth reading to keep its connection. */
const drained = 64 * 1024

/** What a success earns back. */
const earned = 0.1

/**
 * A middleware with a budget of its own. All waiting is on the Clock, and ends before the message's deadline.
 *
 * @example
 * import { Adapter, Retry, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * let asked = 0
 * const program = Effect.gen(function* () {
 *   const stub = yield* StubAdapter.make(() => ({ status: ++asked < 3 ? 503 : 200, headers: { "Retry-After": "0" } }))
 *   const wire = Adapter.wrap(yield* Retry.make(Retry.standard))(stub.wire)
 *   const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
 *   return (yield* session.get("https://api.example.test/")).status
 * })
 * console.assert((await Effect.runPromise(program)) === 200 && asked === 3)
 */
export const make = (policy: Policy = standard): Effect.Effect<Middleware> =>
  Effect.map(
    Ref.make(policy.budget),
    (budget): Middleware =>
      (send) =>
      (request) =>
        attempt(policy, budget, send, request, 0)
  )

/**
 * The adapter below, with retries around it.
 *
 * @example
 * import { Retry } from "@effect-requests/core"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Retry.layer({ ...Retry.standard, retries: 5 })))
 */
export const layer = (policy: Policy = standard): Layer.Layer<Adapter, never, Adapter> =>
  Layer.effect(
    Adapter,
    Effect.zipWith(Adapter, make(policy), (wire, middleware) => wrap(middleware)(wire))
  )

const attempt = <R>(
  policy: Policy,
  budget: Ref.Ref<number>,
  send: Send<R>,
  request: PreparedRequest,
  count: number
): Effect.Effect<Answer, WireError, R> =>
  Effect.gen(function* () {
    const result = yield* Effect.either(send(request))
    const outcome = Either.merge(result)
    const wait = retry(policy, request, outcome, count, yield* Clock.currentTimeMillis, yield* Random.next)
    if (Option.isNone(wait)) {
      if (Either.isRight(result) && result.right.status < 400)
        yield* Ref.update(budget, (left) => Math.min(policy.budget, left + earned))
      return yield* result
    }
    if (!(yield* Ref.modify(budget, (left) => [left >= 1, left >= 1 ? left - 1 : left]))) return yield* result
    if (Either.isRight(result)) yield* Effect.ignore(read(result.right, drained))
    yield* Effect.sleep(wait.value)
    return yield* attempt(policy, budget, send, request, count + 1)
  })
