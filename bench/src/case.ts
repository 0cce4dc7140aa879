/**
 * A case: who does what, how often, and beside whom it is shown.
 *
 * @module
 */
import { Schema } from "effect"
import type { Contender } from "./contender.js"
import { Figures, figures } from "./figures.js"
import { interleaved, type Load } from "./rounds.js"

/** How thorough a run is: `--quick` says whether it goes the right way, a full one is published. */
export type Scale = "quick" | "full"

/** What a case gives: our figures, and those of the others by name. */
export const Result = Schema.Struct({
  ...Figures.fields,
  peers: Schema.Record({ key: Schema.String, value: Figures })
})
export type Result = typeof Result.Type

/** One row of the table. */
export interface Case {
  readonly name: string
  /** What is done once, in a few words. */
  readonly about: string
  readonly run: (scale: Scale) => Promise<Result>
}

/** The loads of a case whose one time costs about as much as `weight` requests. */
export const load = (scale: Scale, weight = 1): Load => {
  const times = (count: number): number => Math.max(50, Math.round(count / weight))
  return scale === "quick"
    ? { warmUp: times(6000), rounds: 7, perRound: times(2000), concurrency: 50 }
    : { warmUp: times(20_000), rounds: 15, perRound: times(3000), concurrency: 50 }
}

/** All contenders in turns; the first is ours, and all are compared with the one named `base`. */
export const compare = async (contenders: ReadonlyArray<Contender>, base: string, load: Load): Promise<Result> => {
  const samples = await interleaved(contenders, load)
  const named = (name: string): Figures => figures(samples.get(name) ?? [], samples.get(base) ?? [])
  const [own, ...others] = contenders.map(({ name }) => name)
  return {
    ...named(own ?? ""),
    peers: Object.fromEntries(others.map((name) => [name, named(name)]))
  }
}
