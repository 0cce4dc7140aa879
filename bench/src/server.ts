/**
 * Starts the responder in a process of its own, and asks it whether every message brought what it had to.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Agent, request } from "undici"

/** A running responder. */
export interface Server {
  readonly origin: string
  /** Throws when a message came without its cookies or fields. */
  readonly checked: () => Promise<void>
  /** Answers all requests that `/hold` holds back. */
  readonly release: () => Promise<void>
  readonly close: () => void
}

const portOf = (address: unknown): number =>
  typeof address === "object" && address !== null && "port" in address ? Number(address.port) : 0

const listening = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("message", (address) => resolve(portOf(address)))
    child.once("exit", (code) => reject(new Error(`the responder ended with ${code}`)))
  })

/** A responder on a free port of this machine. */
export const start = async (): Promise<Server> => {
  const child = fork(fileURLToPath(new URL("responder.js", import.meta.url)), { execArgv: [] })
  const origin = `http://127.0.0.1:${await listening(child)}`
  const dispatcher = new Agent()
  const ask = async (path: string): Promise<unknown> => (await request(origin + path, { dispatcher })).body.json()
  return {
    origin,
    checked: async () => {
      const report = await ask("/report")
      const bad = typeof report === "object" && report !== null && "bad" in report ? report.bad : "no report"
      if (bad !== 0) throw new Error(`messages without their cookies or fields: ${bad}`)
    },
    release: async () => {
      await ask("/release")
    },
    close: () => child.disconnect()
  }
}
