import { describe, expect, it } from "@effect/vitest"
import { Auth, Session } from "@effect-requests/core"
import { NodeSession, UndiciAdapter } from "@effect-requests/node"
import { Config, ConfigProvider, Effect, Layer } from "effect"
import { http } from "./Servers.js"

const record = {
  baseUrl: Config.string("API_URL"),
  auth: Config.map(Config.redacted("API_TOKEN"), Auth.bearer),
  timeout: Config.withDefault(Config.duration("API_TIMEOUT"), "10 seconds"),
  trustEnv: Config.succeed(false)
}
const ways = [
  ["a record of Configs", record],
  ["one Config", Config.unwrap(record)]
] as const

const given = (variables: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

/** Says who asks. */
const doorman = http((request, response) => response.end(request.headers.authorization))

describe("a session by Config", () => {
  it.scopedLive.each(ways)("reads its settings: %s", ([, settings]) =>
    Effect.gen(function* () {
      const server = yield* doorman
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        const text = yield* Effect.flatMap(session.get("/"), (response) => response.text)
        return [text, (yield* UndiciAdapter.stats).connected] as const
      })
      const layer = NodeSession.layerConfig(settings)
      const said = yield* Effect.provide(program, layer).pipe(given({ API_URL: server.url, API_TOKEN: "abc" }))
      expect(said).toEqual(["Bearer abc", 1])
    })
  )

  it.live.each(ways)("fails with the path of what is missing or wrong, and shows no secret: %s", ([, settings]) =>
    Effect.gen(function* () {
      const build = Layer.build(NodeSession.layerConfig(settings)).pipe(Effect.scoped, Effect.flip)
      const missing = yield* build.pipe(given({ API_TOKEN: "abc" }))
      expect(missing).toMatchObject({ _op: "MissingData", path: ["API_URL"] })
      const wrong = yield* build.pipe(given({ API_URL: "https://h.test", API_TOKEN: "abc", API_TIMEOUT: "soon" }))
      expect(wrong).toMatchObject({ _op: "InvalidData", path: ["API_TIMEOUT"] })
      expect(String(wrong)).not.toContain("abc")
    })
  )
})
