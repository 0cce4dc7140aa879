/**
 * A session on Node, in one line.
 *
 * @module
 */
import { Adapter, Session, type Settings, type World } from "@effect-requests/core"
import { Config, type ConfigError, Effect, Layer } from "effect"
import * as Decoders from "./Decoders.js"
import * as NodeEnvironment from "./NodeEnvironment.js"
import * as UndiciAdapter from "./UndiciAdapter.js"
import * as UnixSocket from "./UnixSocket.js"

const mounted = (settings?: Settings.Settings): Effect.Effect<Session.Service, never, Adapter.Adapter> =>
  Effect.tap(Session.make(settings), (session) =>
    Effect.flatMap(Adapter.Adapter, (wire) => session.mount(UnixSocket.prefix, wire))
  )

/**
 * The session of a program, over undici. Its connections are closed with the layer. Besides http and https it has sockets of
 * this machine: `http+unix://%2Frun%2Fdocker.sock/version`. It trusts the environment (proxies, CA file, .netrc), unless
 * `trustEnv` is false, and undoes a Content-Encoding.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { NodeSession } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   const me = yield* session.get("/me")
 *   return yield* me.json
 * })
 * const me = await Effect.runPromise(Effect.provide(program, NodeSession.layer({ baseUrl: "https://api.example.test" })))
 * console.assert(JSON.stringify(me) === '{"id":1,"name":"ada"}')
 */
export const layer = (
  settings?: Settings.Settings,
  adapterOptions?: UndiciAdapter.Options
): Layer.Layer<Session.Session | UndiciAdapter.Connections> =>
  Layer.provide(
    Layer.merge(Layer.effect(Session.Session, mounted(settings)), connections),
    layerAdapter(adapterOptions)
  )

/** Those of the adapter below, for whoever asks for `UndiciAdapter.stats`. */
const connections = Layer.effect(UndiciAdapter.Connections, UndiciAdapter.Connections)

/**
 * The same with settings that are read by Effect's `Config`: from variables, or from whatever the program's ConfigProvider has. A
 * Config of all settings, or a record with a Config for each. What is missing or wrong is a `ConfigError` with its path.
 *
 * @example
 * import { Auth, Session } from "@effect-requests/core"
 * import { NodeSession } from "@effect-requests/node"
 * import { Config, ConfigProvider, Effect } from "effect"
 *
 * const settings = { baseUrl: Config.string("API_URL"), auth: Config.map(Config.redacted("API_TOKEN"), Auth.bearer) }
 * const program = Effect.flatMap(Session.Session, (session) => session.get("/me"))
 * const given = ConfigProvider.fromMap(new Map([["API_URL", "https://api.example.test"], ["API_TOKEN", "abc"]]))
 * const me = program.pipe(Effect.provide(NodeSession.layerConfig(settings)), Effect.withConfigProvider(given))
 * console.assert((await Effect.runPromise(me)).ok)
 */
export const layerConfig = (
  settings: Config.Config.Wrap<Settings.Settings>,
  adapterOptions?: UndiciAdapter.Options
): Layer.Layer<Session.Session | UndiciAdapter.Connections, ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(Config.unwrap(settings), (known) => layer(known, adapterOptions)))

/**
 * Only the adapter, its decoders and the environment, for programs that make sessions of their own or use `Http`.
 *
 * @example
 * import { Session } from "@effect-requests/core"
 * import { NodeSession } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const session = yield* Session.make({ headers: { Accept: "application/json" } })
 *   return (yield* session.get("https://api.example.test/me")).ok
 * })
 * console.assert(await Effect.runPromise(Effect.provide(program, NodeSession.layerAdapter())))
 */
export const layerAdapter = (
  options?: UndiciAdapter.Options
): Layer.Layer<Adapter.Adapter | UndiciAdapter.Connections | World.Decoders | World.ReadEnvironment> =>
  Layer.mergeAll(UndiciAdapter.layer(options), Decoders.layer, NodeEnvironment.layer)
