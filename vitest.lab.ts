import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { shared } from "./scripts/vitest.js"

// Apart from vitest.workspace.ts: these tests need the servers of conformance/lab, which `pnpm lab` starts and ends.
const root = new URL("./", import.meta.url)

export default defineConfig({
  ...shared(root),
  test: {
    ...shared(root).test,
    passWithNoTests: false,
    // The servers are shared, and some keep count.
    fileParallelism: false,
    reporters: ["default", "json"],
    outputFile: { json: fileURLToPath(new URL("reports/lab.json", root)) },
    // A list of one: without a list vitest would take vitest.workspace.ts for it.
    projects: [
      {
        extends: true,
        test: {
          name: "lab",
          setupFiles: ["scripts/setup.ts", "conformance/src/lab/setup.ts"],
          include: ["packages/*/test", "conformance", "docs/examples"].map((folder) => `${folder}/**/*.lab.test.ts`)
        }
      }
    ]
  }
})
