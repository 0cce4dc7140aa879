/**
 * `pnpm browser [--install]`: core in a real browser. Runs every `*.browser.test.ts` in headless Chromium, against a server
 * on loopback. `--install` installs Debian's `chromium` where it is missing, which needs root.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = new URL("../", import.meta.url)

/** Runs a program with our own terminal and gives its exit code. */
const run = (program: string, ...args: ReadonlyArray<string>): number =>
  spawnSync(program, args, {
    cwd: fileURLToPath(root),
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "inherit", "inherit"]
  }).status ?? 1

const wanted = process.env["CHROMIUM"] === undefined && !existsSync("/usr/bin/chromium")
const installed =
  wanted && process.argv.includes("--install")
    ? run("apt-get", "-qq", "-y", "install", "--no-install-recommends", "chromium")
    : 0

process.exitCode =
  installed === 0
    ? run(fileURLToPath(new URL("node_modules/.bin/vitest", root)), "run", "--config", "vitest.browser.ts")
    : installed
