/**
 * A round: so many times of one contender, and what they took.
 *
 * @module
 */
import { Schema } from "effect"
import type { Contender } from "./contender.js"

/** How often it is done in a round, and how many at once. */
export const Order = Schema.Struct({ count: Schema.Number, concurrency: Schema.Number })
export type Order = typeof Order.Type

/** What one contender took in one round, in microseconds for each time. */
export const Sample = Schema.Struct({ cpuUs: Schema.Number, wallUs: Schema.Number })
export type Sample = typeof Sample.Type

/** How much is done. */
export interface Load {
  readonly warmUp: number
  readonly rounds: number
  readonly perRound: number
  readonly concurrency: number
}

/** The part of a round that is run before it and not measured: connections are open again, and caches are warm. */
const settled = 0.2

/** One round. A collection is not forced before it: it goes on in other threads, and would be charged to the round. */
export const round = async ({ run }: Contender, { concurrency, count }: Order): Promise<Sample> => {
  await run(Math.ceil(count * settled), concurrency)
  const cpu = process.cpuUsage()
  const began = performance.now()
  await run(count, concurrency)
  const wall = performance.now() - began
  const { system, user } = process.cpuUsage(cpu)
  return { cpuUs: (system + user) / count, wallUs: (wall * 1000) / count }
}

/** All rounds of one contender, here and now: for whoever is compared with nobody. */
export const rounds = async (contender: Contender, load: Load): Promise<ReadonlyArray<Sample>> => {
  await contender.run(load.warmUp, load.concurrency)
  const samples: Array<Sample> = []
  for (let n = 0; n < load.rounds; n++) {
    samples.push(await round(contender, { count: load.perRound, concurrency: load.concurrency }))
  }
  await contender.close?.()
  return samples
}
