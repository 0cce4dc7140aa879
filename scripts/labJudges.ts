/**
 * `pnpm lab:judges [PROCESS...]`: stops each process of the lab in turn, sees that a test of each of its servers goes red, and
 * starts it again. The lab must be up, and reports/lab.json there: it says which test asks which server.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import * as Servers from "../conformance/src/lab/Servers.js"

const root = new URL("../", import.meta.url)
const only = process.argv.slice(2)

const Test = Schema.Struct({
  fullName: Schema.String,
  status: Schema.String,
  duration: Schema.optionalWith(Schema.Number, { default: () => 0 }),
  meta: Schema.Struct({ servers: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }) })
})
const Report = Schema.parseJson(
  Schema.Struct({
    testResults: Schema.Array(Schema.Struct({ name: Schema.String, assertionResults: Schema.Array(Test) }))
  })
)

const read = (file: string) =>
  Schema.decodeUnknownSync(Report)(readFileSync(new URL(`reports/${file}`, root), "utf8")).testResults.flatMap(
    ({ assertionResults, name }) => assertionResults.map((test) => ({ ...test, file: name }))
  )
const run = (program: string, ...args: ReadonlyArray<string>) =>
  spawnSync(fileURLToPath(new URL(program, root)), args, { cwd: fileURLToPath(root), stdio: "ignore" })

const passed = read("lab.json").filter(({ status }) => status === "passed")

/** The quickest test of a server: those of one server alone come first. */
const testOf = (server: string) =>
  passed
    .filter(({ meta }) => meta.servers.includes(server))
    .sort((a, b) => a.meta.servers.length - b.meta.servers.length || a.duration - b.duration)[0]

/** Which of these tests fail now, by their names. */
const red = (tests: ReadonlyArray<{ readonly file: string; readonly fullName: string }>): ReadonlySet<string> => {
  const pattern = tests.map(({ fullName }) => `^${fullName.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`).join("|")
  const files = Array.from(new Set(tests.map(({ file }) => file)))
  const args = ["run", "--config", "vitest.lab.ts", "--outputFile.json=reports/judges.json", "-t", pattern, ...files]
  run("node_modules/.bin/vitest", ...args)
  return new Set(read("judges.json").flatMap(({ fullName, status }) => (status === "failed" ? [fullName] : [])))
}

const servers = Object.values(Servers.read().servers)
const processes = Array.from(new Set(servers.map((one) => one.process))).filter(
  (name) => only.length === 0 || only.includes(name)
)
let missed = 0

for (const name of processes) {
  const own = servers.filter((one) => one.process === name)
  const tests = own.flatMap((one) => testOf(one.name) ?? [])
  try {
    run("conformance/lab/down.sh", name)
    const failed = red(tests)
    for (const { name: server } of own) {
      const test = testOf(server)
      const seen = test !== undefined && failed.has(test.fullName)
      if (!seen) missed++
      console.log(`${seen ? "red " : "MISS"} ${server.padEnd(22)} ${test?.fullName ?? "no test asks it"}`)
    }
  } finally {
    run("conformance/lab/up.sh", name)
  }
}
console.log(`${servers.length} servers, ${processes.length} processes stopped in turn, ${missed} servers missed`)
process.exitCode = missed === 0 ? 0 : 1
