/** A disk in memory, and sessions over a cassette on it. */
import { FileSystem } from "@effect/platform"
import { Adapter, Session, type Settings } from "@effect-requests/core"
import { Cassette, Routes } from "@effect-requests/testing"
import { Effect } from "effect"

/** The cassette of all tests. */
export const path = "tape.json"

/** A disk, and its files. */
export const disk = (files = new Map<string, string>()) => ({
  files,
  layer: FileSystem.layerNoop({
    exists: (name) => Effect.succeed(files.has(name)),
    readFileString: (name) => Effect.sync(() => files.get(name) ?? ""),
    writeFileString: (name, text) => Effect.sync(() => void files.set(name, text)),
    rename: (from, to) =>
      Effect.sync(() => {
        files.set(to, files.get(from) ?? "")
        files.delete(from)
      })
  })
})

/** A session over a cassette over a table, and how often the table was asked. */
export const opened = (
  table: Routes.Routes,
  layer: ReturnType<typeof disk>["layer"],
  options: Partial<Cassette.Options> = {},
  settings: Settings.Settings = {}
) =>
  Effect.gen(function* () {
    const running = yield* Routes.toAdapter(table)
    const cassette = yield* Cassette.make({ path, ...options })
    const session = yield* Effect.provideService(
      Session.make({ baseUrl: "https://h.test", trustEnv: false, ...settings }),
      Adapter.Adapter,
      Adapter.wrap(cassette)(running.wire)
    )
    return { session, asked: Effect.map(running.calls, (calls) => calls.length) }
  }).pipe(Effect.provide(layer))
