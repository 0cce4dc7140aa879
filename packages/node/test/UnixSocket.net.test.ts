import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Session } from "@effect-requests/core"
import { NodeSession, UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"
import { failure, message, text } from "./Messages.js"
import { http, variable } from "./Servers.js"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "sock-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** A server on a socket of this machine, and the URL of it. */
const listening = (path: string, listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(listener)
      server.listen(path, () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

const urlOf = (path: string): string => `http+unix://${encodeURIComponent(path)}`

const says =
  (who: string): RequestListener =>
  (request, response) =>
    response.end(`${who} ${request.method} ${request.headers.host} ${request.url}`)

describe("a URL of a socket", () => {
  it.scopedLive("is served by it, with params, cookies and a base URL", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "a b.sock")
      yield* listening(path, (request, response) => {
        response.setHeader("Set-Cookie", "sid=1; Path=/")
        response.end(`${request.headers.host} ${request.url} ${request.headers.cookie ?? "none"}`)
      })
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        const first = yield* session.get("/v1/info", { params: { all: 1 } })
        expect(yield* first.text).toBe("localhost /v1/info?all=1 none")
        const absolute = yield* session.get(`${urlOf(path)}/x`)
        expect((yield* absolute.text).startsWith("localhost /x")).toBe(true)
      })
      yield* Effect.provide(program, NodeSession.layer({ baseUrl: `${urlOf(path)}/` }))
    })
  )

  it.scopedLive("has connections of its own", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const [one, two] = [join(at, "1.sock"), join(at, "2.sock")]
      yield* listening(one, says("one"))
      yield* listening(two, says("two"))
      const wire = yield* UndiciAdapter.make()
      const ask = (path: string) => Effect.flatMap(wire.whole(message(`${urlOf(path)}/`)), text)
      expect(yield* Effect.all([ask(one), ask(two), ask(one)])).toEqual([
        "one GET localhost /",
        "two GET localhost /",
        "one GET localhost /"
      ])
      expect((yield* wire.sockets).map(({ origin }) => origin)).toEqual([urlOf(one), urlOf(two)])
    })
  )

  it.scopedLive("is never where a redirect leads", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "s.sock")
      let asked = 0
      yield* listening(path, (_request, response) => {
        asked++
        response.end()
      })
      const server = yield* http((_request, response) => {
        response.writeHead(302, { Location: `${urlOf(path)}/secret` })
        response.end()
      })
      const program = Effect.flatMap(Session.Session, (session) => failure(session.get(server.url)))
      const error = yield* Effect.provide(program, NodeSession.layer())
      expect(error).toMatchObject({ _tag: "RedirectRefused", reason: "UnsupportedScheme" })
      expect(asked).toBe(0)
    })
  )

  it.scopedLive("is no affair of the proxy variables", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "s.sock")
      yield* listening(path, says("here"))
      const program = Effect.flatMap(Session.Session, (session) => session.get(`${urlOf(path)}/`))
      yield* variable("all_proxy", "http://127.0.0.1:9")
      const response = yield* Effect.provide(program, NodeSession.layer())
      expect(response.status).toBe(200)
    })
  )

  it.scopedLive.each([
    ["without a path", "http+unix:///x", /does not name a socket/],
    ["with a path that cannot be read", "http+unix://%ff/x", /does not name a socket/],
    ["with a NUL", "http+unix://a%00b/x", /NUL/],
    ["with a port", "http+unix://a:80/x", /no port/]
  ] as const)("is refused: %s", ([, url, problem]) =>
    Effect.gen(function* () {
      const wire = yield* UndiciAdapter.make()
      const error = yield* failure(wire.whole(message(url)))
      expect(error).toMatchObject({ _tag: "InvalidRequest", where: "url", problem: expect.stringMatching(problem) })
    })
  )

  it.scopedLive("that nobody listens at is a typed error", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const plain = join(at, "plain")
      writeFileSync(plain, "no socket")
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (const [path, reason, detail] of [
        [join(at, "missing.sock"), "Unreachable", /there is no such socket \(.*ENOENT/],
        [join(plain, "below"), "Unreachable", /there is no such socket \(.*ENOTDIR/],
        [plain, "Refused", /ECONNREFUSED/]
      ] as const) {
        const error = yield* failure(wire.whole(message(`${urlOf(path)}/`)))
        expect(error).toMatchObject({ _tag: "TransportError", reason, sent: "no" })
        expect(error).toMatchObject({ detail: expect.stringMatching(detail) })
      }
    })
  )

  it.scopedLive("is no public address", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "s.sock")
      yield* listening(path, says("here"))
      const mounted = yield* UndiciAdapter.make({ network: "public" })
      expect(yield* failure(mounted.whole(message(`${urlOf(path)}/`)))).toMatchObject({ reason: "Blocked" })
      const fixed = yield* UndiciAdapter.make({ network: "public", socketPath: path })
      expect(yield* failure(fixed.whole(message("http://h.test/")))).toMatchObject({ reason: "Blocked" })
    })
  )
})

describe("an adapter with a socket", () => {
  it.scopedLive("sends all http URLs there, and tells their host", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "s.sock")
      yield* listening(path, says("here"))
      const wire = yield* UndiciAdapter.make({ socketPath: path })
      expect(yield* Effect.flatMap(wire.whole(message("http://docker.test/a")), text)).toBe("here GET docker.test /a")
    })
  )

  it.scopedLive("has no proxy", () =>
    Effect.gen(function* () {
      const wire = yield* UndiciAdapter.make({ socketPath: "/nowhere" })
      const asked = message("http://h.test/", { transport: { proxy: "http://127.0.0.1:9" } })
      expect(yield* failure(wire.whole(asked))).toMatchObject({ _tag: "InvalidRequest", where: "proxies" })
    })
  )
})
