/**
 * What may go wrong with a cassette, written for whoever has to record it again.
 *
 * @module
 */
import { Data } from "effect"
import type { TapeRequest } from "./Tape.js"

/** A cassette cannot be read or written. `path` is its file. */
export class CassetteError extends Data.TaggedError("CassetteError")<{
  readonly reason: /** The file cannot be read or written. */
    | "File"
    /** It is no JSON, or no cassette of version 1. */
    | "Format"
    /** There is none, and the mode records nothing. */
    | "Missing"
    /** A secret would stand in the file: nothing was written. */
    | "Secret"
  readonly path: string
  readonly detail: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return `cassette ${this.path}: ${this.detail}`
  }
}

/** A request that is not on the tape, and what comes closest. Nothing was sent. */
export class NotRecorded extends Data.TaggedError("NotRecorded")<{
  readonly path: string
  readonly asked: TapeRequest
  readonly closest: TapeRequest | undefined
  /** In what the closest differs; empty where it fits but was played before. */
  readonly differences: ReadonlyArray<string>
}> {
  override get message(): string {
    const said =
      this.closest === undefined
        ? ["the cassette is empty"]
        : this.differences.length === 0
          ? ["it was recorded, but every recording of it has been played"]
          : [
              `the closest is ${this.closest.method} ${this.closest.url}`,
              ...this.differences.map((one) => `  - ${one}`)
            ]
    return [
      `cassette ${this.path} has no ${this.asked.method} ${this.asked.url}`,
      ...said.map((line) => `  ${line}`),
      '  Record again with mode "all" or "new episodes" if the program is right.'
    ].join("\n")
  }
}
