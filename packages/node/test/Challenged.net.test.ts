import { describe, expect, it } from "@effect/vitest"
import { Adapter, Auth, Request, Session, type Settings } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Redacted } from "effect"
import { http } from "./Servers.js"

const digest = 'Digest realm="r", nonce="n", qop="auth"'

/** Challenges whoever has no credentials, with a body that is as long as it is told, or without an end. */
const guarded = (scheme: string, length: number) =>
  http((request, response) => {
    const { authorization = "" } = request.headers
    if (authorization.startsWith("Digest") || authorization === "Bearer new") {
      response.end("in")
      return
    }
    response.writeHead(401, { "WWW-Authenticate": scheme })
    if (Number.isFinite(length)) {
      response.end("x".repeat(length))
      return
    }
    const piece = "x".repeat(16 * 1024)
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) {}
    }
    response.on("drain", more)
    more()
  })

const session = (baseUrl: string, settings: Settings.Settings) =>
  Effect.flatMap(UndiciAdapter.make({ connections: 1 }), (wire) =>
    Effect.provideService(Session.make({ baseUrl, trustEnv: false, ...settings }), Adapter.Adapter, wire)
  )

const tokens = Effect.sync(() => {
  let current = "old"
  return Auth.refreshing({
    current: Effect.sync(() => Redacted.make(current)),
    refused: () =>
      Effect.sync(() => {
        current = "new"
      })
  })
})

describe("the body of a 401 that is answered", () => {
  it.scopedLive.each([Infinity, 1000])("is read by nobody, and holds nobody up: %d bytes, Digest", (length) =>
    Effect.gen(function* () {
      const server = yield* guarded(digest, length)
      const { get, stream } = yield* session(server.url, { auth: Auth.digest("ada", "secret"), allowRedirects: false })
      const response = yield* get("/")
      expect(yield* response.text).toBe("in")
      const [challenged] = response.history
      expect(challenged?.status).toBe(401)
      expect((yield* challenged?.bytes ?? Effect.succeed(new Uint8Array(0))).length).toBe(Math.min(length, 64 * 1024))
      const other = yield* session(server.url, { auth: Auth.digest("ada", "secret"), allowRedirects: false })
      const live = Effect.scoped(Effect.flatMap(other.stream(Request.get("/")), ({ text }) => text))
      expect(yield* live).toBe("in")
      expect(stream).toBeDefined()
    })
  )

  it.scopedLive("is cut for a token that is renewed, too", () =>
    Effect.gen(function* () {
      const server = yield* guarded("Bearer", Infinity)
      const { get } = yield* session(server.url, { auth: yield* tokens })
      expect(yield* Effect.flatMap(get("/"), ({ text }) => text)).toBe("in")
    })
  )
})

describe("the body of a 401 that nobody answers", () => {
  it.scopedLive.each([
    ["no credentials", digest, {}],
    ["another scheme", "Basic realm=r", { auth: Auth.digest("ada", "secret") }]
  ] as const)("is whole: %s", ([, scheme, settings]) =>
    Effect.gen(function* () {
      const server = yield* guarded(scheme, 200_000)
      const { get } = yield* session(server.url, settings)
      const response = yield* get("/")
      expect([response.status, (yield* response.bytes).length]).toEqual([401, 200_000])
    })
  )
})
