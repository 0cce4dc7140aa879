import { describe, expect, it } from "@effect/vitest"
import { Adapter, Charset, type Errors, Headers, Links, Request, Response, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Chunk, Effect, Exit, Option, Scope, Stream } from "effect"
import { answered, call } from "../given.js"
import { opened } from "./stub.js"

const asked = call("GET", "https://h.test/x")
const status = (code: number, fields: Headers.Headers = []) => answered(asked, code, fields).response
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"))
const replied = (reply: StubAdapter.Reply) =>
  Effect.flatMap(
    opened(() => reply),
    ({ session }) => session.get("https://h.test/x")
  )
const text = (type: string | undefined, hex: string) =>
  Effect.flatMap(
    replied({ bytes: bytes(hex), headers: type === undefined ? {} : { "Content-Type": type } }),
    (response) => response.text
  )

/** Says when its connections open and close. */
const logged = (log: Array<string>, stream: Stream.Stream<Uint8Array, Errors.BodyError>) =>
  Effect.provideService(
    Session.make(),
    Adapter.Adapter,
    Adapter.fromLive(() =>
      Effect.as(
        Effect.acquireRelease(
          Effect.sync(() => log.push("open")),
          () => Effect.sync(() => log.push("close"))
        ),
        StubAdapter.answer({ stream })
      )
    )
  )

describe("the status", () => {
  it.each([
    [200, true],
    [302, true],
    [399, true],
    [400, false],
    [404, false],
    [599, false],
    [600, true]
  ])("[RSP-01] %i is ok: %s", (code, ok) => {
    expect(status(code).ok).toBe(ok)
    expect(Boolean(status(code))).toBe(true)
  })
  it.each<[number, boolean, boolean]>([
    [301, true, true],
    [302, true, false],
    [303, true, false],
    [307, true, false],
    [308, true, true],
    [300, false, false],
    [200, false, false]
  ])("[RSP-43] %i with a Location redirects: %s, for ever: %s", (code, redirect, permanent) => {
    const { isPermanentRedirect, isRedirect } = status(code, ["location", "/"])
    expect([isRedirect, isPermanentRedirect]).toEqual([redirect, permanent])
    expect(status(code).isRedirect).toBe(false)
  })
  it.effect(
    "[RSP-04] [EXC-12] raiseForStatus is the one that fails, with its response and without a secret of the URL",
    () =>
      Effect.gen(function* () {
        const { session } = yield* opened(() => ({ status: 404, reason: "Not Found" }))
        const response = yield* session.get("https://ada:PASSWORD@h.test/x?token=SECRET")
        const error = yield* Effect.flip(response.raiseForStatus)
        expect(error.message).toBe("404 Client Error: Not Found for url: https://h.test/x?token=<hidden>")
        expect(error.response).toBe(response)
        expect(yield* Effect.map(Response.raiseForStatus(status(399)), (one) => one.status)).toBe(399)
      })
  )
  it("[RSP-45] its URL is that of the last hop, with its fragment and without userinfo", () => {
    expect(answered(call("GET", "https://ada:pw@h.test/x#f"), 200).response.url).toBe("https://h.test/x#f")
  })
})

describe("the encoding", () => {
  it.each<[string, string, string | undefined]>([
    ["RSP-05", "text/html; charset=utf-8", "utf-8"],
    ["RSP-05", 'text/html; CHARSET="Latin1"', "Latin1"],
    ["RSP-05", "text/html; charset=a; charset='b'", "b"],
    ["RSP-07", "application/xml", undefined],
    ["RSP-09", "text/html; charset", undefined],
    ["RSP-09", "text/html; charset=", undefined]
  ])("[%s] of %s", (_id, type, expected) =>
    expect(status(200, ["Content-Type", type]).encoding).toEqual(Option.fromNullable(expected))
  )

  it.effect.each<[string, string | undefined, string, string]>([
    ["[RSP-06] a text without a charset is UTF-8", "text/plain", "c3a9", "é"],
    ["[RSP-07] JSON is UTF-8", "application/json", "22c3a922", '"é"'],
    ["[RSP-08] types have no case", "APPLICATION/JSON", "22002200", '""'],
    ["[RSP-09] an empty charset is none", "text/plain; charset=", "c3a9", "é"],
    ["[RSP-10] an empty body is an empty text", undefined, "", ""],
    ["[RSP-10] what is not in the encoding becomes U+FFFD", "text/plain; charset=utf-8", "61ff", "a\ufffd"],
    ["[RSP-11] an unknown charset is UTF-8", "text/plain; charset=nobody-knows", "c3a9", "é"],
    ["[RSP-13] ISO-8859-1 is the real one", "text/plain; charset=ISO-8859-1", "80e9", "\u0080é"],
    ["[RSP-14] a byte order mark is no part of the text", "text/plain; charset=utf-8", "efbbbfc3a9", "é"],
    ["[RSP-15] what is UTF-8 is not guessed to be anything else", undefined, "c3a9e282ac", "é€"],
    ["[RSP-15] what is not is guessed", undefined, "93fa967b8cea82cc95b68fcd", "日本語の文章"]
  ])("%s", ([_what, type, hex, expected]) => Effect.map(text(type, hex), (found) => expect(found).toBe(expected)))

  it.effect("[RSP-12] another one is asked for by name: a response never changes", () =>
    Effect.gen(function* () {
      const response = yield* replied({ bytes: bytes("e9"), headers: { "Content-Type": "text/plain; charset=utf-8" } })
      expect(Charset.decode(yield* response.bytes, "iso-8859-1")).toBe("é")
      expect(yield* response.text).toBe("\ufffd")
    })
  )
})

describe("JSON", () => {
  it.effect.each<[string, string, string]>([
    ["[RSP-16] UTF-16 by its NULs", "application/octet-stream", "7b002200610022003a0031007d00"],
    ["[RSP-16] UTF-32 by its mark", "text/plain", "fffe00007b0000002200000061000000220000003a000000310000007d000000"],
    ["[RSP-17] with a byte order mark", "application/json", "efbbbf7b2261223a317d"],
    ["[RSP-18] sent as HTML", "text/html", "7b2261223a317d"]
  ])("%s", ([_what, type, hex]) =>
    Effect.gen(function* () {
      expect(yield* (yield* replied({ bytes: bytes(hex), headers: { "Content-Type": type } })).json).toEqual({ a: 1 })
    })
  )
  it.effect("[RSP-18] is UTF-8, whatever a text would be", () =>
    Effect.gen(function* () {
      expect(yield* (yield* replied({ bytes: bytes("22c3a922"), headers: { "Content-Type": "text/html" } })).json).toBe(
        "é"
      )
    })
  )
  it.effect("[RSP-19] of a 404 is read; of nothing it is a typed error with the response", () =>
    Effect.gen(function* () {
      expect(yield* (yield* replied({ status: 404, json: { a: 1 } })).json).toEqual({ a: 1 })
      const response = yield* replied({ status: 204 })
      expect(yield* Effect.flip(response.json)).toMatchObject({
        _tag: "ResponseError",
        response,
        cause: { _tag: "BodyError", reason: "Decode" }
      })
    })
  )
})

describe("the body", () => {
  const pieces = Stream.make(new Uint8Array([1]), new Uint8Array([2, 3]))
  it.effect("[RSP-26] is read before a verb returns, and still arrives where it is streamed", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ stream: pieces }))
      expect((yield* session.get("https://h.test/")).content._tag).toBe("Whole")
      expect(
        yield* Effect.scoped(Effect.map(session.stream(Request.get("https://h.test/")), ({ content }) => content._tag))
      ).toBe("Live")
    })
  )
  it.effect("[RSP-29] in memory can be streamed any number of times", () =>
    Effect.gen(function* () {
      const response = yield* replied({ bytes: new Uint8Array([1, 2, 3]) })
      const length = Stream.runFold(response.stream, 0, (sum, piece) => sum + piece.length)
      expect([yield* length, yield* length]).toEqual([3, 3])
    })
  )
  it.effect("[RSP-33] is a Stream, piece by piece as it comes", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(() => ({ stream: pieces }))
      const seen = yield* Effect.scoped(
        Effect.flatMap(session.stream(Request.get("https://h.test/")), (response) => Stream.runCollect(response.stream))
      )
      expect(Chunk.toReadonlyArray(seen).map((piece) => piece.length)).toEqual([1, 2])
    })
  )
  it.effect("[RSP-21] is kept once it was read: text, JSON and bytes of one live body", () =>
    Effect.gen(function* () {
      let runs = 0
      const once = Stream.suspend(() => Stream.make(new TextEncoder().encode(`${++runs}`)))
      const { session } = yield* opened(() => ({ stream: once }))
      const seen = yield* Effect.scoped(
        Effect.flatMap(session.stream(Request.get("https://h.test/")), (response) =>
          Effect.all([response.text, response.json, response.bytes])
        )
      )
      expect(seen).toEqual(["1", 1, new Uint8Array([0x31])])
    })
  )
  it.effect("[RSP-47] [RSP-49] is given back with its Scope, read or not", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const session = yield* logged(log, pieces)
      const scope = yield* Scope.make()
      yield* Scope.extend(session.stream(Request.get("https://h.test/")), scope)
      expect(log).toEqual(["open"])
      yield* Scope.close(scope, Exit.void)
      expect(log).toEqual(["open", "close"])
      yield* Effect.exit(
        Effect.scoped(Effect.zipRight(session.stream(Request.get("https://h.test/")), Effect.fail("stop")))
      )
      expect(log).toEqual(["open", "close", "open", "close"])
    })
  )
})

describe("the header", () => {
  it("[RSP-39] keeps order, case and repeats; Set-Cookie is told apart", () => {
    const response = status(200, [
      "X-A",
      "1",
      "Set-Cookie",
      "a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
      "set-cookie",
      "b=2",
      "x-a",
      "2"
    ])
    expect(Headers.getAll(response.rawHeaders, "X-a")).toEqual(["1", "2"])
    expect(Headers.pairs(response.rawHeaders).map(([name]) => name)).toEqual(["X-A", "Set-Cookie", "set-cookie", "x-a"])
    expect(Object.keys(response.cookies.cookies)).toEqual(["a", "b"])
  })
  it("[RSP-41] links are a list; a relation is asked for without case, each of several by itself", () => {
    const { links } = status(200, [
      "Link",
      '<?page=3>; REL="next last", <?page=1>; rel=prev',
      "link",
      "<?page=9>; rel=next"
    ])
    expect(links.map(({ url }) => url)).toEqual(["?page=3", "?page=1", "?page=9"])
    expect([Links.byRel(links, "NEXT")?.url, Links.byRel(links, "last")?.url, Links.byRel(links, "up")]).toEqual([
      "?page=3",
      "?page=3",
      undefined
    ])
  })
  it("[RSP-42] what stands in quotes ends nothing, and one bad parameter spoils no other", () => {
    const { links } = status(200, ["Link", '<a>; title="a=b; c, <d>"; bad; rel=next, <b>; rel=prev'])
    expect(links.map(({ rel, url }) => [url, rel])).toEqual([
      ["a", ["next"]],
      ["b", ["prev"]]
    ])
    expect(links[0]?.params.get("title")).toBe("a=b; c, <d>")
    expect(status(200, ["Link", ""]).links).toEqual([])
  })
})
