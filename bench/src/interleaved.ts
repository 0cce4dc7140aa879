/**
 * Interleaved rounds: every contender in every round, each time another one first, so that what disturbs the machine
 * disturbs all. Each has a process of its own: nobody pays for the garbage of another, or runs in code that another one has
 * warmed up.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { type Load, type Order, Sample } from "./rounds.js"

/** The samples of a contender, round by round. */
export type Samples = ReadonlyMap<string, ReadonlyArray<Sample>>

/** A contender in its process. */
interface Runner {
  readonly name: string
  readonly run: (order: Order) => Promise<Sample>
  readonly leave: () => void
}

const nextWord = (child: ChildProcess, who: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`${who} ended with ${code}`))
    child.once("exit", gone)
    child.once("message", (word) => {
      child.off("exit", gone)
      resolve(word)
    })
  })

const runnerOf = async (kase: string, name: string, origin: string): Promise<Runner> => {
  const child = fork(fileURLToPath(new URL("runner.js", import.meta.url)), [kase, name, origin], { execArgv: [] })
  const who = `${kase}: ${name}`
  await nextWord(child, who)
  return {
    name,
    run: async (order) => {
      const answer = nextWord(child, who)
      child.send(order)
      return Schema.decodeUnknownSync(Sample)(await answer)
    },
    leave: () => child.disconnect()
  }
}

/** Warms every contender of a case up, then measures all of them in turns. */
export const interleaved = async (
  kase: string,
  names: ReadonlyArray<string>,
  origin: string,
  { concurrency, perRound, rounds, warmUp }: Load
): Promise<Samples> => {
  const runners = await Promise.all(names.map((name) => runnerOf(kase, name, origin)))
  const samples = new Map<string, Array<Sample>>(names.map((name) => [name, []]))
  for (const { run } of runners) await run({ count: warmUp, concurrency })
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(round + turn) % runners.length]
      if (runner === undefined) continue
      samples.get(runner.name)?.push(await runner.run({ count: perRound, concurrency }))
    }
  }
  for (const { leave } of runners) leave()
  return samples
}
