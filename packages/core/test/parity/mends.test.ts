import { describe, expect, it } from "@effect/vitest"
import { Errors, Request, type Response, Rules, Settings } from "@effect-requests/core"
import { Effect, Either, Option, Stream } from "effect"
import { answered, call, own } from "../given.js"
import { opened } from "./stub.js"

describe("mends", () => {
  it.effect("[HOK-06] what is no response replaces none, whatever a plain function returns", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ status: 418 }))
      const seen: Array<number> = []
      const counts: (response: Response.Response) => void = ({ status }) => seen.push(status)
      expect((yield* session.get("https://h.test/", { hooks: { response: counts } })).status).toBe(418)
      expect(seen).toEqual([418])
    })
  )
  it.each<[string, string, Settings.Settings]>([
    ["http://h.test/x", "http://h.test/", {}],
    ["https://h.test/", "http://h.test/", {}],
    ["http://other.test/", "http://h.test/", {}],
    ["http://other.test/", "http://h.test/", Settings.compatible]
  ])("[RED-26] [RED-29] a Proxy-Authorization field goes with no redirect: to %s", (to, from, settings) => {
    const asked = call("GET", from, { headers: { "Proxy-Authorization": "S", Range: "bytes=0-" } }, settings)
    const next = Either.getOrThrow(Option.getOrThrow(Rules.redirect(answered(asked, 302, ["Location", to]))))
    expect(own(next.request.headers)).toEqual({ Range: "bytes=0-" })
    expect(next.withheld.map(({ name }) => name)).toContain("Proxy-Authorization")
  })
  it.effect("[RED-44] a redirect's body that breaks off concerns nobody, however it is sent", () =>
    Effect.gen(function* () {
      const broken = Stream.fail(new Errors.BodyError({ reason: "Truncated", detail: "3 of 9 bytes" }))
      const { session } = yield* opened(({ target }) =>
        target.path === "/a" ? { status: 302, headers: { Location: "/b" }, stream: broken } : { text: "there" }
      )
      expect(yield* (yield* session.get("https://h.test/a")).text).toBe("there")
      expect(
        yield* Effect.scoped(
          Effect.flatMap(session.stream(Request.get("https://h.test/a")), (response) => response.text)
        )
      ).toBe("there")
      expect(yield* Effect.flip(session.get("https://h.test/a", { allowRedirects: false }))).toMatchObject({
        reason: "Truncated"
      })
    })
  )
  it.effect("[EXC-14] of a text that is no JSON the response, and nothing of the text in its message", () =>
    Effect.gen(function* () {
      for (const text of ["SECRET", '{"a": SECRET}', "[1, 2", '"SECRET']) {
        const { session } = yield* opened(() => ({ text }))
        const response = yield* session.get("https://h.test/")
        const error = yield* Effect.flip(response.json)
        expect(error).toMatchObject({ response, cause: { _tag: "BodyError", reason: "Decode" } })
        expect(error.message + JSON.stringify(error)).not.toContain("SECRET")
      }
    })
  )
})
