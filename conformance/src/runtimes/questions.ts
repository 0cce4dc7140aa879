/**
 * What a session can do by an adapter, in the runtime that runs this: questions, and what came of each.
 *
 * @module
 */
import { HttpClientResponse } from "@effect/platform"
import { type Adapter, Auth, Body, type Errors, Request, type Response, Session } from "@effect-requests/core"
import { Effect, type Layer, Schema, Stream } from "effect"

/** The two places that are asked. */
export interface Places {
  /** The server. */
  readonly api: string
  /** Where nobody listens. */
  readonly closed: string
}

const Echo = Schema.Struct({
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.String
})
const echo = HttpClientResponse.schemaBodyJson(Echo)

type Sent = Effect.Effect<Response.Response, Errors.SendError>

/** What came of a request: its status, or how it failed. */
const told = (sent: Sent): Effect.Effect<string> =>
  Effect.match(sent, {
    onSuccess: ({ status }) => `${status}`,
    onFailure: (error) => {
      const why = "reason" in error ? `${error._tag}, ${error.reason}` : error._tag
      return error._tag === "TransportError" ? `${why}, sent: ${error.sent}` : why
    }
  })

const holds = (what: boolean, otherwise: string) => (what ? Effect.succeed("yes") : Effect.fail(otherwise))

type Question = (http: Session.Service, closed: string) => Effect.Effect<string, unknown>

/** What is asked, each of a new session. */
const questions: Readonly<Record<string, Question>> = {
  "a redirect is followed, with its history": (http) =>
    Effect.flatMap(http.get("/redirect"), ({ history, status }) =>
      holds(status === 200 && history[0]?.status === 302, `${status} after ${history.length}`)
    ),
  "a cookie is kept, and sent": (http) =>
    Effect.gen(function* () {
      yield* http.get("/login")
      const { headers } = yield* Effect.flatMap(http.get("/echo"), echo)
      return yield* holds(headers["cookie"] === "sid=1", `Cookie: ${headers["cookie"]}`)
    }),
  "Referer and a cookie of one's own are sent": (http) =>
    Effect.gen(function* () {
      const options = { headers: { Referer: "https://h.test/" }, cookies: { own: "1" } }
      const { headers } = yield* Effect.flatMap(http.get("/echo", options), echo)
      return yield* holds(headers["cookie"] === "own=1" && headers["referer"] === "https://h.test/", "not sent")
    }),
  Digest: (http) =>
    Effect.flatMap(http.get("/digest", { auth: Auth.digest("ada", "pw") }), ({ status }) =>
      holds(status === 200, `${status}`)
    ),
  "a body as it comes": (http) =>
    Effect.scoped(
      Effect.gen(function* () {
        const response = yield* http.stream(Request.get("/pieces", { params: { id: "runtime" } }))
        const pieces = response.stream.pipe(
          Stream.decodeText(),
          Stream.tap((piece) => (piece === "one" ? http.get("/next", { params: { id: "runtime" } }) : Effect.void))
        )
        return yield* Effect.flatMap(Stream.mkString(pieces), (text) => holds(text === "onetwo", text))
      })
    ),
  "a stream is sent": (http) =>
    Effect.gen(function* () {
      const body = Body.replayable(() => Stream.encodeText(Stream.make("one", "two")))
      const { body: arrived } = yield* Effect.flatMap(http.post("/echo", { body }), echo)
      return yield* holds(arrived === "onetwo", arrived)
    }),
  "a compressed body is read": (http) =>
    Effect.flatMap(
      Effect.flatMap(http.get("/gzip"), (response) => response.text),
      (text) => holds(text === "unpacked", text)
    ),
  "the deadline ends a request, and the server is told": (http) =>
    Effect.gen(function* () {
      const late = yield* told(http.get("/silent", { params: { id: "runtime" }, timeout: "200 millis" }))
      yield* http.get("/gone", { params: { id: "runtime" }, timeout: "10 seconds" })
      return late
    }),
  "nobody listens": (http, closed) => told(http.get(closed)),
  "a body breaks off": (http) => told(http.get("/broken")),
  "a proxy": (http, closed) => told(http.get("/echo", { proxies: { all: closed } })),
  PROPFIND: (http) => told(http.request("PROPFIND", "/echo"))
}

/** Asks all, one after the other: a line for each, the question, a tab, the answer. */
export const lines = ({ api, closed }: Places, adapter: Layer.Layer<Adapter.Adapter>): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(
    Effect.forEach(Object.entries(questions), ([question, ask]) =>
      Effect.flatMap(Session.make({ baseUrl: api, trustEnv: false }), (http) => ask(http, closed)).pipe(
        Effect.timeout("20 seconds"),
        Effect.catchAllCause((cause) => Effect.succeed(`NO: ${String(cause).split("\n")[0]}`)),
        Effect.map((answer) => `${question}\t${answer}`)
      )
    ).pipe(Effect.provide(adapter))
  )
