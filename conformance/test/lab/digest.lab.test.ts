import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, type Response } from "@effect-requests/core"
import { Effect, Stream } from "effect"
import { account, server } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

/** A session that knows the user and the password of the lab, for a server. */
const known = (name: string) =>
  Effect.suspend(() => {
    const { pass, user } = account()
    return session({ baseUrl: server(name).url, auth: Auth.digest(user, pass) })
  })

const wrong = Effect.sync(() => Auth.digest(account().user, "wrong"))

/** The statuses of a chain, the last one included. */
const statuses = ({ history, status }: Response.Response) => [...history.map((one) => one.status), status]

const protects = (path: string) => Effect.sync(() => `${path}/${account().user}/${account().pass}`)

describe("digest at httpbin", () => {
  const kinds = ["auth", "auth-int", "none"].flatMap((qop) => ["MD5", "SHA-256"].map((hash) => [qop, hash] as const))

  it.scopedLive.each(kinds)("qop %s, %s: challenged once, then known at once", ([qop, hash]) =>
    Effect.gen(function* () {
      const { get } = yield* known("httpbin")
      const path = `${yield* protects(`/digest-auth/${qop}`)}/${hash}`
      expect(statuses(yield* get(path))).toEqual([401, 200])
      expect(statuses(yield* get(path))).toEqual([200])
      expect(statuses(yield* get(path, { auth: yield* wrong }))).toEqual([401, 401])
    })
  )
  it.scopedLive.each([
    ["auth", "MD5"],
    ["auth-int", "SHA-256"]
  ])("four requests are four times 200 when the nonce is stale after one, by its cookies: %s, %s", ([qop, hash]) =>
    Effect.gen(function* () {
      const { get } = yield* known("httpbin")
      const path = `${yield* protects(`/digest-auth/${qop}`)}/${hash}/1`
      const asked = yield* Effect.all([get(path), get(path), get(path), get(path)])
      expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    })
  )
})

describe("digest at apache (MD5)", () => {
  it.scopedLive("knows us, on a URL with a query too", () =>
    Effect.gen(function* () {
      const { get } = yield* known("apache")
      expect(statuses(yield* get("/digest/small.txt?a=b&c=%20"))).toEqual([401, 200])
      expect(statuses(yield* get("/digest/small.txt"))).toEqual([200])
      expect((yield* get("/digest/small.txt", { auth: yield* wrong })).status).toBe(401)
      expect((yield* get("/digest/small.txt", { auth: null })).status).toBe(401)
    })
  )
  it.scopedLive("sends a body again that can be made again, and refuses where it cannot", () =>
    Effect.gen(function* () {
      const { post } = yield* known("apache")
      const pieces = Stream.make("a", "b").pipe(Stream.encodeText)
      expect(statuses(yield* post("/digest/small.txt", { body: Body.replayable(() => pieces) }))[0]).toBe(401)
      const { post: fresh } = yield* known("apache")
      expect(yield* Effect.flip(fresh("/digest/small.txt", { body: Body.oneShot(pieces) }))).toMatchObject({
        _tag: "AuthRefused",
        reason: "UnrewindableBody"
      })
    })
  )
  it.scopedLive("a nonce that became stale is replaced without a second question for the password", () =>
    Effect.gen(function* () {
      const { get } = yield* known("apache")
      const { get: away } = yield* session({ baseUrl: server("httpbin").url })
      expect(statuses(yield* get("/digest-stale/small.txt"))).toEqual([401, 200])
      // The nonce lives for one second; it is httpbin that waits.
      yield* away("/delay/2")
      const late = yield* get("/digest-stale/small.txt")
      expect(statuses(late)).toEqual([401, 200])
      expect(late.history[0]?.headers["www-authenticate"]).toContain("stale=true")
    })
  )
  it.scopedLive("Basic is answered too, and a slow answer is one", () =>
    Effect.gen(function* () {
      const { pass, user } = account()
      const { get } = yield* session({ baseUrl: server("apache").url })
      expect((yield* get("/basic/small.txt", { auth: Auth.basic(user, pass) })).status).toBe(200)
      expect((yield* get("/basic/small.txt", { auth: Auth.basic(user, "wrong") })).status).toBe(401)
      expect((yield* get("/slow/small.txt")).status).toBe(200)
    })
  )
})

describe("digest at lighttpd", () => {
  it.scopedLive.each(["/digest-md5/small.txt", "/digest-sha256/small.txt?a=b"])("%s", (path) =>
    Effect.gen(function* () {
      const { get } = yield* known("lighttpd")
      expect(statuses(yield* get(path))).toEqual([401, 200])
      expect(statuses(yield* get(path))).toEqual([200])
      expect((yield* get(path, { auth: yield* wrong })).status).toBe(401)
    })
  )
  it.scopedLive("Basic is answered too", () =>
    Effect.gen(function* () {
      const { pass, user } = account()
      const { get } = yield* session({ baseUrl: server("lighttpd").url, auth: Auth.basic(user, pass) })
      expect(statuses(yield* get("/basic/small.txt"))).toEqual([200])
    })
  )
})
