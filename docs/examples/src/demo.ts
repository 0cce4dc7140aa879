/**
 * `pnpm demo`: logs in, is sent on to another origin, reads JSON through a Schema, and asks the other origin what it saw.
 * `pnpm demo --compatible`: the same with requests' own redirect rules, which leak an API key.
 * `pnpm demo URL`: the chain of a GET of any URL.
 */

import { HttpClientResponse } from "@effect/platform"
import { Auth, Request, Session, Settings } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Console, Effect, Schema, Stream } from "effect"
import * as App from "./app.js"
import * as Chain from "./chain.js"
import * as Witness from "./witness.js"

const User = Schema.Struct({ id: Schema.Number, name: Schema.String })

const { secrets } = App

/** What a user of the library writes. */
const visit = Effect.gen(function* () {
  const session = yield* Session.Session
  const landed = yield* session.post("/login", { form: { user: "ada", password: secrets.password } })
  const me = yield* session.get("/me", { params: { fields: ["id", "name"] }, headers: { "X-Api-Key": null } })
  const user = yield* HttpClientResponse.schemaBodyJson(User)(me)
  return { landed, me, user }
})

interface Check {
  readonly what: string
  readonly holds: boolean
}

/** What must be true, judged by the bytes that the other origin received. */
const verdict = (received: string): ReadonlyArray<Check> => [
  { what: "the other origin was visited", holds: received.includes("GET /landing HTTP/1.1") },
  { what: "X-Api-Key stayed at home", holds: !received.includes(secrets.apiKey) },
  { what: "the bearer token stayed at home", holds: !received.includes(secrets.token) },
  { what: "the session cookie stayed at home", holds: !received.includes(secrets.sid) },
  { what: "the password stayed at home", holds: !received.includes(secrets.password) }
]

/** The whole story; gives what was checked. */
export const story = (rules: Settings.Settings) =>
  Effect.gen(function* () {
    const witness = yield* Witness.run
    const baseUrl = yield* App.run(witness.url)
    const { landed, me, user } = yield* visit.pipe(
      Effect.provide(
        NodeSession.layer({
          ...rules,
          baseUrl,
          // Both origins are of this process: no proxy of the machine may come between.
          trustEnv: false,
          auth: Auth.bearer(secrets.token),
          headers: { "X-Api-Key": secrets.apiKey }
        })
      )
    )
    yield* Console.log(Chain.lines(landed))
    yield* Console.log(Chain.lines(me))
    yield* Console.log(`    read through a Schema: ${JSON.stringify(user)}\n`)
    const checks = [
      { what: "the login was remembered", holds: user.id === 1 && user.name === "ada" },
      ...verdict(yield* witness.received)
    ]
    yield* Effect.forEach(checks, ({ holds, what }) => Console.log(`${holds ? "✓" : "✗ NOT TRUE:"} ${what}`))
    return checks
  }).pipe(Effect.scoped)

/** The chain of a GET, hop by hop as they come. */
const chainOf = (url: string) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    yield* Stream.runForEach(session.hops(Request.get(url)), (response) => Console.log(Chain.hop(response)))
  }).pipe(Effect.provide(NodeSession.layer()))

const failed = Effect.sync(() => {
  process.exitCode = 1
})

const usage = "demo [--compatible | URL]"

/** What the command line asks for. */
export const main = (args: ReadonlyArray<string>): Effect.Effect<void> => {
  const [first] = args
  if (args.length > 1 || (first?.startsWith("-") && first !== "--compatible")) {
    return Effect.zipRight(Console.error(usage), failed)
  }
  const work =
    first === undefined || first === "--compatible"
      ? Effect.flatMap(story(first === undefined ? Settings.empty : Settings.compatible), (checks) =>
          checks.every(({ holds }) => holds) ? Effect.void : failed
        )
      : chainOf(first)
  return Effect.catchAll(work, (error) => Effect.zipRight(Console.error(`✗ ${error._tag}: ${error.message}`), failed))
}
