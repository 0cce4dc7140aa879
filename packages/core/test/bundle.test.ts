import { builtinModules } from "node:module"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { type BuildOptions, build, type Metafile } from "esbuild"

const root = fileURLToPath(new URL("../../../", import.meta.url))

/** As a page would bundle it: for browsers, with nothing left outside. */
const bundle = async (from: Pick<BuildOptions, "entryPoints" | "stdin">): Promise<Metafile> => {
  const { metafile } = await build({
    ...from,
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "silent"
  })
  return metafile
}

const core = bundle({ entryPoints: ["packages/core/src/index.ts"] })

describe("core, bundled for a browser", () => {
  it("imports nothing: no Node built-in, and nothing that is not in the bundle", async () => {
    const { outputs } = await core
    expect(Object.values(outputs).flatMap(({ imports }) => imports)).toEqual([])
  })

  it("holds chardet's file for browsers, not the one that reads files by Node", async () => {
    const chardet = Object.keys((await core).inputs).filter((path) => path.includes("/chardet/lib/fs/"))
    expect(chardet.map((path) => path.split("/").at(-1))).toEqual(["browser.js"])
  })

  it.each(["fs", "node:fs", "node:crypto", "undici"])("would not be made if it did: %s", async (name) => {
    const contents = `import * as all from "${name}"; console.log(all)`
    const failed = bundle({ stdin: { contents, resolveDir: `${root}packages/core/src` } })
    await expect(failed).rejects.toThrow(`Could not resolve "${name}"`)
    expect(builtinModules.includes(name.replace("node:", "")) || name === "undici").toBe(true)
  })
})
