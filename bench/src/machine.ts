/**
 * What was measured on, and what was measured.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { Option, Schema } from "effect"

/** The processor, its threads and the memory. */
export const machine = {
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  threads: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`
}

const Manifest = Schema.parseJson(Schema.Struct({ name: Schema.String, version: Schema.String }))
const resolve = createRequire(import.meta.url).resolve

/** A package need not export its package.json: it stands in a folder above its entry. */
const versionOf = (name: string): string => {
  let folder = dirname(resolve(name))
  while (folder !== dirname(folder)) {
    const manifest = Option.flatMap(Option.liftThrowable(readFileSync)(join(folder, "package.json"), "utf8"), (text) =>
      Schema.decodeUnknownOption(Manifest)(String(text))
    )
    if (Option.isSome(manifest) && manifest.value.name === name) return manifest.value.version
    folder = dirname(folder)
  }
  return "unknown"
}

/** The versions of Node and of everybody in the table. */
export const versions: Readonly<Record<string, string>> = {
  node: process.versions.node,
  "undici of Node": process.versions["undici"] ?? "unknown",
  ...Object.fromEntries(
    [
      "undici",
      "effect",
      "@effect/platform",
      "@effect/platform-node",
      "got",
      "axios",
      "ky",
      "node-fetch",
      "tough-cookie"
    ].map((name) => [name, versionOf(name)])
  )
}
