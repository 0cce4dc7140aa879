import { Decompression, Headers, Request, Rules, type Settings } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { call } from "../given.js"

describe("contentCodings", () => {
  it.each<[what: string, headers: Headers.Headers, codings: ReadonlyArray<string>]>([
    ["no field", [], []],
    ["one", ["Content-Encoding", "gzip"], ["gzip"]],
    ["case and blanks", ["content-encoding", " \tGZip "], ["gzip"]],
    ["the old name", ["Content-Encoding", "x-gzip"], ["gzip"]],
    ["a list, in the order in which they were applied", ["Content-Encoding", "deflate, br"], ["deflate", "br"]],
    ["two fields are one list", ["Content-Encoding", "a", "X", "y", "Content-Encoding", "b"], ["a", "b"]],
    ["identity is none", ["Content-Encoding", "identity"], []],
    ["empty elements", ["Content-Encoding", ",, gzip ,"], ["gzip"]],
    ["an empty field", ["Content-Encoding", ""], []],
    ["names of every object", ["Content-Encoding", "constructor, __proto__"], ["constructor", "__proto__"]]
  ])("%s [RSP-22]", (_what, headers, codings) => {
    expect(Rules.contentCodings(headers)).toEqual(codings)
  })

  it("a list is the same in one field and in several", () => {
    const coding = fc.constantFrom("gzip", "br", "deflate", "zstd", "foo")
    fc.assert(
      fc.property(fc.array(fc.array(coding, { maxLength: 3 }), { maxLength: 3 }), (fields) => {
        const several = fields.flatMap((codings) => ["Content-Encoding", codings.join(", ")])
        expect(Rules.contentCodings(several)).toEqual(
          Rules.contentCodings(["content-encoding", fields.flat().join(",")])
        )
      })
    )
  })
})

const known = new Set(["gzip", "br"])
const undone = (status: number, coded: string, method = "GET", codings = 5) =>
  Rules.codingsToUndo(
    call(method, "https://h.test/?token=s3cret").request,
    { status, rawHeaders: ["Content-Encoding", coded] },
    known,
    {
      ...Decompression.limits,
      codings
    }
  )

describe("codingsToUndo", () => {
  it.each<[what: string, status: number, coded: string, method: string, codings: ReadonlyArray<string>]>([
    ["the last one first", 200, "gzip, br", "GET", ["br", "gzip"]],
    ["an error page too", 404, "gzip", "GET", ["gzip"]],
    ["an unknown one leaves all as it came", 200, "gzip, aws-chunked", "GET", []],
    ["also under a known one", 200, "utf-8, gzip", "GET", []],
    ["HEAD has no body", 200, "gzip", "HEAD", []],
    ["204 has no body", 204, "gzip", "GET", []],
    ["304 has no body", 304, "gzip", "GET", []],
    ["a part cannot be decoded", 206, "gzip", "GET", []],
    ["as many as allowed", 200, "br,br,br,br,br", "GET", ["br", "br", "br", "br", "br"]]
  ])("%s [RSP-22]", (_what, status, coded, method, codings) => {
    expect(Either.getOrThrow(undone(status, coded, method))).toEqual(codings)
  })

  it("more than are allowed is an error that names the limit, and shows no secret [RSP-23]", () => {
    const error = Either.getOrThrow(Either.flip(undone(200, "br,br,br", "GET", 2)))
    expect([error.reason, error.limit]).toEqual(["Limit", "decompress.codings"])
    expect(error.message).toContain("decompress.codings is 2")
    expect(error.message).not.toContain("s3cret")
  })
})

describe("roomFor", () => {
  it("never shrinks when more comes, and is never beyond the size", () => {
    const limit = fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 1e12, noNaN: true }))
    fc.assert(
      fc.property(fc.nat(), fc.nat(), limit, limit, (a, b, size, ratio) => {
        const limits = { size, ratio, codings: 5 }
        const [less, more] = [Rules.roomFor(a, limits), Rules.roomFor(a + b, limits)]
        expect(less.bytes).toBeLessThanOrEqual(more.bytes)
        expect(more.bytes).toBeLessThanOrEqual(size)
      })
    )
  })

  it.each([
    [0, Infinity, 200, 8 * 2 ** 20, "decompress.ratio"],
    [2 ** 20, Infinity, 200, 200 * 2 ** 20, "decompress.ratio"],
    [2 ** 30, 2 ** 30, 200, 2 ** 30, "decompress.size"],
    [1, 5, 1, 5, "decompress.size"]
  ])("%d bytes, size %d, ratio %d: %d by %s", (came, size, ratio, bytes, limit) => {
    expect(Rules.roomFor(came, { size, ratio, codings: 5 })).toEqual({ bytes, limit })
  })
})

describe("Accept-Encoding", () => {
  const codings = ["gzip", "br"]
  const asked = (session: Settings.Settings, request: Settings.Settings, known: ReadonlyArray<string> = codings) => {
    const facts = { ...Hops.facts({ settings: session }), codings: known }
    const call = Either.getOrThrow(Rules.prepare(Request.get("https://h.test/", request), facts))
    return Headers.get(call.request.headers, "accept-encoding")
  }

  it.each<[what: string, session: Settings.Settings, request: Settings.Settings, field: string | undefined]>([
    ["says what can be undone", {}, {}, "gzip, br"],
    ["a field of one's own stays as it is", {}, { headers: { "accept-encoding": "zstd" } }, "zstd"],
    ["so does the session's", { headers: { "Accept-Encoding": "br" } }, {}, "br"],
    ["null takes it away", {}, { headers: { "Accept-Encoding": null } }, undefined],
    ["and so does the session's null", { headers: { "accept-encoding": null } }, {}, undefined],
    ["headers: null takes all away", {}, { headers: null }, undefined],
    ["decompress: false of the request", {}, { decompress: false }, undefined],
    ["decompress: false of the session", { decompress: false }, {}, undefined],
    ["the request's word counts", { decompress: false }, { decompress: true }, "gzip, br"],
    ["limits of one's own", {}, { decompress: { ratio: 1000 } }, "gzip, br"],
    ["a range is asked of the plain thing", {}, { headers: { range: "bytes=0-9" } }, "identity"],
    ["also when the session asks for it", { headers: { Range: "bytes=0-9" } }, {}, "identity"],
    ["unless one has a word of one's own", {}, { headers: { Range: "bytes=0-", "Accept-Encoding": "br" } }, "br"]
  ])("%s [RSP-22]", (_what, session, request, field) => {
    expect(asked(session, request)).toBe(field)
  })

  it("nothing is said where nothing can be undone", () => {
    expect(asked({}, {}, [])).toBeUndefined()
    expect(asked({}, { headers: { Range: "bytes=0-9" } }, [])).toBeUndefined()
  })

  it("travels on a redirect to another origin: it is harmless", () => {
    const facts = { ...Hops.facts(), codings }
    const first = Either.getOrThrow(Rules.prepare(Request.get("https://h.test/"), facts))
    expect(Rules.isHarmless("Accept-Encoding", new Set())).toBe(true)
    expect(Headers.get(first.own, "accept-encoding")).toBe("gzip, br")
  })
})

describe("the setting", () => {
  it.each<[decompress: Settings.Settings["decompress"], limits: Decompression.Limits | undefined]>([
    [undefined, Decompression.limits],
    [true, Decompression.limits],
    [false, undefined],
    [{}, Decompression.limits],
    [{ size: 5 }, { ...Decompression.limits, size: 5 }],
    [
      { ratio: Infinity, codings: 0 },
      { ...Decompression.limits, ratio: Infinity, codings: 0 }
    ]
  ])("%j [RSP-23]", (decompress, limits) => {
    expect(call("GET", "https://h.test/", { decompress }).request.transport.decompress).toEqual(limits)
  })

  it.each(["size", "ratio", "codings"] as const)("a %s that is no limit is refused where it stands", (name) => {
    for (const bad of [-1, Number.NaN]) {
      const settled = Rules.settle({ decompress: { [name]: bad } }, "GET")
      expect(Either.isLeft(settled) && settled.left.where).toBe(`decompress.${name}`)
    }
  })
})
