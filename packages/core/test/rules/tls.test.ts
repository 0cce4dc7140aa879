import { Rules, SessionState, type Settings, Snapshot, Tls } from "@effect-requests/core"
import { Effect, Either, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { answered, call, facts as factsOf, refusal } from "../given.js"

const digest = "A".repeat(43)
const other = "B".repeat(43)

describe("settleTls", () => {
  it.each<[string, Settings.Settings["tls"], Tls.Policy | string]>([
    ["nothing", undefined, Tls.standard],
    ["none", null, Tls.standard],
    ["parts that are taken away", { pins: null, serverName: null, minVersion: null }, Tls.standard],
    ["a version", { minVersion: "TLSv1.3" }, { ...Tls.standard, minVersion: "TLSv1.3" }],
    ["a name in capitals", { serverName: "A.Test" }, { ...Tls.standard, serverName: "a.test" }],
    [
      "pins in every spelling, once and in order",
      { pins: [`sha256//${other}=`, `sha256/${digest}`, `sha256/${digest}=`] },
      { ...Tls.standard, pins: [`sha256/${digest}=`, `sha256/${other}=`] }
    ],
    ["an address as a name", { serverName: "127.0.0.1" }, "Setting at tls.serverName"],
    ["a name with a port", { serverName: "h.test:443" }, "Setting at tls.serverName"],
    ["no pin at all", { pins: [] }, "Setting at tls.pins"],
    ["a pin that is none", { pins: [`sha256/${digest}=`, "sha1/abc"] }, "Setting at tls.pins[1]"]
  ])("%s", (_, setting, expected) => {
    const settled = Rules.settleTls(setting)
    expect(typeof expected === "string" ? refusal(settled) : Either.getOrThrow(settled)).toEqual(expected)
  })

  it.each([["ciphers"], ["minversion"]])("refuses %s, which is no part", (name) => {
    expect(refusal(Rules.settleTls(JSON.parse(`{"${name}":"x"}`)))).toBe(`Setting at tls.${name}`)
  })

  it("is total, and gives a normal form", () => {
    const parts = fc.record(
      {
        pins: fc.array(fc.string()),
        serverName: fc.string(),
        minVersion: fc.constantFrom("TLSv1.2" as const, "TLSv1.3" as const)
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(parts, (given) => {
        const settled = Rules.settleTls(given)
        if (Either.isLeft(settled)) return
        const { pins, ...rest } = settled.right
        const again = Rules.settleTls({ ...rest, ...(pins.length === 0 ? {} : { pins }) })
        expect(Either.getOrThrow(again)).toEqual(settled.right)
      })
    )
  })
})

describe("the setting tls", () => {
  const tls = { pins: [`sha256/${digest}=`], serverName: "h.test", minVersion: "TLSv1.3" } as const

  it("is merged part by part", () => {
    const { transport } = call("GET", "https://h.test/", { tls: { minVersion: null } }, { tls }).request
    expect(transport.tls).toEqual({ ...tls, minVersion: "TLSv1.2" })
  })

  it("a redirect to another origin keeps the version alone, and says what stays behind", () => {
    const hop = answered(call("GET", "https://h.test/", { tls }), 302, ["Location", "https://other.test/"])
    const next = Either.getOrThrow(Option.getOrThrow(Rules.followUp(hop, factsOf())))
    expect(next.request.transport.tls).toEqual({ ...Tls.standard, minVersion: "TLSv1.3" })
    expect(next.withheld.map(({ name }) => name)).toEqual(expect.arrayContaining(["pins", "serverName"]))
  })

  it("is saved and restored as it was", async () => {
    const state = SessionState.make({ settings: { tls } })
    const restored = await Effect.runPromise(Effect.flatMap(Snapshot.seal(state), (sealed) => Snapshot.restore(sealed)))
    expect(restored.state.settings.tls).toEqual(tls)
  })
})
