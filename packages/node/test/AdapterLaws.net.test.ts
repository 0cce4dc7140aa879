import { UndiciAdapter } from "@effect-requests/node"
import { AdapterLaws } from "@effect-requests/testing"
import { Effect } from "effect"
import { describe, it } from "vitest"
import { peer } from "./HttpPeer.js"

AdapterLaws.suite({ describe, it }, "undici, HTTP/1.1", (reply) =>
  Effect.zipWith(peer(reply), UndiciAdapter.make({ connections: 4 }), (peer, wire) => ({ peer, wire }))
)
