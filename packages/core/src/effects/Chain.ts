/**
 * A chain of hops: send, remember, decide, and again. Only the sending touches the world.
 *
 * @module
 */
import {
  Clock,
  Context,
  Effect,
  Either,
  ExecutionStrategy,
  Exit,
  type Fiber,
  FiberRef,
  Option,
  Ref,
  Scope,
  Stream
} from "effect"
import { type Answer, read } from "../data/Answer.js"
import { type Environment, empty as noEnvironment } from "../data/Environment.js"
import type { SendError } from "../data/Errors.js"
import type { Facts } from "../data/Facts.js"
import { byLast } from "../data/Memo.js"
import type { PreparedRequest, TransportError } from "../data/PreparedRequest.js"
import type { Call, Hop } from "../data/Request.js"
import { Response } from "../data/Response.js"
import type { SessionState } from "../data/SessionState.js"
import { absorb, teaches, teachesProxyDigest } from "../rules/absorb.js"
import { drained as mostDrained } from "../rules/bodyLimit.js"
import { teachesDigest } from "../rules/challenge.js"
import { isRefusedToken } from "../rules/entitled.js"
import { asks, type FollowUp, followTunnel, followUp, goesOn, isAnswered } from "../rules/followUp.js"
import { noAdapter } from "../rules/mount.js"
import { begin } from "../rules/prepare.js"
import { rememberProxy } from "../rules/proxyChallenge.js"
import { unsupported } from "../rules/transport.js"
import type { Send, Wire } from "./Adapter.js"
import * as Deadline from "./Deadline.js"
import * as Hooks from "./Hooks.js"
import type { Kept } from "./Kept.js"
import type { Mounts } from "./Mounts.js"
import * as Signing from "./Signing.js"
import { TraceContext, type Traces, traced } from "./Tracing.js"

/** What a chain shares with its session. */
export interface Shell {
  readonly state: Ref.Ref<SessionState>
  readonly mounts: Mounts
  readonly environment: Kept<Environment>
  readonly nonce: Effect.Effect<string>
  /** The content codings that can be undone. */
  readonly codings: ReadonlyArray<string>
}

/** What one sending needs of its fiber, looked up once. */
export interface Run {
  readonly clock: Clock.Clock
  /** How its hops are traced; `undefined` where nobody listens. */
  readonly traces: Traces | undefined
}

/** Looks at the fiber that sends. */
export const runOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>): Run =>
  runBy(
    Context.get(fiber.currentDefaultServices, Clock.Clock),
    fiber.getFiberRef(FiberRef.currentTracerEnabled) ? Context.get(fiber.currentContext, TraceContext) : undefined
  )

/** One for all that wait: 10,000 of them would be held. */
const runBy = byLast((clock: Clock.Clock, traces: Traces | undefined): Run => ({ clock, traces }))

/** Where a chain stands: the call to make, and what came before it. */
export interface Step {
  readonly call: Call
  readonly history: ReadonlyArray<Response>
}

interface Exchanged {
  readonly response: Response
  readonly next: FollowUp
}

/** What becomes of an exchange. It is called as soon as the answer is judged: no Effect of its own stands in between. */
type Then<A, R> = (done: Exchanged) => Effect.Effect<A, SendError, R>

type Exchange<R> = <A>(step: Step, then: Then<A, R>) => Effect.Effect<A, SendError, R>

/** How a chain is sent, and whether it goes on. */
export interface Chain {
  readonly last: (step: Step, run: Run) => Effect.Effect<Response, SendError>
  readonly lastLive: (step: Step, run: Run) => Effect.Effect<Response, SendError, Scope.Scope>
  readonly all: (step: Step, run: Run, onward?: GoesOn) => Stream.Stream<Response, SendError>
  /** The step after a hop, by the facts of now; nothing when the hop ends its chain. */
  readonly after: (hop: Hop, run: Run) => Effect.Effect<Option.Option<Either.Either<Step, SendError>>>
}

/** Whether a chain goes on: by the rule, or always when somebody follows by hand. */
export type GoesOn = (hop: Hop) => boolean

const nothing: FollowUp = Option.none()
const noHistory: ReadonlyArray<Response> = []

/** The first step of a call: its deadline is stamped now, since a call may wait and may be sent twice. */
export const first = (call: Call, run: Run, history: ReadonlyArray<Response> = noHistory): Step => ({
  call: begin(call, run.clock.unsafeCurrentTimeMillis()),
  history
})

/** The chains of a session. */
export const make = (shell: Shell): Chain => {
  const facts = (call: Call, now: number): Effect.Effect<Facts> =>
    call.settings.trustEnv
      ? Effect.zipWith(Ref.get(shell.state), shell.environment.read, (state, environment) => ({
          state,
          environment,
          now,
          nonce: ""
        }))
      : Effect.map(Ref.get(shell.state), (state) => ({ state, environment: noEnvironment, now, nonce: "" }))

  const learn = (hop: Hop, now: number): Effect.Effect<void> =>
    Effect.flatMap(teachesDigest(hop) || teachesProxyDigest(hop) ? shell.nonce : noNonce, (nonce) =>
      Effect.zipRight(
        Ref.update(shell.state, (state) => absorb(state, hop, { now, nonce })),
        isRefusedToken(hop) ? Signing.refused(hop.call) : Effect.void
      )
    )

  const decide = <A, R>(hop: Hop, { clock }: Run, then: Then<A, R>): Effect.Effect<A, SendError, R> => {
    const { response } = hop
    if (!teaches(hop) && !asks(hop)) return then({ response, next: nothing })
    const now = clock.unsafeCurrentTimeMillis()
    const learned = teaches(hop) ? learn(hop, now) : isRefusedToken(hop) ? Signing.refused(hop.call) : Effect.void
    if (!asks(hop)) return Effect.flatMap(learned, () => then({ response, next: nothing }))
    return Effect.flatMap(Effect.zipRight(learned, facts(hop.call, now)), (known) => {
      const next = followUp(hop, known)
      const message = Option.map(Option.flatMap(next, Option.getRight), (call) => call.request)
      return then({ response: response.withNext(() => message), next })
    })
  }

  const settle = <A, R>(
    { call, history }: Step,
    answer: Answer,
    run: Run,
    started: bigint,
    then: Then<A, R>
  ): Effect.Effect<A, SendError, R> => {
    const headersAt = answer.headersAt ?? run.clock.unsafeCurrentTimeNanos()
    const response = new Response(call, answer, history, headersAt - started)
    // A challenge that will be answered is our own affair: hooks see what comes of it, as in requests.
    const hop = { call, response }
    if (call.settings.hooks.length === 0 || isAnswered(hop)) return decide(hop, run, then)
    const hooked = Hooks.begin(call.settings.hooks, response)
    return hooked instanceof Response
      ? decide({ call, response: hooked }, run, then)
      : Effect.flatMap(Deadline.until(call.request, hooked), (response) => decide({ call, response }, run, then))
  }

  const exchange =
    <R>(way: (wire: Wire) => Send<R>, run: Run): Exchange<R> =>
    (step, then) => {
      const { request } = step.call
      const wire = shell.mounts.find(request.target.href)
      if (wire === undefined) return Effect.fail(noAdapter(request.target))
      const refused = unsupported(request.transport, wire.supports)
      if (refused !== undefined) return Effect.fail(refused)
      const by = way(wire)
      return request.transport.proxy === undefined
        ? signedAndSent(step, by, run, then)
        : Effect.flatMap(
            Effect.catchTag(signedAndSent(step, by, run, Effect.succeed), "TransportError", (error) =>
              tunnelled(step, error, way, run)
            ),
            then
          )
    }

  const signedAndSent = <A, R>(step: Step, by: Send<R>, run: Run, then: Then<A, R>): Effect.Effect<A, SendError, R> => {
    const signed = Signing.signed(step.call, shell.state)
    return signed === undefined
      ? send(step, by, run, then)
      : Effect.flatMap(signed, (call) => send({ call, history: step.history }, by, run, then))
  }

  /** A challenge to CONNECT is answered here: what a proxy says in place of a tunnel is no hop. */
  const tunnelled = <R>(
    step: Step,
    error: TransportError,
    way: (wire: Wire) => Send<R>,
    run: Run
  ): Effect.Effect<Exchanged, SendError, R> => {
    const { call, history } = step
    const { tunnel } = error
    if (tunnel === undefined) return Effect.fail(error)
    const said = { call, status: tunnel.status, rawHeaders: tunnel.rawHeaders }
    const learned = Effect.flatMap(shell.nonce, (nonce) =>
      Ref.update(shell.state, (state) => rememberProxy(state, said, nonce))
    )
    const known = Effect.zipRight(learned, facts(call, run.clock.unsafeCurrentTimeMillis()))
    return Effect.flatMap(known, (now) =>
      Option.match(followTunnel(call, tunnel, now), {
        onNone: () => Effect.fail(error),
        onSome: (next) => Effect.flatMap(next, (again) => exchange(way, run)({ call: again, history }, Effect.succeed))
      })
    )
  }

  const send = <A, R>(step: Step, by: Send<R>, run: Run, then: Then<A, R>): Effect.Effect<A, SendError, R> => {
    const { call, history } = step
    const started = run.clock.unsafeCurrentTimeNanos()
    if (run.traces === undefined) {
      return Effect.flatMap(by(call.request), (answer) => settle(step, answer, run, started, then))
    }
    const sent = (request: PreparedRequest, onAnswer: (answer: Answer) => void) =>
      Effect.flatMap(by(request), (answer) => {
        onAnswer(answer)
        return settle({ call: call.sentAs(request), history }, answer, run, started, Effect.succeed)
      })
    return Effect.flatMap(traced(call.request, call.home && !call.foreign, run.traces, sent), then)
  }

  /** The connection of a hop has a scope of its own; only the last one's is left to the caller. */
  const exchangeLive =
    (run: Run): Exchange<Scope.Scope> =>
    (step, then) =>
      Effect.gen(function* () {
        const connection = yield* Scope.fork(yield* Effect.scope, ExecutionStrategy.sequential)
        const done = yield* Scope.extend(exchange(live, run)(step, Effect.succeed), connection)
        if (Option.isNone(done.next) || !goesOn({ call: step.call, response: done.response })) return yield* then(done)
        const response = yield* drained(done.response, step.call.request)
        yield* Scope.close(connection, Exit.void)
        return yield* then({ response, next: done.next })
      })

  const after: Chain["after"] = (hop, run) =>
    Effect.map(facts(hop.call, run.clock.unsafeCurrentTimeMillis()), (known) =>
      Option.map(
        followUp(hop, known),
        Either.map((call) => first(call, run, [...hop.response.history, hop.response]))
      )
    )

  const exchangeWhole = byLast((run: Run) => exchange(whole, run))

  return {
    last: (step, run) => loop(step, exchangeWhole(run)),
    lastLive: (step, run) => loop(step, exchangeLive(run)),
    all: (step, run, onward = goesOn) => paginate(step, exchangeWhole(run), onward),
    after
  }
}

const whole = (wire: Wire): Send => wire.whole
const live = (wire: Wire): Send<Scope.Scope> => wire.live
const noNonce = Effect.succeed("")

/**
 * `send`: a plain loop, since running a Stream costs more than the exchange. The law: `send ≡ last(hops)`. One exchange a hop; the
 * histories, a list for each response, grow with the square of the hops, which `maxRedirects` bounds.
 */
const loop = <R>(step: Step, exchange: Exchange<R>): Effect.Effect<Response, SendError, R> =>
  exchange(step, ({ next, response }) => {
    if (Option.isNone(next) || !goesOn({ call: step.call, response })) return Effect.succeed(response)
    return Either.isLeft(next.value)
      ? Effect.fail(next.value.left)
      : loop({ call: next.value.right, history: [...step.history, response] }, exchange)
  })

/** Every response of a chain; a refusal fails the stream after the hop that caused it. */
const paginate = <R>(first: Step, exchange: Exchange<R>, onward: GoesOn): Stream.Stream<Response, SendError, R> =>
  Stream.paginateEffect<Either.Either<Step, SendError>, Response, SendError, R>(Either.right(first), (current) =>
    Effect.flatMap(current, (step) =>
      exchange(step, ({ next, response }) =>
        Effect.succeed([
          response,
          onward({ call: step.call, response })
            ? Option.map(
                next,
                Either.map((call): Step => ({ call, history: [...step.history, response] }))
              )
            : Option.none()
        ])
      )
    )
  )

/** A redirect's body is read as far as it is worth; what goes wrong in it concerns nobody. */
const drained = (response: Response, { transport }: PreparedRequest): Effect.Effect<Response> =>
  Effect.match(read(response.answer, Math.min(transport.redirectBody, mostDrained)), {
    onFailure: () => response,
    onSuccess: (answer) => response.withAnswer(answer)
  })
