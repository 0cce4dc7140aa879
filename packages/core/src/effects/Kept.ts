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
}

/** Keeps what an effect reads; whoever comes while it is being read waits for the same. */
export const make = <A extends object>(read: Effect.Effect<A>): Effect.Effect<Kept<A>> =>
  Effect.map(Effect.cached(read), (cached) => {
    const kept: { known: A | undefined; readonly read: Effect.Effect<A> } = {
      known: undefined,
      read: Effect.tap(cached, (value) => {
        kept.known = value
      })
    }
    return kept
  })
