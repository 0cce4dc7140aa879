/**
 * `pnpm runtimes [NAME=PROGRAM...]`: what a session can do in Node, and in each runtime that is named (`bun=PATH`,
 * `deno=PATH`, `workerd=PATH`), by its fetch and by the Node adapter, against a server on loopback; a table, a column for
 * each. Exits with 1 where Node says no.
 *
 * @module
 */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build } from "esbuild"
import { serve } from "../../../packages/core/test/browser/server.js"
import type { Places } from "./questions.js"
import { asked } from "./workerd.js"

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** What has to stand before the file, for the runtimes that ask more than its name. */
const flags: Readonly<Record<string, ReadonlyArray<string>>> = { deno: ["run", "--allow-all"] }

/** What a program prints. */
const printed = (program: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 300_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${program}: ${stdout}${stderr}`))
    )
  })

/** How the questions are bundled for whom. */
const kinds: Readonly<Record<"fetch" | "nodeAdapter" | "worker", Pick<BuildOptions, "platform" | "banner">>> = {
  fetch: { platform: "browser" },
  worker: { platform: "browser" },
  // undici is CommonJS, and asks for Node's modules by `require`.
  nodeAdapter: {
    platform: "node",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
  }
}

type Kind = keyof typeof kinds

/** The questions as one file, with the places that they ask. */
const bundled = async (kind: Kind, places: Places): Promise<string> => {
  const outfile = join(folder, `${kind}.mjs`)
  await build({
    ...kinds[kind],
    absWorkingDir: root,
    entryPoints: [`conformance/src/runtimes/${kind}.ts`],
    bundle: true,
    format: "esm",
    outfile,
    define: { PLACES: JSON.stringify(places) }
  })
  return outfile
}

/** One column: question → answer. */
const column = async (name: string, program: string, kind: Kind, places: Places) => {
  const file = await bundled(kind, places)
  const text = kind === "worker" ? await asked(program, file) : await printed(program, [...(flags[name] ?? []), file])
  const lines = text.split("\n").filter((line) => line.includes("\t"))
  const title = kind === "nodeAdapter" ? `${name}, Node adapter` : `${name}, fetch`
  const answers = new Map(lines.map((line): [string, string] => [line.split("\t")[0] ?? "", line.split("\t")[1] ?? ""]))
  return { title, answers }
}

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
  const columns: Array<Awaited<ReturnType<typeof column>>> = []
  for (const [name, program] of runtimes) {
    const kinds: ReadonlyArray<Kind> = name === "workerd" ? ["worker"] : ["fetch", "nodeAdapter"]
    for (const kind of kinds) columns.push(await column(name, program, kind, { api: server.url, closed: gone.url }))
  }
  const questions = [...(columns[0]?.answers.keys() ?? [])]
  console.log(`| | ${columns.map(({ title }) => title).join(" | ")} |`)
  console.log(`| --- |${" --- |".repeat(columns.length)}`)
  for (const question of questions) {
    console.log(`| ${question} | ${columns.map(({ answers }) => answers.get(question) ?? "?").join(" | ")} |`)
  }
  const refused = columns.slice(0, 2).flatMap(({ answers }) => [...answers.values()].filter((one) => /^NO/.test(one)))
  process.exitCode = questions.length > 0 && refused.length === 0 ? 0 : 1
} finally {
  server.close()
  rmSync(folder, { recursive: true, force: true })
}
