/**
 * `pnpm parity`: whether docs/parity/ says something of every behaviour of requests, once, and a passed test shows each
 * claim. It reads the report of a whole `pnpm test`: reports/test.json, or the file that is named.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { Either, Schema } from "effect"
import { readTree } from "./files.js"

/** What a row may claim. */
export const statuses = ["same", "better", "n/a", "open"] as const

type Status = (typeof statuses)[number]

const isStatus = (text: string): text is Status => statuses.some((one) => one === text)

/** One line of a table: `| id | requests | status | here | test |`. */
interface Row {
  readonly place: string
  readonly id: string
  readonly status: string
  readonly here: string
}

/** What is judged. Documents are tables by path, with forward slashes. */
export interface Given {
  readonly ids: ReadonlyArray<string>
  readonly documents: ReadonlyMap<string, string>
  /** The ids in the titles of the tests that passed. */
  readonly shown: ReadonlySet<string>
}

/** What is wrong, and how many rows there are of each status, by area. */
export interface Parity {
  readonly problems: ReadonlyArray<string>
  readonly counts: ReadonlyArray<string>
}

/** Everything that is wrong with these tables, and their counts. */
export const parity = ({ documents, ids, shown }: Given): Parity => {
  const read = Array.from(documents, ([path, text]) => rowsOf(path, text))
  const rows = read.flatMap((one) => one.rows)
  const known = new Set(ids)
  return {
    problems: [
      ...(ids.length === 0 ? ["no ids"] : []),
      ...repeated(ids).map((id) => `${id}: twice among the ids`),
      ...read.flatMap((one) => one.problems),
      ...rows.flatMap((row) => (known.has(row.id) ? [] : [`${row.place} ${row.id}: no such id`])),
      ...rows.flatMap((row) => wrongWith(row, shown).map((what) => `${row.place} ${row.id}: ${what}`)),
      ...Array.from(known).flatMap((id) => lonely(id, rows))
    ],
    counts: table(ids, rows)
  }
}

const repeated = (ids: ReadonlyArray<string>): ReadonlyArray<string> =>
  ids.filter((id, at) => ids.indexOf(id) !== at).filter((id, at, all) => all.indexOf(id) === at)

/** Every id has one row. */
const lonely = (id: string, rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const mine = rows.filter((row) => row.id === id)
  if (mine.length === 1) return []
  return [
    mine.length === 0 ? `${id}: no row` : `${id}: ${mine.length} rows (${mine.map((row) => row.place).join(", ")})`
  ]
}

const wrongWith = ({ here, id, status }: Row, shown: ReadonlySet<string>): ReadonlyArray<string> => {
  if (!isStatus(status)) return [`${JSON.stringify(status)} is none of ${statuses.join(", ")}`]
  const claims = status === "same" || status === "better"
  return [
    ...(claims && !shown.has(id) ? [`${status}, but no test with [${id}] in its title ran and passed`] : []),
    ...(status !== "same" && here === "" ? [`${status}, but it does not say why`] : [])
  ]
}

// ---------------------------------------------------------------- reading

const idPattern = /^[A-Z]{3}-[0-9]{2}$/

const rowsOf = (
  path: string,
  text: string
): { readonly rows: ReadonlyArray<Row>; readonly problems: ReadonlyArray<string> } => {
  const rows: Array<Row> = []
  const problems: Array<string> = []
  text.split(/\r?\n/).forEach((line, at) => {
    const place = `${path}:${at + 1}`
    const cells = cellsOf(line)
    const [id = "", , status = "", here = ""] = cells
    if (cells.length === 0 || id === "id" || cells.every((cell) => /^:?-+:?$/.test(cell))) return
    if (!idPattern.test(id)) problems.push(`${place} ${JSON.stringify(id)} is no id`)
    else if (cells.length !== 5)
      problems.push(`${place} ${id}: ${cells.length} cells instead of 5 (write a bar as \\|)`)
    rows.push({ place, id, status, here })
  })
  // A row without an id is reported once, for that.
  return { rows: rows.filter(({ id }) => idPattern.test(id)), problems }
}

/** The cells of a line of a table, none for any other line. */
const cellsOf = (line: string): ReadonlyArray<string> => {
  const trimmed = line.trim()
  if (!trimmed.startsWith("|")) return []
  const cells = trimmed.split(/(?<!\\)\|/).slice(1)
  return (cells[cells.length - 1] === "" ? cells.slice(0, -1) : cells).map((cell) => cell.trim())
}

/** The ids of a list, one a line. */
export const idsOf = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((one) => one !== "")

const Report = Schema.Struct({
  testResults: Schema.Array(
    Schema.Struct({
      assertionResults: Schema.Array(
        Schema.Struct({ status: Schema.String, ancestorTitles: Schema.Array(Schema.String), title: Schema.String })
      )
    })
  )
})

const decodeReport = Schema.decodeUnknownEither(Schema.parseJson(Report))

/** The ids in the titles of passed tests, and of the blocks around them; nothing where this is no report of vitest. */
export const shownBy = (report: string): ReadonlySet<string> | undefined =>
  Either.match(decodeReport(report), {
    onLeft: () => undefined,
    onRight: ({ testResults }) =>
      new Set(
        testResults
          .flatMap(({ assertionResults }) => assertionResults)
          .filter(({ status }) => status === "passed")
          .flatMap(({ ancestorTitles, title }) => [...ancestorTitles, title])
          .flatMap((text) => Array.from(text.matchAll(/\[([A-Z]{3}-[0-9]{2})\]/g), ([, id = ""]) => id))
      )
  })

// ---------------------------------------------------------------- counting

const table = (ids: ReadonlyArray<string>, rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const areas = Array.from(new Set(ids.map((id) => id.slice(0, 3))))
  const line = (name: string, cells: ReadonlyArray<string | number>): string =>
    [name.padEnd(5), ...cells.map((cell) => String(cell).padStart(6))].join(" ")
  const counted = (name: string, all: ReadonlyArray<string>): string => {
    const here = rows.filter(({ id }) => all.includes(id))
    return line(name, [...statuses.map((status) => here.filter((row) => row.status === status).length), all.length])
  }
  return [
    line("area", [...statuses, "rules"]),
    ...areas.map((area) =>
      counted(
        area,
        ids.filter((id) => id.startsWith(area))
      )
    ),
    counted("all", ids)
  ]
}

// ---------------------------------------------------------------- main

const root = new URL("../", import.meta.url)
const folder = "docs/parity"

/** The working tree, against this report. */
export const check = (report: URL): Parity => {
  const shown = existsSync(report) ? shownBy(readFileSync(report, "utf8")) : undefined
  const found = parity({
    ids: idsOf(readFileSync(new URL(`${folder}/ids.txt`, root), "utf8")),
    documents: readTree(root, folder, (path) => path.endsWith(".md")),
    shown: shown ?? new Set()
  })
  return shown === undefined
    ? { counts: found.counts, problems: [`${report.pathname} is no report of vitest: run \`pnpm test\` first`] }
    : found
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const named = process.argv[2]
  const { counts, problems } = check(named === undefined ? new URL("reports/test.json", root) : pathToFileURL(named))
  for (const line of counts) console.log(line)
  for (const line of problems) console.error(line)
  console.log(problems.length === 0 ? "parity: every claim is shown" : `parity: ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
