import { describe, expect, it } from "@effect/vitest"
import { Decompression, Headers, Request, type Response, Session, type Settings, World } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Chunk, Effect, Stream } from "effect"

/** A coding that says each byte n times; its decoder says it once more often than it came, so that sizes can be counted. */
const twice: Decompression.Decoder = {
  whole: (bytes, room) =>
    bytes.length * 2 > room
      ? Effect.fail(new Decompression.Undecodable({ reason: "TooLarge", detail: "" }))
      : Effect.sync(() => Uint8Array.from({ length: bytes.length * 2 }, (_, i) => bytes[i >> 1] ?? 0)),
  live: Stream.map((piece) => Uint8Array.from({ length: piece.length * 2 }, (_, i) => piece[i >> 1] ?? 0))
}

const broken = new Decompression.Undecodable({ reason: "Corrupt", detail: "no such thing" })
const bad: Decompression.Decoder = {
  whole: () => Effect.fail(broken),
  live: (pieces) => Stream.concat(pieces, Stream.fail(broken))
}
const slow: Decompression.Decoder = { whole: () => Effect.never, live: () => Stream.never }

const decoders: Decompression.Decoders = new Map([
  ["twice", twice],
  ["bad", bad],
  ["slow", slow]
])

const sessionOf = (reply: StubAdapter.Reply, settings: Settings.Settings = {}) =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(({ target }) => (target.pathname === "/end" ? { text: "end" } : reply))
    const session = yield* Effect.provide(Session.make({ baseUrl: "https://h.test", ...settings }), stub.layer)
    return { session, stub }
  }).pipe(Effect.provideService(World.Decoders, decoders))

const coded = (codings: string, text = "ab"): StubAdapter.Reply => ({
  text,
  headers: { "Content-Encoding": codings, "Content-Length": String(text.length) }
})
const arriving = (codings: string): StubAdapter.Reply => ({
  headers: { "Content-Encoding": codings },
  stream: Stream.make(new Uint8Array([97]), new Uint8Array([98]))
})
const hex = (pieces: Chunk.Chunk<Uint8Array>) => Buffer.concat(Chunk.toReadonlyArray(pieces)).toString()

describe("a whole body", () => {
  it.effect("is decoded; the bytes of the wire and the fields stay to be seen [RSP-21] [RSP-27]", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* sessionOf(coded("twice"))
      const response = yield* session.get("/")
      expect(yield* response.text).toBe("aabb")
      expect(hex(yield* Stream.runCollect(response.raw))).toBe("ab")
      expect(Headers.get(response.rawHeaders, "content-encoding")).toBe("twice")
      expect(Headers.get(response.rawHeaders, "content-length")).toBe("2")
      const [sent] = yield* stub.requests
      expect(sent === undefined ? undefined : Headers.get(sent.headers, "accept-encoding")).toBe("twice, bad, slow")
    })
  )

  it.effect("is decoded through a chain of codings [RSP-22]", () =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf(coded("twice, twice"))
      expect(yield* (yield* session.get("/")).text).toBe("aaaabbbb")
    })
  )

  it.effect("stays as it is without a Content-Encoding, and raw is the body then [RSP-27]", () =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf({ text: "plain" })
      const response = yield* session.get("/")
      expect([yield* response.text, hex(yield* Stream.runCollect(response.raw))]).toEqual(["plain", "plain"])
      expect(response.answer.encoded).toBeUndefined()
    })
  )

  it.effect("decompress: false gives the bytes of the wire, of a request or a session [RSP-27]", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* sessionOf(coded("twice"))
      expect(yield* (yield* session.get("/", { decompress: false })).text).toBe("ab")
      const other = yield* session.fork({ decompress: false })
      expect(yield* (yield* other.get("/")).text).toBe("ab")
      expect(yield* (yield* other.get("/", { decompress: true })).text).toBe("aabb")
      const fields = (yield* stub.requests).map(({ headers }) => Headers.get(headers, "accept-encoding"))
      expect(fields).toEqual([undefined, undefined, "twice, bad, slow"])
    })
  )

  it.effect.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
    ["GET", 200]
  ] as const)("that is empty is fine: %s %d [RSP-25]", ([method, status]) =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf({ status, bytes: new Uint8Array(0), headers: { "Content-Encoding": "bad" } })
      expect((yield* (yield* session.request(method, "/")).bytes).length).toBe(0)
    })
  )

  it.effect("that is damaged is a typed error, without secrets of the URL [EXC-09]", () =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf(coded("bad"))
      const error = yield* Effect.flip(session.get("/?token=s3cret"))
      expect(error._tag === "BodyError" && [error.reason, error.detail]).toEqual(["Decompress", "bad: no such thing"])
      expect(error.message).not.toContain("s3cret")
    })
  )

  it.effect.each<[decompress: Partial<Decompression.Limits>, codings: string, limit: string | undefined]>([
    [{ size: 4 }, "twice", undefined],
    [{ size: 3 }, "twice", "decompress.size"],
    [{ size: 7 }, "twice, twice", "decompress.size"],
    [{ codings: 1 }, "twice, twice", "decompress.codings"],
    [{ codings: 2 }, "twice, twice", undefined]
  ])("%j of %s: %s [RSP-23]", ([decompress, codings, limit]) =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf(coded(codings))
      const result = yield* Effect.either(session.get("/", { decompress }))
      expect(result._tag === "Left" && result.left._tag === "BodyError" ? result.left.limit : undefined).toBe(limit)
    })
  )

  it.effect("the ratio is of the last bytes to the first, whatever lies between [RSP-23]", () =>
    Effect.gen(function* () {
      const text = "x".repeat(2 ** 20 + 1)
      const { session } = yield* sessionOf(coded("twice, twice, twice", text), { decompress: { ratio: 4 } })
      const error = yield* Effect.flip(session.get("/"))
      expect(error._tag === "BodyError" && [error.reason, error.limit]).toEqual(["Limit", "decompress.ratio"])
    })
  )

  it.live("decoding is held to the deadline", () =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf(coded("slow"))
      const error = yield* Effect.flip(session.get("/", { timeout: { total: 20 } }))
      expect(error._tag === "BodyError" && error.reason).toBe("Deadline")
    })
  )
})

describe("a live body", () => {
  const opened = (reply: StubAdapter.Reply, options: Request.Options = {}) =>
    Effect.flatMap(sessionOf(reply), ({ session }) => session.stream(Request.get("/", options)))

  it.scoped("is decoded as it comes [RSP-21]", () =>
    Effect.gen(function* () {
      const response = yield* opened(arriving("twice, twice"))
      expect(hex(yield* Stream.runCollect(response.stream))).toBe("aaaabbbb")
    })
  )

  it.scoped("can be read undecoded instead [RSP-27]", () =>
    Effect.gen(function* () {
      const response = yield* opened(arriving("twice"))
      expect(hex(yield* Stream.runCollect(response.raw))).toBe("ab")
    })
  )

  it.scoped("that is damaged fails where it is read [EXC-09]", () =>
    Effect.gen(function* () {
      const response = yield* opened(arriving("bad"))
      const { cause } = yield* Effect.flip(response.bytes)
      expect(cause).toMatchObject({ _tag: "BodyError", reason: "Decompress" })
    })
  )

  it.scoped("that grows too large fails there too, and names the limit [RSP-23]", () =>
    Effect.gen(function* () {
      const response = yield* opened(arriving("twice"), { decompress: { size: 3 } })
      const { cause } = yield* Effect.flip(response.bytes)
      expect(cause).toMatchObject({ reason: "Limit", limit: "decompress.size" })
    })
  )
})

describe("a redirect's body", () => {
  const moved = (codings: string): StubAdapter.Reply => ({
    status: 302,
    text: "ab",
    headers: { Location: "/end", "Content-Encoding": codings }
  })
  const first = (response: Response.Response) =>
    Effect.flatMap(Effect.fromNullable(response.history[0]), (hop) => hop.text)

  it.effect("is decoded as far as it is kept, and never in the way", () =>
    Effect.gen(function* () {
      for (const [codings, text] of [
        ["twice", "aabb"],
        ["bad", ""]
      ] as const) {
        const { session } = yield* sessionOf(moved(codings))
        const response = yield* session.get("/")
        expect([yield* response.text, yield* first(response)]).toEqual(["end", text])
      }
    })
  )

  it.effect("that is handed out is a body like any other", () =>
    Effect.gen(function* () {
      const { session } = yield* sessionOf(moved("bad"))
      const error = yield* Effect.flip(session.get("/", { allowRedirects: false }))
      expect(error._tag === "BodyError" && error.reason).toBe("Decompress")
    })
  )
})

it.effect("an adapter that is mounted later is decoded too", () =>
  Effect.gen(function* () {
    const { session } = yield* sessionOf({ text: "first" })
    const other = yield* StubAdapter.make(() => coded("twice"))
    yield* session.mount("https://other.test", other.wire)
    expect(yield* (yield* session.get("https://other.test/")).text).toBe("aabb")
  })
)

it.effect("explain says who decides, and what is sent", () =>
  Effect.gen(function* () {
    const { session } = yield* sessionOf({})
    const told = (options: Request.Options) =>
      Effect.map(session.explain(Request.get("/", options)), ({ entries }) =>
        entries.flatMap(({ does, layer, name, shown, what }) =>
          what === "decompress" || name.toLowerCase() === "accept-encoding" ? [[name, does, layer, shown]] : []
        )
      )
    const limits = "at most 1073741824 bytes, 200 times what came, 5 codings"
    expect(yield* told({})).toEqual([
      ["Accept-Encoding", "sets", "defaults", "twice, bad, slow"],
      ["decompress", "sets", "defaults", limits]
    ])
    expect(yield* told({ decompress: false })).toEqual([["decompress", "sets", "request", "false"]])
    expect(yield* told({ headers: { "Accept-Encoding": null } })).toEqual([
      ["Accept-Encoding", "removes", "request", ""],
      ["decompress", "sets", "defaults", limits]
    ])
  })
)

it.effect("without a decoder nothing is announced and nothing undone, and explain says so", () =>
  Effect.gen(function* () {
    const stub = yield* StubAdapter.make(() => coded("twice"))
    const session = yield* Effect.provide(Session.make({ decompress: { size: 1 } }), stub.layer)
    expect(yield* (yield* session.get("https://h.test/")).text).toBe("ab")
    const { entries } = yield* session.explain(Request.get("https://h.test/"))
    expect(entries.find(({ what }) => what === "decompress")?.shown).toContain("nothing here can decompress")
  })
)
