import type { FileSystem, HttpServer } from "@effect/platform"
import type { Adapter } from "@effect-requests/core"
import { type Cassette, Faults, Reply, Route, Routes, RoutesServer, StubAdapter } from "@effect-requests/testing"
import { type Effect, type Layer, Schema, type Scope } from "effect"
import { describe, expect, test } from "tstyche"

const plain = Routes.make(Route.get("/").reply({ text: "hello" }))
const withFile = Routes.make(Route.get("/").reply({ text: "hello" }), Route.get("/logo").reply(Reply.file("logo.png")))

describe("a table of routes", () => {
  test("needs nothing, but for files a FileSystem", () => {
    expect(plain).type.toBe<Routes.Routes>()
    expect(withFile).type.toBe<Routes.Routes<FileSystem.FileSystem>>()
    expect(Routes.layer(plain)).type.toBe<Layer.Layer<Adapter.Adapter | Routes.Table>>()
    expect(Routes.layer(withFile)).type.toBe<
      Layer.Layer<Adapter.Adapter | Routes.Table, never, FileSystem.FileSystem>
    >()
  })

  test("has a Scope where unused routes fail it, and where a server listens", () => {
    expect(Routes.toAdapter(plain)).type.toBe<Effect.Effect<Routes.Running>>()
    expect(Routes.toStrictAdapter(plain)).type.toBe<Effect.Effect<Routes.Running, never, Scope.Scope>>()
    expect(RoutesServer.serve(plain)).type.toBe<
      Effect.Effect<RoutesServer.Listening, RoutesServer.NotLoopback, HttpServer.HttpServer | Scope.Scope>
    >()
  })

  test("gives a reply what the Schemas decoded", () => {
    Route.get("/users/:id")
      .params(Schema.Struct({ id: Schema.NumberFromString }))
      .reply(({ params }) => {
        expect(params).type.toBe<{ readonly id: number }>()
        return {}
      })
    Route.post("/users")
      .json(Schema.Struct({ born: Schema.Date }))
      .reply(({ json }) => {
        expect(json).type.toBe<{ readonly born: Date }>()
        return {}
      })
  })
})

describe("layers of tests", () => {
  test("stand on an adapter, or are one", () => {
    expect(StubAdapter.layer(() => ({}))).type.toBe<Layer.Layer<Adapter.Adapter>>()
    expect(Faults.layer(Faults.plan([]))).type.toBe<Layer.Layer<Adapter.Adapter, Faults.InvalidPlan, Adapter.Adapter>>()
    expect<Layer.Layer.Context<ReturnType<typeof Cassette.layer>>>().type.toBe<
      Adapter.Adapter | FileSystem.FileSystem
    >()
  })
})
