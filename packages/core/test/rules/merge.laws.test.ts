import { Rules, Settings } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { settings } from "../arbitraries.js"

/** Key order is part of the value: it is the order on the wire. */
const written = (value: Settings.Settings): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === "function" ? "hook" : part))

describe("merge", () => {
  it("is associative, in the order of names too", () => {
    fc.assert(
      fc.property(settings, settings, settings, (a, b, c) => {
        const left = Rules.merge(Rules.merge(a, b), c)
        const right = Rules.merge(a, Rules.merge(b, c))
        expect(left).toEqual(right)
        for (const key of ["headers", "params", "cookies", "timeout", "redirects", "proxies", "jar"] as const) {
          expect(written({ [key]: left[key] })).toBe(written({ [key]: right[key] }))
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("has Settings.empty as its unit, on both sides", () => {
    fc.assert(
      fc.property(settings, (a) => {
        expect(Rules.merge(a, Settings.empty)).toEqual(a)
        expect(Rules.merge(Settings.empty, a)).toEqual(a)
      })
    )
  })

  it("changes neither of its arguments", () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        const before = written(a) + written(b)
        Rules.merge(a, b)
        expect(written(a) + written(b)).toBe(before)
      })
    )
  })
})
