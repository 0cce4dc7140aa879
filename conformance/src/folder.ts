/**
 * Reads a folder of vectors.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Folder } from "./run.js"

/** The folder that the deviations are written for. */
export const vectors = fileURLToPath(new URL("../vectors", import.meta.url))

/** Every JSON file of a folder. */
export const readFolder = (path: string): Folder =>
  new Map(
    readdirSync(path)
      .filter((name) => name.endsWith(".json"))
      .map((name) => [name, readFileSync(join(path, name), "utf8")])
  )
