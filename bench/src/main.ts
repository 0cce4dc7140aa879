/**
 * `pnpm bench [--quick] [--case NAME]… [--json FILE] [--check]`: what a session costs, beside other clients.
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { budget, keeps, type Row } from "./budget.js"
import type { Result, Scale } from "./case.js"
import { cases } from "./cases/index.js"
import { machine, versions } from "./machine.js"
import { full, judged, type Results } from "./table.js"

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: {
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    case: { type: "string", multiple: true, default: [] },
    json: { type: "string" }
  }
})

const scale: Scale = options.quick ? "quick" : "full"
const known = new Set(cases.map(({ name }) => name))
const unknown = options.case.filter((name) => !known.has(name))
if (unknown.length > 0) throw new Error(`no such case: ${unknown.join(", ")}; there are ${[...known].join(", ")}`)

const run = async (names: ReadonlyArray<string>): Promise<Results> => {
  const results: Record<string, Result> = {}
  for (const one of cases.filter(({ name }) => names.includes(name))) {
    const began = performance.now()
    const result = await one.run(scale)
    results[one.name] = result
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.error(`${one.name.padEnd(18)} ${String(result.ratio).padStart(8)}  ${seconds} s`)
  }
  return results
}

const budgeted = new Set(budget.map(({ name }) => name))
/** Who is in a hurry sees what the budget names. */
const asked = cases
  .map(({ name }) => name)
  .filter((name) => (options.case.length === 0 ? !options.quick || budgeted.has(name) : options.case.includes(name)))

/** A quarter beyond the budget three times out of three is no accident. */
const slack = 0.25
const misses = (rows: ReadonlyArray<Row>, results: Results): ReadonlyArray<Row> =>
  rows.filter((row) => {
    const result = results[row.name]
    return result !== undefined && !keeps(row, result, slack)
  })

const check = async (): Promise<void> => {
  let missed = budget
  for (let time = 1; time <= 3 && missed.length > 0; time++) {
    const again = new Set(missed.map(({ name }) => name))
    const results = await run(asked.filter((name) => budgeted.has(name) && again.has(name)))
    missed = misses(missed, results)
    console.log(judged(results))
  }
  for (const { limit, name, says } of missed)
    console.log(`${name}: more than a quarter beyond ${limit} ${says}, three times`)
  process.exitCode = missed.length === 0 ? 0 : 1
}

const publish = async (): Promise<void> => {
  const results = await run(asked)
  console.log(`${full(results)}\n\n${judged(results)}`)
  // pnpm runs a script in the root, wherever it was called.
  const folder = process.env["INIT_CWD"] ?? "."
  if (options.json !== undefined) {
    writeFileSync(resolve(folder, options.json), `${JSON.stringify({ machine, versions, cases: results }, null, 2)}\n`)
  }
}

await (options.check ? check() : publish())
