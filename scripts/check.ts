/**
 * `pnpm check`: all that CI asks, each by its name and time. Everything runs; any failure makes the exit code 1.
 * `--skip=NAME` leaves one out, `--only=NAME` runs that one alone.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
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

/** Runs a command in the root, or in a folder below it. */
const command = (program: string, args: ReadonlyArray<string>, folder = ""): Finding => {
  const cwd = fileURLToPath(new URL(folder, root))
  const done = spawnSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1e8 })
  return { ok: done.status === 0, output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}` }
}

/** Runs a tool of this workspace, whether or not pnpm has put it on the PATH. */
const tool = (name: string, ...args: ReadonlyArray<string>): Finding =>
  command(fileURLToPath(new URL(`node_modules/.bin/${name}`, root)), args)

/** Runs pnpm: the one that runs this script, else the one that npx fetches. */
const pnpm = (args: ReadonlyArray<string>, folder: string): Finding => {
  const path = process.env["npm_execpath"] ?? ""
  if (!/pnpm[^/\\]*$/.test(path)) return command("npx", ["-y", "pnpm@12", ...args], folder)
  return /\.[cm]?js$/.test(path) ? command(process.execPath, [path, ...args], folder) : command(path, args, folder)
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

/** A package as npm would get it (pnpm resolves `workspace:` and `catalog:` on the way), read by publint and attw. */
const packed = (name: string): Finding => {
  const folder = mkdtempSync(join(tmpdir(), "effect-requests-"))
  try {
    const pack = pnpm(["pack", "--pack-destination", folder], `packages/${name}/`)
    if (!pack.ok) return pack
    const file = readdirSync(folder).find((one) => one.endsWith(".tgz"))
    if (file === undefined) return { ok: false, output: "pnpm pack made no file" }
    const tarball = join(folder, file)
    const judges = [tool("publint", tarball, "--strict"), tool("attw", tarball, "--profile", "esm-only", "--no-color")]
    const unresolved = command("tar", ["-xOf", tarball, "package/package.json"])
    const left = unresolved.ok && !/"(workspace|catalog):/.test(unresolved.output ?? "")
    return {
      ok: left && judges.every((one) => one.ok),
      output: [
        ...judges.map((one) => one.output),
        left ? "" : "package.json could not be read, or still names workspace: or catalog:"
      ].join("\n")
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
  ...["core", "node", "testing"].map((name) => ({ name: `pack ${name}`, run: () => packed(name) })),
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
