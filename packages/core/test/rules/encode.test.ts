import { Body, type Request, Rules } from "@effect-requests/core"
import { Either, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const decoder = new TextDecoder()
const encoded = (options: Request.Options) =>
  Either.match(Rules.encode(options, "b"), {
    onLeft: ({ reason, where }) => `${reason} at ${where}`,
    onRight: ({ body, contentType }) =>
      `${contentType}: ${body._tag === "Bytes" ? decoder.decode(body.bytes) : body._tag}`
  })

const circle: Record<string, unknown> = { name: "x" }
circle["self"] = circle
const throwing = {
  get a() {
    throw new Error("not now")
  }
}

/** A record of a class of its own: each of its values is watched. */
class Watched {
  constructor(readonly v: unknown) {}
}

describe("encode", () => {
  it.each<[string, Request.Options, string]>([
    ["nothing", {}, "undefined: Empty"],
    ["[BOD-02] the empty object", { json: {} }, "application/json: {}"],
    ["[BOD-02] nought", { json: 0 }, "application/json: 0"],
    ["[BOD-02] false", { json: false }, "application/json: false"],
    ["[BOD-02] the empty text", { json: "" }, 'application/json: ""'],
    ["null is JSON", { json: null }, "application/json: null"],
    ["[BOD-03] UTF-8", { json: "é☃" }, 'application/json: "é☃"'],
    ["an undefined property is absent", { json: { a: undefined, b: 1 } }, 'application/json: {"b":1}'],
    [
      "a date has a JSON of its own",
      { json: { at: new Date(0) } },
      'application/json: {"at":"1970-01-01T00:00:00.000Z"}'
    ],
    ["[BOD-05] NaN", { json: { a: [1, Number.NaN] } }, "Json at json.a[1]"],
    ["[BOD-05] Infinity", { json: Number.POSITIVE_INFINITY }, "Json at json"],
    ["[BOD-06] a BigInt", { json: { deep: { n: 1n } } }, "Json at json.deep.n"],
    ["[BOD-06] a function", { json: { f: () => 1 } }, "Json at json.f"],
    ["[BOD-06] a symbol", { json: [Symbol("s")] }, "Json at json[0]"],
    ["undefined in a list", { json: [undefined] }, "Json at json[0]"],
    ["a hole in a list", { json: new Array(2) }, "Json at json[0]"],
    ["a getter that throws", { json: throwing }, "Json at json"],
    ["[BOD-06] a circle", { json: circle }, "Json at json.self"],
    [
      "a toJSON that throws",
      {
        json: {
          toJSON: () => {
            throw new Error("no")
          }
        }
      },
      "Json at json"
    ],
    ["[BOD-10] a form", { form: { a: "1 2", b: ["x", "y"] } }, "application/x-www-form-urlencoded: a=1+2&b=x&b=y"],
    ["[BOD-12] a form of nothing", { form: {} }, "undefined: Empty"],
    ["[BOD-13] a form of nulls", { form: { a: null } }, "application/x-www-form-urlencoded: "],
    ["[BOD-08] a text", { body: "raw" }, "undefined: raw"],
    ["[BOD-15] bytes", { body: new Uint8Array([104, 105]) }, "undefined: hi"],
    ["[BOD-12] the empty text", { body: "" }, "undefined: Empty"],
    ["a stream", { body: Body.oneShot(Stream.empty) }, "undefined: OneShot"],
    ["[BOD-01] two bodies", { json: 1, form: { a: 1 } }, "Body at json and form"],
    [
      "[MPT] files",
      { files: { f: "x" } },
      'multipart/form-data; boundary=b: --b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    ],
    ["[BOD-07] files beside json", { files: { f: "x" }, json: 1 }, "Body at json and files"],
    ["a length that is none", { body: Body.oneShot(Stream.empty, { length: -1 }) }, "Body at body.length"]
  ])("%s", (_what, options, expected) => {
    expect(encoded(options)).toBe(expected)
  })

  it("what is no body is refused, not written as [object Object]", () => {
    const options: Request.Options = Object.fromEntries([["body", { a: 1 }]])
    expect(encoded(options)).toBe("Body at body")
  })

  it("JSON.parse undoes it for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const { body } = Either.getOrThrow(Rules.encode({ json: value }, "b"))
        expect(JSON.stringify(JSON.parse(body._tag === "Bytes" ? decoder.decode(body.bytes) : ""))).toBe(
          JSON.stringify(value)
        )
      })
    )
  })

  it("[BOD-05] a getter is asked once, and what it answers then is judged", () => {
    let asked = 0
    const json = {
      get a() {
        return ++asked === 1 ? 1 : Number.NaN
      }
    }
    expect([encoded({ json }), asked]).toEqual(['application/json: {"a":1}', 1])
    expect(encoded({ json })).toBe("Json at json.a")
  })

  it("law: plain values, which nobody watches, come out as if somebody did", () => {
    const anything = fc.anything({ withBigInt: true, withSparseArray: true, withMap: true, withDate: true })
    fc.assert(
      fc.property(fc.oneof(anything, fc.jsonValue()), (v) => {
        expect(encoded({ json: { v } })).toBe(encoded({ json: new Watched(v) }))
      }),
      { numRuns: 1000 }
    )
  })

  it("is total", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withSparseArray: true, withMap: true, withDate: true }), (value) => {
        expect(Either.isEither(Rules.encode({ json: value }, "b"))).toBe(true)
      }),
      { numRuns: 500 }
    )
  })
})
