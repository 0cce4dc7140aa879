import { describe, expect, it } from "@effect/vitest"
import { Roster } from "@effect-requests/core"
import fc from "fast-check"

class One implements Roster.Member {
  place = Roster.nowhere
  constructor(readonly name: number) {}
}

describe("Roster", () => {
  it("counts who has joined and not left", () => {
    const roster = new Roster.Roster<One>()
    const [a, b, c] = [new One(1), new One(2), new One(3)]
    for (const one of [a, b, c, b]) roster.add(one)
    expect(roster.size).toBe(3)
    roster.remove(a)
    roster.remove(a)
    expect(roster.members.map(({ name }) => name).sort()).toEqual([2, 3])
    expect(a.place).toBe(Roster.nowhere)
  })

  it("a list of its members is not changed by who leaves", () => {
    const roster = new Roster.Roster<One>()
    const all = [new One(1), new One(2), new One(3)]
    for (const one of all) roster.add(one)
    const { members } = roster
    for (const one of members) roster.remove(one)
    expect(members).toHaveLength(3)
    expect(roster.size).toBe(0)
  })

  it("law: it holds what a set would hold", () => {
    const steps = fc.array(fc.record({ joins: fc.boolean(), who: fc.nat(7) }), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (steps) => {
        const people = Array.from({ length: 8 }, (_, name) => new One(name))
        const roster = new Roster.Roster<One>()
        const set = new Set<One>()
        for (const { joins, who } of steps) {
          for (const one of people.slice(who, who + 1)) {
            if (joins) {
              roster.add(one)
              set.add(one)
            } else {
              roster.remove(one)
              set.delete(one)
            }
          }
        }
        expect(new Set(roster.members)).toEqual(set)
        expect(roster.size).toBe(set.size)
      })
    )
  })
})
