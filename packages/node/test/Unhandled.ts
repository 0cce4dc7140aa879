import { afterAll, beforeAll, expect } from "vitest"

/** For a file in which everything fails on purpose: no rejection and no exception is left to nobody. */
export const nothingUnhandled = (): void => {
  const unhandled: Array<unknown> = []
  const note = (reason: unknown): void => {
    unhandled.push(reason)
  }
  beforeAll(() => {
    process.on("unhandledRejection", note)
    process.on("uncaughtException", note)
  })
  afterAll(() => {
    process.off("unhandledRejection", note)
    process.off("uncaughtException", note)
    expect(unhandled).toEqual([])
  })
}
