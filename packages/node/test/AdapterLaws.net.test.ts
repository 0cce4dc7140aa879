import { UndiciAdapter } from "@effect-requests/node"
import { AdapterLaws } from "@effect-requests/testing"
import { Effect } from "effect"
import { describe, it } from "vitest"
import * as Http2Peer from "./Http2Peer.js"
import * as HttpPeer from "./HttpPeer.js"

AdapterLaws.suite({ describe, it }, "undici, HTTP/1.1", (reply) =>
  Effect.zipWith(HttpPeer.peer(reply), UndiciAdapter.make({ connections: 4 }), (peer, wire) => ({ peer, wire }))
)

AdapterLaws.suite(
  { describe, it },
  "undici, HTTP/2",
  (reply) =>
    Effect.zipWith(Http2Peer.peer(reply), UndiciAdapter.make({ http2: "prior-knowledge" }), (peer, wire) => ({
      peer,
      wire
    })),
  { "response headers keep their order, repeats and bytes": "node:http2 puts fields of one name side by side" }
)
