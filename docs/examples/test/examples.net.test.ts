import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Record } from "effect"
import { examples } from "../src/examples.js"
import { kept } from "./console.js"

const page = readFileSync(new URL("../README.md", import.meta.url), "utf8")

/** Name → what the page says that the example prints. */
const printed = new Map(
  Array.from(page.matchAll(/^## (\S+)$.*?^```text\n(.*?)^```$/gms), ([, name = "", text = ""]) => [name, text])
)

describe("every example prints what its page says", () => {
  it("the page has all of them, and no other", () => {
    expect([...printed.keys()]).toEqual(Object.keys(examples))
  })

  for (const [name, example] of Record.toEntries<string, Effect.Effect<void, unknown>>(examples)) {
    it.live(name, () =>
      Effect.gen(function* () {
        const lines: Array<string> = []
        yield* kept(lines)(example)
        expect(`${lines.join("\n")}\n`).toBe(printed.get(name))
      })
    )
  }
})
