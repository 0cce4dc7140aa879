/**
 * Who is under way now. Members come and go for each request: a `Set` would copy its table every few of them, and each
 * copy that has grown old keeps its members alive until the next great garbage collection.
 *
 * @module
 */

/** Whoever can stand in one roster at a time. Only the roster writes the place. */
export interface Member {
  place: number
}

/** The place of a member that stands nowhere. */
export const nowhere = -1

/**
 * Members in no particular order; joining and leaving cost the same however many there are.
 *
 * @example
 * import { Roster } from "@effect-requests/core"
 *
 * const roster = new Roster.Roster<{ place: number }>()
 * const one = { place: Roster.nowhere }
 * roster.add(one)
 * console.assert(roster.size === 1 && roster.members[0] === one)
 * roster.remove(one)
 * console.assert(roster.size === 0)
 */
export class Roster<A extends Member> {
  private readonly list: Array<A> = []

  get size(): number {
    return this.list.length
  }

  /** Everybody at this moment, as a list of one's own: whoever is told something may leave. */
  get members(): ReadonlyArray<A> {
    return this.list.slice()
  }

  /** Joins; nothing happens to one who is here already. */
  add(member: A): void {
    if (this.list[member.place] === member) return
    member.place = this.list.length
    this.list.push(member)
  }

  /** Leaves; nothing happens to one who is not here. */
  remove(member: A): void {
    const { place } = member
    if (this.list[place] !== member) return
    const last = this.list.pop()
    member.place = nowhere
    if (last === undefined || last === member) return
    this.list[place] = last
    last.place = place
  }
}
