import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { exampleHosts, writeBlocks } from "./scripts/blocks.js"
import { shared } from "./scripts/vitest.js"

const root = new URL("./", import.meta.url)

// Before vitest looks for test files: a block that holds tests of its own is one of them.
writeBlocks(root)

const suites = ["packages/*/test", "docs/examples", "conformance"]
const named = (suffix: string) => suites.map((folder) => `${folder}/**/*${suffix}`)

export default defineConfig({
  ...shared(root),
  test: {
    ...shared(root).test,
    reporters: ["default", "json"],
    outputFile: { json: fileURLToPath(new URL("reports/test.json", root)) },
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: named(".test.ts"),
          exclude: ["**/node_modules/**", "**/dist/**", "**/*.net.test.ts", "**/*.lab.test.ts", "**/*.browser.test.ts"]
        }
      },
      { extends: true, test: { name: "net", include: named(".net.test.ts") } },
      {
        extends: true,
        plugins: [exampleHosts()],
        test: {
          name: "docs",
          include: ["scripts/blocks.run.test.ts", "docs/.blocks/**/*.test.ts"],
          setupFiles: ["scripts/blocks.setup.ts"]
        }
      },
      {
        extends: true,
        test: { name: "scripts", include: ["scripts/**/*.test.ts"], exclude: ["scripts/blocks.run.test.ts"] }
      }
    ]
  }
})
