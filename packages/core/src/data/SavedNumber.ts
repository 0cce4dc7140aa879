/**
 * Numbers as JSON, those that it has no word for among them.
 *
 * @module
 */
import { Schema } from "effect"

/**
 * A number; `Infinity`, `-Infinity`, `NaN` and `-0` travel as texts, since JSON would make `null` and `0` of them.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const saved = Either.getOrThrow(Snapshot.seal(SessionState.make({ settings: { timeout: Infinity } })))
 * const { state } = Either.getOrThrow(Snapshot.restore(JSON.parse(JSON.stringify(saved))))
 * console.assert(state.settings.timeout === Infinity)
 */
export const SavedNumber = Schema.transform(
  Schema.Union(Schema.JsonNumber, Schema.Literal("Infinity", "-Infinity", "NaN", "-0")),
  Schema.Number,
  {
    strict: true,
    decode: (saved) => Number(saved),
    encode: (number) => (Number.isFinite(number) && !Object.is(number, -0) ? number : named(number))
  }
)

const named = (number: number) =>
  Object.is(number, -0) ? "-0" : number > 0 ? "Infinity" : number < 0 ? "-Infinity" : "NaN"
