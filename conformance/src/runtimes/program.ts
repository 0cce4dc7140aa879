/**
 * What a session can do over the fetch of the runtime that runs this: a line for each question. It is bundled first, so that
 * no runtime needs anything of this repository, and finds the server's URL and a place where nobody listens in its global.
 *
 * @module
 */
import { FetchHttpClient, HttpClientResponse } from "@effect/platform"
import { Adapter, Auth, Body, type Errors, Request, type Response, Session } from "@effect-requests/core"
import { Effect, Layer, Schema, Stream } from "effect"

declare const API: string
declare const CLOSED: string

const Echo = Schema.Struct({
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.String
})
const echo = HttpClientResponse.schemaBodyJson(Echo)

type Sent = Effect.Effect<Response.Response, Errors.SendError>

/** How a request that must fail has failed. */
const failure = (sent: Sent): Effect.Effect<string, string> =>
  Effect.flip(Effect.map(sent, ({ status }) => `it was answered with ${status}`)).pipe(
    Effect.map((error) => {
      const why = "reason" in error ? error.reason : ""
      return error._tag === "TransportError" ? `${error._tag} ${why}, sent ${error.sent}` : `${error._tag} ${why}`
    })
  )

const holds = (what: boolean, otherwise: string) => (what ? Effect.succeed("yes") : Effect.fail(otherwise))

/** What is asked, each of a new session. */
const questions: Readonly<Record<string, (http: Session.Service) => Effect.Effect<string, unknown>>> = {
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
      const late = yield* failure(http.get("/silent", { params: { id: "runtime" }, timeout: "200 millis" }))
      yield* http.get("/gone", { params: { id: "runtime" }, timeout: "10 seconds" })
      return late
    }),
  "nobody listens": (http) => failure(http.get(CLOSED)),
  "a body breaks off": (http) => failure(http.get("/broken")),
  "a proxy": (http) => failure(http.get("/echo", { proxies: { all: CLOSED } })),
  PROPFIND: (http) => failure(http.request("PROPFIND", "/echo"))
}

const byFetch = Layer.provide(Adapter.layerHttpClient, FetchHttpClient.layer)

const program = Effect.forEach(Object.entries(questions), ([question, ask]) =>
  Effect.flatMap(Session.make({ baseUrl: API }), ask).pipe(
    Effect.timeout("20 seconds"),
    Effect.catchAllCause((cause) => Effect.succeed(`NO: ${String(cause).split("\n")[0]}`)),
    Effect.tap((answer) => Effect.sync(() => console.log(`${question}\t${answer}`)))
  )
)

await Effect.runPromise(Effect.provide(program, byFetch))
