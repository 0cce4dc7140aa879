import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { leaks } from "../src/SecretSearch.js"

const isIn = (text: string, secret: string): boolean =>
  leaks([{ name: "there", text }], [{ value: secret, from: "here" }]).length > 0

const ascii = fc.string({ minLength: 6, maxLength: 20 })
const around = fc.string({ maxLength: 10 })
const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64")
const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")

const dresses: ReadonlyArray<readonly [string, (secret: string, before: string, after: string) => string]> = [
  ["as it is", (secret, before, after) => before + secret + after],
  ["in base64, wherever in its groups", (secret, before, after) => base64(before + secret + after)],
  ["percent-encoded", (secret, before, after) => before.replaceAll("%", "") + encodeURIComponent(secret) + after],
  ["as a form's value", (secret) => new URLSearchParams([["a", secret]]).toString()],
  ["in JSON", (secret, before, after) => JSON.stringify([before, secret, after])],
  ["in JSON's escapes", (secret) => `"${escaped(secret)}"`],
  ["in JSON within JSON", (secret) => JSON.stringify(JSON.stringify({ a: secret }))]
]

describe("a secret is found", () => {
  it.each(dresses)("%s", (_, dress) => {
    fc.assert(
      fc.property(ascii, around, around, (secret, before, after) => {
        expect(isIn(dress(secret, before.replaceAll("\\", ""), after), secret)).toBe(true)
      }),
      { numRuns: 300 }
    )
  })
})

describe("nothing else is found", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 6, maxLength: 12 })
  it("a text without its letters", () => {
    fc.assert(
      fc.property(
        word,
        fc.string({ unit: fc.constantFrom("x", "y", " ", "%", "\\", "&"), maxLength: 40 }),
        (secret, text) => {
          expect(isIn(text, secret)).toBe(false)
        }
      )
    )
  })
  it.each([
    ["a short one within a word", "passport", "pass", false],
    ["a short one as a word", "the pass.", "pass", true],
    ["a short one beside a letter of another alphabet", "épass", "pass", false],
    ["a short one that spaces make", "is a b", "isab", false]
  ])("%s", (_, text, secret, expected) => {
    expect(isIn(text, secret)).toBe(expected)
  })
  it("says where each one stands, and where it is from", () => {
    const places = [
      { name: "one", text: "secret-1" },
      { name: "two", text: "secret-1 secret-2" }
    ]
    const secrets = ["secret-1", "secret-2"].map((value) => ({ value, from: `cookie ${value.at(-1)}` }))
    expect(leaks(places, secrets).map(({ from, place }) => `${from} in ${place}`)).toEqual([
      "cookie 1 in one",
      "cookie 1 in two",
      "cookie 2 in two"
    ])
  })
})
