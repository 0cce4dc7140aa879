/**
 * The verbs without a session of one's own: a fresh session for each call, the adapter shared (requests' `api.py`).
 *
 * @module
 */
import { Effect } from "effect"
import type { SendError } from "../data/Errors.js"
import type { Options } from "../data/Request.js"
import type { Response } from "../data/Response.js"
import type { Adapter } from "./Adapter.js"
import * as Session from "./Session.js"

/** A verb that needs nothing but an adapter. */
export type Verb = (url: string | URL, options?: Options) => Effect.Effect<Response, SendError, Adapter>

/**
 * Any method. No cookie and no setting outlives the call.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * console.assert(Effect.isEffect(Http.request("PROPFIND", "https://dav.example.test/")))
 */
export const request = (
  method: string,
  url: string | URL,
  options?: Options
): Effect.Effect<Response, SendError, Adapter> =>
  Effect.flatMap(Session.make(), (session) => session.request(method, url, options))

const verb =
  (method: string): Verb =>
  (url, options) =>
    request(method, url, options)

/**
 * GET.
 *
 * @example
 * import { NodeSession } from "@effect-requests/node"
 * import { Http } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const me = Http.get("https://api.example.test/me").pipe(Effect.flatMap((response) => response.json))
 * console.assert((await me.pipe(Effect.provide(NodeSession.layerAdapter()), Effect.runPromise)) !== undefined)
 */
export const get: Verb = verb("GET")
/** HEAD: follows no redirect unless `allowRedirects` says so. */
export const head: Verb = verb("HEAD")
/** POST. */
export const post: Verb = verb("POST")
/** PUT. */
export const put: Verb = verb("PUT")
/** PATCH. */
export const patch: Verb = verb("PATCH")
/** DELETE, whose own name is a reserved word. */
export const del: Verb = verb("DELETE")
/** OPTIONS. */
export const options: Verb = verb("OPTIONS")

export { del as delete }
