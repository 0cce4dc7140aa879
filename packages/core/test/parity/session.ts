/** A session over a stub that can do all that an adapter may be asked for. */
import { Adapter, Environment, Session, type Settings, World } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect } from "effect"

const able: Adapter.Wire["supports"] = new Set([
  "proxy",
  "verify",
  "cert",
  "connectTimeout",
  "headersTimeout",
  "readTimeout"
])

export const opened = (
  settings: Settings.Settings = {},
  handler: StubAdapter.Handler = () => ({}),
  environment: Environment.Environment = Environment.empty
) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const session = yield* Session.make(settings).pipe(
      Effect.provideService(Adapter.Adapter, { ...stub.wire, supports: able }),
      Effect.provideService(World.ReadEnvironment, Effect.succeed(environment))
    )
    return { asked: stub.requests, session }
  })
