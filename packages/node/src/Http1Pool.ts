/**
 * The connections of HTTP/1.1 to one origin: who sits where, and who waits.
 *
 * @module
 */
import type { Carrier, Counts, Errand, Guest } from "./Carrier.js"
import type { Place, Places, Tenant } from "./Places.js"
import { Queue } from "./Queue.js"
import { Row } from "./Row.js"
import { type Owner, Seat, type Ways } from "./Seat.js"

/** What a pool is made of. */
export interface Manner extends Ways {
  /** The most connections. */
  readonly connections: number
}

/**
 * The connection that was used last is used next, so that one after the other needs one connection; undici's own pool goes
 * on to a second, since it frees a socket a turn after its answer. Who waits is served in order.
 */
export class Http1Pool implements Carrier, Owner, Tenant {
  readonly isHttp2 = false
  private readonly seats = new Set<Seat>()
  private readonly free = new Row<Seat>()
  private readonly queue: Queue
  private destroyed = false

  constructor(
    private readonly manner: Manner,
    private readonly places: Places
  ) {
    this.queue = new Queue(places, () => places.sate(this))
  }

  get turn(): number {
    return this.queue.turn
  }

  get counts(): Counts {
    let connected = 0
    let busy = 0
    let waiting = this.queue.size
    for (const seat of this.seats) {
      if (seat.isConnected) connected++
      if (seat.isBusy) busy++
      if (seat.isAwaited) waiting++
    }
    return { connected, busy, waiting }
  }

  dispatch(options: Errand, guest: Guest): void {
    const seat = this.queue.size > 0 ? undefined : (this.freeSeat() ?? this.newSeat(Infinity))
    if (seat !== undefined) seat.sit({ options, guest })
    else if (this.queue.join({ options, guest })) this.askForMore()
  }

  admit(): void {
    const seat = this.newSeat(this.turn)
    if (seat === undefined) return
    const job = this.queue.take()
    if (job === undefined) this.freed(seat)
    else seat.sit(job)
    this.askForMore()
  }

  freed(seat: Seat): void {
    if (this.queue.size > 0 || this.places.isOwed(Infinity)) return
    seat.spot = this.free.push(seat)
    seat.place.rests()
  }

  ready(seat: Seat): void {
    if (seat.spot !== undefined) return
    if (this.places.isOwed(this.turn)) this.give(seat)
    else this.next(seat)
  }

  lost(seat: Seat): void {
    this.remove(seat)
  }

  /** Takes over a connection that is open already, with its place: what connects first gets it. */
  adopt(place: Place): void {
    const seat = this.add(place)
    place.close = () => this.give(seat)
    this.freed(seat)
  }

  async destroy(): Promise<void> {
    this.destroyed = true
    const seats = Array.from(this.seats)
    for (const seat of seats) this.remove(seat)
    await Promise.all(seats.map((seat) => seat.close()))
  }

  private next(seat: Seat): void {
    const job = this.queue.take()
    if (job === undefined) this.freed(seat)
    else seat.sit(job)
  }

  private freeSeat(): Seat | undefined {
    const seat = this.free.last?.value
    if (seat !== undefined) this.takeUp(seat)
    return seat
  }

  private newSeat(turn: number): Seat | undefined {
    if (this.seats.size >= this.manner.connections) return undefined
    const place = this.places.take(turn, () => this.give(seat))
    if (place === undefined) return undefined
    const seat = this.add(place)
    return seat
  }

  /** undici throws at an option that it does not like. */
  private add(place: Place): Seat {
    try {
      const seat = new Seat(this, this.manner, place)
      this.seats.add(seat)
      return seat
    } catch (error) {
      place.leaves()
      throw error
    }
  }

  /** Where the limit over all pools is in the way, and not this pool's own. */
  private askForMore(): void {
    if (this.queue.size > 0 && this.seats.size < this.manner.connections && !this.destroyed) this.places.hunger(this)
  }

  private takeUp(seat: Seat): void {
    if (seat.spot === undefined) return
    this.free.remove(seat.spot)
    seat.spot = undefined
  }

  private give(seat: Seat): void {
    void seat.close()
    this.remove(seat)
  }

  private remove(seat: Seat): void {
    if (!this.seats.delete(seat)) return
    this.takeUp(seat)
    // Whoever waits longest gets the place, here or elsewhere.
    this.askForMore()
    seat.place.leaves()
  }
}
