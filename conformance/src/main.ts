/**
 * `pnpm conformance [DIR]`: the answers that requests gave, asked of us.
 *
 * @module
 */
import { realpathSync } from "node:fs"
import { resolve } from "node:path"
import { areas } from "./areas/index.js"
import { readFolder, vectors } from "./folder.js"
import { run } from "./run.js"

const [given] = process.argv.slice(2).filter((argument) => argument !== "--")
// pnpm runs a script in the root, wherever it was called.
const path = realpathSync(given === undefined ? vectors : resolve(process.env["INIT_CWD"] ?? ".", given))
const report = run(readFolder(path), areas, { whole: path === realpathSync(vectors) })

for (const line of report.lines) console.log(line)
process.exitCode = report.ok ? 0 : 1
