/**
 * A session as a page has it: over the browser's own fetch, with the tests' server as its base.
 *
 * @module
 */
import { FetchHttpClient } from "@effect/platform"
import { Adapter, type Response, Session, type Settings } from "@effect-requests/core"
import { Effect, Layer } from "effect"
import { inject } from "vitest"

/** The origin of the tests' server, which is not the page's. */
export const api = inject("api")

/** A place where nobody listens. */
export const closed = inject("closed")

export const byFetch = Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)

export const session = (settings?: Settings.Settings): Effect.Effect<Session.Service> =>
  Effect.provide(Session.make({ baseUrl: api, ...settings }), byFetch)

/** The page's own cookies go along, and are kept. */
export const withCookies = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, FetchHttpClient.RequestInit, { credentials: "include" })

/** What a request fails with. An answer instead of it is told by its status: a whole one is too much for the reporter. */
export const failure = <E>(sent: Effect.Effect<Response.Response, E>): Effect.Effect<E, string> =>
  Effect.flip(Effect.map(sent, ({ status }) => `it was answered with ${status}`))
