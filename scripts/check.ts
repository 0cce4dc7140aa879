/**
 * `pnpm check`: all that CI asks, each by its name and time. Everything runs; any failure makes the exit code 1.
 * `--skip=NAME` leaves one out, `--only=NAME` runs that one alone.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { count, located, strangers, writeBlocks } from "./blocks.js"
import { check as checkRooms } from "./rooms.js"

const root = new URL("../", import.meta.url)

/** What a check found. `output` is shown when it failed, `note` always. */
interface Finding {
  readonly ok: boolean
  readonly output?: string
  readonly note?: string
}

interface Check {
  readonly name: string
  readonly run: () => Finding
}

/** Runs a tool of this workspace, whether or not pnpm has put it on the PATH. */
const tool = (name: string, ...args: ReadonlyArray<string>): Finding => {
  const program = fileURLToPath(new URL(`node_modules/.bin/${name}`, root))
  const cwd = fileURLToPath(root)
  const done = spawnSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1e8 })
  return { ok: done.status === 0, output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}` }
}

/** The examples of the documentation, compiled; its errors name the place in the documentation. */
const docs = (): Finding => {
  const blocks = writeBlocks(root)
  const foreign = strangers(blocks)
  const compiled = blocks.some((block) => block.kind !== "no-check")
    ? tool("tsc", "-p", "tsconfig.blocks.json")
    : { ok: true }
  const output = [...foreign, located(blocks, compiled.output ?? "")].join("\n")
  return { ok: compiled.ok && foreign.length === 0, output, note: count(blocks) }
}

/** All checks, in order: the packing reads what `build` wrote. */
const checks: ReadonlyArray<Check> = [
  { name: "biome", run: () => tool("biome", "ci", "--colors=off", ".") },
  { name: "build", run: () => tool("tsc", "-b", "packages/core", "packages/node", "packages/testing") },
  { name: "types", run: () => tool("tsc", "-p", "tsconfig.tests.json") },
  {
    name: "rooms",
    run: () => {
      const found = checkRooms(root)
      return { ok: found.length === 0, output: found.join("\n") }
    }
  },
  { name: "docs", run: docs },
  { name: "typetests", run: () => tool("tsx", "scripts/typeTests.ts") },
  { name: "tarballs", run: () => tool("tsx", "scripts/tarballs.ts") },
  { name: "tests", run: () => tool("vitest", "run", "--config", "vitest.workspace.ts") },
  { name: "parity", run: () => tool("tsx", "scripts/parity.ts") },
  { name: "demo", run: () => tool("tsx", "--tsconfig", "tsconfig.json", "docs/examples/src/main.ts") }
]

const named = (option: string): ReadonlyArray<string> =>
  process.argv.filter((one) => one.startsWith(`--${option}=`)).map((one) => one.slice(option.length + 3))

const only = named("only")
const skip = named("skip")
const unknown = [...only, ...skip].filter((name) => !checks.some((one) => one.name === name))
const chosen = checks.filter((one) => !skip.includes(one.name) && (only.length === 0 || only.includes(one.name)))
const failed: Array<string> = unknown.map((name) => `${name} (no such check)`)

for (const { name, run } of chosen) {
  const begun = performance.now()
  const { note, ok, output } = run()
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(
    `${ok ? "ok  " : "FAIL"} ${name.padEnd(14)} ${seconds.padStart(5)} s${note === undefined ? "" : `  ${note}`}`
  )
  if (ok) continue
  failed.push(name)
  console.log((output ?? "").trimEnd().replace(/^/gm, "     "))
}
console.log(failed.length === 0 ? `${chosen.length} checks passed` : `failed: ${failed.join(", ")}`)
process.exitCode = failed.length === 0 ? 0 : 1
