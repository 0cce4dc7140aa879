/**
 * A session of its own for a test, over an adapter of its own.
 *
 * @module
 */
import { Adapter, Session, type Settings } from "@effect-requests/core"
import { Decoders, UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"

/** A session whose connections end with the scope. */
export const session = (settings: Settings.Settings = {}, options: UndiciAdapter.Options = {}) =>
  Effect.flatMap(UndiciAdapter.make(options), (wire) =>
    Effect.provideService(Session.make(settings), Adapter.Adapter, wire)
  )

/** A session with something around its adapter. */
export const wrapped = (around: Adapter.Middleware, settings: Settings.Settings = {}) =>
  Effect.flatMap(UndiciAdapter.make(), (wire) =>
    Effect.provideService(Session.make(settings), Adapter.Adapter, Adapter.wrap(around)(wire))
  )

/** A session that asks for codings, and undoes them. */
export const decoding = (settings: Settings.Settings = {}) => Effect.provide(session(settings), Decoders.layer)
