/**
 * `pnpm test:types [NAME...]`: the type tests, those of `*.tst.ts`, by tstyche. What R and E a public function has is
 * judged to be exactly that. Leaves reports/types.json, counted like the reports of vitest.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Config, EventEmitter, Runner, Select } from "tstyche/tstyche"

const root = new URL("../", import.meta.url)

const config = Config.resolve({
  configFileOptions: {
    rootPath: fileURLToPath(root),
    tsconfig: fileURLToPath(new URL("tsconfig.tests.json", root)),
    testFileMatch: ["packages/*/test/**/*.tst.ts"],
    rejectAnyType: true,
    rejectNeverType: false
  },
  pathMatch: process.argv.slice(2)
})

let passed = 0
let failed = 0

const events = new EventEmitter()
events.addHandler({
  on: ([event, payload]) => {
    // A file that does not compile has no tests that could fail.
    if (event.endsWith(":error")) failed += 1
    if (event !== "run:end") return
    passed += payload.result.testCounts.passed
    failed += payload.result.testCounts.failed
  }
})

const files = await Select.selectFiles(config)
await new Runner(config).run(files)

mkdirSync(new URL("reports/", root), { recursive: true })
writeFileSync(
  new URL("reports/types.json", root),
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults: [] })
)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
