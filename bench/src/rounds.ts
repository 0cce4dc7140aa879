/**
 * Interleaved rounds: every contender in every round, each time another one first, so that what disturbs the machine
 * disturbs all.
 *
 * @module
 */
import type { Contender } from "./contender.js"

/** How much is done. */
export interface Load {
  readonly warmUp: number
  readonly rounds: number
  readonly perRound: number
  readonly concurrency: number
}

/** What one contender took in one round, in microseconds for each time. */
export interface Sample {
  readonly cpuUs: number
  readonly wallUs: number
}

/** The samples of a contender, round by round. */
export type Samples = ReadonlyMap<string, ReadonlyArray<Sample>>

/**
 * What the one before has left is collected while this one runs unmeasured: a collection that is forced goes on in other
 * threads for a while, and `cpuUsage` charges these to whoever runs then.
 */
const settled = 0.2

const measured = async ({ run }: Contender, { concurrency, perRound }: Load): Promise<Sample> => {
  await run(Math.ceil(perRound * settled), concurrency)
  const cpu = process.cpuUsage()
  const began = performance.now()
  await run(perRound, concurrency)
  const wall = performance.now() - began
  const { system, user } = process.cpuUsage(cpu)
  return { cpuUs: (system + user) / perRound, wallUs: (wall * 1000) / perRound }
}

/** Warms every contender up, then measures all of them in turns. */
export const interleaved = async (contenders: ReadonlyArray<Contender>, load: Load): Promise<Samples> => {
  const samples = new Map<string, Array<Sample>>(contenders.map(({ name }) => [name, []]))
  for (const { run } of contenders) await run(load.warmUp, load.concurrency)
  for (let round = 0; round < load.rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length]
      if (contender !== undefined) samples.get(contender.name)?.push(await measured(contender, load))
    }
  }
  for (const { close } of contenders) await close?.()
  return samples
}
