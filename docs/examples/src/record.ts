/**
 * `pnpm example record`: what a real server said, said again from a file. The file was made by httpbin, one of the servers of
 * `pnpm lab`, and holds no secret; replaying it needs no network.
 */
import { fileURLToPath } from "node:url"
import { HttpClientResponse } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { type Adapter, Auth, Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Cassette, Routes } from "@effect-requests/testing"
import { Console, Effect, Layer, Schema } from "effect"

const { log } = Console

/** Where httpbin was when it was recorded, and is asked for when it is replayed. */
export const httpbin = "http://127.0.0.1:18000"

/** What came of that; a part of this repository. */
export const tape = fileURLToPath(new URL("../tapes/httpbin.json", import.meta.url))

const Account = Schema.Struct({ authenticated: Schema.Boolean })

/** The program; it knows nothing of recordings. */
const program = Effect.gen(function* () {
  const session = yield* Session.Session

  const account = yield* session.get("/bearer", { auth: Auth.bearer("t0ken-of-ada") })
  const { authenticated } = yield* HttpClientResponse.schemaBodyJson(Account)(account)
  yield* log(`the token is ${authenticated ? "good" : "bad"}`)

  const set = yield* session.get("/cookies/set", { params: { theme: "darkness" } })
  yield* log(
    `${set.history.length} redirect, then ${set.status}; theme: ${(yield* session.cookies.all()).length} cookie`
  )

  const image = yield* session.get("/image/png")
  yield* log(`${(yield* image.bytes).length} bytes of ${image.headers["content-type"]}`)

  const teapot = yield* session.get("/status/418")
  yield* log(`${teapot.status} ${teapot.reason}`)
})

/** The field of JSON that is no secret: all others are hidden in the file. */
const shows = { fields: ["authenticated"] }

/** The program over a cassette, over this network. */
const over = (path: string, mode: Cassette.Mode, network: Layer.Layer<Adapter.Adapter>) =>
  program.pipe(
    Effect.provide(
      Session.layer({ baseUrl: httpbin, trustEnv: false }).pipe(
        Layer.provide(Cassette.layer({ path, mode, shows })),
        Layer.provide([network, NodeFileSystem.layer])
      )
    )
  )

/** Asks httpbin, and writes what it says. */
export const record = (path: string) => over(path, "all", NodeSession.layerAdapter())

/** No route replies: whatever is not on the tape fails. */
const noNetwork = Routes.layer(Routes.make())

/** The same, without httpbin. */
export const replay = (path: string) => over(path, "none", noNetwork)
