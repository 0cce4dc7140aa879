/** What these tests start from: a session over a stub, and what it was asked. */

import type { Environment } from "@effect-requests/core"
import { Headers, type PreparedRequest, Session, type Settings, World } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect } from "effect"

export const opened = (handler: StubAdapter.Handler, settings: Settings.Settings = {}) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const session = yield* Effect.provide(Session.make(settings), stub.layer)
    return { session, stub }
  })

/** The same where the environment says something. */
export const openedIn = (
  environment: Environment.Environment,
  handler: StubAdapter.Handler,
  settings: Settings.Settings = {}
) => Effect.provideService(opened(handler, settings), World.ReadEnvironment, Effect.succeed(environment))

/** One field of every message, in the order of sending. */
export const said = (stub: StubAdapter.Stub, name: string) =>
  Effect.map(stub.requests, (all) => all.map(({ headers }) => Headers.get(headers, name)))

export const asked = (stub: StubAdapter.Stub) =>
  Effect.map(stub.requests, (all) => all.map(({ method, url }: PreparedRequest.PreparedRequest) => `${method} ${url}`))

/** Redirects by path: `{ "/a": "https://b.test/" }`; all else is answered "there". */
export const redirecting =
  (by: Readonly<Record<string, string>>, status = 302): StubAdapter.Handler =>
  ({ target }) => {
    const location = by[target.href] ?? by[target.pathname]
    return location === undefined ? { text: "there" } : { status, headers: { Location: location } }
  }
