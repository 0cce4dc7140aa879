/**
 * `pnpm example notes`: a program that uses a package built on effect-requests (`docs/examples/notes`), and chooses for it
 * which network that is, and how patient to be.
 */
import { Retry } from "@effect-requests/core"
import { Notes } from "@effect-requests/example-notes"
import { NodeSession } from "@effect-requests/node"
import { Route, Routes } from "@effect-requests/testing"
import { Console, Effect, Layer, Redacted, Stream } from "effect"
import { served } from "./served.js"

const program = Effect.gen(function* () {
  const notes = yield* Notes.Notes
  const { id, text } = yield* notes.add("tea")
  yield* Console.log(`note ${id} is kept: ${text}`)
  yield* Stream.runForEach(notes.all, (note) => Console.log(`${note.id}: ${note.text}`))
  const missing = yield* Effect.flip(notes.byId(7))
  yield* Console.log(missing.message)
})

const server = Routes.make(
  Route.post("/notes")
    .headers({ Authorization: "Bearer secret" })
    .reply({ status: 201, json: { id: 3, text: "tea" } }),
  Route.get("/notes")
    .query({ page: "2" })
    .replies([{ status: 503, headers: { "Retry-After": "0" } }, { json: [{ id: 3, text: "tea" }] }]),
  Route.get("/notes").reply({
    json: [
      { id: 1, text: "milk" },
      { id: 2, text: "bread" }
    ],
    headers: { Link: '</notes?page=2>; rel="next"' }
  }),
  Route.get("/notes/:id").reply({ status: 404 })
)

export const notes = Effect.gen(function* () {
  const { url } = yield* served(server)
  const patient = Layer.provide(Retry.layer(Retry.standard), NodeSession.layerAdapter())
  yield* Effect.provide(
    program,
    Layer.provide(Notes.layer(Redacted.make("secret"), { baseUrl: `${url}/`, trustEnv: false }), patient)
  )
}).pipe(Effect.scoped)
