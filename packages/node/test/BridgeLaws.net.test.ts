/** The laws of an adapter, kept by platform's clients in its place; what they cannot do is declared. */
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { Adapter } from "@effect-requests/core"
import { AdapterLaws } from "@effect-requests/testing"
import { Context, Effect, Layer } from "effect"
import { describe, it } from "vitest"
import * as HttpPeer from "./HttpPeer.js"

const over =
  (client: Layer.Layer<HttpClient.HttpClient>): AdapterLaws.Make =>
  (reply) =>
    Effect.zipWith(
      HttpPeer.peer(reply),
      Layer.build(Layer.provide(Adapter.layerHttpClient, Layer.fresh(client))),
      (peer, context) => ({ peer, wire: Context.get(context, Adapter.Adapter) })
    )

/** What no client of platform's can do; the session refuses it, or does it in its place. */
const platform: AdapterLaws.Gaps = {
  "every method arrives": { why: "platform knows seven methods", says: "platform's HttpClient does not know PROPFIND" },
  "request headers keep their order, repeats and bytes": {
    why: "platform joins repeats",
    says: 'found ["x-zulu: 1","x-same: a, b","x-latin: caf\u00e9","x-empty: "]'
  },
  "response headers keep their order, repeats and bytes": {
    why: "platform keeps cookies apart from fields",
    says: 'found ["x-b: 1","x-latin: \u00e9\u00ff","set-cookie: a=1","set-cookie: b=2"]'
  },
  "silence is ended by timeout.headers": "platform has no such timeout",
  "a body that stalls is ended by timeout.read": "platform has no such timeout",
  "silence is ended by the deadline": "the session does it"
}

AdapterLaws.suite({ describe, it }, "fetch, through the bridge", over(FetchHttpClient.layer), {
  ...platform,
  "an encoded body is handed on as it came": { why: "fetch decodes", says: "Z_DATA_ERROR" },
  "every status is an answer": { why: "fetch takes 407 for a failure (Fetch 4.5)", says: "TypeError" }
})
AdapterLaws.suite({ describe, it }, "platform's undici, through the bridge", over(NodeHttpClient.layerUndici), platform)
AdapterLaws.suite({ describe, it }, "platform's node:http, through the bridge", over(NodeHttpClient.layer), platform)
