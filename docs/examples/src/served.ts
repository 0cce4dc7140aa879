/**
 * A table of routes as a server on loopback: what the examples talk to.
 */
import { createServer } from "node:http"
import { NodeHttpServer } from "@effect/platform-node"
import { type Routes, RoutesServer } from "@effect-requests/testing"
import { Effect, Layer } from "effect"

/** Listens while the scope is open; knows its URL, and what it was asked. */
export const served = (table: Routes.Routes) =>
  Effect.flatMap(Layer.build(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })), (context) =>
    Effect.provide(RoutesServer.serve(table), context)
  )
