/**
 * The other clients, each at its defaults plus keep-alive: GET a URL and read its JSON, redirects by their own rules.
 *
 * @module
 */
import { Agent } from "node:http"
import { HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import axios from "axios"
import { Effect, Layer, ManagedRuntime } from "effect"
import got from "got"
import ky from "ky"
import nodeFetch from "node-fetch"
import * as undici from "undici"
import { type Contender, looping, promised } from "./contender.js"

/** A URL for each request; most cases have one for all. */
export type Urls = (index: number) => string

/** What everything is compared with. */
export const baseName = "undici.request"

/** undici's bare client and its `body.json()`. */
export const undiciRequest = (
  url: Urls,
  options: {
    readonly method: string
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  } = { method: "GET" },
  name = baseName
): Contender => {
  const dispatcher = new undici.Agent()
  return {
    name,
    run: promised(async (index) => (await undici.request(url(index), { ...options, dispatcher })).body.json()),
    close: () => dispatcher.close()
  }
}

const agent = new Agent({ keepAlive: true })

/** Everybody who follows redirects by himself. */
export const followers = (url: Urls): ReadonlyArray<Contender> => [
  { name: "fetch", run: promised(async (index) => (await fetch(url(index))).json()) },
  { name: "undici.fetch", run: promised(async (index) => (await undici.fetch(url(index))).json()) },
  { name: "node-fetch", run: promised(async (index) => (await nodeFetch(url(index), { agent })).json()) },
  { name: "ky", run: promised((index) => ky.get(url(index)).json()) },
  { name: "axios", run: promised(async (index) => (await axios.get(url(index), { httpAgent: agent })).data) },
  { name: "got", run: promised((index) => got(url(index), { agent: { http: agent } }).json()) }
]

const platform = async (
  name: string,
  layer: Layer.Layer<HttpClient.HttpClient>,
  url: Urls,
  traced: boolean
): Promise<Contender> => {
  const runtime = ManagedRuntime.make(Layer.merge(layer, Layer.setTracerEnabled(traced)))
  const client = await runtime.runPromise(HttpClient.HttpClient)
  const one = (index: number) => Effect.flatMap(client.get(url(index)), (response) => response.json)
  return {
    name: `${name}${traced ? ", traced" : ""}`,
    run: (count, concurrency) => runtime.runPromise(looping(one, count, concurrency)),
    close: () => runtime.dispose()
  }
}

const nodeLayer = Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer({ keepAlive: true }))

/** `@effect/platform-node`'s two clients, with and without its spans. */
export const platforms = (url: Urls): Promise<ReadonlyArray<Contender>> =>
  Promise.all([
    platform("platform undici", NodeHttpClient.layerUndici, url, false),
    platform("platform undici", NodeHttpClient.layerUndici, url, true),
    platform("platform node", nodeLayer, url, false),
    platform("platform node", nodeLayer, url, true)
  ])
