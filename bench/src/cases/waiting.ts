/**
 * 10,000 requests under way at once, a fiber each.
 *
 * @module
 */
import { alone, inTurns, Report } from "../alone.js"
import type { Case } from "../case.js"
import { type Figures, figures, median, rounded } from "../figures.js"
import { start } from "../server.js"

const numbers = (report: Report) => ({
  cpuUs: report["cpuUs"] ?? Number.NaN,
  wallUs: report["wallUs"] ?? Number.NaN,
  bytes: report["bytes"] ?? Number.NaN
})

const beside = (own: ReadonlyArray<Report>, base: ReadonlyArray<Report>): Figures => ({
  ...figures(own.map(numbers), base.map(numbers), "bytes"),
  value: rounded(median(own.map((report) => numbers(report).bytes)) / 1024),
  unit: "KiB held for each"
})

/** A ratio is one of bytes. */
export const waiting: ReadonlyArray<Case> = [
  {
    name: "in-flight-10000",
    about: "10,000 requests that wait at once",
    run: async (scale) => {
      const server = await start()
      try {
        const worker = (client: string) => () => alone("waiter.js", Report, client, server.origin, "10000")
        const { base = [], own = [] } = await inTurns(scale === "quick" ? 1 : 5, {
          own: worker("session"),
          base: worker("undici")
        })
        return { ...beside(own, base), peers: { "undici.request": beside(base, base) } }
      } finally {
        server.close()
      }
    }
  }
]
