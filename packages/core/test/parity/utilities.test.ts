import { Challenge, Charset, Headers, Params } from "@effect-requests/core"
import { describe, expect, it } from "vitest"

describe("[UTL-01] fields", () => {
  const fields: Headers.Headers = ["Accept", "a", "X-B", "b"]
  it("are found and taken away without case", () => {
    expect([Headers.get(fields, "ACCEPT"), Headers.has(fields, "x-b"), Headers.get(fields, "none")]).toEqual([
      "a",
      true,
      undefined
    ])
    expect(Headers.remove(fields, "accept")).toEqual(["X-B", "b"])
  })
  it("keep the place of the first and take the spelling of the last", () => {
    expect(Headers.set(fields, "ACCEPT", "c")).toEqual(["ACCEPT", "c", "X-B", "b"])
    expect(Headers.setIfAbsent(fields, "accept", "c")).toBe(fields)
  })
  it("are a value: nothing changes the list that somebody holds", () => {
    Headers.set(fields, "Accept", "other")
    expect(fields).toEqual(["Accept", "a", "X-B", "b"])
  })
})

describe("lists in a header", () => {
  it.each<[string, Readonly<Record<string, string | null>>]>([
    ['foo="is a fish", bar="as well"', { foo: "is a fish", bar: "as well" }],
    ['foo="a, b",bar=c', { foo: "a, b", bar: "c" }],
    ["key_without_value", { key_without_value: null }],
    ["", {}]
  ])("[UTL-05] %j", (value, expected) => expect(Challenge.parseDictHeader(value)).toEqual(expected))
  it("[UTL-06] what stands in quotes is unescaped", () => {
    expect(Challenge.quotedString('"a\\"b\\\\c" rest', 0)).toEqual(['a"b\\c', 9])
  })
})

describe("[UTL-07] parameters", () => {
  const entries = (input: Params.Input) => Params.make(input).entries.map(({ name, value }) => [name, value])
  it("are a record, pairs, or a text as it is", () => {
    expect(entries({ a: 1, b: ["x", "y"] })).toEqual([
      ["a", "1"],
      ["b", "x"],
      ["b", "y"]
    ])
    expect(
      entries([
        ["a", 1],
        ["a", 2]
      ])
    ).toEqual([
      ["a", "1"],
      ["a", "2"]
    ])
    expect(entries("a=1")).toEqual([[undefined, "a=1"]])
    // @ts-expect-error a number is no record: it is kept, for `prepare` to refuse
    expect(entries(1)).toEqual([[undefined, undefined]])
  })
})

describe("[UTL-08] what a document says of its encoding", () => {
  it.each<[string, string | undefined]>([
    ['<meta charset="koi8-r">', "koi8-r"],
    ['<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"],
    ['<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"],
    ['<?xml version="1.0" encoding="koi8-r"?><meta charset="latin1">', "koi8-r"],
    ["<p>charset=koi8-r</p>", undefined]
  ])("%s", (text, expected) => expect(Charset.fromMeta(new TextEncoder().encode(text))).toBe(expected))
})
