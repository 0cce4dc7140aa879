import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, Headers, type Request } from "@effect-requests/core"
import { Effect } from "effect"
import { call, own, prepared, refusal } from "../given.js"
import { opened } from "./session.js"

const url = "https://h.test/"
const fields = (options: Request.Options) => own(call("GET", url, options).request.headers)

describe("the fields of a message", () => {
  it("[HDR-04] an empty value is sent", () => {
    expect(fields({ headers: { "X-Empty": "" } })).toEqual({ "X-Empty": "" })
  })
  it.each<[string, Request.Options, string]>([
    ["a cookie of the request", { cookies: { a: "1\r\nX: y" } }, 'Cookie at cookies["a"]'],
    ["the name of a cookie", { cookies: { "a\r\nb": "1" } }, 'Cookie at cookies["a\\r\\nb"]'],
    ["a token", { auth: Auth.bearer("a\r\nX: y") }, "Auth at auth"],
    ["a password", { auth: Auth.basic("a", "b\r\nX: y") }, "Auth at auth"],
    ["the value of a signer", { auth: Auth.custom(() => ["X-A", "1\r\nX: y"]) }, "Auth at auth.sign"],
    ["the name of a signer", { auth: Auth.custom(() => ["X A", "1"]) }, "Auth at auth.sign"]
  ])("[HDR-06] what is added later is judged too: %s", (_what, options, expected) => {
    expect(refusal(prepared("GET", url, options))).toBe(expected)
  })
  it("[HDR-07] null is no field, in a request as in a session", () => {
    expect(fields({ headers: { A: null, B: "1" } })).toEqual({ B: "1" })
    expect(own(call("GET", url, {}, { headers: { A: null, B: "1" } }).request.headers)).toEqual({ B: "1" })
  })
  it("[HDR-09] a list is a repeated field; one name is one field, with the last spelling", () => {
    const { headers } = call(
      "GET",
      url,
      { headers: { "X-A": ["1", "2"], "x-b": "3" } },
      { headers: { "X-B": "0" } }
    ).request
    expect(Headers.pairs(headers).slice(2)).toEqual([
      ["x-b", "3"],
      ["X-A", "1"],
      ["X-A", "2"]
    ])
  })
  it.effect("[HDR-15] Content-Encoding compresses nothing, Expect waits for nothing", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.post(url, { body: "plain", headers: { "Content-Encoding": "gzip", Expect: "100-continue" } })
      const [sent] = yield* asked
      expect(sent?.body).toEqual(Body.text("plain"))
      expect(own(sent?.headers ?? [])).toEqual({
        "Content-Encoding": "gzip",
        Expect: "100-continue",
        "Content-Length": "5"
      })
    })
  )
})
