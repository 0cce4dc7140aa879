import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import * as Kept from "../../src/effects/Kept.js"

describe("what is kept", () => {
  it.effect("is read once, by whoever comes first, and anew after it was forgotten", () =>
    Effect.gen(function* () {
      let reads = 0
      const kept = yield* Kept.make(Effect.sync(() => ({ n: ++reads })))
      expect(kept.known).toBe(undefined)
      expect(yield* Effect.all([kept.read, kept.read], { concurrency: 2 })).toEqual([{ n: 1 }, { n: 1 }])
      expect(kept.known).toEqual({ n: 1 })
      yield* kept.forget
      expect(kept.known).toBe(undefined)
      expect(yield* kept.read).toEqual({ n: 2 })
      expect(kept.known).toEqual({ n: 2 })
    })
  )

  it.effect("is not what was read before it was forgotten", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let reads = 0
      const slow = Effect.suspend(() => {
        const n = ++reads
        return Effect.as(n === 1 ? Deferred.await(gate) : Effect.void, { n })
      })
      const kept = yield* Kept.make(slow)
      const first = yield* Effect.fork(kept.read)
      yield* Effect.yieldNow()
      yield* kept.forget
      expect(yield* kept.read).toEqual({ n: 2 })
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(first)).toEqual({ n: 1 })
      expect(kept.known).toEqual({ n: 2 })
    })
  )
})
