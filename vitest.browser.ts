/// <reference types="@vitest/browser/providers/playwright" />
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { shared } from "./scripts/vitest.js"

// Apart from vitest.workspace.ts: these tests need Chromium, which `pnpm browser --install` installs.
const root = new URL("./", import.meta.url)
const common = shared(root)

/** Debian's, unless CHROMIUM names another. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium"
if (!existsSync(executablePath)) {
  throw new Error(`there is no ${executablePath}: run \`pnpm browser --install\`, or set CHROMIUM to a Chromium`)
}

/** It runs as root in CI, without a display, and asks nothing but the tests' server. */
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

export default defineConfig({
  ...common,
  // All that core needs, bundled before the first test: what is found later loads the page anew.
  optimizeDeps: {
    include: [
      "effect",
      "effect/ParseResult",
      "@effect/platform",
      "@effect/vitest",
      ...["chardet", "ipaddr.js", "tldts", "tough-cookie"].map((name) => `@effect-requests/core > ${name}`),
      ...["legacy", "sha2", "utils"].map((name) => `@effect-requests/core > @noble/hashes/${name}.js`)
    ]
  },
  test: {
    ...common.test,
    setupFiles: [],
    passWithNoTests: false,
    // A page and a worker load all of Effect, one file at a time.
    testTimeout: 120_000,
    reporters: ["default", "json"],
    outputFile: { json: fileURLToPath(new URL("reports/browser.json", root)) },
    // A list of one: without a list vitest would take vitest.workspace.ts for it.
    projects: [
      {
        extends: true,
        test: {
          name: "browser",
          include: ["packages/core/test/**/*.browser.test.ts"],
          globalSetup: ["packages/core/test/browser/setup.ts"],
          browser: {
            enabled: true,
            provider: "playwright",
            headless: true,
            screenshotFailures: false,
            api: { host: "127.0.0.1" },
            instances: [{ browser: "chromium", launch: { executablePath, args } }]
          }
        }
      }
    ]
  }
})
