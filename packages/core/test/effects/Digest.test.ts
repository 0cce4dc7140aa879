import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Challenge, Headers, type PreparedRequest, Request, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Stream } from "effect"

const md5 = (text: string) => createHash("md5").update(text).digest("hex")

/** A server that checks Digest by the RFC, and that no count of a nonce comes twice. */
const guarded = (options: { readonly uses?: number } = {}) => {
  const seen = new Set<string>()
  let issued = 0
  const challenge = (stale: boolean): StubAdapter.Reply => {
    issued++
    return {
      status: 401,
      headers: [
        ["WWW-Authenticate", `Digest realm="r", nonce="n${issued}", qop="auth", stale=${stale}`],
        ["Set-Cookie", `challenge=${issued}; Path=/`]
      ]
    }
  }
  const handler = (request: PreparedRequest.PreparedRequest): StubAdapter.Reply => {
    const given = Headers.get(request.headers, "authorization")
    if (given === undefined) return challenge(false)
    const params = Challenge.parseDictHeader(given.slice("Digest ".length))
    const { cnonce, nc, nonce, qop, response, uri } = params
    const expected = md5(`${md5("ada:r:pw")}:${nonce}:${nc}:${cnonce}:${qop}:${md5(`${request.method}:${uri}`)}`)
    const key = `${nonce} ${nc}`
    if (response !== expected || uri !== request.target.path || seen.has(key)) return challenge(false)
    if (options.uses !== undefined && Number.parseInt(nc ?? "", 16) > options.uses) return challenge(true)
    seen.add(key)
    return { text: "in", headers: { "X-Count": nc ?? "" } }
  }
  return { handler, seen }
}

const opened = (handler: StubAdapter.Handler, password = "pw") =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(handler)
    const session = yield* Effect.provide(
      Session.make({ baseUrl: "https://h.test", auth: Auth.digest("ada", password) }),
      stub.layer
    )
    return { session, stub }
  })

describe("[DIG] Digest in a session", () => {
  it.effect("[DIG-01] [DIG-08] [DIG-22] answers once, keeps the cookies, and signs later requests at once", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(guarded().handler)
      const first = yield* session.get("/a")
      expect([first.status, first.history.map(({ status }) => status)]).toEqual([200, [401]])
      expect(Headers.get(first.prepared.headers, "cookie")).toBe("challenge=1")
      expect((yield* session.get("/b")).history).toEqual([])
      expect(yield* stub.requests).toHaveLength(3)
    })
  )
  it.effect("[DIG-03] gives the 401 back when the password is wrong, after one answer", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(guarded().handler, "wrong")
      const response = yield* session.get("/a")
      expect([response.status, response.history.length, (yield* stub.requests).length]).toEqual([401, 1, 2])
    })
  )
  it.effect("answers also where redirects are not followed, and in every way to send", () =>
    Effect.gen(function* () {
      for (const way of [
        (session: Session.Service) => session.get("/a", { allowRedirects: false }),
        (session: Session.Service) => Effect.scoped(session.stream(Request.get("/a"))),
        (session: Session.Service) =>
          Effect.map(
            Stream.runCollect(session.hops(Request.get("/a"))),
            (hops) => Array.from(hops)[1] ?? Array.from(hops)[0]
          )
      ]) {
        const { session } = yield* opened(guarded().handler)
        expect((yield* way(session))?.status).toBe(200)
      }
    })
  )
  it.effect("[HOK-11] hooks see what comes of a challenge, not the challenge", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const { session } = yield* opened(guarded().handler)
      yield* session.get("/a", { hooks: { response: ({ status }) => void seen.push(status) } })
      expect(seen).toEqual([200])
    })
  )
  it.effect("[DIG-21] 100 fibers at once use 100 counts, each once", () =>
    Effect.gen(function* () {
      const { handler, seen } = guarded()
      const { session } = yield* opened(handler)
      yield* session.get("/first")
      const all = yield* Effect.all(
        Array.from({ length: 100 }, (_, n) => session.get(`/${n}`)),
        { concurrency: "unbounded" }
      )
      expect(all.every(({ history, status }) => status === 200 && history.length === 0)).toBe(true)
      expect(seen.size).toBe(101)
    })
  )
  it.effect("a call that is sent twice uses two counts", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(guarded().handler)
      yield* session.get("/a")
      const call = yield* session.prepare(Request.get("/a"))
      const counts = [yield* session.send(call), yield* session.send(call)].map((response) =>
        Headers.get(response.rawHeaders, "x-count")
      )
      expect(counts).toEqual(["00000002", "00000003"])
    })
  )
  it.effect("a stale nonce is renewed by itself", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(guarded({ uses: 2 }).handler)
      const statuses = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (n) =>
        Effect.map(session.get(`/${n}`), ({ status }) => status)
      )
      expect(statuses).toEqual([200, 200, 200, 200, 200, 200])
    })
  )
  it.effect("[DIG-23] nothing goes to another origin", () =>
    Effect.gen(function* () {
      const { handler } = guarded()
      const { session, stub } = yield* opened((request) =>
        request.target.host === "h.test"
          ? handler(request)
          : { status: 401, headers: { "WWW-Authenticate": 'Digest realm="r", nonce="x", qop="auth"' } }
      )
      yield* session.get("/a")
      expect((yield* session.get("https://evil.test/")).status).toBe(401)
      expect(
        (yield* stub.requests)
          .filter(({ target }) => target.host === "evil.test")
          .map(({ headers }) => Headers.has(headers, "authorization"))
      ).toEqual([false])
    })
  )
})
