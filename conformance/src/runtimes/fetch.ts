/**
 * The questions over the runtime's own fetch, as a program. It is bundled first, so that no runtime needs anything of this
 * repository; the bundler writes the places into it.
 *
 * @module
 */
import { FetchHttpClient } from "@effect/platform"
import { Adapter } from "@effect-requests/core"
import { Layer } from "effect"
import { lines, type Places } from "./questions.js"

declare const PLACES: Places

const byFetch = Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)

for (const line of await lines(PLACES, byFetch)) console.log(line)
