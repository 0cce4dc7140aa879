import { Auth, Params, Rules, Settings } from "@effect-requests/core"
import { describe, expect, it } from "vitest"

const headers = (base: Settings.Settings["headers"], over: Settings.Settings["headers"]) =>
  Object.entries(Rules.merge({ headers: base }, { headers: over }).headers ?? {})

const params = (base: Settings.Settings["params"], over: Settings.Settings["params"]) => {
  const merged = Rules.merge({ params: base }, { params: over }).params
  return merged instanceof Params.Params
    ? merged.entries.map(({ name, value }) => `${name}=${value}`).join("&")
    : merged
}

describe("headers", () => {
  it("[SET-07] keeps the place of what it overrides and appends what is new", () => {
    expect(headers({ A: "1", B: "2" }, { C: "3", a: "4" })).toEqual([
      ["a", "4"],
      ["B", "2"],
      ["C", "3"]
    ])
  })
  it("[SET-09] has no case, and the later spelling wins", () => {
    expect(headers({ foo: "1" }, { FOO: "2" })).toEqual([["FOO", "2"]])
  })
  it("[SET-08] keeps a null as a tombstone until prepare", () => {
    expect(headers({ foo: "1" }, { FOO: null })).toEqual([["FOO", null]])
  })
  it("takes undefined for no opinion", () => {
    expect(headers({ foo: "1" }, { foo: undefined })).toEqual([["foo", "1"]])
    expect(Rules.merge({ maxRedirects: 3 }, { maxRedirects: undefined }).maxRedirects).toBe(3)
  })
  it("keeps a name that JavaScript would lose", () => {
    const over = Object.fromEntries([["__proto__", "1"]])
    expect(headers({}, over)).toEqual([["__proto__", "1"]])
  })
})

describe("params", () => {
  it("[SET-10] have case", () => {
    expect(params({ foo: "1" }, { FOO: "2" })).toBe("foo=1&FOO=2")
  })
  it("[SET-11] of a record and of pairs are one kind of value", () => {
    expect(
      params({ a: 1, b: 2 }, [
        ["b", 3],
        ["c", 4],
        ["b", 5]
      ])
    ).toBe("a=1&b=3&b=5&c=4")
  })
  it("keep the order of pairs that override nothing", () => {
    expect(
      params({}, [
        ["a", 1],
        ["b", 2],
        ["a", 3]
      ])
    ).toBe("a=1&b=2&a=3")
  })
  it("are taken away by null", () => {
    expect(params({ a: 1, b: 2 }, { a: null })).toBe("a=null&b=2")
  })
})

describe("hooks", () => {
  const first = () => undefined
  const second = () => undefined
  const third = () => undefined
  const run = (...layers: ReadonlyArray<Settings.Settings>) => {
    const merged = layers.reduce(Rules.merge, Settings.empty).hooks
    return merged instanceof Settings.Only ? Rules.hooksOf(merged.value) : Rules.hooksOf(merged ?? {})
  }
  it("[SET-15] of a request replace those of the session", () => {
    expect(run({ hooks: { response: [first] } }, { hooks: { response: [second] } })).toEqual([second])
  })
  it("[SET-16] [SET-17] an empty list is no opinion", () => {
    expect(run({ hooks: { response: [first] } }, { hooks: { response: [] } })).toEqual([first])
    expect(run({ hooks: { response: [] } }, { hooks: { response: second } })).toEqual([second])
  })
  it("append adds to what is below", () => {
    expect(run({ hooks: { response: first } }, { hooks: { append: second } }, { hooks: { append: third } })).toEqual([
      first,
      second,
      third
    ])
  })
  it("null takes all away, also what was appended, and what comes later stands alone", () => {
    expect(run({ hooks: { response: first, append: second } }, { hooks: null }, { hooks: { append: third } })).toEqual([
      third
    ])
  })
})

describe("the rest", () => {
  it("[SET-06] is replaced whole", () => {
    const [a, b] = [Auth.basic("a", "1"), Auth.bearer("t")]
    expect(Rules.merge({ auth: a, verify: true }, { auth: b, verify: false })).toEqual({ auth: b, verify: false })
  })
  it("null takes auth away", () => {
    expect(Rules.merge({ auth: Auth.bearer("t") }, { auth: null }).auth).toBeNull()
  })
  it("timeouts merge part by part; one duration is the total", () => {
    expect(Rules.merge({ timeout: { connect: 1, total: 2 } }, { timeout: "3 seconds" }).timeout).toEqual({
      connect: 1,
      total: "3 seconds"
    })
  })
  it("only says exactly this", () => {
    const merged = Rules.merge({ headers: { A: "1" } }, { headers: Settings.only({ B: "2" }) })
    expect(Rules.merge(merged, { headers: { C: "3" } }).headers).toEqual(Settings.only({ B: "2", C: "3" }))
  })
})
