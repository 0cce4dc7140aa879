import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { server } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** What nginx says of the connection that it was asked on: its number, and how many requests came on it. */
const Whoami = Schema.Struct({ connection: Schema.NumberFromString, connection_requests: Schema.NumberFromString })

describe("connections", () => {
  it.scopedLive("serve more than one request", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("nginx").url })
      const whoami = Effect.flatMap(get("/whoami"), HttpClientResponse.schemaBodyJson(Whoami))
      const asked = yield* Effect.all([whoami, whoami, whoami])
      expect(asked.some(({ connection_requests }) => connection_requests > 1)).toBe(true)
    })
  )
})
