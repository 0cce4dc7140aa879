/**
 * `pnpm lab [NAME...]`: brings the servers of conformance/lab up (all, or the named processes), runs every `*.lab.test.ts`
 * against them and takes them down again. Installs missing Debian packages, which needs root.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"

const root = new URL("../", import.meta.url)
const lab = new URL("conformance/lab/", root)
const names = process.argv.slice(2)

/** Runs a program with our own terminal and gives its exit code. */
const run = (program: URL, ...args: ReadonlyArray<string>): number =>
  spawnSync(fileURLToPath(program), args, { cwd: fileURLToPath(root), stdio: ["ignore", "inherit", "inherit"] })
    .status ?? 1

const Servers = Schema.parseJson(
  Schema.Struct({
    servers: Schema.Record({ key: Schema.String, value: Schema.Struct({ process: Schema.String, up: Schema.Boolean }) })
  })
)

/** The asked-for servers that do not answer. */
const down = (): ReadonlyArray<string> => {
  const file = new URL("servers.json", lab)
  if (!existsSync(file)) return ["servers.json"]
  const { servers } = Schema.decodeUnknownSync(Servers)(readFileSync(file, "utf8"))
  return Object.entries(servers).flatMap(([name, server]) =>
    server.up || (names.length > 0 && !names.includes(server.process)) ? [] : [name]
  )
}

// Ctrl-C reaches the tests by itself; we stay, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined)

try {
  run(new URL("up.sh", lab), ...names)
  if (down().length > 0) run(new URL("up.sh", lab), "--install", ...names)
  const missing = down()
  if (missing.length > 0) console.error(`lab: still down, so tests that need them will fail: ${missing.join(", ")}`)
  process.exitCode = run(new URL("node_modules/.bin/vitest", root), "run", "--config", "vitest.lab.ts")
} finally {
  run(new URL("down.sh", lab), ...names)
}
