/**
 * Results as tables of Markdown.
 *
 * @module
 */
import { budget, keeps } from "./budget.js"
import type { Result } from "./case.js"
import { cases } from "./cases/index.js"
import { type Figures, rounded } from "./figures.js"
import { markdown } from "./markdown.js"

/** Results by the name of their case. */
export type Results = Readonly<Record<string, Result>>

const shown = ({ spread: [low, high], value, ...rest }: Figures): ReadonlyArray<string> => [
  String(rest.ratio),
  `${low} to ${high}`,
  String(rest.cpuUs),
  String(rest.wallUs),
  value === undefined ? "" : `${value} ${rest.unit ?? ""}`
]

/** Ours and everybody else's, case by case. */
export const full = (results: Results): string =>
  markdown(
    ["case", "who", "ratio", "quartiles", "CPU µs", "wall µs", "also"],
    cases.flatMap(({ name }) => {
      const result = results[name]
      if (result === undefined) return []
      return [
        [name, "**effect-requests**", ...shown(result)],
        ...Object.entries(result.peers).map(([peer, figures]) => ["", peer, ...shown(figures)])
      ]
    })
  )

/** The budget, row by row. */
export const judged = (results: Results): string =>
  markdown(
    ["case", "budget", "measured", "met"],
    budget.flatMap((row) => {
      const result = results[row.name]
      if (result === undefined) return []
      const limit = `${row.kind === "atMost" ? "≤" : "≥"} ${row.limit} ${row.says}`
      return [[row.name, limit, String(rounded(row.of(result))), keeps(row, result) ? "yes" : "**no**"]]
    })
  )
