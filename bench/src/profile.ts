/**
 * `pnpm bench:profile [COUNT] [TOP] [new-url]`: where the time of `get-json` goes, or of `get-json-new-url`, by
 * functions: their own time, in microseconds for each request. "(idle)" is not only waiting: Node reads from its sockets
 * within it.
 *
 * @module
 */
import { Session } from "node:inspector/promises"
import { markdown } from "./markdown.js"
import { start } from "./server.js"
import { getJson, session, type Use } from "./sessions.js"

const count = Number(process.argv[2] ?? 20_000)
const server = await start()
const use: Use =
  process.argv[4] === "new-url"
    ? (session, index) => getJson(`/checked?page=${index}`)(session, index)
    : getJson("/checked")
const contender = await session("session", server.origin, use)
await contender.run(count / 2, 50)

const inspector = new Session()
inspector.connect()
await inspector.post("Profiler.enable")
await inspector.post("Profiler.setSamplingInterval", { interval: 200 })
await inspector.post("Profiler.start")
await contender.run(count, 50)
const { profile } = await inspector.post("Profiler.stop")
await server.checked()

/** `packages/core/src/rules/dress.ts` says more than a line of what was compiled from it. */
const place = (url: string): string =>
  url.replace(/^.*\/node_modules\/(?:\.pnpm\/[^/]*\/node_modules\/)?/, "").replace(/^.*\/packages\//, "")

const own = new Map<string, number>()
const within = new Map<string, number>()
const deltas = profile.timeDeltas ?? []
const total = deltas.reduce((sum, delta) => sum + delta, 0)
const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
const add = (to: Map<string, number>, key: string, value: number): void => {
  to.set(key, (to.get(key) ?? 0) + value)
}
profile.samples?.forEach((id, i) => {
  const node = nodes.get(id)
  if (node === undefined) return
  const { functionName, lineNumber, url } = node.callFrame
  add(own, `${functionName || "(nameless)"} ${place(url)}:${lineNumber + 1}`, deltas[i] ?? 0)
  add(within, place(url).split("/").slice(0, 2).join("/") || functionName, deltas[i] ?? 0)
})

const top = (shares: Map<string, number>, most: number): string =>
  markdown(
    ["µs", "share", "where"],
    [...shares]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([key, micros]) => [(micros / count).toFixed(2), `${((100 * micros) / total).toFixed(1)} %`, key.trim()])
  )

console.log(`${top(own, Number(process.argv[3] ?? 10))}\n\n${top(within, 8)}`)
process.exit(0)
