/**
 * The two clients of `@effect/platform-node`.
 *
 * @module
 */
import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, ManagedRuntime } from "effect"
import { type Contender, looping } from "./contender.js"

const layers = {
  undici: NodeHttpClient.layerUndici,
  node: Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer({ keepAlive: true }))
}

/** Loops of one of them, with its spans or without. */
export const run = async (
  kind: keyof typeof layers,
  url: (index: number) => string,
  traced: boolean
): Promise<Contender["run"]> => {
  const runtime = ManagedRuntime.make(Layer.merge(layers[kind], Layer.setTracerEnabled(traced)))
  const client = await runtime.runPromise(HttpClient.HttpClient)
  const one = (index: number) => Effect.flatMap(client.get(url(index)), (response) => response.json)
  return (count, concurrency) => runtime.runPromise(looping(one, count, concurrency))
}
