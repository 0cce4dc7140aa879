import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Place, Places, type Tenant } from "../src/Places.js"

/** A pool without sockets: who waits, who is connected, and who was served when. */
class Model implements Tenant {
  readonly queue: Array<number> = []
  readonly open = new Set<Place>()
  readonly free: Array<Place> = []

  constructor(
    readonly places: Places,
    readonly served: Array<number>
  ) {}

  get turn(): number {
    return this.queue[0] ?? Infinity
  }

  ask(): void {
    const free = this.free.pop()
    if (free !== undefined) free.works()
    else if (!this.connect(Infinity)) {
      this.queue.push(this.places.queue() ?? Number.NaN)
      this.places.hunger(this)
    }
  }

  admit(): void {
    if (!this.connect(this.turn)) return
    this.serve()
    if (this.queue.length > 0) this.places.hunger(this)
  }

  /** An answer is complete. */
  finish(): void {
    const place = Array.from(this.open).find((one) => !this.free.includes(one))
    if (place === undefined) return
    if (this.places.isOwed(this.turn)) place.close()
    else if (this.queue.length > 0) this.serve()
    else {
      this.free.push(place)
      place.rests()
    }
  }

  private serve(): void {
    const turn = this.queue.shift()
    if (turn === undefined) return
    this.served.push(turn)
    this.places.unqueue()
    if (this.queue.length === 0) this.places.sate(this)
  }

  private connect(turn: number): boolean {
    const place = this.places.take(turn, () => {
      if (place === undefined) return
      this.open.delete(place)
      const i = this.free.indexOf(place)
      if (i >= 0) this.free.splice(i, 1)
      if (this.queue.length > 0) this.places.hunger(this)
      place.leaves()
    })
    if (place !== undefined) this.open.add(place)
    return place !== undefined
  }
}

const steps = fc.array(fc.tuple(fc.nat(2), fc.constantFrom("ask" as const, "finish" as const)), { maxLength: 60 })

describe("the limit over all pools", () => {
  it("is never passed, and whoever came first is served first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (total, all) => {
        const places = new Places({ total, waiting: Infinity })
        const served: Array<number> = []
        const pools = [0, 1, 2].map(() => new Model(places, served))
        for (const [which, step] of all) {
          pools[which]?.[step]()
          expect(pools.reduce((sum, { open }) => sum + open.size, 0)).toBeLessThanOrEqual(total)
          // Nobody waits while a connection is free.
          const waits = pools.some(({ queue }) => queue.length > 0)
          expect(waits && pools.some(({ free }) => free.length > 0)).toBe(false)
        }
        expect(served).toEqual([...served].sort((a, b) => a - b))
        // Everybody has a turn in the end.
        for (let i = 0; i < all.length * 3; i++) pools[i % 3]?.finish()
        expect(pools.every(({ queue }) => queue.length === 0)).toBe(true)
      })
    )
  })

  it("gives up the connection that is free for longest", () => {
    const places = new Places({ total: 2, waiting: Infinity })
    const closed: Array<string> = []
    const take = (name: string) => {
      const place = places.take(Infinity, () => {
        closed.push(name)
        place?.leaves()
      })
      return place
    }
    const [a, b] = [take("a"), take("b")]
    expect(take("c")).toBe(undefined)
    b?.rests()
    a?.rests()
    b?.works()
    b?.rests()
    expect(take("c")).not.toBe(undefined)
    expect(closed).toEqual(["a"])
  })

  it("counts who queues", () => {
    const places = new Places({ total: Infinity, waiting: 2 })
    expect([places.queue(), places.queue(), places.queue()]).toEqual([1, 2, undefined])
    places.unqueue()
    expect(places.queue()).toBe(3)
  })
})
