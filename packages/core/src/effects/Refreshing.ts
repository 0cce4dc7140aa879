/**
 * A token from an Effect, kept until it expires: one refresh, however many fibers ask.
 *
 * @module
 */
import { Clock, Deferred, Duration, Effect, Exit, Redacted, Ref } from "effect"
import { type Auth, refreshing, TokenError } from "../data/Auth.js"

/** A token, and how long it is good; without `expiresIn` until a server refuses it. */
export interface Token {
  readonly token: string | Redacted.Redacted<string>
  readonly expiresIn?: Duration.DurationInput | undefined
}

/** One refresh: under way or done; `expires` is in milliseconds of the Clock. */
interface Kept {
  readonly token: Redacted.Redacted<string>
  readonly expires: number
}
type State = Deferred.Deferred<Kept, TokenError> | undefined

/**
 * Credentials from an Effect (an OAuth client, a vault). It runs when the first request needs it and when the token has
 * expired by the Clock; a 401 gives the token up and sends the request once more. A failure is told to everybody who
 * waits, and the next request tries anew. The refresh outlives the fiber that began it.
 *
 * @example
 * import { Refreshing, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * let refreshed = 0
 * const program = Effect.gen(function* () {
 *   const auth = yield* Refreshing.make(Effect.sync(() => ({ token: `token-${++refreshed}`, expiresIn: "1 hour" })))
 *   const session = yield* Session.make({ baseUrl: "https://api.example.test", auth })
 *   yield* Effect.all([session.get("/a"), session.get("/b")], { concurrency: 2 })
 * })
 * await Effect.runPromise(Effect.provide(program, StubAdapter.layer(() => ({ text: "in" }))))
 * console.assert(refreshed === 1)
 */
export const make = <E>(refresh: Effect.Effect<Token, E>): Effect.Effect<Auth> =>
  Effect.map(Ref.make<State>(undefined), (state) => {
    const renewed: Effect.Effect<Kept, TokenError> = Effect.flatMap(Deferred.make<Kept, TokenError>(), (fresh) =>
      Effect.flatten(
        Ref.modify(state, (running) =>
          running === undefined
            ? [Effect.zipRight(Effect.forkDaemon(run(refresh, fresh, state)), Deferred.await(fresh)), fresh]
            : [Deferred.await(running), running]
        )
      )
    )
    const giveUp = (kept: Kept) =>
      Effect.flatMap(Ref.get(state), (running) =>
        running === undefined
          ? Effect.void
          : Effect.flatMap(Effect.option(Deferred.await(running)), (current) =>
              current._tag === "Some" && current.value === kept
                ? Ref.update(state, (now) => (now === running ? undefined : now))
                : Effect.void
            )
      )
    const current: Effect.Effect<Kept, TokenError> = Effect.flatMap(renewed, (kept) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        kept.expires > now ? Effect.succeed(kept) : Effect.zipRight(giveUp(kept), renewed)
      )
    )
    return refreshing({
      current: Effect.map(current, ({ token }) => token),
      refused: (token) =>
        Effect.flatMap(Effect.option(renewedNow(state)), (kept) =>
          kept._tag === "Some" && kept.value !== undefined && kept.value.token === token
            ? giveUp(kept.value)
            : Effect.void
        )
    })
  })

/** What is kept, if anything is: nobody is made to refresh for the question. */
const renewedNow = (state: Ref.Ref<State>): Effect.Effect<Kept | undefined, TokenError> =>
  Effect.flatMap(Ref.get(state), (running) =>
    running === undefined ? Effect.succeed(undefined) : Deferred.await(running)
  )

const run = <E>(
  refresh: Effect.Effect<Token, E>,
  fresh: Deferred.Deferred<Kept, TokenError>,
  state: Ref.Ref<State>
): Effect.Effect<void> =>
  refresh.pipe(
    Effect.zipWith(Clock.currentTimeMillis, kept),
    Effect.catchAllCause((cause) => Effect.fail(new TokenError({ cause }))),
    Effect.exit,
    Effect.tap((exit) => (Exit.isFailure(exit) ? Ref.set(state, undefined) : Effect.void)),
    Effect.flatMap((exit) => Deferred.done(fresh, exit)),
    Effect.asVoid
  )

const kept = ({ expiresIn, token }: Token, now: number): Kept => ({
  token: Redacted.isRedacted(token) ? token : Redacted.make(token),
  expires: expiresIn === undefined ? Infinity : now + Duration.toMillis(expiresIn)
})
