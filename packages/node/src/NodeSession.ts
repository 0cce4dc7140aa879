/**
 * A session on Node, in one line.
 *
 * @module
 */
import { Adapter, Session, type Settings, type World } from "@effect-requests/core"
import { Effect, Layer } from "effect"
import * as Decoders from "./Decoders.js"
import * as UndiciAdapter from "./UndiciAdapter.js"
import * as UnixSocket from "./UnixSocket.js"

const mounted = (settings?: Settings.Settings): Effect.Effect<Session.Service, never, Adapter.Adapter> =>
  Effect.tap(Session.make(settings), (session) =>
    Effect.flatMap(Adapter.Adapter, (wire) => session.mount(UnixSocket.prefix, wire))
  )

/**
 * The session of a program, over undici. Its connections are closed with the layer. Besides http and https it has sockets of
 * this machine: `http+unix://%2Frun%2Fdocker.sock/version`.
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
): Layer.Layer<Session.Session> =>
  Layer.provide(Layer.effect(Session.Session, mounted(settings)), layerAdapter(adapterOptions))

/**
 * Only the adapter and its decoders, for programs that make sessions of their own or use `Http`.
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
export const layerAdapter = (options?: UndiciAdapter.Options): Layer.Layer<Adapter.Adapter | World.Decoders> =>
  Layer.merge(UndiciAdapter.layer(options), Decoders.layer)
