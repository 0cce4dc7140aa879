import { Rules, SessionState, type Settings, Snapshot, Tls } from "@effect-requests/core"
import { Effect, Either, Encoding, Option } from "effect"
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

  // A pin is the SHA-256 of a key: 32 bytes, which base64 writes with 43 characters and a sign.
  const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Encoding.encodeBase64(bytes))
  const spelled = fc.tuple(digests, fc.boolean(), fc.boolean()).map(([base64, twice, signed]) => ({
    pin: `sha256/${base64}`,
    written: `sha256/${twice ? "/" : ""}${signed ? base64 : base64.slice(0, -1)}`
  }))
  const nearly = fc
    .tuple(
      spelled.filter(({ pin }) => !pin.startsWith("sha256//")),
      fc.nat(),
      fc.constantFrom("cut", "grown", "other", "prefix", "sign")
    )
    .map(([{ pin }, at, how]) => {
      const place = "sha256/".length + (at % 43)
      if (how === "cut") return pin.slice(0, place) + pin.slice(place + 1)
      if (how === "grown") return `${pin.slice(0, place)}A${pin.slice(place)}`
      if (how === "other") return `${pin.slice(0, place)}-${pin.slice(place + 1)}`
      return how === "prefix" ? pin.replace("sha256", "sha512") : `${pin}=`
    })

  it("takes pins in every spelling, and gives each once, in one order and spelling", () => {
    fc.assert(
      fc.property(fc.array(spelled, { minLength: 1 }), fc.nat(), (pins, repeated) => {
        const again = pins[repeated % pins.length]?.written ?? ""
        const policy = Either.getOrThrow(Rules.settleTls({ pins: [...pins.map(({ written }) => written), again] }))
        expect(policy).toEqual({ ...Tls.standard, pins: Array.from(new Set(pins.map(({ pin }) => pin))).sort() })
        expect(Either.getOrThrow(Rules.settleTls({ pins: policy.pins }))).toEqual(policy)
      })
    )
  })
  it("refuses a pin that is nearly one, and says which", () => {
    fc.assert(
      fc.property(fc.array(spelled), nearly, fc.array(spelled), (before, wrong, after) => {
        const pins = [...before.map(({ written }) => written), wrong, ...after.map(({ written }) => written)]
        expect(refusal(Rules.settleTls({ pins }))).toBe(`Setting at tls.pins[${before.length}]`)
      })
    )
  })
  it("takes the name of a host in any case, and no address", () => {
    const label = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/)
    const name = fc.tuple(fc.array(label, { maxLength: 4 }), fc.stringMatching(/^[a-zA-Z]{1,20}$/))
    fc.assert(
      fc.property(name, fc.ipV4(), fc.ipV6(), ([labels, last], v4, v6) => {
        const serverName = [...labels, last].join(".")
        expect(Either.getOrThrow(Rules.settleTls({ serverName })).serverName).toBe(serverName.toLowerCase())
        for (const address of [v4, v6, `${serverName}.`, `${serverName}:443`]) {
          expect(refusal(Rules.settleTls({ serverName: address }))).toBe("Setting at tls.serverName")
        }
      })
    )
  })
  it("is total, whatever the texts", () => {
    const text = fc.oneof(
      fc.string(),
      nearly,
      spelled.map(({ written }) => written)
    )
    const parts = fc.record({ pins: fc.array(text), serverName: text }, { requiredKeys: [] })
    fc.assert(
      fc.property(parts, (given) => {
        expect(Either.isEither(Rules.settleTls(given))).toBe(true)
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
