/**
 * 1 GiB down and up: the rate, the CPU time of a MiB, and the memory above idle, beside `undici.stream`.
 *
 * @module
 */
import { alone, inTurns, Report } from "../alone.js"
import type { Case, Result, Scale } from "../case.js"
import { type Figures, figures, median, rounded } from "../figures.js"
import { start } from "../server.js"

const numbers = (report: Report) => ({
  cpuUs: report["cpuUs"] ?? Number.NaN,
  wallUs: report["wallUs"] ?? Number.NaN,
  rate: report["rate"] ?? Number.NaN,
  memory: report["memory"] ?? Number.NaN
})

/** Ratios of rates: above 1 is faster than undici. */
const beside = (own: ReadonlyArray<Report>, base: ReadonlyArray<Report>): Figures => ({
  ...figures(own.map(numbers), base.map(numbers), "rate"),
  value: rounded(median(own.map((report) => numbers(report).memory))),
  unit: "MiB above idle"
})

const streaming =
  (direction: "down" | "up") =>
  async (scale: Scale): Promise<Result> => {
    const size = String(scale === "quick" ? 2 ** 26 : 2 ** 30)
    const server = await start()
    try {
      const worker = (client: string) => () => alone("streamer.js", Report, client, direction, server.origin, size)
      const { base = [], own = [] } = await inTurns(scale === "quick" ? 1 : 5, {
        own: worker("session"),
        base: worker("undici")
      })
      return { ...beside(own, base), peers: { "undici.stream": beside(base, base) } }
    } finally {
      server.close()
    }
  }

/** Microseconds are those of a MiB, and a ratio is one of rates. */
export const streams: ReadonlyArray<Case> = [
  { name: "download-1g", about: "1 GiB down, read as a stream", run: streaming("down") },
  { name: "upload-1g", about: "1 GiB up, from a stream", run: streaming("up") }
]
