/**
 * How many connections all pools of an adapter may have, and who gets the next one.
 *
 * @module
 */
import { Row, type Spot } from "./Row.js"

/** Limits over all pools; `Infinity` for none. */
export interface Limits {
  /** Connections. */
  readonly total: number
  /** Requests that wait for one. */
  readonly waiting: number
}

/** A pool, as it is seen from here. */
export interface Tenant {
  /** The turn of who waits there first. */
  readonly turn: number
  /** A place is free for who waits there first. It is asked for with `take`. */
  admit(): void
}

/** The right to one connection. `close` ends the connection, and with it this place. */
export class Place {
  private resting: Spot<Place> | undefined = undefined

  constructor(
    private readonly places: Places,
    public close: () => void
  ) {}

  /** Its connection is free, and may be closed for somebody else's. */
  rests(): void {
    this.resting ??= this.places.rest(this)
  }

  /** Its connection carries a request. */
  works(): void {
    if (this.resting === undefined) return
    this.places.wake(this.resting)
    this.resting = undefined
  }

  /** Its connection is gone. */
  leaves(): void {
    this.works()
    this.places.leave()
  }
}

/** Who came first is served first, over all pools: a pool gives up a free connection for the elder of another. */
export class Places {
  private readonly resting = new Row<Place>()
  /** Pools in which somebody waits for nothing but a place. */
  private readonly hungry = new Set<Tenant>()
  private taken = 0
  private turns = 0
  private inQueues = 0

  constructor(readonly limits: Limits) {}

  /** A place for one more connection, if need be at the cost of that which is free for longest; `undefined` when it is not this turn's. */
  take(turn: number, close: () => void): Place | undefined {
    if (this.isOwed(turn)) return undefined
    if (this.taken >= this.limits.total) this.resting.first?.value.close()
    if (this.taken >= this.limits.total) return undefined
    this.taken++
    return new Place(this, close)
  }

  /** Whether somebody who came before this turn waits for a place. */
  isOwed(turn: number): boolean {
    for (const tenant of this.hungry) if (tenant.turn < turn) return true
    return false
  }

  /** Tells this pool as soon as there is a place. */
  hunger(tenant: Tenant): void {
    this.hungry.add(tenant)
  }

  /** Nobody waits there any more. */
  sate(tenant: Tenant): void {
    this.hungry.delete(tenant)
  }

  /** The number of whoever queues now; `undefined` when the queues are full. */
  queue(): number | undefined {
    if (this.inQueues >= this.limits.waiting) return undefined
    this.inQueues++
    return ++this.turns
  }

  /** Somebody queues no longer. */
  unqueue(): void {
    this.inQueues--
  }

  /** For `Place`. Without a limit nobody asks. */
  rest(place: Place): Spot<Place> | undefined {
    return this.limits.total === Infinity ? undefined : this.resting.push(place)
  }

  wake(spot: Spot<Place>): void {
    this.resting.remove(spot)
  }

  leave(): void {
    this.taken--
    this.serve()
  }

  private serve(): void {
    while (this.taken < this.limits.total) {
      const first = this.first()
      if (first === undefined) return
      this.hungry.delete(first)
      first.admit()
    }
  }

  private first(): Tenant | undefined {
    let first: Tenant | undefined
    for (const tenant of this.hungry) if (first === undefined || tenant.turn < first.turn) first = tenant
    return first
  }
}
