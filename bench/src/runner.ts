/**
 * A worker: one contender of one case, which does a round whenever it is told to.
 *
 * @module
 */
import { Schema } from "effect"
import { Order, round } from "./rounds.js"

const [kase = "", name = "", origin = ""] = process.argv.slice(2)
// Only what it needs: what has no server has no session.
const comparisons =
  origin === "" ? (await import("./cases/pure.js")).pure : (await import("./cases/requests.js")).requests
const entrant = comparisons.find((one) => one.name === kase)?.entrants.find((one) => one.name === name)
if (entrant === undefined) throw new Error(`nobody is named ${name} in ${kase}`)
const contender = await entrant.make(origin)

process.on("disconnect", () => process.exit(0))
process.on("message", (order) => {
  round(contender, Schema.decodeUnknownSync(Order)(order)).then(
    (sample) => process.send?.(sample),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    }
  )
})
process.send?.("ready")
