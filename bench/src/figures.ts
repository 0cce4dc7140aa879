/**
 * Figures of samples: medians, quartiles, and ratios round by round.
 *
 * @module
 */
import { Schema } from "effect"
import type { Sample } from "./rounds.js"

/** What is published of a contender, in a row of its own or beside ours. */
export const Figures = Schema.Struct({
  /** Microseconds of CPU time each, user and system: the median of the rounds. */
  cpuUs: Schema.Number,
  wallUs: Schema.Number,
  /** The median of the ratios round by round: what disturbs a round disturbs both. Below 1 is cheaper than the base. */
  ratio: Schema.Number,
  /** The first and third quartile of these ratios. */
  spread: Schema.Tuple(Schema.Number, Schema.Number),
  /** Of a case that measures something else than time: in its own unit. */
  value: Schema.optional(Schema.Number),
  unit: Schema.optional(Schema.String)
})
export type Figures = typeof Figures.Type

/** The value below which `part` of the list lies. */
export const quantile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}

/** The middle one. */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** Three digits are more than the machine knows. */
export const rounded = (value: number): number => Number(value.toPrecision(3))

/** The ratios of two lists, round by round: their middle and their quartiles. */
export const ratios = (own: ReadonlyArray<number>, base: ReadonlyArray<number>): Pick<Figures, "ratio" | "spread"> => {
  const all = own.map((value, round) => value / (base[round] ?? Number.NaN))
  return { ratio: rounded(median(all)), spread: [rounded(quantile(all, 0.25)), rounded(quantile(all, 0.75))] }
}

/** The figures of a contender beside a base of the same rounds; `key` is what the ratio is of. */
export const figures = <S extends Sample>(
  own: ReadonlyArray<S>,
  base: ReadonlyArray<S>,
  key: keyof S = "cpuUs"
): Figures => ({
  cpuUs: rounded(median(own.map(({ cpuUs }) => cpuUs))),
  wallUs: rounded(median(own.map(({ wallUs }) => wallUs))),
  ...ratios(
    own.map((sample) => Number(sample[key])),
    base.map((sample) => Number(sample[key]))
  )
})
