/**
 * `pnpm fuzz`: every public rule fed with 100,000 hostile cases. FUZZ_RUNS and FUZZ_SEED choose other numbers; the seed that
 * is printed repeats the run.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { randomInt } from "node:crypto"
import { fileURLToPath } from "node:url"

const root = new URL("../", import.meta.url)
const runs = process.env["FUZZ_RUNS"] ?? "100000"
const seed = process.env["FUZZ_SEED"] ?? String(randomInt(2 ** 31))
const again = `FUZZ_RUNS=${runs} FUZZ_SEED=${seed} pnpm fuzz`

console.log(again)
const begun = performance.now()
const done = spawnSync(
  fileURLToPath(new URL("node_modules/.bin/vitest", root)),
  ["run", "--config", "vitest.workspace.ts", "--project", "pure", "--reporter", "verbose", "packages/core/test/fuzz/"],
  { cwd: fileURLToPath(root), stdio: "inherit", env: { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed } }
)
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
console.log(`${done.status === 0 ? "ok" : "FAILED"} after ${seconds} s: ${again}`)
process.exitCode = done.status ?? 1
