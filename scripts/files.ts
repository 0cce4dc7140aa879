/**
 * The files of this repository, as the scripts read them.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"

const skipped: ReadonlySet<string> = new Set(["node_modules", "dist", ".blocks"])

/** Path → text of the files below a folder that `wanted` takes. Paths are relative to the root, with forward slashes, in order. */
export const readTree = (root: URL, folder: string, wanted: (path: string) => boolean): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const walk = (folder: string): void => {
    const entries = readdirSync(new URL(`${folder}/`, root), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory() && !skipped.has(entry.name)) walk(path)
      else if (entry.isFile() && wanted(path)) found.set(path, readFileSync(new URL(path, root), "utf8"))
    }
  }
  if (existsSync(new URL(folder, root))) walk(folder)
  return found
}
