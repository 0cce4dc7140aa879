/**
 * `pnpm lab [--install] [NAME...]`: brings the servers of conformance/lab up (all, or the named processes), runs every
 * `*.lab.test.ts` against them, prints which server was judged by how many tests, and takes them down again. Installs
 * Debian packages where some are missing, which needs root. A server that is down, and one that no test asked, is a failure.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import * as Servers from "../conformance/src/lab/Servers.js"
import * as Table from "../conformance/src/lab/table.js"

const root = new URL("../", import.meta.url)
const lab = new URL("conformance/lab/", root)
const report = new URL("reports/lab.json", root)
const names = process.argv.slice(2).filter((one) => !one.startsWith("--"))
const install = process.argv.includes("--install")

/** Runs a program with our own terminal and gives its exit code. */
const run = (program: URL, ...args: ReadonlyArray<string>): number =>
  spawnSync(fileURLToPath(program), args, { cwd: fileURLToPath(root), stdio: ["ignore", "inherit", "inherit"] })
    .status ?? 1

/** The servers that were asked for: all, or those of the named processes. */
const asked = (): ReadonlyArray<Servers.Server> =>
  existsSync(Servers.path)
    ? Object.values(Servers.read().servers).filter((one) => names.length === 0 || names.includes(one.process))
    : []

/** The asked-for servers that do not answer. */
const down = (): ReadonlyArray<string> => {
  const servers = asked()
  return servers.length === 0 ? ["all"] : servers.flatMap(({ name, up }) => (up ? [] : [name]))
}

/** Prints the table, and gives the servers that were judged by nothing. */
const judged = (): ReadonlyArray<string> => {
  if (!existsSync(report)) return ["all"]
  const table = Table.rows(
    Schema.decodeUnknownSync(Table.Report)(readFileSync(report, "utf8")),
    asked().map(({ name }) => name)
  )
  console.log(`\n${Table.lines(table).join("\n")}`)
  return Table.unused(table)
}

// Ctrl-C reaches the tests by itself; we stay, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined)

try {
  run(new URL("up.sh", lab), ...(install ? ["--install"] : []), ...names)
  if (!install && down().length > 0) run(new URL("up.sh", lab), "--install", ...names)
  const missing = down()
  rmSync(report, { force: true })
  const tests = run(new URL("node_modules/.bin/vitest", root), "run", "--config", "vitest.lab.ts")
  const unused = judged()
  if (missing.length > 0) console.error(`lab: down: ${missing.join(", ")}`)
  if (unused.length > 0) console.error(`lab: judged by no test: ${unused.join(", ")}`)
  process.exitCode = missing.length + unused.length === 0 ? tests : 1
} finally {
  run(new URL("down.sh", lab), ...names)
}
