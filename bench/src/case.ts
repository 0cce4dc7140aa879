/**
 * A case: who does what, how often, and beside whom it is shown.
 *
 * @module
 */
import { Schema } from "effect"
import type { Contender } from "./contender.js"
import { Figures, figures } from "./figures.js"
import { interleaved } from "./interleaved.js"
import type { Load } from "./rounds.js"
import { start } from "./server.js"

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

/** Who takes part in a case. Made in a process of its own, which is told where the server is. */
export interface Entrant {
  readonly name: string
  readonly make: (origin: string) => Contender | Promise<Contender>
  /** Only asked in a full run: the budget does not name it. */
  readonly spectator?: boolean
}

/** A case in which all do the same. The first is ours, and all are compared with the one named `base`. */
export interface Comparison {
  readonly name: string
  readonly about: string
  readonly base: string
  /** Whether there is a server to ask. */
  readonly wire: boolean
  readonly load: (scale: Scale) => Load
  readonly entrants: ReadonlyArray<Entrant>
}

/** The loads of a case whose one time costs about as much as `weight` requests. */
export const requestLoad =
  (weight = 1) =>
  (scale: Scale): Load => {
    const times = (count: number): number => Math.max(50, Math.round(count / weight))
    return scale === "quick"
      ? { warmUp: times(9000), rounds: 5, perRound: times(1500), concurrency: 50 }
      : { warmUp: times(20_000), rounds: 21, perRound: times(3000), concurrency: 50 }
  }

/** All of them in turns, beside the base. */
export const compared = ({ about, base, entrants, load, name, wire }: Comparison): Case => ({
  name,
  about,
  run: async (scale) => {
    const names = entrants.filter(({ spectator }) => scale === "full" || spectator !== true).map(({ name }) => name)
    const measure = (origin: string) => interleaved(name, names, origin, load(scale))
    const samples = await (wire ? served(measure) : measure(""))
    const named = (name: string): Figures => figures(samples.get(name) ?? [], samples.get(base) ?? [])
    const [own = "", ...others] = names
    return { ...named(own), peers: Object.fromEntries(others.map((name) => [name, named(name)])) }
  }
})

/** A responder for the case; what came without its cookies or fields fails it. */
const served = async <A>(measure: (origin: string) => Promise<A>): Promise<A> => {
  const server = await start()
  try {
    const measured = await measure(server.origin)
    await server.checked()
    return measured
  } finally {
    server.close()
  }
}
