import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { marker, mutated, occurrences, readMutants } from "../src/mutant.js"

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")
const mutants = readMutants()
const claimed = Array.from(
  text("docs/parity/RED.md").matchAll(/^\| (RED-\d\d) \|.*?\| (?:same|better) \|/gm),
  ([, id]) => id ?? ""
)
const security = Array.from({ length: 17 }, (_, n) => `SEC-${n + 1}`)

describe("the mutants", () => {
  it("are one for each rule that a test shows", () => {
    expect(claimed.length).toBeGreaterThan(50)
    expect([...claimed, ...security].filter((rule) => !mutants.has(rule))).toEqual([])
  })
  it.each([...mutants])("%s changes one place of its file", (name, mutant) => {
    expect(mutant.rule).toBe(name)
    expect(mutant.file).toMatch(/^packages\/[a-z]+\/src\/.+\.ts$/)
    expect(mutant.why).not.toBe("")
    expect(mutant.find).not.toMatch(/\n/)
    expect(mutant.replace).not.toBe(mutant.find)
    expect(occurrences(text(mutant.file), mutant.find)).toBe(1)
  })
})

describe("a mutation", () => {
  const mutant = { rule: "RED-01", file: "", find: "a", replace: "$&b", why: "" }
  it("is made as it is written, or not at all", () => {
    expect(mutated("xay", mutant)).toBe("x$&by")
    expect(mutated("aa", mutant)).toBeUndefined()
    expect(mutated("x", mutant)).toBeUndefined()
  })
  it("is looked for in the tests with the rule in their title", () => {
    expect([marker("RED-01"), marker("SEC-1")]).toEqual(["[RED-01]", "[SEC 1]"])
  })
})
