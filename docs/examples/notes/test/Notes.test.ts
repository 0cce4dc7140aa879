/**
 * How whoever uses the package tests a program: with a table of routes at the adapter. The package itself is really run, with
 * its session, its token and its Schemas.
 */
import { describe, expect, it } from "@effect/vitest"
import { Notes } from "@effect-requests/example-notes"
import { Route, Routes } from "@effect-requests/testing"
import { ConfigProvider, Effect, Layer, Redacted, Stream } from "effect"

/** The program of a user: the text of the longest note. */
const longest = Effect.gen(function* () {
  const notes = yield* Notes.Notes
  return yield* Stream.runFold(notes.all, "", (best, { text }) => (text.length > best.length ? text : best))
})

const service = Routes.make(
  Route.get("/v1/notes")
    .query({ page: "2" })
    .reply({ json: [{ id: 3, text: "call ada" }] }),
  Route.get("/v1/notes").reply({
    json: [
      { id: 1, text: "milk" },
      { id: 2, text: "bread and butter" }
    ],
    headers: { Link: '<notes?page=2>; rel="next"' }
  }),
  Route.get("/v1/notes/:id").reply(({ params }) =>
    params.id === "1" ? { json: { id: 1, text: "milk" } } : { status: 404 }
  ),
  Route.post("/v1/notes")
    .headers({ Authorization: "Bearer secret" })
    .reply({ status: 201, json: { id: 4, text: "tea" } })
)

/** The client, and the table that it talks to. */
const onRoutes = Layer.provideMerge(Notes.layer(Redacted.make("secret")), Routes.layer(service))

describe("a program that uses the package", () => {
  it.effect("reads every page", () =>
    Effect.gen(function* () {
      expect(yield* longest).toBe("bread and butter")
      yield* (yield* Routes.Table).calledTimes("GET /v1/notes", 2)
    }).pipe(Effect.provide(onRoutes))
  )

  it.effect("asks for one page where one is enough", () =>
    Effect.gen(function* () {
      const notes = yield* Notes.Notes
      expect(yield* Stream.runCount(Stream.take(notes.all, 2))).toBe(2)
      yield* (yield* Routes.Table).calledTimes("GET /v1/notes", 1)
    }).pipe(Effect.provide(onRoutes))
  )

  it.effect("sends the token, and gets what the service made", () =>
    Effect.gen(function* () {
      const notes = yield* Notes.Notes
      expect(yield* notes.add("tea")).toEqual(new Notes.Note({ id: 4, text: "tea" }))
    }).pipe(Effect.provide(onRoutes))
  )

  it.effect("knows that a note is not there, from any other failure", () =>
    Effect.gen(function* () {
      const notes = yield* Notes.Notes
      const text = notes.byId(7).pipe(
        Effect.map((note) => note.text),
        Effect.catchTag("NoNote", (error) => Effect.succeed(error.message))
      )
      expect(yield* text).toBe("there is no note 7")
    }).pipe(Effect.provide(onRoutes))
  )

  it.effect("may take its settings from Config", () =>
    Effect.gen(function* () {
      const notes = yield* Notes.Notes
      expect((yield* notes.byId(1)).text).toBe("milk")
    }).pipe(
      Effect.provide(Layer.provide(Notes.layerConfig, Routes.layer(service))),
      Effect.withConfigProvider(
        ConfigProvider.fromMap(
          new Map([
            ["NOTES_TOKEN", "t"],
            ["NOTES_URL", "https://h.test/v1/"]
          ])
        )
      )
    )
  )
})
