/**
 * A row in which anybody may leave from the middle.
 *
 * @module
 */

/** A place in a row, which is left by it. */
export interface Spot<A> {
  readonly value: A
  before: Spot<A> | undefined
  after: Spot<A> | undefined
  in: boolean
}

/** First in, first out, or last: to join and to leave cost the same however long it is. */
export class Row<A> {
  first: Spot<A> | undefined = undefined
  last: Spot<A> | undefined = undefined
  size = 0

  push(value: A): Spot<A> {
    const spot: Spot<A> = { value, before: this.last, after: undefined, in: true }
    if (this.last === undefined) this.first = spot
    else this.last.after = spot
    this.last = spot
    this.size++
    return spot
  }

  /** Harmless when it has left already. */
  remove(spot: Spot<A>): void {
    if (!spot.in) return
    spot.in = false
    this.size--
    if (spot.before === undefined) this.first = spot.after
    else spot.before.after = spot.after
    if (spot.after === undefined) this.last = spot.before
    else spot.after.before = spot.before
    // Who has left leads nowhere: an old spot would keep all that came after it from being collected.
    spot.before = undefined
    spot.after = undefined
  }
}
