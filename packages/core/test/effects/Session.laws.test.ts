import { type Errors, Request, type Response, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Chunk, Effect, Either, Option, Ref, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { url } from "../arbitraries.js"

/** A web of pages: each URL answers with a status and, maybe, a Location and a cookie. */
const page = fc.record({
  status: fc.constantFrom(200, 204, 301, 302, 303, 307, 308, 404),
  location: fc.option(fc.oneof(url, fc.constantFrom("/", "/a", "ftp://x/", "http://[bad/"))),
  cookie: fc.option(fc.constantFrom("a=1", "b=2; Path=/", "a=; Max-Age=0"))
})
const web = fc.dictionary(fc.constantFrom("/", "/a", "/a/b", "/c"), page, { maxKeys: 4 })

const answers =
  (
    pages: Readonly<Record<string, { status: number; location: string | null; cookie: string | null }>>
  ): StubAdapter.Handler =>
  ({ target }) => {
    const found = pages[target.pathname]
    if (found === undefined) return { status: 200, text: target.href }
    const headers: Array<readonly [string, string]> = []
    if (found.location !== null) headers.push(["Location", found.location])
    if (found.cookie !== null) headers.push(["Set-Cookie", found.cookie])
    return { status: found.status, headers, text: target.href }
  }

const seen = (result: Either.Either<Response.Response, Errors.SendError>) =>
  Either.match(result, {
    onLeft: (error) => ({ error: error._tag, reason: "reason" in error ? error.reason : undefined }),
    onRight: (response) => ({
      status: response.status,
      url: response.url,
      history: response.history.map((hop) => `${hop.status} ${hop.url}`),
      next: Option.map(response.next, (next) => next.url)
    })
  })

const given = fc.record({ maxRedirects: fc.nat({ max: 4 }), allowRedirects: fc.boolean() }, { requiredKeys: [] })

describe("the ways to send", () => {
  it("send ≡ last(hops) ≡ stream, and all leave the same state and the same messages", () =>
    fc.assert(
      fc.asyncProperty(web, url, given, (pages, start, options) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const ways = [
              (session: Session.Service, request: Request.Request) => session.send(request),
              (session: Session.Service, request: Request.Request) =>
                Effect.map(Stream.runCollect(session.hops(request)), Chunk.unsafeLast),
              (session: Session.Service, request: Request.Request) => Effect.scoped(session.stream(request))
            ]
            const outcomes = yield* Effect.forEach(ways, (way) =>
              Effect.gen(function* () {
                const stub = yield* StubAdapter.make(answers(pages))
                const session = yield* Effect.provide(Session.make(), stub.layer)
                const result = yield* Effect.either(way(session, Request.post(start, { ...options, body: "x" })))
                const { cookies } = yield* Ref.get(session.state)
                return {
                  result: seen(result),
                  cookies: cookies.size,
                  sent: (yield* stub.requests).map((one) => [one.method, one.url, one.headers.join()])
                }
              })
            )
            expect(outcomes[1]).toEqual(outcomes[0])
            expect(outcomes[2]).toEqual(outcomes[0])
          })
        )
      ),
      { numRuns: 200 }
    ))

  it("hops gives every response of the chain: the history of its last one, and that one", () =>
    fc.assert(
      fc.asyncProperty(web, url, (pages, start) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const session = yield* Effect.provide(Session.make(), StubAdapter.layer(answers(pages)))
            const hops = yield* Stream.runCollect(Stream.catchAll(session.hops(Request.get(start)), () => Stream.empty))
            const all = Array.from(hops)
            all.forEach((hop, i) => {
              expect(hop.history.map(({ url }) => url)).toEqual(all.slice(0, i).map(({ url }) => url))
            })
          })
        )
      ),
      { numRuns: 200 }
    ))
})
