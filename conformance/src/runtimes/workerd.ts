/**
 * Runs a bundled worker in workerd, and asks it once.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** Its network may reach this machine; the port is its own choice, which it tells by `--control-fd`. */
const config = (file: string): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "public"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "${basename(file)}")],
  compatibilityDate = "2025-01-01"
);
`

/** The port in a line of `--control-fd`. */
const portOf = (line: string): number | undefined => {
  const found = /"event":"listen".*"port":(\d+)/.exec(line)
  return found === null ? undefined : Number(found[1])
}

/** What the worker answers. */
export const asked = async (workerd: string, file: string): Promise<string> => {
  const path = join(dirname(file), "config.capnp")
  writeFileSync(path, config(file))
  const child = spawn(workerd, ["serve", "--control-fd=1", path], { stdio: ["ignore", "pipe", "inherit"] })
  try {
    let said = ""
    for await (const piece of child.stdout) {
      said += String(piece)
      const port = portOf(said)
      if (port !== undefined) return await (await fetch(`http://127.0.0.1:${port}/`)).text()
    }
    throw new Error(`workerd ended: ${said}`)
  } finally {
    child.kill()
  }
}
