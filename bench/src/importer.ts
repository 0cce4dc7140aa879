/**
 * A worker: the first import of a module, in CPU time and wall time.
 *
 * @module
 */
import { report } from "./alone.js"

const [...modules] = process.argv.slice(2)
const cpu = process.cpuUsage()
const began = performance.now()
for (const module of modules) await import(module)
const { system, user } = process.cpuUsage(cpu)
report({ cpuUs: system + user, wallUs: (performance.now() - began) * 1000 })
