/**
 * `pnpm bench:load [NAME...]`: memory and load of the Node adapter against a server in a process of its own. Prints each figure
 * beside the most that it may be, and exits with 1 when one is more.
 *
 * @module
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { type Figure, loads, run } from "./loads.js"

const names = Object.keys(loads)
const isLoad = (name: string): name is keyof typeof loads => names.includes(name)
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const print = ({ found, most, name }: Figure): boolean => {
  const good = found <= most
  console.log(`${good ? "ok  " : "FAIL"} ${name.padEnd(48)} ${String(found).padStart(8)}  at most ${most}`)
  return good
}

/** One load, in this process. */
const one = async (name: keyof typeof loads, url: string): Promise<void> => {
  const figures = await Effect.runPromise(run(loads[name], url))
  if (!figures.map(print).every(Boolean)) process.exitCode = 1
}

/** Each in a process of its own, one after the other. */
const all = async (chosen: ReadonlyArray<string>): Promise<void> => {
  const server = fork(file("loadServer.ts"))
  const [url] = await once(server, "message")
  for (const name of chosen) {
    const [code] = await once(fork(file("load.ts"), [], { env: { ...process.env, LOAD: name, LOAD_URL: url } }), "exit")
    if (code !== 0) process.exitCode = 1
  }
  server.kill()
}

const { LOAD: name = "", LOAD_URL: url = "" } = process.env
const asked = process.argv.slice(2)
if (isLoad(name)) await one(name, url)
else await all(asked.length === 0 ? names : asked.filter(isLoad))
