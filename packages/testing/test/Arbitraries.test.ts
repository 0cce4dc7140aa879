import { Cookies, Rules } from "@effect-requests/core"
import { Arbitraries, Hops } from "@effect-requests/testing"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"

it("a request can be prepared", () => {
  fc.assert(
    fc.property(Arbitraries.request, (request) => {
      expect(Either.getOrThrow(Rules.prepare(request, Hops.facts())).request.method).toBe(request.method)
    })
  )
})

it("hops teach and lead on: cookies and redirects occur", () => {
  const hops = fc.sample(Arbitraries.hop, { numRuns: 200, seed: 1 })
  expect(hops.some((hop) => Either.isRight(Either.fromOption(Rules.redirect(hop), () => undefined)))).toBe(true)
  const learned = hops.map((hop) => Rules.absorb(Hops.facts().state, hop, { now: 0, nonce: "" }))
  expect(learned.some(({ cookies }) => Cookies.size(cookies) > 0)).toBe(true)
})
