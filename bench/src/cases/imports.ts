/**
 * The first import of the node package beside that of what it stands on, and the size of the core as a browser gets it.
 *
 * @module
 */
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import { alone, inTurns, Report } from "../alone.js"
import type { Case } from "../case.js"
import { type Figures, figures, rounded } from "../figures.js"

const stands = ["effect", "@effect/platform", "undici"]

/** The core alone, minified and gzipped, without its peers. */
export const gzippedCore = async (): Promise<number> => {
  const built = await build({
    stdin: { contents: 'export * from "@effect-requests/core"', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["effect", "@effect/platform"]
  })
  return gzipSync(built.outputFiles[0]?.contents ?? new Uint8Array()).length
}

const numbers = (report: Report) => ({
  cpuUs: report["cpuUs"] ?? Number.NaN,
  wallUs: report["wallUs"] ?? Number.NaN
})

const beside = (own: ReadonlyArray<Report>, base: ReadonlyArray<Report>): Figures =>
  figures(own.map(numbers), base.map(numbers))

/** The ratio is to the imports that every program of effect and undici has anyway. */
export const imports: ReadonlyArray<Case> = [
  {
    name: "import-node",
    about: "the first import of @effect-requests/node",
    run: async (scale) => {
      const { base = [], own = [] } = await inTurns(scale === "quick" ? 1 : 11, {
        own: () => alone("importer.js", Report, "@effect-requests/node"),
        base: () => alone("importer.js", Report, ...stands)
      })
      return {
        ...beside(own, base),
        value: rounded((await gzippedCore()) / 1024),
        unit: "KiB of core, minified and gzipped, without peers",
        peers: { [stands.join(" + ")]: beside(base, base) }
      }
    }
  }
]
