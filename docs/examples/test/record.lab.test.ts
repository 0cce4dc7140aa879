import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { server } from "../../../conformance/src/lab/Lab.js"
import { httpbin, record, replay, tape } from "../src/record.js"
import { kept } from "./console.js"

/** What it prints, line by line. */
const lines = <E>(example: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    yield* kept(lines)(example)
    return lines
  })

describe("recorded against httpbin", () => {
  it.scopedLive("a new tape says without httpbin what httpbin said, and so does the one of this repository", () =>
    Effect.gen(function* () {
      expect(server("httpbin").url).toBe(httpbin)
      const files = yield* FileSystem.FileSystem
      const fresh = `${yield* files.makeTempDirectoryScoped()}/httpbin.json`
      const live = yield* lines(record(fresh))
      expect(yield* lines(replay(fresh))).toEqual(live)
      expect(yield* lines(replay(tape))).toEqual(live)
      expect(yield* files.readFileString(fresh)).not.toContain("t0ken-of-ada")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
