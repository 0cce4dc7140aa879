/**
 * `pnpm pack:check`: the packages as npm would get them, judged, and then used by somebody who has nothing else.
 *
 * Each tarball must hold every module with its types and maps, README and LICENSE, and no file more; publint and attw read
 * it. Then a new folder outside of the workspace installs the three, once with pnpm and once with npm, and there README's
 * first program and its test are compiled under the strictest tsc and run.
 *
 * @module
 */
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { blocks } from "./blocks.js"
import { serve } from "./blocks-server.js"
import { readTree } from "./files.js"

const root = new URL("../", import.meta.url)
const names = ["core", "node", "testing"]

const Manifest = Schema.parseJson(
  Schema.Struct({
    version: Schema.String,
    peerDependencies: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
      default: () => ({})
    })
  })
)
const manifest = Schema.decodeUnknownSync(Manifest)

/** Runs a program to its end and gives what it printed; any other exit code than 0 is an error that shows it. */
const run = (folder: string, program: string, ...args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`))
    )
  })

const tool = (name: string): string => fileURLToPath(new URL(`node_modules/.bin/${name}`, root))

/** The pnpm that runs this script, else the one that npx fetches. */
const pnpm = (folder: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const path = process.env["npm_execpath"] ?? ""
  if (!/pnpm[^/\\]*$/.test(path)) return run(folder, "npx", "-y", "pnpm@12", ...args)
  return /\.[cm]?js$/.test(path) ? run(folder, process.execPath, path, ...args) : run(folder, path, ...args)
}

// ---------------------------------------------------------------- the tarballs

/** Packs a package as `NAME.tgz`; pnpm resolves `workspace:` and `catalog:` on the way. */
const pack = async (name: string, folder: string): Promise<string> => {
  const into = join(folder, name)
  mkdirSync(into)
  await pnpm(fileURLToPath(new URL(`packages/${name}/`, root)), "pack", "--pack-destination", into)
  const [made, ...more] = readdirSync(into)
  if (made === undefined || more.length > 0) throw new Error(`pnpm pack made ${1 + more.length} files of ${name}`)
  const tarball = join(folder, `${name}.tgz`)
  renameSync(join(into, made), tarball)
  return tarball
}

/** What a package must be made of: each source, and what the compiler makes of it. */
const wanted = (name: string): ReadonlySet<string> => {
  const sources = readTree(root, `packages/${name}/src`, (path) => path.endsWith(".ts"))
  const modules = Array.from(sources.keys(), (path) => path.slice(`packages/${name}/src/`.length, -".ts".length))
  return new Set([
    ...["package.json", "README.md", "LICENSE"],
    ...modules.map((module) => `src/${module}.ts`),
    ...modules.flatMap((module) => ["js", "js.map", "d.ts", "d.ts.map"].map((end) => `dist/${module}.${end}`))
  ])
}

/** Throws where a file is missing or too much: an old `dist/` holds modules that are gone. */
const files = async (name: string, tarball: string): Promise<void> => {
  const listed = (await run(".", "tar", "-tzf", tarball)).split("\n").filter((line) => line !== "")
  const held = new Set(listed.map((line) => line.slice("package/".length)))
  const expected = wanted(name)
  const missing = [...expected].filter((file) => !held.has(file)).map((file) => `missing: ${file}`)
  const strange = [...held].filter((file) => !expected.has(file)).map((file) => `should not be there: ${file}`)
  if (missing.length + strange.length > 0) throw new Error([...missing, ...strange].join("\n"))
}

const manifestOf = async (tarball: string): Promise<typeof Manifest.Type> => {
  const text = await run(".", "tar", "-xOf", tarball, "package/package.json")
  if (/"(workspace|catalog):/.test(text))
    throw new Error(`its package.json still names workspace: or catalog:\n${text}`)
  return manifest(text)
}

// ---------------------------------------------------------------- a user of them

/** What the user tests and compiles with: the versions of this workspace. */
const tools = ["typescript", "vitest", "@effect/vitest", "@types/node"]

const versionOf = (name: string): string =>
  manifest(readFileSync(new URL(`node_modules/${name}/package.json`, root), "utf8")).version

/** `skipLibCheck` is off: our own declarations are judged as well. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  outDir: "out"
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** README's first program, and the same in a test. */
const fromReadme = (): { readonly program: string; readonly test: string } => {
  const [program, test] = blocks(root).filter(({ source }) => source === "README.md")
  if (program?.kind !== "run" || test?.kind !== "test") {
    throw new Error("README.md begins no more with a program, and the same in a test")
  }
  return { program: program.code, test: test.code }
}

/** What vitest says of a run. */
const Report = Schema.parseJson(Schema.Struct({ numPassedTests: Schema.Number, numTotalTests: Schema.Number }))

const arrived = "the first program has run"

/** A new folder with the three tarballs and nothing of the workspace. */
const settle = (folder: string, api: string, peers: Readonly<Record<string, string>>): void => {
  const { program, test } = fromReadme()
  const ours = Object.fromEntries(names.map((name) => [`@effect-requests/${name}`, `file:../${name}.tgz`]))
  const devDependencies = Object.fromEntries(tools.map((name) => [name, versionOf(name)]))
  const texts = {
    "package.json": json({ private: true, type: "module", dependencies: { ...ours, ...peers }, devDependencies }),
    // Not on the registry yet: what one tarball asks of another must be the other tarball. JSON is YAML.
    "pnpm-workspace.yaml": json({ overrides: ours, allowBuilds: { esbuild: true, "msgpackr-extract": false } }),
    "tsconfig.json": json({ compilerOptions, include: ["*.ts"] }),
    "first.ts": `${program.replaceAll("https://api.example.test", api)}\nconsole.log("${arrived}")\n`,
    "first.test.ts": test
  }
  mkdirSync(folder)
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
}

/** Compiles and runs what `settle` wrote, once it is installed. */
const use = async (folder: string): Promise<void> => {
  const bin = (name: string) => join(folder, "node_modules", ".bin", name)
  await run(folder, bin("tsc"), "-p", ".")
  const said = await run(folder, process.execPath, "out/first.js")
  if (!said.includes(arrived)) throw new Error(`the first program ended early; it said:\n${said}`)
  await run(folder, bin("vitest"), "run", "--dir", ".", "--reporter=json", "--outputFile=report.json", "first.test.ts")
  const report = readFileSync(join(folder, "report.json"), "utf8")
  const { numPassedTests, numTotalTests } = Schema.decodeUnknownSync(Report)(report)
  if (numPassedTests !== 1 || numTotalTests !== 1)
    throw new Error(`vitest ran something else than README's test:\n${report}`)
}

const managers: Readonly<Record<string, (folder: string) => Promise<string>>> = {
  pnpm: (folder) => pnpm(folder, "install", "--prefer-offline"),
  npm: (folder) => run(folder, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund")
}

// ---------------------------------------------------------------- main

const failed: Array<string> = []

/** One step, its time, and what is wrong with it. */
const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  const begun = performance.now()
  const wrong = await work().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error))
  )
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(`${wrong === undefined ? "ok  " : "FAIL"} ${name.padEnd(30)} ${seconds.padStart(5)} s`)
  if (wrong === undefined) return
  failed.push(name)
  console.log(wrong.trimEnd().replace(/^/gm, "     "))
}

const folder = mkdtempSync(join(tmpdir(), "effect-requests-"))
const server = await serve(0)
try {
  const peers: Record<string, string> = {}
  for (const name of names) {
    const tarball = join(folder, `${name}.tgz`)
    await step(`${name}: pack`, () => pack(name, folder))
    await step(`${name}: files`, () => files(name, tarball))
    await step(`${name}: package.json`, async () => Object.assign(peers, (await manifestOf(tarball)).peerDependencies))
    await step(`${name}: publint`, () => run(".", tool("publint"), tarball, "--strict"))
    await step(`${name}: attw`, () => run(".", tool("attw"), tarball, "--profile", "esm-only", "--no-color"))
  }
  for (const [name, install] of Object.entries(managers)) {
    const home = join(folder, `by-${name}`)
    await step(`${name}: install`, async () => {
      settle(home, server.url, peers)
      await install(home)
    })
    await step(`${name}: tsc, program, test`, () => use(home))
  }
} finally {
  server.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(failed.length === 0 ? "the tarballs can be used" : `failed: ${failed.join(", ")}`)
process.exitCode = failed.length === 0 ? 0 : 1
