/**
 * All cases, in the order of the table.
 *
 * @module
 */
import { type Case, compared } from "../case.js"
import { comparisons } from "./comparisons.js"
import { imports } from "./imports.js"
import { streams } from "./streams.js"
import { waiting } from "./waiting.js"

export const cases: ReadonlyArray<Case> = [...comparisons.map(compared), ...streams, ...waiting, ...imports]
