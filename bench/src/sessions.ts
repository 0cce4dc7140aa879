/**
 * Our side: the session of `NodeSession.layer` with every default on, through the public verbs.
 *
 * @module
 */
import { Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Effect, Layer, ManagedRuntime } from "effect"
import { type Contender, looping, promised } from "./contender.js"
import { headers } from "./message.js"

/** What a contender does with a session, once. */
export type Use = (session: Session.Service, index: number) => Effect.Effect<unknown, unknown>

/** A session that has logged in, and its runtime. Tracing is switched here, outside of every loop. */
export const opened = async (origin: string, traced: boolean) => {
  let answers = 0
  const hook = (): void => {
    answers++
  }
  const layer = NodeSession.layer({ baseUrl: origin, headers, hooks: { response: hook } })
  const runtime = ManagedRuntime.make(Layer.merge(layer, Layer.setTracerEnabled(traced)))
  const session = await runtime.runPromise(Session.Session)
  await runtime.runPromise(session.get("/login"))
  if (answers !== 1) throw new Error("the hook did not run")
  return { runtime, session }
}

/** All loops in one `runPromise`. */
export const session = async (name: string, origin: string, use: Use, traced = false): Promise<Contender> => {
  const { runtime, session } = await opened(origin, traced)
  return {
    name,
    run: (count, concurrency) => runtime.runPromise(looping((index) => use(session, index), count, concurrency)),
    close: () => runtime.dispose()
  }
}

/** One `runPromise` for each request, as from code that is no Effect. */
export const sessionByPromises = async (name: string, origin: string, use: Use): Promise<Contender> => {
  const { runtime, session } = await opened(origin, false)
  return {
    name,
    run: promised((index) => runtime.runPromise(use(session, index))),
    close: () => runtime.dispose()
  }
}

/** GET, and its body as JSON. */
export const getJson =
  (path: string): Use =>
  (session) =>
    Effect.flatMap(session.get(path), (response) => response.json)

/** POST of a value as JSON, and the answer's. */
export const postJson =
  (path: string, json: unknown): Use =>
  (session) =>
    Effect.flatMap(session.post(path, { json }), (response) => response.json)
