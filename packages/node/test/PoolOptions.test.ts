import { describe, expect, it } from "@effect/vitest"
import { overAll, perOrigin, refusal } from "../src/PoolOptions.js"

describe("the options of the pools", () => {
  it.each([
    ["connections", 0],
    ["connections", -1],
    ["connections", 1.5],
    ["connections", Number.NaN],
    ["totalConnections", 0],
    ["maxWaiting", 0],
    ["maxWaiting", -Infinity],
    ["keepAliveTimeout", 0],
    ["keepAliveTimeout", Infinity],
    ["maxHeaderSize", 0],
    ["maxHeaderSize", 0.5]
  ] as const)("refuse %s: %d, and name it", (where, value) => {
    expect(refusal({ [where]: value })).toMatchObject({ _tag: "InvalidRequest", reason: "Setting", where })
  })

  it.each([
    {},
    { connections: Infinity, totalConnections: Infinity, maxWaiting: Infinity },
    { connections: 1, totalConnections: 1, maxWaiting: 1, keepAliveTimeout: "1 millis", maxHeaderSize: 1 }
  ] as const)("take %o", (options) => {
    expect(refusal(options)).toBe(undefined)
  })

  it("have defaults", () => {
    expect(perOrigin({})).toBe(64)
    expect(overAll({})).toEqual({ total: Infinity, waiting: Infinity })
  })
})
