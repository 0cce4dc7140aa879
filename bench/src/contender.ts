/**
 * Whoever is measured: something that can be done so many times, so many at once.
 *
 * @module
 */
import { Effect } from "effect"

/** One of several that do the same work in turns. */
export interface Contender {
  readonly name: string
  /** Does it `count` times, by as many loops as `concurrency` says. */
  readonly run: (count: number, concurrency: number) => Promise<void>
  readonly close?: () => Promise<void>
}

/** Loops of promises; each takes the next number until none is left. */
export const promised =
  (one: (index: number) => Promise<unknown>): Contender["run"] =>
  async (count, concurrency) => {
    let next = 0
    const loop = async (): Promise<void> => {
      while (next < count) await one(next++)
    }
    await Promise.all(Array.from({ length: concurrency }, loop))
  }

/** Loops of fibers: one fiber a loop, since a fiber for each request would be measured with it. */
export const looping = <E, R>(
  one: (index: number) => Effect.Effect<unknown, E, R>,
  count: number,
  concurrency: number
): Effect.Effect<void, E, R> =>
  Effect.suspend(() => {
    let next = 0
    const loop = Effect.whileLoop({ while: () => next < count, body: () => one(next++), step: () => {} })
    return Effect.all(
      Array.from({ length: concurrency }, () => loop),
      { concurrency: "unbounded", discard: true }
    )
  })

/** A plain loop around a function: nothing waits, so there is nothing to do at once. */
export const plain =
  (one: (index: number) => unknown): Contender["run"] =>
  async (count) => {
    for (let i = 0; i < count; i++) kept.last = one(i)
  }

/** What was computed is kept, or it need not be computed. */
const kept: { last: unknown } = { last: undefined }
