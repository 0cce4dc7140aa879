import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SystemRoots from "../src/SystemRoots.js"

const here = fileURLToPath(import.meta.url)

describe("the bundle of the system", () => {
  it.effect("is the first that is there", () =>
    Effect.gen(function* () {
      expect(yield* SystemRoots.path("linux", ["/nowhere/a.pem", here, "/nowhere/b.pem"])).toBe(here)
    })
  )

  it.effect.each<[string, NodeJS.Platform, ReadonlyArray<string>, string]>([
    ["there is none", "linux", ["/nowhere/a.pem"], "there is no bundle of the system at /nowhere/a.pem"],
    ["the roots are in no file", "darwin", [here], "the system's roots can be read on Linux, and this is darwin"]
  ])("is refused where %s", ([, platform, candidates, problem]) =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(SystemRoots.path(platform, candidates))
      expect([refused.reason, refused.where, refused.problem]).toEqual(["Unsupported", "verify", problem])
    })
  )
})
