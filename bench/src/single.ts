/**
 * A worker: one case, in a process that has done nothing else.
 *
 * @module
 */
import { cases } from "./cases/index.js"

const [name = "", scale] = process.argv.slice(2)
const found = cases.find((one) => one.name === name)
if (found === undefined) throw new Error(`there is no case ${name}`)
console.log(JSON.stringify(await found.run(scale === "quick" ? "quick" : "full")))
process.exit(0)
