import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { lines, Report, rows, unused } from "../../src/lab/table.js"

const test = (status: string, meta: object) => ({ status, meta })
const report = Schema.decodeUnknownSync(Report)(
  JSON.stringify({
    testResults: [
      { assertionResults: [test("passed", { servers: ["a", "b"], assertions: 3 }), test("passed", {})] },
      { assertionResults: [test("failed", { servers: ["b"], assertions: 1 }), test("passed", { servers: ["c"] })] }
    ]
  })
)

describe("the table of the lab", () => {
  const table = rows(report, ["a", "b", "c", "d"])

  it("counts tests and assertions by server", () => {
    expect(table.map(({ assertions, failed, tests }) => [tests, assertions, failed])).toEqual([
      [1, 3, 0],
      [2, 4, 1],
      [1, 0, 0],
      [0, 0, 0]
    ])
  })
  it("names the servers that no test asked, and those of which nothing was asserted", () => {
    expect(unused(table)).toEqual(["c", "d"])
  })
  it("has a line for each server below its heading", () => {
    expect(lines(table)).toHaveLength(5)
  })
})
