/**
 * A worker: so many requests that wait for an answer at once, and the bytes that are held for each.
 *
 * @module
 */
import { Effect, Fiber } from "effect"
import * as undici from "undici"
import { report } from "./alone.js"
import { opened } from "./sessions.js"

const [client = "", origin = "", size = "0"] = process.argv.slice(2)
const count = Number(size)

/** 64 connections, as an adapter of ours has; the rest waits in undici's queue. */
const bare = () => {
  const dispatcher = new undici.Agent({ connections: 64 })
  return async (path: string): Promise<unknown> => (await undici.request(origin + path, { dispatcher })).body.json()
}

const held = (): number => {
  globalThis.gc?.()
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** The server holds back 64; a pause lets everything that was begun come to rest. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500))

/** Lets go until all are answered: each release frees the 64 that wait at the server. */
const released = async (all: Promise<unknown>): Promise<void> => {
  const agent = new undici.Agent()
  let open = true
  const done = all.finally(() => {
    open = false
  })
  while (open) {
    await (await undici.request(`${origin}/release`, { dispatcher: agent })).body.dump()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await done
}

const start = async (): Promise<() => Promise<unknown>> => {
  if (client !== "session") {
    const ask = bare()
    await ask("/json")
    return () => Promise.all(Array.from({ length: count }, () => ask("/hold")))
  }
  const { runtime, session } = await opened(origin, false)
  await runtime.runPromise(session.get("/json"))
  const ask = Effect.flatMap(session.get("/hold"), (response) => response.json)
  return () =>
    runtime.runPromise(
      Effect.flatMap(
        Effect.forEach(Array.from({ length: count }), () => Effect.fork(ask)),
        Fiber.joinAll
      )
    )
}

const go = await start()
const before = held()
const began = performance.now()
const cpu = process.cpuUsage()
const all = go()
await rest()
const waiting = held()
await released(all)
const { system, user } = process.cpuUsage(cpu)
report({
  bytes: (waiting - before) / count,
  cpuUs: (system + user) / count,
  wallUs: ((performance.now() - began) * 1000) / count
})
process.exit(0)
