import { Json } from "@effect-requests/core"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const fault = (text: string) => Either.getOrElse(Json.parse(text), ({ at }) => at)

describe("[RSP-19] where a text stops being JSON", () => {
  it.each<[string, number]>([
    ["", 0],
    ["   ", 3],
    ["nope", 0],
    ["tru", 0],
    ['{"a": nope}', 6],
    ['{"a" 1}', 5],
    ["{a: 1}", 1],
    ['{"a": 1,}', 8],
    ["[1, 2,]", 6],
    ["[1 2]", 3],
    ["[1", 2],
    ['{"a": [1, {"b": }]}', 16],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"a\\x"', 2],
    ['"\\u12g4"', 1],
    ["01", 1],
    ["1.", 1],
    ["-", 0],
    ["1 2", 2],
    ["NaN", 0],
    ["{} x", 3],
    ["]", 0],
    ['{"a":1]', 6]
  ])("%j at %i", (text, at) => {
    expect(fault(text)).toBe(at)
  })
  it("says the line and the column", () => {
    expect(Either.getLeft(Json.parse('{\n  "a": 1,\n  b: 2\n}'))).toMatchObject({
      value: { line: 3, column: 3, at: 14 }
    })
  })
  it("agrees with JSON.parse on any text, and finds its place within it", () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", '"', "]", "}", "\\", "1", "x")).map(([json, at, by]) => {
        const cut = at % (json.length + 1)
        return json.slice(0, cut) + by + json.slice(cut + 1)
      })
    )
    fc.assert(
      fc.property(text, (one) => {
        const result = Json.parse(one)
        let works = true
        try {
          JSON.parse(one)
        } catch {
          works = false
        }
        expect(Either.isRight(result)).toBe(works)
        if (Either.isLeft(result)) {
          expect(result.left.at).toBeLessThanOrEqual(one.length)
          // The engine too takes what stands before it for a beginning: alone, it is at fault at its end or is JSON.
          const before = Json.parse(one.slice(0, result.left.at))
          if (Either.isLeft(before)) expect(before.left.at).toBe(result.left.at)
        }
      }),
      { numRuns: 2000 }
    )
  })
})
