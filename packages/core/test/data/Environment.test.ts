import { Inspectable, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import * as Environment from "../../src/data/Environment.js"

describe("Environment", () => {
  const environment = Environment.make(
    { https_proxy: "http://ada:pa55@p.test" },
    "machine h.test login ada password pa55"
  )

  it("shows names and no secret", () => {
    for (const shown of [
      JSON.stringify(environment),
      String(environment),
      JSON.stringify(environment[Inspectable.NodeInspectSymbol]())
    ]) {
      expect(shown).toContain("https_proxy")
      expect(shown).not.toContain("pa55")
    }
  })

  it("keeps the netrc as a secret", () => {
    expect(Redacted.isRedacted(environment.netrc)).toBe(true)
    expect(Environment.make({}, environment.netrc).netrc).toBe(environment.netrc)
  })

  it("is empty", () => {
    expect(Environment.empty.variables).toEqual({})
    expect(Environment.empty.netrc).toBeUndefined()
  })
})
