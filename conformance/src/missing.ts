/**
 * What the core has nothing for yet. An entry goes when `areas/` has a file of its name.
 *
 * @module
 */
import type { Area } from "./area.js"

export const missingAreas: ReadonlyArray<Area> = []
