/**
 * The law about what an adapter does not support: a session refuses it by the adapter's word, and nothing is sent.
 *
 * @module
 */
import { Adapter, type PreparedRequest, Session, type Settings } from "@effect-requests/core"
import { Effect, Either, Redacted, type Scope } from "effect"
import { type Peer, Reply } from "./Peer.js"

type Asks = (reply: Reply) => Effect.Effect<{ readonly wire: Adapter.Wire; readonly peer: Peer }, never, Scope.Scope>

/** A setting that needs each capability; the session makes up for a missing `"deadline"`. */
const needing: Readonly<Record<Exclude<PreparedRequest.Capability, "deadline">, Settings.Settings>> = {
  proxy: { proxies: { all: "http://proxy.test:3128" } },
  verify: { verify: false },
  cert: { cert: { cert: "", key: Redacted.make("") } },
  tls: { tls: { minVersion: "TLSv1.3" } },
  connectTimeout: { timeout: { connect: 123 } },
  writeTimeout: { timeout: { write: 123 } },
  headersTimeout: { timeout: { headers: 123 } },
  readTimeout: { timeout: { read: 123 } }
}

const refusals = (wire: Adapter.Wire, peer: Peer) =>
  Effect.gen(function* () {
    const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
    for (const capability of [
      "proxy",
      "verify",
      "cert",
      "tls",
      "connectTimeout",
      "writeTimeout",
      "headersTimeout",
      "readTimeout"
    ] as const) {
      if (wire.supports.has(capability)) continue
      const result = yield* Effect.either(session.get(`${peer.url}/`, { trustEnv: false, ...needing[capability] }))
      if (Either.isRight(result)) return yield* Effect.fail(`${capability} is not supported, and was not refused`)
      const { left } = result
      if (left._tag !== "InvalidRequest" || left.reason !== "Unsupported") return yield* Effect.fail(left.message)
    }
    if ((yield* peer.seen).length > 0) yield* Effect.fail("something was sent")
  })

/** Holds where each setting that needs more than `supports` is an `InvalidRequest`, reason `"Unsupported"`. */
export const unsupported = (make: Asks): Effect.Effect<void, unknown, Scope.Scope> =>
  Effect.flatMap(make(Reply.Answers({ status: 204, headers: [], body: new Uint8Array() })), ({ peer, wire }) =>
    refusals(wire, peer)
  )
