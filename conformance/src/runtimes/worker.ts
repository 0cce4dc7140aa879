/**
 * The questions as a worker for workerd: it asks them when it is asked, since a worker sends nothing before.
 *
 * @module
 */
import { FetchHttpClient } from "@effect/platform"
import { Adapter } from "@effect-requests/core"
import { Layer } from "effect"
import { lines, type Places } from "./questions.js"

declare const PLACES: Places

const byFetch = Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)

export default { fetch: async () => new Response((await lines(PLACES, byFetch)).join("\n")) }
