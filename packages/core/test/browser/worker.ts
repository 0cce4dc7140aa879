/**
 * A worker: asks the origin that it is told, by a session of its own, and says what came.
 *
 * @module
 */
import { FetchHttpClient } from "@effect/platform"
import { Adapter, Session } from "@effect-requests/core"
import { Effect, Layer } from "effect"

const byFetch = Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)

const ask = (baseUrl: string) =>
  Effect.gen(function* () {
    const http = yield* Session.make({ baseUrl })
    const response = yield* http.get("/echo", { params: { from: "worker" } })
    return { status: response.status, echo: yield* response.json }
  })

self.onmessage = ({ data }) => {
  Effect.runPromise(Effect.provide(ask(String(data)), byFetch)).then(
    (said) => self.postMessage(said),
    (error: unknown) => self.postMessage(String(error))
  )
}
