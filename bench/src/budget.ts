/**
 * The budget: what a session may cost, row by row.
 *
 * @module
 */
import type { Result } from "./case.js"

/** A limit of one figure of one case. */
export interface Row {
  readonly name: string
  readonly says: string
  /** Whether the figure may not be above the limit, or not below it. */
  readonly kind: "atMost" | "atLeast"
  readonly limit: number
  readonly of: (result: Result) => number
}

const ratio = (result: Result): number => result.ratio
const value = (result: Result): number => result.value ?? Number.NaN

/** In the order of the design. */
export const budget: ReadonlyArray<Row> = [
  { name: "get-json", says: "× undici.request", kind: "atMost", limit: 1, of: ratio },
  { name: "get-json-new-url", says: "× undici.request", kind: "atMost", limit: 1.15, of: ratio },
  { name: "get-json-traced", says: "× undici.request", kind: "atMost", limit: 1.5, of: ratio },
  { name: "chain-5", says: "× undici.request", kind: "atMost", limit: 9, of: ratio },
  {
    name: "chain-5",
    says: "× fetch that follows",
    kind: "atMost",
    limit: 1,
    of: (result) => result.ratio / (result.peers["fetch"]?.ratio ?? Number.NaN)
  },
  { name: "jar-100000", says: "× a jar of 10", kind: "atMost", limit: 1.5, of: ratio },
  { name: "download-1g", says: "× undici's rate", kind: "atLeast", limit: 0.9, of: ratio },
  { name: "download-1g", says: "MiB above idle", kind: "atMost", limit: 64, of: value },
  { name: "upload-1g", says: "× undici's rate", kind: "atLeast", limit: 0.9, of: ratio },
  { name: "upload-1g", says: "MiB above idle", kind: "atMost", limit: 64, of: value },
  { name: "in-flight-10000", says: "KiB held for each", kind: "atMost", limit: 12, of: value },
  { name: "fork", says: "× a jar of 10", kind: "atMost", limit: 1.5, of: ratio }
]

/** Whether a figure keeps to its row; `slack` is the part by which it may miss it. */
export const keeps = ({ kind, limit, of }: Row, result: Result, slack = 0): boolean =>
  kind === "atMost" ? of(result) <= limit * (1 + slack) : of(result) >= limit / (1 + slack)
