/**
 * What may go wrong with a cassette, written for whoever has to record it again.
 *
 * @module
 */
import { Data } from "effect"
import type { TapeRequest } from "./Tape.js"

/** A cassette cannot be read, written or played. `path` is its file. */
export class CassetteError extends Data.TaggedError("CassetteError")<{
  readonly reason: /** The file cannot be read or written. */
    | "File"
    /** It is no JSON, or no cassette of version 1. */
    | "Format"
    /** There is none, and the mode records nothing. */
    | "Missing"
    /** A secret would stand in the file: nothing was written. */
    | "Secret"
    /** A body cannot be looked into, so that nobody knows what stands in it: nothing was written. */
    | "Opaque"
    /** The response that is asked for was recorded without its body. */
    | "Bodiless"
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
    return [
      `cassette ${this.path} has no ${this.asked.method} ${this.asked.url}`,
      ...this.said.map((line) => `  ${line}`),
      '  Record again with mode "all" or "new episodes" if the program is right.'
    ].join("\n")
  }

  private get said(): ReadonlyArray<string> {
    if (this.closest === undefined) return ["the cassette is empty"]
    if (this.differences.length === 0) return ["it was recorded, but every recording of it has been played"]
    return [`the closest is ${this.closest.method} ${this.closest.url}`, ...this.differences.map((one) => `  - ${one}`)]
  }
}
