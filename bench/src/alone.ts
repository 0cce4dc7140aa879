/**
 * Work in a process of its own, for what a process has only once: its memory, its first import, what its code was warmed
 * up with.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"

/** What a worker of this bench writes: numbers by name. */
export const Report = Schema.Record({ key: Schema.String, value: Schema.Number })
export type Report = typeof Report.Type

/** Runs a file of this folder with arguments, and reads the last line that it writes. */
export const alone = <A, I>(file: string, schema: Schema.Schema<A, I>, ...args: ReadonlyArray<string>): Promise<A> =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const child = spawn(process.execPath, ["--expose-gc", path, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    const output: Array<string> = []
    child.stdout.on("data", (chunk) => output.push(String(chunk)))
    child.once("error", reject)
    child.once("close", (code) => {
      const last = output.join("").trimEnd().split("\n").at(-1) ?? ""
      if (code === 0) resolve(Schema.decodeUnknownSync(Schema.parseJson(schema))(last))
      else reject(new Error(`${file} ${args.join(" ")} ended with ${code}`))
    })
  })

/** The last line of a worker. */
export const report = (numbers: Report): void => {
  console.log(JSON.stringify(numbers))
}

/** Several workers in turns, so many rounds. */
export const inTurns = async (
  rounds: number,
  workers: Readonly<Record<string, () => Promise<Report>>>
): Promise<Readonly<Record<string, ReadonlyArray<Report>>>> => {
  const reports = Object.fromEntries(Object.keys(workers).map((name): [string, Array<Report>] => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, worker] of Object.entries(workers)) reports[name]?.push(await worker())
  }
  return reports
}
