/**
 * What a session may ask of the world around it, with harmless defaults: the environment.
 *
 * @module
 */
import { Context, Effect } from "effect"
import { empty, type Environment } from "../data/Environment.js"

/**
 * Reads variables and the netrc file, once per session. The default knows nothing; a platform package provides its own.
 *
 * @example
 * import { Environment, World } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * console.assert(Effect.runSync(Effect.flatten(World.ReadEnvironment)) === Environment.empty)
 */
export class ReadEnvironment extends Context.Reference<ReadEnvironment>()("@effect-requests/core/ReadEnvironment", {
  defaultValue: (): Effect.Effect<Environment> => Effect.succeed(empty)
}) {}
