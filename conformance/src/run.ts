/**
 * The loop: files of cases in, verdicts and lines out.
 *
 * @module
 */
import { Either, Schema } from "effect"
import type { Area, Verdict } from "./area.js"

/** A folder: the text of each file by its name. */
export type Folder = ReadonlyMap<string, string>

/** The sums of a run. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly deviations: number
}

/** What came of one file. */
export interface AreaReport extends Counts {
  readonly area: string
  /** Why the file could not be run, or why its result does not hold, in words. */
  readonly problems: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
}

/** What came of a folder. */
export interface Report extends Counts {
  readonly areas: ReadonlyArray<AreaReport>
  readonly ok: boolean
  /** What is to be printed, the sums last. */
  readonly lines: ReadonlyArray<string>
}

const File = Schema.parseJson(
  Schema.Struct({
    area: Schema.String,
    cases: Schema.Array(Schema.Struct({ input: Schema.Unknown, expected: Schema.Unknown }))
  })
)
const read = Schema.decodeUnknownEither(File)

type Case = (typeof File.Type)["cases"][number]

/**
 * Runs every file of a folder. `whole` says that the folder is the one that deviations are written for: there each has
 * to be of use, and only some areas may deviate in more than a tenth of their cases.
 */
export const run = (folder: Folder, areas: ReadonlyArray<Area>, { whole }: { readonly whole: boolean }): Report => {
  const reports = [...folder]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => ofFile(name, text, areas, whole))
  const unvisited = whole ? unused(areas.filter((area) => !reports.some((report) => report.area === area.name))) : []
  const empty = folder.size === 0 ? ["there is no file to run"] : []
  const problems = [...unvisited, ...empty]
  const passed = sum(reports, "passed")
  const failed = sum(reports, "failed")
  const deviations = sum(reports, "deviations")
  return {
    areas: reports,
    passed,
    failed,
    deviations,
    ok: failed === 0 && problems.length === 0 && reports.every((report) => report.problems.length === 0),
    lines: [
      ...reports.flatMap((report) => report.lines),
      ...problems.map(problemLine),
      `${passed} passed, ${failed} failed, ${deviations} deviations`
    ]
  }
}

const sum = (reports: ReadonlyArray<Counts>, key: keyof Counts): number =>
  reports.reduce((total, report) => total + report[key], 0)

const problemLine = (problem: string): string => `  PROBLEM ${problem}`

const ofFile = (name: string, text: string, areas: ReadonlyArray<Area>, whole: boolean): AreaReport =>
  Either.match(read(text), {
    onLeft: (error) => unrun(name, `${name} is no file of cases: ${error.message}`),
    onRight: (file) => {
      const area = areas.find((one) => one.name === file.area)
      return area === undefined
        ? unrun(file.area, `${name}: ${file.area} is an unknown area`)
        : ofArea(area, file.cases, whole)
    }
  })

const unrun = (area: string, problem: string): AreaReport => {
  const counts = { passed: 0, failed: 0, deviations: 0 }
  return { area, ...counts, problems: [problem], lines: [headline(area, counts), problemLine(problem)] }
}

const ofArea = (area: Area, cases: ReadonlyArray<Case>, whole: boolean): AreaReport => {
  const judged = cases.map((one) => ({ ...one, verdict: area.judge(one.input, one.expected) }))
  const count = (tag: Verdict["_tag"]): number => judged.filter(({ verdict }) => verdict._tag === tag).length
  const counts = { passed: count("Passed"), failed: count("Failed"), deviations: count("Deviates") }
  const used = judged.flatMap(({ verdict }) => (verdict._tag === "Deviates" ? [verdict.deviation] : []))
  const problems = whole ? [...unused([area], new Set(used)), ...tooMany(area, counts.deviations, cases.length)] : []
  const failures = judged.flatMap(({ expected, input, verdict }) =>
    verdict._tag === "Failed" ? [`  FAILED ${JSON.stringify({ input, expected, got: verdict.got ?? null })}`] : []
  )
  const note = area.missing === undefined ? "" : "  missing"
  return {
    area: area.name,
    ...counts,
    problems,
    lines: [headline(area.name, counts) + note, ...failures, ...problems.map(problemLine)]
  }
}

const headline = (area: string, { deviations, failed, passed }: Counts): string =>
  `${area}  passed ${passed}  failed ${failed}  deviations ${deviations}`

const unused = (areas: ReadonlyArray<Area>, used: ReadonlySet<string> = new Set()): ReadonlyArray<string> =>
  areas.flatMap(({ deviations, name }) =>
    deviations
      .filter((deviation) => !deviation.isSeen && !used.has(deviation.name))
      .map((deviation) => `${name}: the deviation "${deviation.name}" is unused (${deviation.reason})`)
  )

const tooMany = (area: Area, deviations: number, cases: number): ReadonlyArray<string> =>
  area.deviatesMuch || deviations * 10 <= cases
    ? []
    : [`${area.name}: ${deviations} deviations of ${cases} cases, more than a tenth`]
