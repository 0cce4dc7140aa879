import { describe, expect, it } from "@effect/vitest"
import { Settings } from "@effect-requests/core"
import { Effect } from "effect"
import { story } from "../src/demo.js"
import { kept } from "./console.js"

describe("the demo", () => {
  it.live("shows the chain, and every secret stays at home", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const checks = yield* kept(lines)(story(Settings.empty))
      expect(checks.filter(({ holds }) => !holds)).toEqual([])
      const text = lines.join("\n")
      for (const said of [
        "→  302 Found",
        "cookie set: sid",
        "not sent: header X-Api-Key",
        "not sent: auth Bearer",
        '{"id":1,"name":"ada"}'
      ]) {
        expect(text).toContain(said)
      }
      expect(text).not.toMatch(/key-91ac07|token-77e0d1|sid-5f2b8c|correct-horse/)
    })
  )
  it.live("shows the leak of requests' own rules: X-Api-Key, and nothing else", () =>
    Effect.gen(function* () {
      const checks = yield* kept([])(story(Settings.compatible))
      expect(checks.filter(({ holds }) => !holds).map(({ what }) => what)).toEqual(["X-Api-Key stayed at home"])
    })
  )
})
