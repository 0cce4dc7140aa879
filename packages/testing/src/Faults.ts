/**
 * A network that fails as planned: a plan is data, its luck is seeded, and all waiting is on the Clock.
 *
 * @module
 */
import { Adapter, Errors, type PreparedRequest } from "@effect-requests/core"
import { Duration, Effect, Layer, Option, Ref, type Scope } from "effect"
import { headersWithin } from "./Clocked.js"
import { type Fault, reply, spoil } from "./Fault.js"
import { type InvalidPlan, judge, type Plan, type Rule, type When } from "./FaultPlan.js"

export { Fault } from "./Fault.js"
export { InvalidPlan, type Plan, type Rule, type When } from "./FaultPlan.js"

/**
 * A plan. `seed`: any whole number. Default: 0.
 *
 * @example
 * import { Faults } from "@effect-requests/testing"
 *
 * const plan = Faults.plan([{ fault: Faults.Fault.Refuse(), every: 3 }], 42)
 * console.assert(plan.rules.length === 1)
 */
export const plan = (rules: ReadonlyArray<Rule>, seed = 0): Plan => ({ seed, rules })

/** How many messages each rule has seen that it may meet, by its place. */
export type Counts = ReadonlyArray<number>

/**
 * The fault that a message meets, if any, and the counts after it. Pure.
 *
 * @example
 * import { Faults, Hops } from "@effect-requests/testing"
 *
 * const plan = Faults.plan([{ fault: Faults.Fault.Refuse(), every: 2 }])
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * const [first, counts] = Faults.decide(plan, request, [])
 * const [second] = Faults.decide(plan, request, counts)
 * console.assert(first === undefined && second?._tag === "Refuse")
 */
export const decide = (
  { rules, seed }: Plan,
  request: PreparedRequest.PreparedRequest,
  counts: Counts
): readonly [Fault | undefined, Counts] => {
  const next = rules.map(({ where }, i) => (counts[i] ?? 0) + (where === undefined || where(request) ? 1 : 0))
  const met = rules.findIndex(
    (rule, i) => next[i] !== (counts[i] ?? 0) && comes(rule, next[i] ?? 0, luck(seed, i, next[i] ?? 0))
  )
  return [rules[met]?.fault, next]
}

const comes = ({ every = 1, from = 1, probability = 1, until = Infinity }: When, n: number, luck: number): boolean =>
  n >= from && n <= until && n % every === 0 && luck < probability

/** A number from 0 to 1 that depends on nothing else: the finalizer of MurmurHash3 over seed, rule and count. */
const luck = (seed: number, rule: number, n: number): number => {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(rule + 1, 0xc2b2ae35) ^ Math.imul(n, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/**
 * Puts the plan before any wire, with counts of its own; a plan that cannot be meant is an `InvalidPlan`. A fault before the answer keeps the message from the adapter
 * below. Bodies of that adapter arrive live, so that a fault can meet them within.
 *
 * @example
 * import { Adapter, Retry, Session } from "@effect-requests/core"
 * import { Faults, Route, Routes } from "@effect-requests/testing"
 * import { Effect, Fiber, TestClock, TestContext } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { wire } = yield* Routes.toAdapter(Routes.make(Route.get("*").reply({ text: "up" })))
 *   const faulty = yield* Faults.make(Faults.plan([{ fault: Faults.Fault.Refuse(), until: 2 }]))
 *   const session = yield* Effect.provideService(
 *     Session.make(),
 *     Adapter.Adapter,
 *     Adapter.wrap(yield* Retry.make())(faulty(wire))
 *   )
 *   const fiber = yield* Effect.fork(session.get("https://a.example.test/"))
 *   yield* TestClock.adjust("1 minute")
 *   return (yield* Fiber.join(fiber)).status
 * })
 * console.assert((await Effect.runPromise(Effect.provide(program, TestContext.TestContext))) === 200)
 */
export const make = (plan: Plan): Effect.Effect<(wire: Adapter.Wire) => Adapter.Wire, InvalidPlan> =>
  Option.match(judge(plan), {
    onNone: () => Effect.map(Ref.make<Counts>([]), (counts) => (wire: Adapter.Wire) => before(wire, plan, counts)),
    onSome: Effect.fail
  })

const before = (wire: Adapter.Wire, plan: Plan, counts: Ref.Ref<Counts>): Adapter.Wire => {
  const live: Adapter.Send<Scope.Scope> = (request) =>
    Effect.flatMap(
      Ref.modify(counts, (known) => decide(plan, request, known)),
      (fault) => (fault === undefined ? wire.live(request) : meet(fault, request, wire.live))
    )
  return Adapter.fromLive(live, wire.supports)
}

/**
 * The adapter below, behind a network that fails as planned.
 *
 * @example
 * import { Faults } from "@effect-requests/testing"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Faults.layer(Faults.plan([{ fault: Faults.Fault.Reset({ after: 10 }) }]))))
 */
export const layer = (plan: Plan): Layer.Layer<Adapter.Adapter, InvalidPlan, Adapter.Adapter> =>
  Layer.effect(
    Adapter.Adapter,
    Effect.zipWith(Adapter.Adapter, make(plan), (wire, faulty) => faulty(wire))
  )

/** Where no connection comes about, nobody below is asked. */
const meet = <R>(fault: Fault, request: PreparedRequest.PreparedRequest, send: Adapter.Send<R>) => {
  const failed = reply(fault)
  if (failed !== undefined) {
    return Effect.fail(new Errors.TransportError({ ...failed, request, detail: `planned: ${fault._tag}` }))
  }
  if (fault._tag === "Stall" && fault.at !== "body") return stalled(fault.at, request)
  if (fault._tag === "SlowHeaders") return headersWithin(request)(Effect.delay(send(request), fault.wait))
  return Effect.map(send(request), spoil(fault, request))
}

/** Waits for as long as the phase may take by the message's own timeouts. */
const stalled = (at: "connect" | "headers", request: PreparedRequest.PreparedRequest) => {
  const { connectTimeout, headersTimeout } = request.transport
  const millis = at === "connect" ? connectTimeout : headersTimeout
  const error = new Errors.TransportError({
    reason: at === "connect" ? "ConnectTimeout" : "HeadersTimeout",
    sent: at === "connect" ? "no" : "maybe",
    request,
    detail: "planned: Stall"
  })
  return millis === Infinity ? Effect.never : Effect.delay(Effect.fail(error), Duration.millis(millis))
}
