/**
 * A worker: so many bytes down or up by one client; its CPU time, wall time and memory above idle.
 *
 * @module
 */
import { Readable, Writable } from "node:stream"
import { Body, Request } from "@effect-requests/core"
import { Effect, Stream } from "effect"
import * as undici from "undici"
import { report } from "./alone.js"
import { opened } from "./sessions.js"

const [client = "", direction = "", origin = "", size = "0"] = process.argv.slice(2)
const piece = Buffer.alloc(64 * 1024, "x")

/** The body of an upload: the same bytes again and again. */
function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece
}

interface Client {
  readonly down: (bytes: number) => Promise<number>
  readonly up: (bytes: number) => Promise<number>
}

const bare = (): Client => {
  const counter = () => {
    let bytes = 0
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        done()
      }
    })
    return { stream, bytes: () => bytes }
  }
  return {
    down: async (bytes) => {
      const count = counter()
      await undici.stream(`${origin}/bytes/${bytes}`, { method: "GET" }, () => count.stream)
      return count.bytes()
    },
    up: async (bytes) => {
      const headers = { "content-length": String(bytes) }
      await undici.stream(
        `${origin}/json`,
        { method: "POST", headers, body: Readable.from(pieces(bytes), { objectMode: false }) },
        () => counter().stream
      )
      return bytes
    }
  }
}

const ours = async (): Promise<Client> => {
  const { runtime, session } = await opened(origin, false)
  return {
    down: (bytes) =>
      runtime.runPromise(
        Effect.scoped(
          Effect.flatMap(session.stream(Request.get(`/bytes/${bytes}`)), (response) =>
            Stream.runFold(response.stream, 0, (sum, chunk) => sum + chunk.length)
          )
        )
      ),
    up: (bytes) => {
      const body = Body.replayable(() => Stream.fromIterable(pieces(bytes)), { length: bytes })
      return runtime.runPromise(Effect.as(session.post("/json", { body, timeout: { total: null } }), bytes))
    }
  }
}

const peak = { rss: 0 }
const look = (): void => {
  peak.rss = Math.max(peak.rss, process.memoryUsage.rss())
}

const bytes = Number(size)
const { down, up } = client === "session" ? await ours() : bare()
const transfer = direction === "down" ? down : up
await transfer(bytes / 16)
globalThis.gc?.()
const idle = process.memoryUsage.rss()
const timer = setInterval(look, 5)
const cpu = process.cpuUsage()
const began = performance.now()
const moved = await transfer(bytes)
const wallMs = performance.now() - began
const { system, user } = process.cpuUsage(cpu)
clearInterval(timer)
look()
if (moved !== bytes) throw new Error(`${moved} bytes of ${bytes}`)
const mebi = bytes / 2 ** 20
report({
  cpuUs: (system + user) / mebi,
  wallUs: (wallMs * 1000) / mebi,
  rate: (mebi / wallMs) * 1000,
  memory: (peak.rss - idle) / 2 ** 20
})
process.exit(0)
