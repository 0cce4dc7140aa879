/**
 * Ends an exchange at its deadline, by the Clock. An adapter made of callbacks is ended by one keeper per Clock, without a
 * fiber or a timer for each request; any other adapter is raced against the time that is left.
 *
 * @module
 */
import { Clock, Context, Duration, Effect, Exit, type Fiber, Option, Stream } from "effect"
import { type Answer, live } from "../data/Answer.js"
import { BodyError } from "../data/Body.js"
import { type PreparedRequest, TransportError } from "../data/PreparedRequest.js"
import * as Roster from "../data/Roster.js"
import type { Middleware, WireError } from "./Adapter.js"

/** Whether the other side may have had a request, and what it was in. */
export type Ended = Pick<TransportError, "sent" | "phase">

/** Ends what was started, and says whether the other side may have had it. Harmless when it has ended already. */
export type Abort = () => TransportError["sent"] | Ended

/** Takes the result. Only the first one counts. */
export type Done = (result: Effect.Effect<Answer, WireError>) => void

/** Starts an exchange, tells `done` once, and says how to abort it. `clock` tells the time for `Answer.headersAt`. */
export type Dispatch = (request: PreparedRequest, done: Done, clock: Clock.Clock) => Abort

interface Entry extends Roster.Member {
  readonly at: number
  readonly expire: () => void
}

/** The time for which the sleeper stays when nothing waits: the next request of the same caller comes at once. */
const idleMillis = 20

/** All that waits by one Clock, watched by one sleeping fiber that is there only while something waits. */
class Keeper {
  private readonly entries = new Roster.Roster<Entry>()
  private wakeAt = Infinity
  private sleeper: Fiber.RuntimeFiber<void> | undefined = undefined
  private leaving = false

  constructor(readonly clock: Clock.Clock) {}

  get size(): number {
    return this.entries.size
  }

  add(entry: Entry): void {
    this.entries.add(entry)
    if (entry.at < this.wakeAt) this.arm(entry.at)
  }

  remove(entry: Entry): void {
    this.entries.remove(entry)
    if (this.entries.size === 0 && !this.leaving && this.sleeper !== undefined) this.leave()
  }

  private leave(): void {
    this.leaving = true
    setTimeout(() => {
      this.leaving = false
      if (this.entries.size === 0) this.disarm()
    }, idleMillis)
  }

  private arm(at: number): void {
    this.disarm()
    this.wakeAt = at
    const rest = Duration.millis(Math.max(0, at - this.clock.unsafeCurrentTimeMillis()))
    this.sleeper = Effect.runFork(
      Effect.andThen(
        this.clock.sleep(rest),
        Effect.sync(() => this.wake())
      )
    )
  }

  private disarm(): void {
    const { sleeper } = this
    this.wakeAt = Infinity
    this.sleeper = undefined
    if (sleeper !== undefined) sleeper.unsafeInterruptAsFork(sleeper.id())
  }

  private wake(): void {
    this.sleeper = undefined
    this.wakeAt = Infinity
    const now = this.clock.unsafeCurrentTimeMillis()
    let next = Infinity
    for (const entry of this.entries.members) {
      if (entry.at <= now) {
        this.entries.remove(entry)
        entry.expire()
      } else if (entry.at < next) {
        next = entry.at
      }
    }
    if (next !== Infinity) this.arm(next)
  }
}

const keepers = new WeakMap<Clock.Clock, Keeper>()

const keeperOf = (clock: Clock.Clock): Keeper => {
  const known = keepers.get(clock)
  if (known !== undefined) return known
  const keeper = new Keeper(clock)
  keepers.set(clock, keeper)
  return keeper
}

/**
 * How many exchanges wait by this Clock: nought when nothing is under way.
 *
 * @example
 * import { Deadline } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * console.assert(Effect.runSync(Effect.map(Effect.clock, Deadline.waiting)) === 0)
 */
export const waiting = (clock: Clock.Clock): number => keepers.get(clock)?.size ?? 0

/**
 * Calls back at an instant by the Clock, unless it is cancelled before: for a body that still arrives.
 *
 * @example
 * import { Deadline } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const cancel = Effect.runSync(Effect.map(Effect.clock, (clock) => Deadline.at(clock, Infinity, () => {})))
 * cancel()
 */
export const at = (clock: Clock.Clock, instant: number, expire: () => void): (() => void) => {
  if (instant === Infinity) return () => {}
  const keeper = keeperOf(clock)
  const entry: Entry = { at: instant, expire, place: Roster.nowhere }
  keeper.add(entry)
  return () => keeper.remove(entry)
}

const expired = (request: PreparedRequest, ended: TransportError["sent"] | Ended = "maybe"): TransportError =>
  new TransportError({
    reason: "Deadline",
    ...(typeof ended === "string" ? { sent: ended } : ended),
    request,
    detail: ""
  })

/** One exchange under way: open until the first of answer, deadline and interruption. */
class Wait implements Entry {
  readonly at: number
  place = Roster.nowhere
  private open = true
  private abort: Abort | undefined = undefined
  private resume: Done | undefined = undefined

  constructor(
    private readonly keeper: Keeper,
    private readonly request: PreparedRequest
  ) {
    this.at = request.deadline
  }

  start(dispatch: Dispatch): Effect.Effect<Answer, WireError> {
    return Effect.async<Answer, WireError>((resume) => {
      this.resume = resume
      const abort = dispatch(this.request, (result) => this.end(result), this.keeper.clock)
      if (!this.open) return
      this.abort = abort
      if (this.at !== Infinity) this.keeper.add(this)
    })
  }

  private end(result: Effect.Effect<Answer, WireError>): void {
    const { resume } = this
    if (this.close()) resume?.(result)
  }

  expire(): void {
    const { abort, resume } = this
    if (this.close()) resume?.(Effect.fail(expired(this.request, abort?.())))
  }

  stop(): void {
    const { abort } = this
    if (this.close()) abort?.()
  }

  /** What has ended holds nothing: in the old part of the heap it would keep its whole exchange from being collected. */
  private close(): boolean {
    if (!this.open) return false
    this.open = false
    this.abort = undefined
    this.resume = undefined
    this.keeper.remove(this)
    return true
  }
}

/**
 * One exchange by callbacks, held to `request.deadline` and aborted when its fiber is interrupted.
 *
 * @example
 * import { Answer, Deadline } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const dispatch: Deadline.Dispatch = (_request, done) => {
 *   done(Effect.succeed({ status: 204, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) }))
 *   return () => "yes"
 * }
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * console.assert(Effect.runSync(Deadline.within(dispatch, request)).status === 204)
 */
export const within = (dispatch: Dispatch, request: PreparedRequest): Effect.Effect<Answer, WireError> =>
  Effect.withFiberRuntime((fiber) => by(Context.get(fiber.currentDefaultServices, Clock.Clock), dispatch, request))

/**
 * `within`, for whoever has looked at his fiber already and knows its Clock.
 *
 * @example
 * import { Answer, Deadline } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const dispatch: Deadline.Dispatch = (_request, done) => {
 *   done(Effect.succeed({ status: 204, reason: "", rawHeaders: [], content: Answer.whole(new Uint8Array()) }))
 *   return () => "yes"
 * }
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * const sent = Effect.clockWith((clock) => Deadline.by(clock, dispatch, request))
 * console.assert(Effect.runSync(sent).status === 204)
 */
export const by = (
  clock: Clock.Clock,
  dispatch: Dispatch,
  request: PreparedRequest
): Effect.Effect<Answer, WireError> =>
  // Effect.onInterrupt in its cheapest form: a success passes no handler.
  Effect.uninterruptibleMask((restore) => {
    const wait = new Wait(keeperOf(clock), request)
    return Effect.catchAllCause(restore(wait.start(dispatch)), (cause) => {
      wait.stop()
      return Effect.failCause(cause)
    })
  })

/**
 * Work of the user's own around a message (a hook, a token), held to its deadline.
 *
 * @example
 * import { Deadline } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * console.assert(Effect.runSync(Deadline.until(request, Effect.succeed(1))) === 1)
 */
export const until = <A, E, R>(
  request: PreparedRequest,
  work: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TransportError, R> =>
  request.deadline === Infinity || Exit.isExit(work)
    ? work
    : Effect.clockWith((clock) =>
        Effect.timeoutFail(work, { duration: remaining(clock, request), onTimeout: () => expired(request) })
      )

/**
 * For adapters that do not look at the deadline themselves: a race for the answer, and for each piece of its body. A
 * session puts it around every adapter that does not support `"deadline"`.
 *
 * @example
 * import { Deadline } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const late = Hops.call("GET", "https://a.example.test/").request.withDeadline(0)
 * const error = await Effect.runPromise(Effect.flip(Deadline.held(() => Effect.never)(late)))
 * console.assert(error._tag === "TransportError" && error.reason === "Deadline")
 */
export const held: Middleware = (send) => (request) =>
  request.deadline === Infinity
    ? send(request)
    : Effect.clockWith((clock) =>
        send(request).pipe(
          Effect.timeoutFail({ duration: remaining(clock, request), onTimeout: () => expired(request) }),
          Effect.map((answer) => heldBody(answer, request, clock))
        )
      )

const remaining = (clock: Clock.Clock, { deadline }: PreparedRequest): Duration.Duration =>
  Duration.millis(Math.max(0, deadline - clock.unsafeCurrentTimeMillis()))

const heldBody = (answer: Answer, request: PreparedRequest, clock: Clock.Clock): Answer => {
  if (answer.content._tag === "Whole") return answer
  const late = () =>
    Option.some(new BodyError({ reason: "Deadline", detail: "timeout.total is over", url: request.target.shown }))
  const pulls = Effect.map(Stream.toPull(answer.content.stream), (pull) =>
    Effect.suspend(() => Effect.timeoutFail(pull, { duration: remaining(clock, request), onTimeout: late }))
  )
  return { ...answer, content: live(Stream.fromPull(pulls)) }
}
