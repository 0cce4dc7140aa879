/**
 * What vitest.workspace.ts and vitest.lab.ts have in common.
 *
 * @module
 */
import { fileURLToPath } from "node:url"
import type { ViteUserConfig } from "vitest/config"

/** Packages come from their sources, so that a test needs no build. */
export const shared = (root: URL) =>
  ({
    resolve: {
      alias: ["core", "node", "testing"].map((name) => ({
        find: new RegExp(`^@effect-requests/${name}$`),
        replacement: fileURLToPath(new URL(`packages/${name}/src/index.ts`, root))
      }))
    },
    test: {
      root: fileURLToPath(root),
      testTimeout: 30_000,
      hookTimeout: 30_000,
      setupFiles: ["scripts/setup.ts"],
      // A failing test shows what it printed, the others do not.
      silent: "passed-only"
    }
  }) satisfies ViteUserConfig
