import { describe, expect, it } from "@effect/vitest"
import { Adapter, Cookies, Request, Session, SessionState, Settings } from "@effect-requests/core"
import { NodeSession, UndiciAdapter } from "@effect-requests/node"
import { Chunk, Duration, Effect, Ref, Stream } from "effect"
import { http, received, until } from "./Servers.js"

describe("a session on Node", () => {
  it.scopedLive("posts a form, keeps the cookie of the answer, follows its redirect", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        received(request).then((body) => {
          if (request.url === "/login") {
            const right = body.toString() === "user=ada&password=caf%C3%A9+%26"
            response.writeHead(right ? 303 : 400, { Location: "/me", "Set-Cookie": "sid=s3cr3t; Path=/" })
            response.end("away")
          } else
            response.end(
              JSON.stringify({ method: request.method, cookie: request.headers.cookie, body: body.toString() })
            )
        })
      })
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        const response = yield* session.post("/login", { form: { user: "ada", password: "caf\u00e9 &" } })
        expect(yield* response.json).toEqual({ method: "GET", cookie: "sid=s3cr3t", body: "" })
        expect(response.history.map(({ status }) => status)).toEqual([303])
        expect(Duration.greaterThan(response.elapsed, Duration.zero)).toBe(true)
      })
      yield* Effect.provide(program, NodeSession.layer({ baseUrl: server.url }))
      yield* until(() => server.open() === 0)
    })
  )

  it.scopedLive("streams a chunked body, and hops as far as it is asked", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const server = yield* http((request, response) => {
        seen.push(request.url)
        const n = Number(request.url?.slice(1))
        if (n > 0) {
          response.writeHead(302, { Location: `/${n - 1}` })
          response.end("on")
          return
        }
        for (const piece of ["a", "b", "c"]) response.write(piece.repeat(50_000))
        response.end()
      })
      const program = Effect.gen(function* () {
        const session = yield* Session.make({ baseUrl: server.url })
        const length = yield* Effect.scoped(
          Effect.flatMap(session.stream(Request.get("/2")), (response) =>
            Stream.runFold(response.stream, 0, (sum, piece) => sum + piece.length)
          )
        )
        expect([length, seen.splice(0)]).toEqual([150_000, ["/2", "/1", "/0"]])
        const hops = yield* Stream.runCollect(Stream.take(session.hops(Request.get("/5")), 2))
        expect(Chunk.toReadonlyArray(hops).map(({ status }) => status)).toEqual([302, 302])
        expect(seen).toEqual(["/5", "/4"])
      })
      yield* Effect.provide(program, NodeSession.layerAdapter({ connections: 1 }))
    })
  )
})

describe("1,000 requests at once", () => {
  it.scopedLive("lose no cookie, no change of settings, and nothing cleared comes back", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        const n = new URL(request.url ?? "/", "http://localhost").searchParams.get("i")
        response.setHeader("Set-Cookie", `c${n}=${n}; Path=/`)
        response.end("set")
      })
      const wire = yield* UndiciAdapter.make()
      const session = yield* Effect.provideService(Session.make({ baseUrl: server.url }), Adapter.Adapter, wire)
      const count = (settings: Settings.Settings): number => {
        const { headers } = settings
        const value = headers instanceof Settings.Only || headers === null ? undefined : headers?.["X-Count"]
        return typeof value === "string" ? Number(value) : 0
      }
      const counted = SessionState.mapSettings((settings) => ({
        ...settings,
        headers: { "X-Count": String(count(settings) + 1) }
      }))
      const elsewhere = { domain: "other.example.test" }
      yield* Effect.all(
        [
          Effect.forEach(Array.from({ length: 1000 }), (_, i) => session.get(`/set?i=${i}`), {
            concurrency: "unbounded",
            discard: true
          }),
          Effect.forEach(
            Array.from({ length: 200 }),
            () => Effect.zipLeft(session.update(counted), Effect.yieldNow()),
            {
              concurrency: 10,
              discard: true
            }
          ),
          Effect.forEach(
            Array.from({ length: 200 }),
            (_, i) =>
              session.cookies
                .set(`gone${i}`, "1", elsewhere)
                .pipe(Effect.zipLeft(Effect.yieldNow()), Effect.zipRight(session.cookies.clear(elsewhere))),
            { concurrency: 10, discard: true }
          )
        ],
        { concurrency: "unbounded", discard: true }
      )
      const state = yield* Ref.get(session.state)
      const names = (yield* session.cookies.all()).map(({ name, value }) => `${name}=${value}`)
      expect(new Set(names)).toEqual(new Set(Array.from({ length: 1000 }, (_, i) => `c${i}=${i}`)))
      expect(Cookies.size(state.cookies)).toBe(1000)
      expect(count(state.settings)).toBe(200)
      expect(server.accepted()).toBeLessThanOrEqual(64)
      expect((yield* wire.sockets).map(({ busy, queued }) => [busy, queued])).toEqual([[0, 0]])
    })
  )
})
