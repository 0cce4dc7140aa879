import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Session } from "@effect-requests/core"
import { NodeSession } from "@effect-requests/node"
import { Effect } from "effect"
import { http, variable } from "./Servers.js"

const asked = (trustEnv: boolean) =>
  Effect.gen(function* () {
    const server = yield* http((request, response) => {
      response.end(JSON.stringify([request.url, request.headers.authorization ?? ""]))
    })
    const { host, hostname } = new URL(server.url)
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "netrc-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const path = join(folder, "netrc")
    writeFileSync(path, `machine ${hostname} login ada password pw\nmachine origin.test login bob password pw`)
    chmodSync(path, 0o600)
    yield* variable("NETRC", path)
    yield* variable("http_proxy", `http://${host}`)
    const program = Effect.gen(function* () {
      const session = yield* Session.Session
      return yield* (yield* session.get(trustEnv ? "http://origin.test/a" : `${server.url}/a`)).json
    })
    return yield* Effect.provide(program, NodeSession.layer({ trustEnv }))
  })

describe("NodeSession.layer", () => {
  it.scopedLive(
    "[NRC-04] sends through the proxy of the variables, with the credentials of the .netrc on the disk",
    () =>
      Effect.gen(function* () {
        expect(yield* asked(true)).toEqual(["http://origin.test/a", "Basic Ym9iOnB3"])
      })
  )

  it.scopedLive("with trustEnv: false does neither", () =>
    Effect.gen(function* () {
      expect(yield* asked(false)).toEqual(["/a", ""])
    })
  )
})
