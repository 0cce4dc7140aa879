/**
 * A value that is read once, by whoever asks first, and at hand from then on: `Effect.cached` alone costs more than all
 * decisions about a request.
 *
 * @module
 */
import { Effect } from "effect"

/** Asked with `known` first, where an effect would cost too much. */
export interface Kept<A> {
  /** The value, or `undefined` until it was read. */
  readonly known: A | undefined
  readonly read: Effect.Effect<A>
  /** Whoever asks from now on has it read anew; what is being read meanwhile is kept by nobody. */
  readonly forget: Effect.Effect<void>
}

/** Keeps what an effect reads; whoever comes while it is being read waits for the same. */
export const make = <A extends object>(read: Effect.Effect<A>): Effect.Effect<Kept<A>> =>
  Effect.map(Effect.cached(read), (first) => {
    let current = first
    const kept: { known: A | undefined } & Omit<Kept<A>, "known"> = {
      known: undefined,
      read: Effect.suspend(() => {
        const mine = current
        return Effect.tap(mine, (value) => {
          if (mine === current) kept.known = value
        })
      }),
      forget: Effect.map(Effect.cached(read), (next) => {
        current = next
        kept.known = undefined
      })
    }
    return kept
  })
