import type { FileSystem } from "@effect/platform"
import type { Adapter, Session, Settings, World } from "@effect-requests/core"
import { Decoders, NodeEnvironment, NodeSession, UndiciAdapter } from "@effect-requests/node"
import type { Config, ConfigError, Duration, Effect, Layer, Scope } from "effect"
import { describe, expect, test } from "tstyche"

declare const settings: Config.Config<Settings.Settings>
declare const record: {
  readonly baseUrl: Config.Config<string>
  readonly timeout: Config.Config<Duration.Duration>
  readonly headers: { readonly "X-Team": Config.Config<string> }
}

describe("on Node", () => {
  test("a session needs nothing; read from a Config it may fail with ConfigError", () => {
    expect(NodeSession.layer()).type.toBe<Layer.Layer<Session.Session | UndiciAdapter.Connections>>()
    for (const given of [settings, record]) {
      expect(NodeSession.layerConfig(given)).type.toBe<
        Layer.Layer<Session.Session | UndiciAdapter.Connections, ConfigError.ConfigError>
      >()
    }
  })

  test("the adapter comes with its decoders and the environment", () => {
    expect(NodeSession.layerAdapter()).type.toBe<
      Layer.Layer<Adapter.Adapter | UndiciAdapter.Connections | World.Decoders | World.ReadEnvironment>
    >()
  })

  test("each of them can be had alone", () => {
    expect(UndiciAdapter.layer()).type.toBe<Layer.Layer<Adapter.Adapter | UndiciAdapter.Connections>>()
    expect(UndiciAdapter.stats).type.toBe<Effect.Effect<UndiciAdapter.Stats, never, UndiciAdapter.Connections>>()
    expect(UndiciAdapter.make()).type.toBe<Effect.Effect<UndiciAdapter.UndiciWire, never, Scope.Scope>>()
    expect(Decoders.layer).type.toBe<Layer.Layer<World.Decoders>>()
    expect(NodeEnvironment.layer).type.toBe<Layer.Layer<World.ReadEnvironment>>()
    expect(NodeEnvironment.layerFileSystem).type.toBe<
      Layer.Layer<World.ReadEnvironment, never, FileSystem.FileSystem>
    >()
  })
})
