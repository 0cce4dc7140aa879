/**
 * The client of Notes. It is built on a session of its own and asks for an adapter, no more: whoever uses it says which
 * network that is, and tests it on a table of routes.
 *
 * @module
 */
import { type HttpClientError, HttpClientResponse } from "@effect/platform"
import { type Adapter, Auth, type Errors, Response, Rules, Session, type Settings } from "@effect-requests/core"
import {
  Chunk,
  Config,
  type ConfigError,
  Context,
  Data,
  Effect,
  Layer,
  type ParseResult,
  type Redacted,
  Schema,
  Stream
} from "effect"

/** A note. */
export class Note extends Schema.Class<Note>("Note")({ id: Schema.Number, text: Schema.String }) {}

/** There is no note of this number. */
export class NoNote extends Data.TaggedError("NoNote")<{ readonly id: number }> {
  override get message(): string {
    return `there is no note ${this.id}`
  }
}

/** What every call may fail with: the network, the service's refusal, an answer that is no note. */
export type NotesError = Errors.SendError | Errors.StatusError | HttpClientError.ResponseError | ParseResult.ParseError

/** What one can do with notes. */
export interface Service {
  readonly byId: (id: number) => Effect.Effect<Note, NoNote | NotesError>
  readonly add: (text: string) => Effect.Effect<Note, NotesError>
  /** Every note, page by page: `Stream.take(1)` asks for one page. */
  readonly all: Stream.Stream<Note, NotesError>
}

/** The notes of a program. */
export class Notes extends Context.Tag("@effect-requests/example-notes/Notes")<Notes, Service>() {}

const oneNote = HttpClientResponse.schemaBodyJson(Note)
const manyNotes = HttpClientResponse.schemaBodyJson(Schema.Array(Note))

/** What the package says of every request; its users may add to it, or take away. */
const defaults: Settings.Settings = {
  baseUrl: "https://notes.example.test/v1/",
  headers: { "User-Agent": "example-notes/0.0.0" },
  timeout: "10 seconds"
}

/** The client, with this token and with settings of one's own: a proxy, a deadline, another `baseUrl`. */
export const make = (
  token: Redacted.Redacted<string>,
  settings: Settings.Settings = {}
): Effect.Effect<Service, never, Adapter.Adapter> =>
  Effect.map(Session.make(Rules.merge({ ...defaults, auth: Auth.bearer(token) }, settings)), (session) => ({
    byId: (id) =>
      session.get(`notes/${id}`).pipe(
        Effect.filterOrFail(
          ({ status }) => status !== 404,
          () => new NoNote({ id })
        ),
        Effect.flatMap(Response.raiseForStatus),
        Effect.flatMap(oneNote)
      ),
    add: (text) =>
      session.post("notes", { json: { text } }).pipe(Effect.flatMap(Response.raiseForStatus), Effect.flatMap(oneNote)),
    all: Stream.paginateChunkEffect("notes", (url) =>
      Effect.gen(function* () {
        const response = yield* Effect.flatMap(session.get(url), Response.raiseForStatus)
        return [Chunk.fromIterable(yield* manyNotes(response)), response.link("next")]
      })
    )
  }))

/** The client as a layer. */
export const layer = (
  token: Redacted.Redacted<string>,
  settings?: Settings.Settings
): Layer.Layer<Notes, never, Adapter.Adapter> => Layer.effect(Notes, make(token, settings))

/** The same with the token and the URL of the program's `Config`: `NOTES_TOKEN`, and `NOTES_URL` where there is one. */
export const layerConfig: Layer.Layer<Notes, ConfigError.ConfigError, Adapter.Adapter> = Layer.effect(
  Notes,
  Effect.gen(function* () {
    const token = yield* Config.redacted("NOTES_TOKEN")
    const baseUrl = yield* Config.withDefault(Config.string("NOTES_URL"), undefined)
    return yield* make(token, { baseUrl })
  })
)
