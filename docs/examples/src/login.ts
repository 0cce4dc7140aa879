/**
 * `pnpm example login`: logs in once and saves the session; another process goes on with it, and knows no password.
 */
import { fileURLToPath } from "node:url"
import { Command, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Route, Routes } from "@effect-requests/testing"
import { Console, Effect, Schema } from "effect"
import { served } from "./served.js"

/** A snapshot has every secret of its session: what you do for passwords, do for this file. */
const onlyForMe = { mode: 0o600 }

/** The first process: logs in, and saves what the session has become. */
const login = (file: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const session = yield* Session.Session
    yield* session.post("/login", { form: { user: "ada", password: "hunter2" } })
    yield* files.writeFileString(file, JSON.stringify(yield* session.snapshot), onlyForMe)
    yield* Console.log("process 1: logged in, and saved the session")
  })

/** The other process: no login, and still the same user. */
export const later = (file: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const saved = yield* Schema.decode(Schema.parseJson())(yield* files.readFileString(file))
    const { session } = yield* Session.restore(saved)
    const me = yield* session.get("/me")
    yield* Console.log(`process 2: ${yield* me.text}`)
  }).pipe(Effect.provide(NodeSession.layerAdapter()))

/** Runs this example's second half in a process of its own; gives what it said. */
const elsewhere = (file: string) =>
  Command.make(process.execPath, "--import", "tsx", fileURLToPath(new URL("later.ts", import.meta.url)), file).pipe(
    Command.env({ TSX_TSCONFIG_PATH: fileURLToPath(new URL("../../../tsconfig.json", import.meta.url)) }),
    Command.string
  )

const server = Routes.make(
  Route.post("/login")
    .form({ user: "ada", password: "hunter2" })
    .reply({ status: 303, headers: { Location: "/me", "Set-Cookie": "sid=5f2b8c; Path=/; HttpOnly" } }),
  Route.get("/me").headers({ Cookie: "sid=5f2b8c" }).reply({ text: "you are ada" }),
  Route.get("/me").reply({ status: 401, text: "who are you?" })
)

export const loginOnce = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  const file = `${folder}/session.json`
  const { calledTimes, url } = yield* served(server)
  yield* Effect.provide(login(file), NodeSession.layer({ baseUrl: url, trustEnv: false }))
  yield* Console.log((yield* elsewhere(file)).trimEnd())
  yield* calledTimes("POST /login", 1)
  yield* Console.log("the server has seen one login")
}).pipe(Effect.scoped, Effect.provide(NodeContext.layer))
