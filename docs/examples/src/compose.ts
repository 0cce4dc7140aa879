/**
 * `pnpm example compose`: requests are Effects. They run side by side, race, are tried again and can be done without, and
 * pages are a Stream, all by Effect's own words.
 */
import { HttpClientResponse } from "@effect/platform"
import { Response, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Route, Routes } from "@effect-requests/testing"
import { Chunk, Console, Effect, Schema, Stream } from "effect"
import { served } from "./served.js"

const Story = Schema.Struct({ title: Schema.String, author: Schema.Number })
const Author = Schema.Struct({ name: Schema.String })
const Texts = Schema.Array(Schema.String)

/** GET; an error status is a failure; JSON of this Schema. */
const read = <A, I>(url: string, schema: Schema.Schema<A, I>) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    const response = yield* Effect.flatMap(session.get(url), Response.raiseForStatus)
    return { response, value: yield* HttpClientResponse.schemaBodyJson(schema)(response) }
  })

/** Every comment; a page is asked for when somebody wants it. */
const comments = Stream.paginateChunkEffect("/stories/7/comments", (url) =>
  Effect.map(read(url, Texts), ({ response, value }) => [Chunk.fromIterable(value), response.link("next")])
)

/** One after the other: who wrote it is known when the story is. */
const story = Effect.gen(function* () {
  const { value: story } = yield* read("/stories/7", Story)
  const { value: author } = yield* read(`/authors/${story.author}`, Author)
  return `“${story.title}” by ${author.name}`
})

/** From whichever mirror is faster; the connection to the other one is closed. */
const picture = Effect.raceAll(
  ["/far/picture", "/near/picture"].map((url) => Effect.map(read(url, Schema.String), ({ value }) => value))
)

/** Asked again where the server was busy. */
const weather = read("/weather", Schema.String).pipe(
  Effect.retry({ times: 2, while: ({ _tag }) => _tag === "StatusError" }),
  Effect.map(({ value }) => value)
)

/** The page does without them, whatever went wrong; a mistake of ours is still a failure. */
const advertisements = read("/advertisements", Texts).pipe(
  Effect.map(({ value }) => value),
  Effect.catchTag("StatusError", "TransportError", () => Effect.succeed<ReadonlyArray<string>>([]))
)

/** Everything at once. */
const page = Effect.all(
  { story, picture, weather, advertisements, firstTwo: Stream.runCollect(Stream.take(comments, 2)) },
  { concurrency: "unbounded" }
)

const server = Routes.make(
  Route.get("/stories/7").reply({ json: { title: "Settings are a monoid", author: 3 } }),
  Route.get("/authors/:id").reply(({ params }) => ({ json: { name: params.id === "3" ? "ada" : "somebody" } })),
  Route.get("/stories/7/comments")
    .query({ page: "2" })
    .reply({ json: ["I do not"] }),
  Route.get("/stories/7/comments").reply({
    json: ["I agree", "so do I"],
    headers: { Link: '</stories/7/comments?page=2>; rel="next"' }
  }),
  Route.get("/near/picture").reply({ json: "the picture, from nearby" }),
  Route.get("/far/picture").reply({ json: "the picture, from far away", delay: "1 minute" }),
  Route.get("/weather").replies([{ status: 503 }, { json: "sunny" }]),
  Route.get("/advertisements").reply({ status: 500 })
)

export const compose = Effect.gen(function* () {
  const { calls, url } = yield* served(server)
  const { advertisements, firstTwo, picture, story, weather } = yield* Effect.provide(
    page,
    NodeSession.layer({ baseUrl: url, trustEnv: false })
  )
  yield* Console.log(story)
  yield* Console.log(picture)
  yield* Console.log(`it is ${weather}`)
  yield* Console.log(`comments: ${Chunk.join(firstTwo, ", ")}`)
  yield* Console.log(`advertisements: ${advertisements.length}`)
  const asked = (yield* calls).map(({ request }) => request.target.path)
  yield* Console.log(
    `the second page of comments was ${asked.some((path) => path.includes("page=2")) ? "" : "not "}asked for`
  )
}).pipe(Effect.scoped)
