/**
 * What a session may ask of the world around it, with harmless defaults: the environment, chance, and what can be
 * decompressed.
 *
 * @module
 */
import { Context, Effect } from "effect"
import { type Decoders as Known, none } from "../data/Decompression.js"
import { type Environment, empty } from "../data/Environment.js"

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

/**
 * Makes a random text that nobody can guess: 16 bytes in hexadecimal, by the platform's Web Crypto.
 *
 * @example
 * import { World } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * console.assert(/^[0-9a-f]{32}$/.test(Effect.runSync(Effect.flatten(World.MakeNonce))))
 */
export class MakeNonce extends Context.Reference<MakeNonce>()("@effect-requests/core/MakeNonce", {
  defaultValue: (): Effect.Effect<string> =>
    Effect.sync(() =>
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")
    )
}) {}

/**
 * What undoes a Content-Encoding. The default is nothing: no Accept-Encoding is sent, and every body stays as it came.
 *
 * @example
 * import { World } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * console.assert(Effect.runSync(World.Decoders).size === 0)
 */
export class Decoders extends Context.Reference<Decoders>()("@effect-requests/core/Decoders", {
  defaultValue: (): Known => none
}) {}
