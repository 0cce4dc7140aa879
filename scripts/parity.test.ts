import { describe, expect, it } from "vitest"
import { idsOf, parity, shownBy } from "./parity.js"

const head =
  "# Title\n\ntext | with a bar\n\n| id | requests | status | here | test |\n| --- | :-- | --- | --: | --- |\n"
const row = (id: string, status: string, here = "why", test = "a.test.ts") =>
  `| ${id} | rule | ${status} | ${here} | ${test} |\n`

const judged = (text: string, ids = ["SET-01"], shown = ["SET-01"]) =>
  parity({ ids, documents: new Map([["docs/parity/SET.md", head + text]]), shown: new Set(shown) }).problems

describe("what is in order", () => {
  it.each([
    ["same", row("SET-01", "same", "")],
    ["better", row("SET-01", "better")],
    ["n/a, without a test", row("SET-01", "n/a", "types do this", "")],
    ["open, without a test", row("SET-01", "open", "later", "")],
    ["a bar in a cell", row("SET-01", "same", "a \\| b")],
    ["without the last bar", row("SET-01", "same").replace(/ \|\n$/, "\n")]
  ])("%s", (_what, text) => {
    expect(judged(text, ["SET-01"], text.includes("test.ts") ? ["SET-01"] : [])).toEqual([])
  })
  it("tables in several documents", () => {
    const documents = new Map([
      ["a.md", head + row("SET-01", "same")],
      ["b.md", head + row("URL-01", "n/a")]
    ])
    expect(parity({ ids: ["SET-01", "URL-01"], documents, shown: new Set(["SET-01"]) }).problems).toEqual([])
  })
})

describe("what is wrong", () => {
  const at = "docs/parity/SET.md:7"
  it.each<[string, string, ReadonlyArray<string>]>([
    ["no row", "", ["SET-01: no row"]],
    ["two rows", row("SET-01", "same") + row("SET-01", "n/a"), [`SET-01: 2 rows (${at}, docs/parity/SET.md:8)`]],
    ["a status that is none", row("SET-01", "done"), [`${at} SET-01: "done" is none of same, better, n/a, open`]],
    ["an id that is none", row("SET-01", "same") + row("Set 1", "same"), ['docs/parity/SET.md:8 "Set 1" is no id']],
    ["an unknown id", row("SET-01", "same") + row("SET-99", "open"), ["docs/parity/SET.md:8 SET-99: no such id"]],
    ["better without a reason", row("SET-01", "better", ""), [`${at} SET-01: better, but it does not say why`]],
    ["n/a without a reason", row("SET-01", "n/a", ""), [`${at} SET-01: n/a, but it does not say why`]],
    [
      "a bar that divides a cell",
      row("SET-01", "same", "a | b"),
      [`${at} SET-01: 6 cells instead of 5 (write a bar as \\|)`]
    ]
  ])("%s", (_what, text, expected) => {
    expect(judged(text)).toEqual(expected)
  })
  it.each(["same", "better"])("%s without a passed test", (status) => {
    expect(judged(row("SET-01", status), ["SET-01"], ["SET-02"])).toEqual([
      `${at} SET-01: ${status}, but no test with [SET-01] in its title ran and passed`
    ])
  })
  it("ids that are twice in the list, or not there at all", () => {
    expect(judged(row("SET-01", "same"), ["SET-01", "SET-01"])).toEqual(["SET-01: twice among the ids"])
    expect(judged("", [])).toEqual(["no ids"])
  })
})

describe("the counts", () => {
  it("are by area and status, in the order of the ids", () => {
    const text = head + row("URL-01", "same") + row("SET-02", "better") + row("SET-01", "open") + row("URL-02", "same")
    const { counts } = parity({
      ids: ["SET-01", "SET-02", "URL-01", "URL-02"],
      documents: new Map([["a.md", text]]),
      shown: new Set()
    })
    expect(counts.map((line) => line.split(/ +/))).toEqual([
      ["area", "same", "better", "n/a", "open", "rules"],
      ["SET", "0", "1", "0", "1", "2"],
      ["URL", "2", "0", "0", "0", "2"],
      ["all", "2", "1", "0", "1", "4"]
    ])
  })
})

describe("the report", () => {
  const report = (
    ...tests: ReadonlyArray<readonly [status: string, ancestors: ReadonlyArray<string>, title: string]>
  ) =>
    JSON.stringify({
      testResults: [
        { assertionResults: tests.map(([status, ancestorTitles, title]) => ({ status, ancestorTitles, title })) }
      ]
    })
  it("gives the ids of passed tests and of the blocks around them", () => {
    const shown = shownBy(
      report(
        ["passed", ["[SET-01] a block", "inside"], "[SET-02] [SET-03] a test"],
        ["failed", ["[SET-04]"], "[SET-05]"],
        ["pending", [], "[SET-06]"],
        ["passed", [], "SET-07 without brackets, [SET-8] and [set-09]"]
      )
    )
    expect(Array.from(shown ?? [])).toEqual(["SET-01", "SET-02", "SET-03"])
  })
  it.each(["", "{", "[]", '{"testResults":[{}]}'])("is none: %j", (text) => {
    expect(shownBy(text)).toBeUndefined()
  })
})

it("ids are one a line", () => {
  expect(idsOf("SET-01\nSET-02\r\n\n")).toEqual(["SET-01", "SET-02"])
})
