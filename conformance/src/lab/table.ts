/**
 * Which server was judged by how many tests, from the report of a run.
 *
 * @module
 */
import { Schema } from "effect"

const Test = Schema.Struct({
  status: Schema.String,
  meta: Schema.Struct({
    servers: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
    assertions: Schema.optionalWith(Schema.Number, { default: () => 0 })
  })
})

/** What is read of vitest's JSON report. */
export const Report = Schema.parseJson(
  Schema.Struct({ testResults: Schema.Array(Schema.Struct({ assertionResults: Schema.Array(Test) })) })
)

/** A server, and what was asked of it. A test of two servers counts for both. */
export interface Row {
  readonly server: string
  readonly tests: number
  readonly assertions: number
  readonly failed: number
}

/** A row for each server, in the order of their names' list. */
export const rows = (report: typeof Report.Type, servers: ReadonlyArray<string>): ReadonlyArray<Row> => {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  return servers.map((server) => {
    const own = tests.filter(({ meta }) => meta.servers.includes(server))
    return {
      server,
      tests: own.length,
      assertions: own.reduce((sum, { meta }) => sum + meta.assertions, 0),
      failed: own.filter(({ status }) => status !== "passed").length
    }
  })
}

/** The servers that no test has asked, or none has judged. */
export const unused = (table: ReadonlyArray<Row>): ReadonlyArray<string> =>
  table.flatMap(({ assertions, server }) => (assertions === 0 ? [server] : []))

/** The table as lines of text. */
export const lines = (table: ReadonlyArray<Row>): ReadonlyArray<string> => [
  `${"server".padEnd(22)} tests  assertions  failed`,
  ...table.map(
    ({ assertions, failed, server, tests }) =>
      `${server.padEnd(22)} ${String(tests).padStart(5)}  ${String(assertions).padStart(10)}  ${String(failed).padStart(6)}`
  )
]
