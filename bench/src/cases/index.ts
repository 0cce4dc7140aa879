/**
 * All cases, in the order of the table.
 *
 * @module
 */
import type { Case } from "../case.js"
import { imports } from "./imports.js"
import { pure } from "./pure.js"
import { requests } from "./requests.js"
import { streams } from "./streams.js"
import { waiting } from "./waiting.js"

export const cases: ReadonlyArray<Case> = [...requests, ...pure, ...streams, ...waiting, ...imports]
