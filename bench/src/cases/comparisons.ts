/**
 * The cases in which contenders do the same work in turns.
 *
 * @module
 */
import type { Comparison } from "../case.js"
import { pure } from "./pure.js"
import { requests } from "./requests.js"

export const comparisons: ReadonlyArray<Comparison> = [...requests, ...pure]
