import type { HttpClient } from "@effect/platform"
import { Adapter, type Auth, type Errors, Refreshing, Retry } from "@effect-requests/core"
import type { Effect, Layer, Scope } from "effect"
import { describe, expect, test } from "tstyche"

declare const wire: Adapter.Wire
declare const middleware: Adapter.Middleware
declare const refresh: Effect.Effect<Refreshing.Token, "no token", "a service">

describe("an adapter", () => {
  test("fails with what one message can fail with, and streams within a Scope", () => {
    expect<Adapter.WireError>().type.toBe<Errors.InvalidRequest | Errors.TransportError | Errors.BodyError>()
    expect<Effect.Effect.Context<ReturnType<Adapter.Wire["whole"]>>>().type.toBe<never>()
    expect<Effect.Effect.Context<ReturnType<Adapter.Wire["live"]>>>().type.toBe<Scope.Scope>()
  })

  test("as a layer needs what stands below it", () => {
    expect(Adapter.layer(wire)).type.toBe<Layer.Layer<Adapter.Adapter>>()
    expect(Adapter.layerWrapped(middleware)).type.toBe<Layer.Layer<Adapter.Adapter, never, Adapter.Adapter>>()
    expect(Adapter.layerHttpClient).type.toBe<Layer.Layer<Adapter.Adapter, never, HttpClient.HttpClient>>()
    expect(Retry.layer()).type.toBe<Layer.Layer<Adapter.Adapter, never, Adapter.Adapter>>()
  })

  test("a middleware cannot look at what a send needs", () => {
    expect(Adapter.wrap).type.toBeCallableWith(middleware)
    expect(Adapter.wrap).type.not.toBeCallableWith((_: Adapter.Send) => wire.whole)
  })
})

describe("a refreshed token", () => {
  test("comes from an effect that needs nothing", () => {
    expect(Refreshing.make).type.not.toBeCallableWith(refresh)
    expect<Effect.Effect.Success<ReturnType<typeof Refreshing.make>>>().type.toBe<Auth.Auth>()
  })
})
