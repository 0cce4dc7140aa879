import { Rules, Settings } from "@effect-requests/core"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { settings } from "../arbitraries.js"
import { prepared, refusal } from "../given.js"

const policies = (said: Settings.Settings) => Either.getOrThrow(Rules.policies(said))
const safe = policies(Settings.defaults)

describe("policies", () => {
  it("are the safe ones where nobody chooses", () => {
    expect(policies({})).toEqual(safe)
    expect(policies({ environment: null, authentication: null, jar: null, redirects: null })).toEqual(safe)
    expect(policies({ jar: Settings.only({}) })).toEqual(safe)
  })
  it("change choice by choice; undefined is none", () => {
    const said: Settings.Settings = JSON.parse('{"jar":{"field":"alone"}}')
    expect(policies({ ...said, environment: { netrc: "overrides" } })).toEqual({
      ...safe,
      environment: { ...safe.environment, netrc: "overrides" },
      jar: { ...safe.jar, field: "alone" }
    })
    const silent = Object.fromEntries([["field", undefined]])
    expect(policies({ jar: silent, authentication: silent })).toEqual(safe)
  })
  it.each<[string, string, unknown]>([
    ["redirects.downgrade", "redirects", { downgrade: "allow" }],
    ["environment.netrc", "environment", { netrc: "first" }],
    ["environment.caBundle", "environment", { caBundle: true }],
    ["authentication.sha1", "authentication", { sha1: "yes" }],
    ["jar.sameSite", "jar", { sameSite: null }],
    ["jar.mostOfDomain", "jar", { mostOfDomain: 1.5 }],
    ["jar.largestCookie", "jar", { largestCookie: -1 }],
    ["jar.mostOfAll", "jar", { mostOfAll: NaN }]
  ])("refuse a word that is no choice, at %s", (where, name, said) => {
    const wrong: Settings.Settings = Object.fromEntries([[name, said]])
    expect(refusal(Rules.policies(wrong))).toBe(`Setting at ${where}`)
    expect(refusal(prepared("GET", "https://h.test/", wrong))).toBe(`Setting at ${where}`)
  })
  it("are what is said, of any layers", () => {
    fc.assert(
      fc.property(settings, settings, (base, over) => {
        const merged = Rules.merge(base, over)
        const found = policies(merged)
        for (const name of ["environment", "authentication", "jar", "redirects"] as const) {
          expect(found[name]).toMatchObject(Settings.partsOf<object>(merged[name]) ?? {})
          expect(Object.keys(found[name]).sort()).toEqual(
            Object.keys({ ...safe[name], ...Settings.partsOf<object>(merged[name]) }).sort()
          )
        }
        expect(Rules.jarOf(merged)).toEqual(found.jar)
      })
    )
  })
})
