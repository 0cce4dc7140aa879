/**
 * What this process says to every session: its variables, and the .netrc of its user.
 *
 * @module
 */
import { homedir } from "node:os"
import { FileSystem, type Error as Platform } from "@effect/platform"
import { Environment, World } from "@effect-requests/core"
import { Effect, Layer } from "effect"
import * as Files from "./Files.js"

const filled = (text: string | undefined): string | undefined => (text === "" ? undefined : text)

/** Where a .netrc may be, in order: `$NETRC` alone, where it is set (empty: nowhere), else two names at home. */
const places = (variables: Environment.Variables): ReadonlyArray<string> => {
  const home = filled(variables["HOME"]) ?? filled(variables["USERPROFILE"]) ?? homedir()
  const named = variables["NETRC"]
  if (named === undefined) return [`${home}/.netrc`, `${home}/_netrc`]
  return named === "" ? [] : [named.replace(/^~(?=\/|$)/, () => home)]
}

const isMissing = (error: Platform.PlatformError): boolean =>
  error._tag === "SystemError" && error.reason === "NotFound"

const whyNot = (error: Platform.PlatformError): string => (error._tag === "SystemError" ? error.reason : error._tag)

const unread = (path: string, why: string) =>
  Effect.logWarning(`${path} is not read as a .netrc file: ${why}. Make it readable, or set NETRC to another file`)

/** On Windows the mode says nothing about others. */
const exposed = (mode: number): boolean => process.platform !== "win32" && (mode & 0o077) !== 0

const textOf = (fs: FileSystem.FileSystem, path: string, info: FileSystem.File.Info) =>
  Effect.gen(function* () {
    // What `NETRC=/dev/null` is for.
    if (info.type === "CharacterDevice") return undefined
    if (info.type !== "File") return yield* Effect.as(unread(path, `it is a ${info.type}`), undefined)
    if (exposed(info.mode)) {
      yield* Effect.logWarning(`${path} holds passwords, and others than its owner may use it. Run: chmod 600 ${path}`)
    }
    return yield* fs.readFileString(path)
  })

/** The first file that is there. One that cannot be read is a warning, and no other takes its place. */
const netrcOf = (variables: Environment.Variables) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    for (const path of places(variables)) {
      const found = yield* fs.stat(path).pipe(
        Effect.flatMap((info) => textOf(fs, path, info)),
        Effect.map((text) => ({ text })),
        Effect.catchAll((error) =>
          isMissing(error) ? Effect.succeed(undefined) : Effect.as(unread(path, whyNot(error)), { text: undefined })
        )
      )
      if (found !== undefined) return found.text
    }
    return undefined
  })

/**
 * Reads the environment: these variables, the process's unless others are given, and the .netrc file. It is `$NETRC` where that is
 * set (an empty one: none), else `~/.netrc`, else `~/_netrc` (requests' `get_netrc_auth`). No file is no file; one that cannot be
 * read, or that others than its owner may use, is a warning in the log. Nothing fails.
 *
 * @example
 * import { FileSystem } from "@effect/platform"
 * import { NodeEnvironment } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const read = NodeEnvironment.read({ NETRC: "", https_proxy: "http://proxy.test:3128" })
 * const { netrc, variables } = await Effect.runPromise(Effect.provide(read, FileSystem.layerNoop({})))
 * console.assert(variables["https_proxy"] === "http://proxy.test:3128" && netrc === undefined)
 */
export const read = (
  variables?: Environment.Variables
): Effect.Effect<Environment.Environment, never, FileSystem.FileSystem> =>
  Effect.suspend(() => {
    const known = variables ?? { ...process.env }
    return Effect.map(netrcOf(known), (netrc) => Environment.make(known, netrc))
  })

/**
 * Every session below trusts the process's environment, read through the `FileSystem` that is given, once a session, when it first
 * needs it. `session.reread` has it read once more. With `trustEnv: false` it reads nothing.
 *
 * @example
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { World } from "@effect-requests/core"
 * import { NodeEnvironment } from "@effect-requests/node"
 * import { Effect, Layer } from "effect"
 *
 * const live = Layer.provide(NodeEnvironment.layerFileSystem, NodeFileSystem.layer)
 * const read = Effect.provide(Effect.flatten(World.ReadEnvironment), live)
 * console.assert("PATH" in (await Effect.runPromise(read)).variables)
 */
export const layerFileSystem: Layer.Layer<World.ReadEnvironment, never, FileSystem.FileSystem> = Layer.effect(
  World.ReadEnvironment,
  Effect.map(FileSystem.FileSystem, (fs) => Effect.provideService(read(), FileSystem.FileSystem, fs))
)

/**
 * The same through node:fs. It is part of `NodeSession.layer`.
 *
 * @example
 * import { World } from "@effect-requests/core"
 * import { NodeEnvironment } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const read = Effect.provide(Effect.flatten(World.ReadEnvironment), NodeEnvironment.layer)
 * console.assert("PATH" in (await Effect.runPromise(read)).variables)
 */
export const layer: Layer.Layer<World.ReadEnvironment> = Layer.provide(layerFileSystem, Files.layer)
