/**
 * The requests that wait at one pool, in their order.
 *
 * @module
 */
import { type Errand, type Guest, type Post, turnAway } from "./Carrier.js"
import type { Places } from "./Places.js"
import { Row, type Spot } from "./Row.js"

/** A request in hand: what undici is told, and who hears of it. */
export interface Job {
  readonly options: Errand
  readonly guest: Guest
}

/** There was no room to wait. */
export class QueueFull extends Error {
  constructor(readonly limit: number) {
    super(`${limit} requests wait already`)
  }
}

/** Whoever wants nothing any more leaves at once, from the middle too. */
export class Queue {
  private readonly row = new Row<Turn>()

  constructor(
    private readonly places: Places,
    /** Called when the last has left. */
    private readonly onEmpty: () => void,
    /** What they wait for. */
    readonly phase: () => "queue" | "connect" = () => "queue"
  ) {}

  get size(): number {
    return this.row.size
  }

  /** When who waits first came; `Infinity` when nobody waits. */
  get turn(): number {
    return this.row.first === undefined ? Infinity : this.row.first.value.number
  }

  /** Whether there was room to wait; else the guest was told. */
  join(job: Job): boolean {
    const number = this.places.queue()
    if (number === undefined) {
      turnAway(job.guest, new QueueFull(this.places.limits.waiting))
      return false
    }
    const turn = new Turn(job, number, this)
    turn.spot = this.row.push(turn)
    job.guest.post = turn
    return true
  }

  /** Who waits first, out of the queue. */
  take(): Job | undefined {
    const turn = this.row.first?.value
    if (turn === undefined) return undefined
    this.leave(turn)
    turn.job.guest.post = undefined
    return turn.job
  }

  leave({ spot }: Turn): void {
    if (spot === undefined || !spot.in) return
    this.row.remove(spot)
    this.places.unqueue()
    if (this.row.size === 0) this.onEmpty()
  }
}

/** Somebody's place in a queue. */
class Turn implements Post {
  readonly remoteAddress = undefined
  spot: Spot<Turn> | undefined = undefined

  constructor(
    readonly job: Job,
    readonly number: number,
    private readonly queue: Queue
  ) {}

  get phase() {
    return this.queue.phase()
  }

  began(): void {}

  answered(): void {}

  abandoned(): void {
    this.queue.leave(this)
  }

  ended(): void {}
}
