import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { area, missing } from "../src/area.js"
import { areas } from "../src/areas/index.js"
import { sameFields, sameHeaders, sameJson, sameUrl } from "../src/compare.js"
import { readFolder, vectors } from "../src/folder.js"
import { run } from "../src/run.js"

type Case = readonly [input: unknown, expected: unknown]

const folder = (files: Readonly<Record<string, ReadonlyArray<Case>>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(files).map(([name, cases]) => [
      `${name}.json`,
      JSON.stringify({ area: name, cases: cases.map(([input, expected]) => ({ input, expected })) })
    ])
  )

const whole = { whole: true }
const elsewhere = { whole: false }
const last = (lines: ReadonlyArray<string>): string | undefined => lines[lines.length - 1]

describe("the vectors of requests", () => {
  const report = run(readFolder(vectors), areas, whole)
  const lacking = new Set(areas.flatMap(({ missing, name }) => (missing === undefined ? [] : [name])))

  it.each(report.areas.filter((one) => !lacking.has(one.area)))("$area", ({ failed, lines, problems }) => {
    expect(failed, lines.join("\n")).toBe(0)
    expect(problems).toEqual([])
  })
  it("have an area each", () => {
    expect(report.areas.map((one) => one.area)).toEqual(areas.map(({ name }) => name).sort())
  })
  it("all pass, or deviate on purpose", () => {
    expect(Array.from(lacking)).toEqual([])
    expect(report.failed).toBe(0)
    expect(report.ok).toBe(true)
  })
})

describe("a run", () => {
  const double = area({
    name: "double",
    input: Schema.Number,
    answer: (input) => {
      if (input === 13) throw new Error("thirteen")
      return input < 0 ? 0 : input * 2
    },
    deviatesMuch: true,
    deviations: [
      { name: "below nought", reason: "nothing is below nought", answer: (input) => (input <= 0 ? 0 : undefined) },
      { name: "wrong", reason: "never what we answer", answer: () => "else" }
    ]
  })
  const of = (...cases: ReadonlyArray<Case>) => run(folder({ double: cases }), [double], elsewhere)

  it("counts what passes", () => {
    const report = of([1, 2], [2, 4])
    expect(report.lines).toEqual(["double  passed 2  failed 0  deviations 0", "2 passed, 0 failed, 0 deviations"])
    expect(report.ok).toBe(true)
  })
  it("shows what fails", () => {
    const report = of([1, 2], [2, { x: null }])
    expect(report.lines).toEqual([
      "double  passed 1  failed 1  deviations 0",
      '  FAILED {"input":2,"expected":{"x":null},"got":4}',
      "1 passed, 1 failed, 0 deviations"
    ])
    expect(report.ok).toBe(false)
  })
  it("fails a case that throws, or has no such input", () => {
    const report = of([13, 26], ["1", 2])
    expect(report.lines[1]).toContain('"got":{"threw":"Error: thirteen"}')
    expect(report.lines[2]).toContain('"got":{"unreadable":')
    expect(last(report.lines)).toBe("0 passed, 2 failed, 0 deviations")
  })
  it("counts a deviation only where it is our answer and not that of requests", () => {
    expect(last(of([-1, -2]).lines)).toBe("0 passed, 0 failed, 1 deviations")
    expect(last(of([0, 0]).lines)).toBe("1 passed, 0 failed, 0 deviations")
    expect(last(of([3, "else"]).lines)).toBe("0 passed, 1 failed, 0 deviations")
  })
  it("fails for an unused deviation over its own folder, and there alone", () => {
    const cases = folder({ double: [[-1, -2]] })
    expect(run(cases, [double], elsewhere).ok).toBe(true)
    const report = run(cases, [double], whole)
    expect(report.ok).toBe(false)
    expect(report.lines[1]).toBe('  PROBLEM double: the deviation "wrong" is unused (never what we answer)')
    expect(last(report.lines)).toBe("0 passed, 0 failed, 1 deviations")
  })
  it("takes the case that a deviation brings, where it is recorded from requests and still deviates", () => {
    const bringing = (expected: unknown) =>
      area({
        name: "same",
        input: Schema.Number,
        answer: (input) => Math.abs(input),
        deviations: [
          {
            name: "below nought",
            reason: "nothing is below nought",
            answer: (input) => (input < 0 ? -input : undefined),
            seenIn: { input: -1, expected }
          }
        ]
      })
    const cases = folder({ same: [[1, 1]] })
    expect(run(cases, [bringing(-1)], whole).ok).toBe(true)
    expect(run(cases, [bringing(1)], whole).ok).toBe(false)
    expect(run(cases, [bringing("-1")], elsewhere).ok).toBe(true)
  })
  it("fails for the deviations of an area without a file, likewise", () => {
    const same = area({ name: "same", input: Schema.Number, answer: (input) => input })
    const cases = folder({ same: [[1, 1]] })
    expect(run(cases, [same, double], elsewhere).ok).toBe(true)
    expect(run(cases, [same, double], whole).areas.every(({ problems }) => problems.length === 0)).toBe(true)
    expect(run(cases, [same, double], whole).ok).toBe(false)
  })
  it.each([
    [9, false],
    [10, true]
  ])("of %i cases, one that deviates is no more than a tenth: %s", (count, ok) => {
    const strict = area({
      name: "strict",
      input: Schema.Number,
      answer: (input) => input,
      deviations: [{ name: "nought", reason: "a test", answer: (input) => (input === 0 ? 0 : undefined) }]
    })
    const cases = Array.from({ length: count }, (_, at): Case => [at, at === 0 ? "other" : at])
    expect(run(folder({ strict: cases }), [strict], whole).ok).toBe(ok)
    expect(run(folder({ strict: cases }), [strict], elsewhere).ok).toBe(true)
  })
  it("fails for an unknown area, and runs the others", () => {
    const report = run(folder({ other: [[1, 1]], double: [[1, 2]] }), [double], elsewhere)
    expect(report.lines[2]).toBe("  PROBLEM other.json: other is an unknown area")
    expect(last(report.lines)).toBe("1 passed, 0 failed, 0 deviations")
    expect(report.ok).toBe(false)
  })
  it("fails for a file without cases, and for nothing at all", () => {
    expect(run(new Map([["x.json", "[]"]]), [double], elsewhere).ok).toBe(false)
    expect(run(new Map([["x.json", "{"]]), [double], elsewhere).ok).toBe(false)
    expect(run(new Map(), [double], elsewhere).ok).toBe(false)
  })
  it("fails every case of what the core lacks, and says so", () => {
    const report = run(folder({ later: [[1, 1]] }), [missing("later", "all of it")], elsewhere)
    expect(report.lines.slice(0, 2)).toEqual([
      "later  passed 0  failed 1  deviations 0  missing",
      '  FAILED {"input":1,"expected":1,"got":{"missing":"all of it"}}'
    ])
    expect(report.ok).toBe(false)
  })
})

describe("sameness", () => {
  it.each<[string, string, boolean]>([
    ["HTTP://H.test", "http://h.test/", true],
    ["http://h.test/%7Ea", "http://h.test/~a", true],
    ["http://h.test/%c3%a9", "http://h.test/é", true],
    ["http://h.test/a%2fb", "http://h.test/a%2Fb", true],
    ["http://h.test/a%2Fb", "http://h.test/a/b", false],
    ["http://h.test/a%7Cb", "http://h.test/a|b", false],
    ["http://h.test:80/", "http://h.test/", true],
    ["http://u@h.test/", "http://h.test/", false],
    ["no URL", "no URL", true]
  ])("of URLs: %s and %s", (a, b, same) => expect(sameUrl(a, b)).toBe(same))

  it("of header sets", () => {
    expect(sameHeaders({ A: "1", b: "2" }, { B: "2", a: "1" })).toBe(true)
    expect(sameHeaders({ a: "x" }, { a: "X" })).toBe(false)
    expect(sameHeaders({ a: "1" }, { a: "1", b: "2" })).toBe(false)
  })
  it("of JSON", () => {
    expect(sameJson({ a: [1, { b: null }], c: "" }, { c: "", a: [1, { b: null }] })).toBe(true)
    expect(sameJson([1, 2], [2, 1])).toBe(false)
    expect(sameJson({ a: null }, {})).toBe(false)
    expect(sameJson([], {})).toBe(false)
    expect(sameFields(sameJson, { a: () => true })({ a: 1, b: 2 }, { a: 3, b: 2 })).toBe(true)
  })
})
