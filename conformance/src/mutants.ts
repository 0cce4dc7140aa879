/**
 * `pnpm mutants [ID…]`: whether the tests of each rule see that it is broken. Each mutant of conformance/mutants/ is made in
 * a copy of this workspace, where the tests with its rule in their title must fail; nothing is changed here.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { type Mutant, marker, mutated, readMutants } from "./mutant.js"

const root = fileURLToPath(new URL("../../", import.meta.url))
const atOnce = 2
const patience = 180_000

// ---------------------------------------------------------------- the copy

const left: ReadonlySet<string> = new Set(["node_modules", "dist", "reports", ".blocks"])

/** The modules of a folder, each a link; what belongs to this workspace comes from its sources. */
const linkModules = (from: string, to: string): void => {
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    if (name.startsWith(".vite") || name === "@effect-requests") continue
    symlinkSync(join(from, name), join(to, name), "junction")
  }
}

/** A workspace of one's own: only its modules are shared. */
const copyOf = (place: string): string => {
  mkdirSync(place)
  for (const name of ["packages", "conformance", "docs", "scripts"]) {
    cpSync(join(root, name), join(place, name), { recursive: true, filter: (path) => !left.has(basename(path)) })
  }
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile()) cpSync(join(root, entry.name), join(place, entry.name))
  }
  linkModules(join(root, "node_modules"), join(place, "node_modules"))
  for (const name of readdirSync(join(root, "packages"))) {
    linkModules(join(root, "packages", name, "node_modules"), join(place, "packages", name, "node_modules"))
  }
  return place
}

/** The test files of the packages that name one of these rules: some write it beside a title that has a place for it. */
const filesOf = (rules: ReadonlyArray<string>): ReadonlyArray<string> => {
  const names = rules.map((rule) => rule.replace(/^SEC-/, "SEC "))
  return readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
    .map((path) => `packages/${path.replaceAll("\\", "/")}`)
    .filter((path) => /^packages\/[^/]+\/test\/.*\.test\.ts$/.test(path))
    .filter((path) => {
      const text = readFileSync(join(root, path), "utf8")
      return names.some((name) => new RegExp(`${name}(?![0-9])`).test(text))
    })
}

// ---------------------------------------------------------------- the tests

const Report = Schema.parseJson(
  Schema.Struct({
    testResults: Schema.Array(
      Schema.Struct({
        assertionResults: Schema.Array(Schema.Struct({ status: Schema.String, fullName: Schema.String }))
      })
    )
  })
)

/** The tests that ran, and which of them failed, by their whole titles. */
interface Tests {
  readonly ran: ReadonlyArray<string>
  readonly failed: ReadonlyArray<string>
}

const nobody: Tests = { ran: [], failed: [] }

const reported = (path: string): Tests => {
  const { testResults } = Schema.decodeUnknownSync(Report)(readFileSync(path, "utf8"))
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "passed" || status === "failed")
  const titles = (of: typeof ran) => of.map(({ fullName }) => fullName)
  return { ran: titles(ran), failed: titles(ran.filter(({ status }) => status === "failed")) }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Vitest over the tests of these rules; what it prints is of no interest, its report is. */
const test = (place: string, rules: ReadonlyArray<string>): Promise<Tests> =>
  new Promise((done) => {
    const report = join(place, "reports", "test.json")
    rmSync(report, { force: true })
    const vitest = spawn(
      process.execPath,
      [
        join(place, "node_modules", "vitest", "vitest.mjs"),
        "run",
        ...["--config", "vitest.workspace.ts", "--project", "pure", "--project", "net"],
        ...["-t", rules.map((rule) => escaped(marker(rule))).join("|")],
        ...filesOf(rules)
      ],
      { cwd: place, stdio: "ignore", timeout: patience, killSignal: "SIGKILL" }
    )
    const end = (): void => {
      try {
        done(reported(report))
      } catch {
        done(nobody)
      }
    }
    vitest.once("close", end)
    vitest.once("error", end)
  })

// ---------------------------------------------------------------- a mutant

/** What became of a mutant. */
interface Verdict {
  readonly line: string
  readonly red: boolean
}

const survives = (mutant: Mutant, what: string): Verdict => ({ line: `${mutant.rule}  ${what}`, red: false })

const judge = (mutant: Mutant, { failed, ran }: Tests): Verdict => {
  if (ran.length === 0) return survives(mutant, "BROKEN (no test ran)")
  if (failed.length === 0) return survives(mutant, `SURVIVED  ${ran.length} tests (${mutant.why})`)
  return { line: `${mutant.rule}  red  ${failed.length} of ${ran.length} tests`, red: true }
}

const tryOne = async (place: string, mutant: Mutant): Promise<Verdict> => {
  const path = join(place, mutant.file)
  const source = readFileSync(path, "utf8")
  const wrong = mutated(source, mutant)
  if (wrong === undefined) return survives(mutant, "BROKEN (find is not there once)")
  writeFileSync(path, wrong)
  try {
    return judge(mutant, await test(place, [mutant.rule]))
  } finally {
    writeFileSync(path, source)
  }
}

/** Every mutant, one after the other in each place. */
const tryAll = async (
  places: ReadonlyArray<string>,
  mutants: ReadonlyArray<Mutant>
): Promise<ReadonlyArray<Verdict>> => {
  const waiting = [...mutants]
  const verdicts: Array<Verdict> = []
  const work = async (place: string): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const verdict = await tryOne(place, next)
      console.log(verdict.line)
      verdicts.push(verdict)
    }
  }
  await Promise.all(places.map(work))
  return verdicts
}

/** What is wrong before anything is mutated. */
const notGreen = ({ failed, ran }: Tests, rules: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...failed.map((title) => `fails unmutated: ${title}`),
  ...rules
    .filter((rule) => !ran.some((title) => title.includes(marker(rule))))
    .map((rule) => `${rule}: no test has it in its title`)
]

const main = async (): Promise<boolean> => {
  const wanted = process.argv.slice(2).filter((argument) => argument !== "--")
  const known = readMutants()
  const strangers = wanted.filter((rule) => !known.has(rule))
  for (const rule of strangers) console.error(`${rule}: no such mutant`)
  const mutants = Array.from(known.values()).filter(({ rule }) => wanted.length === 0 || wanted.includes(rule))
  if (strangers.length > 0 || mutants.length === 0) return false
  const rules = mutants.map(({ rule }) => rule)
  const temporary = mkdtempSync(join(tmpdir(), "mutants-"))
  try {
    const places = Array.from({ length: Math.min(atOnce, mutants.length) }, (_, n) => copyOf(join(temporary, `${n}`)))
    const problems = notGreen(await test(places[0] ?? temporary, rules), rules)
    for (const problem of problems) console.error(problem)
    if (problems.length > 0) return false
    const verdicts = await tryAll(places, mutants)
    const red = verdicts.filter((verdict) => verdict.red).length
    console.log(`${red} red, ${verdicts.length - red} survived`)
    return red === verdicts.length
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

process.exitCode = (await main()) ? 0 : 1
