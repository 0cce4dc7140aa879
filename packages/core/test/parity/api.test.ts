import { describe, expect, it } from "@effect/vitest"
import * as Core from "@effect-requests/core"
import { Headers, Http, Request, Response } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect } from "effect"
import { call } from "../given.js"
import { opened } from "./session.js"

const url = "https://h.test/"

describe("the verbs", () => {
  it.each([
    ["[API-01] GET", "GET", true],
    ["[API-01] OPTIONS", "OPTIONS", true],
    ["[API-03] POST", "POST", true],
    ["[API-03] PUT", "PUT", true],
    ["[API-03] PATCH", "PATCH", true],
    ["[API-03] DELETE", "DELETE", true],
    ["[API-03] a method of one's own", "PROPFIND", true],
    ["[API-04] HEAD", "HEAD", false]
  ])("%s follows redirects by default: by the method, whoever says it", (_what, method, follows) => {
    expect(call(method, url).settings.allowRedirects).toBe(follows)
  })
  it.effect("[API-04] HEAD is the same by its verb, by request and by send", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({}, ({ target }) =>
        target.path === "/from" ? { status: 302, headers: { Location: "/to" } } : {}
      )
      yield* session.head(`${url}from`)
      yield* session.request("HEAD", `${url}from`)
      yield* session.send(yield* session.prepare(Request.head(`${url}from`)))
      expect((yield* asked).map(({ target }) => target.path)).toEqual(["/from", "/from", "/from"])
      yield* session.head(`${url}from`, { allowRedirects: true })
      expect((yield* asked).slice(3).map((one) => `${one.method} ${one.target.path}`)).toEqual([
        "HEAD /from",
        "HEAD /to"
      ])
    })
  )
  it.effect("[API-05] all of them take a URL and one record of options", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      for (const verb of [
        session.get,
        session.post,
        session.put,
        session.patch,
        session.delete,
        session.options,
        session.head
      ]) {
        yield* verb(new URL(url), { params: { a: 1 }, json: 2, headers: { "X-A": "3" } })
      }
      const sent = yield* asked
      expect(sent.map(({ method }) => method)).toEqual(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
      for (const one of sent) {
        expect([one.target.path, Headers.get(one.headers, "X-A"), Headers.get(one.headers, "Content-Length")]).toEqual([
          "/?a=1",
          "3",
          "1"
        ])
      }
    })
  )
  it.effect("[API-08] the same without a session", () =>
    Effect.gen(function* () {
      const stub = yield* StubAdapter.make(() => ({}))
      for (const verb of [Http.get, Http.head, Http.options, Http.post, Http.put, Http.patch, Http.delete]) {
        expect(yield* Effect.provide(verb(url), stub.layer)).toBeInstanceOf(Response.Response)
      }
      yield* Effect.provide(Http.request("MKCOL", url), stub.layer)
      expect((yield* stub.requests).map(({ method }) => method)).toEqual([
        "GET",
        "HEAD",
        "OPTIONS",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "MKCOL"
      ])
    })
  )
  it("[API-08] one module names all of it", () => {
    expect(Object.keys(Core)).toEqual(
      expect.arrayContaining(["Errors", "Http", "PreparedRequest", "Request", "Response", "Session"])
    )
    expect(Object.keys(Core.Errors)).toEqual(
      expect.arrayContaining(["BodyError", "InvalidRequest", "RedirectRefused", "StatusError", "TransportError"])
    )
  })
})
