import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { formFields, hide, jsonFields } from "../src/HiddenFields.js"
import { isSecretName, lists } from "../src/Shows.js"

/** What stands at each field's place in the text. */
const placed = (text: string) =>
  (jsonFields(text, true) ?? []).map(({ end, name, start }) => `${name}: ${text.slice(start, end)}`)

describe("the fields of JSON", () => {
  it.each([
    ['{"a":1,"b":[true,{"c":"x,}"}],"d":null}', ["a: 1", "b: true", 'c: "x,}"']],
    ['[ "x" , -1.5e3 ]', [': "x"', ": -1.5e3"]],
    ['"alone"', [': "alone"']],
    ['{"a":{"b":{}},"a":"tw\\"ice"}', ['a: "tw\\"ice"']],
    ['\ufeff{"a":1}', ["a: 1"]],
    ['{"\\u0061":1}', ["a: 1"]],
    ['{"a":1}\n\n{"a":2}\n', ["a: 1", "a: 2"]]
  ])("%s", (text, expected) => expect(placed(text)).toEqual(expected))

  it.each(["{", "{}x", '{"a":1}\nnone'])("none where %s says that it is JSON", (text) => {
    expect(jsonFields(text, true)).toBeUndefined()
  })
  it("a lone word is JSON only where it says so", () => {
    expect(jsonFields("12", false)).toEqual([])
    expect(jsonFields("12", true)).toHaveLength(1)
  })

  it("hidden whole, the value has the same shape and none of its values; all else is untouched", () => {
    const hidden = (json: unknown): unknown => {
      if (Array.isArray(json)) return json.map(hidden)
      if (typeof json !== "object" || json === null) return json === null ? null : "<hidden>"
      return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, hidden(value)]))
    }
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(JSON.parse(hide(text, jsonFields(text, true) ?? []))).toEqual(hidden(JSON.parse(text)))
        expect(hide(text, [])).toBe(text)
      }),
      { numRuns: 300 }
    )
  })
})

describe("the fields of a form", () => {
  it("hide what follows the name, and a word without one", () => {
    const text = "a=1&b=%20x=y&&c=&lonely&a=+"
    expect(formFields(text).map(({ name, value }) => [name, value])).toEqual([
      ["a", "1"],
      ["b", " x=y"],
      ["", "lonely"],
      ["a", " "]
    ])
    expect(hide(text, formFields(text))).toBe("a=<hidden>&b=<hidden>&&c=&<hidden>&a=<hidden>")
  })
})

describe("names", () => {
  it.each([
    "access_token",
    "accessToken",
    "X-Api-Key",
    "apikey",
    "PASSWORD",
    "user[password]",
    "sessionId",
    "sid",
    "id_token_hint"
  ])("%s sounds like a secret's", (name) => expect(isSecretName(name)).toBe(true))
  it.each(["id", "name", "keyboard", "author", "tokenizer", "passenger", "inside", "sessions_total"])(
    "%s does not",
    (name) => expect(isSecretName(name)).toBe(false)
  )
  it("a star stands for names that do not; such a one is listed by itself", () => {
    expect([
      lists(["*"], "id"),
      lists(["*"], "pin"),
      lists(["pin"], "pin"),
      lists([], "id"),
      lists(undefined, "id")
    ]).toEqual([true, false, true, false, false])
  })
})
