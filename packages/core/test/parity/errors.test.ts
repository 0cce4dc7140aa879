import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, Errors, Request, Rules } from "@effect-requests/core"
import { Effect, Either, Exit, Option, Stream } from "effect"
import { answered, call, facts, refusal } from "../given.js"
import { opened } from "./stub.js"

const failure = (
  reply: Parameters<typeof opened>[0],
  options: Request.Options = {},
  url = "https://h.test/?token=SECRET"
) => Effect.flatMap(opened(reply), ({ session }) => Effect.flip(session.get(url, options)))

const refuses = (reason: Errors.TransportReason) => (request: Errors.TransportError["request"]) =>
  Effect.fail(new Errors.TransportError({ reason, sent: "no", request, detail: "why" }))

describe("what an error carries", () => {
  it.effect("[EXC-01] [EXC-16] the request, or the response that it is about", () =>
    Effect.gen(function* () {
      expect(yield* failure(refuses("Proxy"))).toMatchObject({
        _tag: "TransportError",
        reason: "Proxy",
        request: { method: "GET" }
      })
      expect(yield* failure(() => ({ status: 302, headers: { Location: "ftp://x/" } }))).toMatchObject({
        _tag: "RedirectRefused",
        response: { status: 302 }
      })
      expect(yield* failure(() => ({}), { hooks: { response: () => Effect.fail("no") } })).toMatchObject({
        _tag: "HookError",
        response: { status: 200 }
      })
    })
  )
  it.effect("[EXC-15] of a body the request and the response, of a bad request the part that is wrong", () =>
    Effect.gen(function* () {
      const broken = Stream.fail(new Errors.BodyError({ reason: "Truncated", detail: "3 of 9 bytes" }))
      const { session } = yield* opened(() => ({ stream: broken }))
      const error = yield* Effect.scoped(
        Effect.flatMap(session.stream(Request.get("https://h.test/")), (response) => Effect.flip(response.text))
      )
      expect(error).toMatchObject({
        _tag: "ResponseError",
        request: { url: "https://h.test/" },
        response: { status: 200 },
        cause: { reason: "Truncated" }
      })
      const invalid = yield* Effect.flip(session.get("h.test/x?token=SECRET"))
      expect(invalid).toMatchObject({ _tag: "InvalidRequest", reason: "Url", where: "url" })
      expect(invalid.message).toContain("h.test/x?token=<hidden>")
    })
  )
  it.effect("[EXC-14] of a text that is no JSON the response", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ text: "<html>" }))
      const response = yield* session.get("https://h.test/")
      expect(yield* Effect.flip(response.json)).toMatchObject({
        response,
        cause: { _tag: "BodyError", reason: "Decode" }
      })
    })
  )
})

describe("which errors there are", () => {
  // What a caller may have to handle, all of it: the compiler sees to it that none is missing.
  const advice = (error: Errors.SendError): string => {
    switch (error._tag) {
      case "InvalidRequest":
        return error.remedy
      case "TransportError":
        return error.sent
      case "BodyError":
      case "RedirectRefused":
      case "AuthRefused":
        return error.reason
      case "TokenError":
      case "HookError":
        return typeof error.cause
    }
  }
  it.effect("[EXC-02] a closed union of tags", () =>
    Effect.gen(function* () {
      const seen = [
        yield* failure(() => ({}), {}, "nowhere"),
        yield* failure(refuses("Dns")),
        yield* failure(() => ({ stream: Stream.fail(new Errors.BodyError({ reason: "Reset", detail: "" })) })),
        yield* failure(() => ({ status: 302, headers: { Location: "http://h.test/" } })),
        yield* failure(() => ({}), { hooks: { response: () => Effect.fail("no") } })
      ]
      expect(seen.map(({ _tag }) => _tag)).toEqual([
        "InvalidRequest",
        "TransportError",
        "BodyError",
        "RedirectRefused",
        "HookError"
      ])
      expect(seen.slice(1).map(advice)).toEqual(["no", "Reset", "Downgrade", "string"])
    })
  )
  it("[EXC-11] a bad header is an InvalidRequest that names it", () => {
    const made = Rules.prepare(Request.get("https://h.test/", { headers: { "X-A": "1\r\nX-B: 2" } }), facts())
    expect(refusal(made)).toBe('HeaderValue at headers["X-A"]')
  })
  it("[EXC-13] too many redirects, a body that is gone: reasons of one refusal", () => {
    const reason = (asked: Request.Call) =>
      Option.map(
        Rules.redirect(answered(asked, 307, ["Location", "/x"])),
        Either.mapLeft((one) => one.reason)
      )
    expect(reason(call("GET", "https://h.test/", { maxRedirects: 0 }))).toEqual(
      Option.some(Either.left("TooManyRedirects"))
    )
    expect(
      Option.exists(reason(call("POST", "https://h.test/", { body: Body.oneShot(Stream.empty) })), Either.isLeft)
    ).toBe(true)
  })
  it.effect.each<[string, string, Request.Options]>([
    ["a timeout", "https://h.test/", { timeout: -1 }],
    ["a method", "https://h.test/", {}],
    ["a header", "https://h.test/", { headers: { "X-A": "☃" } }],
    ["credentials", "https://h.test/", { auth: Auth.basic("a:b", "☃") }],
    ["a host", "https://[bad/", {}],
    ["a port", "https://h.test:99999/", {}],
    ["a proxy", "https://h.test/", { proxies: { all: "::" } }],
    ["what is no JSON", "https://h.test/", { json: BigInt(1) }],
    ["a scheme", "nope://h.test/", {}]
  ])("[EXC-17] nothing else comes out, and no defect: %s", ([what, url, options]) =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(() => ({}))
      const exit = yield* Effect.exit(Effect.flip(session.request(what === "a method" ? "GE T" : "GET", url, options)))
      expect(Exit.map(exit, ({ _tag }) => _tag)).toEqual(Exit.succeed("InvalidRequest"))
      expect(yield* stub.requests).toEqual([])
    })
  )
  it.effect("[EXC-18] what a hook or a signer throws is a typed error with its cause", () =>
    Effect.gen(function* () {
      const oops = new Error("oops")
      const throws = () => {
        throw oops
      }
      expect(yield* failure(() => ({}), { hooks: { response: throws } })).toMatchObject({
        _tag: "HookError",
        cause: oops
      })
      expect(yield* failure(() => ({}), { auth: Auth.custom(throws) })).toMatchObject({
        _tag: "InvalidRequest",
        reason: "Auth",
        where: "auth.sign"
      })
    })
  )
})
