import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Row, type Spot } from "../src/Row.js"

const values = <A>(row: Row<A>): ReadonlyArray<A> => {
  const out: Array<A> = []
  for (let spot = row.first; spot !== undefined; spot = spot.after) out.push(spot.value)
  return out
}

const backwards = <A>(row: Row<A>): ReadonlyArray<A> => {
  const out: Array<A> = []
  for (let spot = row.last; spot !== undefined; spot = spot.before) out.push(spot.value)
  return out.reverse()
}

describe("a row", () => {
  it("is what an array would be, whoever leaves and however often", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant("join" as const), fc.nat(30))), (steps) => {
        const row = new Row<number>()
        const spots: Array<Spot<number>> = []
        let model: ReadonlyArray<number> = []
        for (const [i, step] of steps.entries()) {
          if (step === "join") {
            spots.push(row.push(i))
            model = [...model, i]
          } else {
            const spot = spots[step]
            if (spot === undefined) continue
            row.remove(spot)
            model = model.filter((one) => one !== spot.value)
          }
          expect(values(row)).toEqual(model)
          expect(backwards(row)).toEqual(model)
          expect(row.size).toBe(model.length)
        }
      })
    )
  })
})
