import { describe, expect, it } from "@effect/vitest"
import { Body, Errors, Headers, type Request, Rules } from "@effect-requests/core"
import { Chunk, Effect, Either, Option, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { answered, call, facts, own, prepared, refusal } from "../given.js"
import { opened } from "./session.js"

const url = "https://h.test/"
const pieces = () => Stream.make(new Uint8Array([1, 2]), new Uint8Array([3]))
const bytesOf = (body: Body.Body): Effect.Effect<ReadonlyArray<number>, unknown> =>
  Body.match(body, {
    Empty: () => Effect.succeed([]),
    Bytes: ({ bytes }) => Effect.succeed(Array.from(bytes)),
    Replayable: ({ stream }) =>
      Effect.map(Stream.runCollect(stream()), (chunks) =>
        Chunk.toReadonlyArray(chunks).flatMap((one) => Array.from(one))
      ),
    OneShot: ({ stream }) =>
      Effect.map(Stream.runCollect(stream), (chunks) => Chunk.toReadonlyArray(chunks).flatMap((one) => Array.from(one)))
  })

describe("a stream as a body", () => {
  it.effect.each([
    ["that can be made again", Body.replayable(pieces)],
    ["that exists once", Body.oneShot(pieces())]
  ] as const)("[UPL-01] %s reaches the adapter unread", ([, body]) =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.post(url, { body })
      const [sent] = yield* asked
      expect(sent?.body).toBe(body)
      expect(yield* bytesOf(sent?.body ?? Body.empty)).toEqual([1, 2, 3])
    })
  )
  it("[UPL-03] of length nought says so, and is not chunked", () => {
    expect(own(call("POST", url, { body: Body.oneShot(Stream.empty, { length: 0 }) }).request.headers)).toEqual({
      "Content-Length": "0"
    })
  })
  it.each<[string, Record<string, unknown>]>([
    ["a set", { body: new Set([1, 2, 3]) }],
    ["an array", { body: [1, 2, 3] }],
    ["a record", { body: { length: 3 } }],
    ["a generator", { body: [new Uint8Array(1)].values() }]
  ])("[UPL-09] its length is never that of %s, which is no body", (_what, options) => {
    const untyped: Request.Options = Object.fromEntries(Object.entries(options))
    expect(refusal(prepared("POST", url, untyped))).toBe("Body at body")
  })
  it("[UPL-08] texts count in bytes, and a stream is of bytes", () => {
    expect(own(call("POST", url, { body: "é☃" }).request.headers)).toEqual({ "Content-Length": "5" })
    expect(
      own(
        call("POST", url, { body: Body.replayable(() => Stream.make("é☃").pipe(Stream.encodeText), { length: 5 }) })
          .request.headers
      )
    ).toEqual({
      "Content-Length": "5"
    })
  })
})

describe("the framing of any body", () => {
  const body = fc.oneof(
    fc.constant(Body.empty),
    fc.string().map(Body.text),
    fc.option(fc.nat(), { nil: undefined }).map((length) => Body.oneShot(Stream.empty, { length })),
    fc.option(fc.nat(), { nil: undefined }).map((length) => Body.replayable(pieces, { length }))
  )
  it("[UPL-16] [UPL-18] is chunked exactly when its length is not known, else a Content-Length in digits", () => {
    fc.assert(
      fc.property(body, fc.constantFrom("GET", "POST", "PUT", "DELETE", "MKCOL"), (given, method) => {
        const { headers } = call(method, url, { body: given }).request
        const length = Body.length(given)
        expect(Headers.getAll(headers, "Transfer-Encoding")).toEqual(length === undefined ? ["chunked"] : [])
        const silent = given._tag === "Empty" && method === "GET"
        expect(Headers.getAll(headers, "Content-Length")).toEqual(
          length === undefined || silent ? [] : [String(length)]
        )
      })
    )
  })
  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MKCOL"])(
    "[UPL-11] %s without a body says so",
    (method) => {
      expect(own(call(method, url).request.headers)).toEqual({ "Content-Length": "0" })
    }
  )
  it.each(["GET", "HEAD"])("[UPL-12] %s without a body says nothing", (method) => {
    expect(own(call(method, url).request.headers)).toEqual({})
  })
  it("[UPL-13] a Content-Length that is right stays as it is written; one that is wrong is refused", () => {
    expect(own(call("POST", url, { body: "abc", headers: { "content-length": "3" } }).request.headers)).toEqual({
      "content-length": "3"
    })
    expect(own(call("POST", url, { headers: { "content-length": "0" } }).request.headers)).toEqual({
      "content-length": "0"
    })
    for (const options of [
      { body: "abc", headers: { "content-length": "4" } },
      { headers: { "content-length": "4" } }
    ]) {
      expect(refusal(prepared("POST", url, options))).toBe('Framing at headers["Content-Length"]')
    }
  })
  it("[UPL-22] nobody asks to continue, announces trailers or compresses", () => {
    for (const given of ["x".repeat(100_000), Body.oneShot(pieces())]) {
      const { headers } = call("POST", url, { body: given }).request
      for (const name of ["Expect", "TE", "Trailer", "Content-Encoding"])
        expect([name, Headers.has(headers, name)]).toEqual([name, false])
    }
  })
})

describe("a body that is asked for again", () => {
  const again = (body: Request.Options["body"]) =>
    Rules.followUp(answered(call("POST", url, { body }), 307, ["Location", "/b"]), facts())
  it.effect("[UPL-10] is the same from its beginning when it can be made again", () =>
    Effect.gen(function* () {
      let made = 0
      const body = Body.replayable(() => {
        made++
        return pieces()
      })
      const { asked, session } = yield* opened({}, ({ target, body }) =>
        Effect.as(Effect.orDie(bytesOf(body)), target.path === "/" ? { status: 307, headers: { Location: "/b" } } : {})
      )
      yield* session.post(url, { body })
      expect((yield* asked).map(({ target }) => target.path)).toEqual(["/", "/b"])
      expect(made).toBe(2)
      const sent = yield* asked
      expect(yield* Effect.forEach(sent, (one) => bytesOf(one.body))).toEqual([
        [1, 2, 3],
        [1, 2, 3]
      ])
    })
  )
  it("[UPL-21] is a typed refusal when it exists once, and never an empty one", () => {
    const refused = Option.getOrThrow(again(Body.oneShot(pieces())))
    expect(Either.isLeft(refused) && refused.left).toBeInstanceOf(Errors.RedirectRefused)
    expect(Either.isLeft(refused) && refused.left.reason).toBe("UnrewindableBody")
    expect(Option.map(Option.flatMap(again("abc"), Option.getRight), ({ request }) => request.body)).toEqual(
      Option.some(Body.text("abc"))
    )
  })
})
