import { expect, it } from "@effect/vitest"
import { Memo } from "@effect-requests/core"
import * as fc from "fast-check"

it("byText answers as its function does, whatever was asked before", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "b", "c", "d", "e", "x".repeat(2000))),
      fc.integer({ min: 1, max: 4 }),
      (texts, size) => {
        const lengthOf = Memo.byText(size, (text) => text.length)
        expect(texts.map(lengthOf)).toEqual(texts.map((text) => text.length))
      }
    )
  )
})

it("byText keeps no more than its size, and no long text", () => {
  const asked: Array<string> = []
  const echo = Memo.byText(2, (text) => {
    asked.push(text)
    return text
  })
  for (const text of ["a", "b", "a", "c", "a"]) echo(text)
  expect(asked).toEqual(["a", "b", "c", "a"])
  const long = "x".repeat(1025)
  echo(long)
  echo(long)
  expect(asked.slice(4)).toEqual([long, long])
})

it("byValue tells equal values apart, and remembers undefined", () => {
  const asked: Array<object> = []
  const nothing = Memo.byValue((value: object) => {
    asked.push(value)
    return undefined
  })
  const [one, other] = [{}, {}]
  for (const value of [one, other, one]) nothing(value)
  expect(asked).toEqual([one, other])
})

it("byLast answers as its function does, and remembers one call", () => {
  const keys = [{}, {}]
  const calls = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom("a", "b")))
  fc.assert(
    fc.property(calls, (all) => {
      let made = 0
      const both = Memo.byLast((key: object, text: string) => {
        made++
        return `${keys.indexOf(key)}${text}`
      })
      expect(all.map(([key, text]) => both(key, text))).toEqual(all.map(([key, text]) => `${keys.indexOf(key)}${text}`))
      const changes = all.filter(([key, text], i) => key !== all[i - 1]?.[0] || text !== all[i - 1]?.[1]).length
      expect(made).toBe(changes)
    })
  )
})
