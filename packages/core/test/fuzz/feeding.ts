/** How a function is fed: what counts as an answer, how many cases there are, and of which seed. */
import { setImmediate as pause } from "node:timers/promises"
import { Chunk, Effect, Either, Exit, Option, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { expect } from "vitest"

const numberOf = (name: string, otherwise: number): number => {
  const given = process.env[name]
  if (given === undefined || given === "") return otherwise
  if (!/^-?[0-9]+$/.test(given)) throw new Error(`${name} is no whole number: ${given}`)
  return Number(given)
}

/** Cases for each function. */
export const runs = numberOf("FUZZ_RUNS", 1000)

/** Of the first portion; a failure names its own. */
export const seed = numberOf("FUZZ_SEED", Date.now() % 2 ** 31)

/** A runner that hears nothing of a worker for a minute takes it for dead. */
const portion = 2000

/**
 * Looks at an answer as a caller would. A typed error has a tag, or is a text of the rule's own; its message can be read, as
 * can the JSON of any value.
 */
export const look = (answer: unknown, depth = 0): void => {
  if (depth > 3 || answer === null || answer === undefined) return
  if (Either.isEither(answer)) {
    if (Either.isLeft(answer)) expect(isTypedError(answer.left)).toBe(true)
    look(Either.merge(answer), depth + 1)
  } else if (Option.isOption(answer)) look(Option.getOrUndefined(answer), depth + 1)
  else if (answer instanceof Error) String(answer.message)
  else if (Array.isArray(answer)) for (const one of answer.slice(0, 20)) look(one, depth + 1)
  else if (typeof answer === "object" && "toJSON" in answer && typeof answer.toJSON === "function") answer.toJSON()
}

const isTypedError = (error: unknown): boolean =>
  typeof error === "string" || (error instanceof Error && "_tag" in error && typeof error._tag === "string")

/** All that a stream gives. It may fail with what its source fails with; a defect is thrown. */
export const all = <A>(stream: Stream.Stream<A, unknown>): ReadonlyArray<A> => {
  const exit = Effect.runSyncExit(Stream.runCollect(stream))
  if (Exit.isSuccess(exit)) return Chunk.toReadonlyArray(exit.value)
  if (exit.cause._tag === "Fail") return []
  throw new Error(`a defect: ${String(exit.cause)}`)
}

/** Values of one grammar, and the functions that take them, each by the name that users give it. */
export interface Feed {
  readonly grammar: string
  readonly names: ReadonlyArray<string>
  readonly run: () => Promise<void>
}

export const feed = <A>(
  grammar: string,
  values: fc.Arbitrary<A>,
  functions: Readonly<Record<string, (value: A) => unknown>>
): Feed => ({
  grammar,
  names: Object.keys(functions),
  run: async () => {
    for (let from = 0; from < runs; from += portion) {
      fc.assert(
        fc.property(values, (value) => {
          for (const [name, call] of Object.entries(functions)) eaten(name, call, value)
        }),
        { numRuns: Math.min(portion, runs - from), seed: seed + from }
      )
      await pause()
    }
  }
})

const eaten = <A>(name: string, call: (value: A) => unknown, value: A): void => {
  try {
    look(call(value))
  } catch (cause) {
    throw new Error(`${name} threw ${cause instanceof Error ? cause.stack : String(cause)}`, { cause })
  }
}
