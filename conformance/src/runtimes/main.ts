/**
 * `pnpm runtimes [NAME=PROGRAM...]`: what a session can do over the fetch of Node, and of each program that is named
 * (`bun=/path/to/bun`, `deno=/path/to/deno`), against a server on loopback; a table, a column for each. Exits with 1 where
 * Node says no.
 *
 * @module
 */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { serve } from "../../../packages/core/test/browser/server.js"

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** What has to stand before the file, for the runtimes that ask more than its name. */
const flags: Readonly<Record<string, ReadonlyArray<string>>> = { deno: ["run", "--allow-net"] }

/** Question → answer, as the bundled program says it in this runtime. */
const answers = (name: string, program: string, file: string): Promise<ReadonlyMap<string, string>> =>
  new Promise((resolve, reject) => {
    execFile(program, [...(flags[name] ?? []), file], { timeout: 300_000 }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${name}: ${stdout}${stderr}`))
      const lines = stdout.split("\n").filter((line) => line.includes("\t"))
      resolve(new Map(lines.map((line): [string, string] => [line.split("\t")[0] ?? "", line.split("\t")[1] ?? ""])))
    })
  })

const named = process.argv.slice(2).map((one): [string, string] => {
  const at = one.indexOf("=")
  return [one.slice(0, at), one.slice(at + 1)]
})
const runtimes: ReadonlyArray<readonly [string, string]> = [["node", process.execPath], ...named]

const folder = mkdtempSync(join(tmpdir(), "effect-requests-"))
const gone = await serve()
gone.close()
const server = await serve()
try {
  const file = join(folder, "program.mjs")
  await build({
    absWorkingDir: root,
    entryPoints: ["conformance/src/runtimes/program.ts"],
    bundle: true,
    platform: "browser",
    format: "esm",
    outfile: file,
    define: { API: JSON.stringify(server.url), CLOSED: JSON.stringify(gone.url) }
  })
  const columns: Array<ReadonlyMap<string, string>> = []
  for (const [name, program] of runtimes) columns.push(await answers(name, program, file))
  const [first] = columns
  const questions = [...(first?.keys() ?? [])]
  console.log(`| | ${runtimes.map(([name]) => name).join(" | ")} |`)
  console.log(`| --- |${" --- |".repeat(runtimes.length)}`)
  for (const question of questions) {
    console.log(`| ${question} | ${columns.map((column) => column.get(question) ?? "?").join(" | ")} |`)
  }
  const refused = questions.filter((question) => first?.get(question)?.startsWith("NO"))
  process.exitCode = questions.length > 0 && refused.length === 0 ? 0 : 1
} finally {
  server.close()
  rmSync(folder, { recursive: true, force: true })
}
