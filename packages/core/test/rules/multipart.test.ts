import { readFileSync } from "node:fs"
import { Either, Schema, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Body from "../../src/data/Body.js"
import type * as Multipart from "../../src/data/Multipart.js"
import { withBoundary } from "../../src/rules/boundary.js"
import { multipart } from "../../src/rules/multipart.js"
import { parse } from "../data/multipartParser.js"

const decoder = new TextDecoder()
const bytesOf = (body: Body.Body): Uint8Array => (body._tag === "Bytes" ? body.bytes : new Uint8Array())
const textOf = (body: Body.Body): string => (body._tag === "Bytes" ? decoder.decode(body.bytes) : body._tag)
const written = (input: Multipart.Input, boundary = "B") =>
  Either.match(multipart(input, boundary), {
    onLeft: ({ reason, where }) => `${reason} at ${where}`,
    onRight: ({ body }) => textOf(body)
  })
/** What a user of JavaScript may hand over, whom no compiler warns. */
const untyped = (input: object): Multipart.Input => Object.assign({}, input)
const part = (...lines: ReadonlyArray<string>) => `--B\r\n${lines.join("\r\n")}\r\n`
const disposition = (parameters: string) => `Content-Disposition: form-data; ${parameters}`
const end = "--B--\r\n"

describe("multipart: what is written", () => {
  it.each<[string, Multipart.Input, string]>([
    ["[MPT-13] nothing at all", {}, end],
    ["[MPT-01] no files", { files: {} }, end],
    ["[MPT-01] no files, as a list", { files: [] }, end],
    ["no parts", [], end],
    ["a field", { fields: { a: "1" } }, part(disposition('name="a"'), "", "1") + end],
    [
      "[MPT-03] fields come first, then files, each in its order",
      {
        files: [
          ["z", "Z"],
          ["b", "B"]
        ],
        fields: [
          ["y", "1"],
          ["a", "2"],
          ["y", "3"]
        ]
      },
      part(disposition('name="y"'), "", "1") +
        part(disposition('name="a"'), "", "2") +
        part(disposition('name="y"'), "", "3") +
        part(disposition('name="z"; filename="z"'), "", "Z") +
        part(disposition('name="b"; filename="b"'), "", "B") +
        end
    ],
    [
      "[MPT-03] several files of a name",
      { files: { f: ["1", { filename: "b", content: "2" }] } },
      part(disposition('name="f"; filename="f"'), "", "1") + part(disposition('name="f"; filename="b"'), "", "2") + end
    ],
    [
      "[MPT-04] a list repeats the field, null is skipped, what is no text is written as one",
      { fields: { a: ["1", 2, true], b: null, c: 1n } },
      part(disposition('name="a"'), "", "1") +
        part(disposition('name="a"'), "", "2") +
        part(disposition('name="a"'), "", "true") +
        part(disposition('name="c"'), "", "1") +
        end
    ],
    [
      "[MPT-04] a field of bytes is a part without a file name",
      [{ name: "a", content: new Uint8Array([104, 105]) }],
      part(disposition('name="a"'), "", "hi") + end
    ],
    ["[MPT-05] a bare file", { files: { f: "hi" } }, part(disposition('name="f"; filename="f"'), "", "hi") + end],
    [
      "[MPT-05] a file with its name",
      { files: { f: { filename: "a.txt", content: "hi" } } },
      part(disposition('name="f"; filename="a.txt"'), "", "hi") + end
    ],
    [
      "[MPT-05] and its type",
      { files: { f: { filename: "a.txt", content: "hi", contentType: "text/plain" } } },
      part(disposition('name="f"; filename="a.txt"'), "Content-Type: text/plain", "", "hi") + end
    ],
    [
      "[MPT-05] and its headers",
      {
        files: { f: { filename: "a", content: "hi", contentType: "a/b", headers: { "X-H": "1", "x-g": ["2", "é"] } } }
      },
      part(disposition('name="f"; filename="a"'), "Content-Type: a/b", "X-H: 1", "x-g: 2", "x-g: é", "", "hi") + end
    ],
    ["[MPT-06] a text is UTF-8", { files: { f: "é☃" } }, part(disposition('name="f"; filename="f"'), "", "é☃") + end],
    [
      "[MPT-06] bytes",
      { files: { f: new TextEncoder().encode("é") } },
      part(disposition('name="f"; filename="f"'), "", "é") + end
    ],
    ["[MPT-06] an empty text", { files: { f: "" } }, part(disposition('name="f"; filename="f"'), "", "") + end],
    ["a Body in memory", { files: { f: Body.text("x") } }, part(disposition('name="f"; filename="f"'), "", "x") + end],
    ["an empty Body", { files: { f: Body.empty } }, part(disposition('name="f"; filename="f"'), "", "") + end],
    [
      "[MPT-07] without a name of its own a file has that of its field",
      { files: { f: { content: "x" } } },
      part(disposition('name="f"; filename="f"'), "", "x") + end
    ],
    [
      "[MPT-08] a field and a file are written apart",
      { fields: { a: "x" }, files: { b: "x" } },
      part(disposition('name="a"'), "", "x") + part(disposition('name="b"; filename="b"'), "", "x") + end
    ],
    [
      "[MPT-09] null is no file name",
      { files: { f: { filename: null, content: "x" } } },
      part(disposition('name="f"'), "", "x") + end
    ],
    [
      '[MPT-09] "" is an empty one',
      { files: { f: { filename: "", content: "x" } } },
      part(disposition('name="f"; filename=""'), "", "x") + end
    ],
    [
      "[MPT-10] no type is guessed",
      { files: { f: { filename: "a.json", content: "{}" } } },
      part(disposition('name="f"; filename="a.json"'), "", "{}") + end
    ],
    [
      "[MPT-10] an empty type is none",
      { files: { f: { content: "x", contentType: "" } } },
      part(disposition('name="f"; filename="f"'), "", "x") + end
    ],
    [
      "[MPT-11] the type comes before the other headers",
      [{ name: "f", content: "x", headers: { "X-H": "1" }, contentType: "a/b" }],
      part(disposition('name="f"'), "Content-Type: a/b", "X-H: 1", "", "x") + end
    ],
    [
      "[MPT-11] with null for a type, the one among the headers is discarded",
      [{ name: "f", content: "x", headers: { "Content-Type": "a/b", "X-H": "1" }, contentType: null }],
      part(disposition('name="f"'), "X-H: 1", "", "x") + end
    ],
    [
      "[MPT-11] with a type too",
      [{ name: "f", content: "x", headers: { "content-type": "a/b" }, contentType: "c/d" }],
      part(disposition('name="f"'), "Content-Type: c/d", "", "x") + end
    ],
    [
      "[MPT-11] where nothing is said of the type, the one among the headers counts, in its place",
      [{ name: "f", content: "x", headers: { "X-H": "1", "content-type": "a/b" } }],
      part(disposition('name="f"'), "Content-Type: a/b", "X-H: 1", "", "x") + end
    ],
    [
      "a header of null is none",
      [{ name: "f", content: "x", headers: { A: null, B: undefined } }],
      part(disposition('name="f"'), "", "x") + end
    ],
    [
      "[MPT-12] names are escaped as WHATWG does",
      { fields: { 'a"\r\n\\é%22': "1" }, files: { f: { filename: 'x"\r\n\\☃;', content: "2" } } },
      part(disposition('name="a%22%0D%0A\\é%22"'), "", "1") +
        part(disposition('name="f"; filename="x%22%0D%0A\\☃;"'), "", "2") +
        end
    ],
    ["values keep their line ends", { fields: { a: "1\n2\r3" } }, part(disposition('name="a"'), "", "1\n2\r3") + end],
    [
      "[MPT-13] a file of null is skipped, also inside its description",
      { files: { a: null, b: undefined, c: { filename: "c", content: null }, d: [] } },
      end
    ],
    ["[MPT-13] a part of null is skipped", [{ name: "a", content: null }], end],
    [
      "[MPT-13] a number is written as text",
      { files: { f: 1 } },
      part(disposition('name="f"; filename="f"'), "", "1") + end
    ],
    [
      "what almost is the boundary",
      { fields: { a: "B-B\r\n-B" } },
      part(disposition('name="a"'), "", "B-B\r\n-B") + end
    ]
  ])("%s", (_what, input, expected) => {
    expect(written(input)).toBe(expected)
  })

  it("[MPT-01] the Content-Type names the boundary", () => {
    expect(Either.getOrThrow(multipart([], "B'+_.-9")).contentType).toBe("multipart/form-data; boundary=B'+_.-9")
  })

  it("[MPT-17] fields and files together", () => {
    const { body, contentType } = Either.getOrThrow(multipart({ fields: { a: ["ö", "1"] }, files: { f: "hi" } }, "B"))
    expect(parse(bytesOf(body), contentType).map(({ filename, name }) => [name, filename])).toEqual([
      ["a", undefined],
      ["a", undefined],
      ["f", "f"]
    ])
  })

  it("[MPT-02] [MPT-18] a streamed part leaves the length exact, an unknown one makes it unknown", () => {
    const sized = (length: number | undefined) =>
      Body.length(Either.getOrThrow(multipart({ files: { f: Body.oneShot(Stream.empty, { length }) } }, "B")).body)
    const empty = Body.length(Either.getOrThrow(multipart({ files: { f: "" } }, "B")).body) ?? Number.NaN
    expect(sized(0)).toBe(empty)
    expect(sized(1000)).toBe(empty + 1000)
    expect(sized(undefined)).toBeUndefined()
  })
})

describe("multipart: what is refused", () => {
  const once = Body.oneShot(Stream.empty)
  const throws: Iterable<Multipart.Part> = {
    [Symbol.iterator]: () => {
      throw new Error("no")
    }
  }
  it.each<[string, Multipart.Input, string]>([
    ["[MPT-14] a text as fields", { fields: "a=1", files: { f: "x" } }, "Body at multipart.fields"],
    [
      "a line end in a type",
      [{ name: "f", content: "", contentType: "a/b\r\nX: y" }],
      'HeaderValue at multipart["f"].contentType'
    ],
    [
      "a line end in a header",
      [{ name: "f", content: "", headers: { A: ["1", "2\n"] } }],
      'HeaderValue at multipart["f"].headers["A"]'
    ],
    [
      "a control character",
      [{ name: "f", content: "", headers: { A: "\0" } }],
      'HeaderValue at multipart["f"].headers["A"]'
    ],
    [
      "half a pair in a type",
      [{ name: "f", content: "", contentType: "\ud800" }],
      'HeaderValue at multipart["f"].contentType'
    ],
    [
      "a line end in a header that another one beats",
      [{ name: "f", content: "", contentType: "a/b", headers: { "Content-Type": "a\r\nb" } }],
      'HeaderValue at multipart["f"].headers["Content-Type"]'
    ],
    [
      "a header that is no token",
      [{ name: "f", content: "", headers: { "A:": "1" } }],
      'HeaderName at multipart["f"].headers["A:"]'
    ],
    [
      "a header without a name",
      [{ name: "f", content: "", headers: { "": "1" } }],
      'HeaderName at multipart["f"].headers[""]'
    ],
    [
      "the header that the names make",
      [{ name: "f", content: "", headers: { "content-disposition": "form-data" } }],
      'HeaderName at multipart["f"].headers["content-disposition"]'
    ],
    ["the boundary in a text", { fields: { a: "x\r\n--B\r\n" } }, 'Body at multipart["a"]'],
    ["the boundary at the start of bytes", { files: { f: new TextEncoder().encode("--B") } }, 'Body at multipart["f"]'],
    ["the boundary at the end of a Body", { files: { f: Body.text("x--B") } }, 'Body at multipart["f"]'],
    ["the boundary as a header", [{ name: "f", content: "", headers: { "--B": "1" } }], 'Body at multipart["f"]'],
    ["the boundary in a name", { fields: { "--B": "" } }, 'Body at multipart["--B"]'],
    ["half a pair in a name", { fields: { "a\ud800": "" } }, 'Body at multipart["a\\ud800"].name'],
    ["half a pair in a file name", [{ name: "a", content: "", filename: "\udc00" }], 'Body at multipart["a"].filename'],
    ["half a pair in a value", { fields: { a: "x\udc00" } }, 'Body at multipart["a"]'],
    ["half a pair in a content", { files: { a: "\ud800x" } }, 'Body at multipart["a"]'],
    [
      "a body that exists once, twice",
      [
        { name: "a", content: once },
        { name: "b", content: once }
      ],
      'Body at multipart["b"]'
    ],
    ["a length that is none", { files: { f: Body.oneShot(Stream.empty, { length: 1.5 }) } }, 'Body at multipart["f"]'],
    ["a list that throws", throws, "Body at multipart"],
    [
      "[MPT-05] what is no part",
      untyped({ [Symbol.iterator]: () => [["a", "b"]].values() }),
      "Body at multipart[undefined].name"
    ],
    ["[MPT-05] no part at all", untyped({ [Symbol.iterator]: () => [null].values() }), "Body at multipart"],
    ["[MPT-05] a file that is none", untyped({ files: { f: { filename: "x" } } }), 'Body at multipart["f"]'],
    [
      "[MPT-05] a file name that is none",
      untyped({ files: { f: { filename: 1, content: "" } } }),
      'Body at multipart["f"].filename'
    ],
    ["[MPT-15] a stream as fields", untyped({ fields: once, files: { f: "x" } }), "Body at multipart.fields"],
    ["files that are none", untyped({ files: 1 }), "Body at multipart"]
  ])("%s", (_what, input, expected) => {
    expect(written(input)).toBe(expected)
  })

  it.each(["", "a b", "a\r\n", "a;b", 'a"', "é", "a/b", "a".repeat(71)])("the boundary %j", (boundary) => {
    expect(written([], boundary)).toBe("Body at multipart.boundary")
  })

  it("a boundary of 70 characters is fine", () => {
    expect(written([], "a".repeat(70))).toBe(`--${"a".repeat(70)}--\r\n`)
  })
})

describe("[MPT-16] withBoundary", () => {
  it.each<[string, string]>([
    ["multipart/form-data", "multipart/form-data; boundary=B"],
    ["Multipart/Related; type=a ", "Multipart/Related; type=a; boundary=B"],
    ["multipart/form-data; boundary=B", "multipart/form-data; boundary=B"],
    ['multipart/form-data; Boundary="B"; a=b', 'multipart/form-data; Boundary="B"; a=b'],
    ["multipart/form-data; boundary=C", 'HeaderValue at headers["Content-Type"]'],
    ["multipart/form-data; boundary=BB", 'HeaderValue at headers["Content-Type"]'],
    ["application/json", 'HeaderValue at headers["Content-Type"]'],
    ["multipart", 'HeaderValue at headers["Content-Type"]'],
    ["", 'HeaderValue at headers["Content-Type"]']
  ])("%s", (given, expected) => {
    const answer = Either.match(withBoundary(given, "B"), {
      onLeft: ({ reason, where }) => `${reason} at ${where}`,
      onRight: (type) => type
    })
    expect(answer).toBe(expected)
  })
})

describe("multipart: laws", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\r\n", '"', "\r", "--", "--B", "-\r\n--"))
  // An escape that the user wrote cannot be told from ours: that is WHATWG's encoding.
  const name = text.map((one) => one.replaceAll("%", ""))
  const content = fc.oneof(text, fc.uint8Array())
  const line = fc.constantFrom("text/plain", "a/b; c=d", "é", "x y")
  const file = fc.record(
    {
      name,
      content,
      filename: fc.option(name),
      contentType: fc.option(line),
      headers: fc.dictionary(fc.constantFrom("X-A", "x-b"), line)
    },
    { requiredKeys: ["name", "content"] }
  )
  const parts = fc.array(fc.oneof(fc.record({ name, value: text }), file), { maxLength: 5 })
  const boundary = fc.constantFrom("aBoundaryThatNobodyWrites", "-----------------------------", "x'+_.-")

  it("reading undoes writing", () => {
    fc.assert(
      fc.property(parts, boundary, (list, bound) => {
        const { body, contentType } = Either.getOrThrow(multipart(list, bound))
        expect(parse(bytesOf(body), contentType)).toEqual(
          list.map((one) => {
            const given: Partial<Multipart.File> = "content" in one ? one : {}
            const type = given.contentType ?? undefined
            const value = "content" in one ? one.content : one.value
            return {
              name: one.name,
              filename: given.filename ?? undefined,
              fields: [...(type === undefined ? [] : [["Content-Type", type]]), ...Object.entries(given.headers ?? {})],
              content: value instanceof Uint8Array ? value : new TextEncoder().encode(value)
            }
          })
        )
      }),
      { numRuns: 500 }
    )
  })

  it("the platform writes the same bytes for the same form", async () => {
    // The platform writes every line end of a name or a value as CR LF, and a type for each file; Node leaves out an
    // empty file name.
    const plain = fc
      .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\r\n", '"\r\n"', "%22\\"))
      .map((one) => one.replace(/\r\n|\r|\n/g, "\r\n"))
    const entry = fc.record({ name: plain, value: plain, filename: fc.option(plain.filter((one) => one !== "")) })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (list) => {
        const form = new FormData()
        for (const { filename, name, value } of list) {
          if (filename === null) form.append(name, value)
          else form.append(name, new Blob([value], { type: "a/b" }), filename)
        }
        const theirs = new Response(form)
        const type = theirs.headers.get("content-type") ?? ""
        const ours = multipart(
          list.map(({ filename, name, value }) =>
            filename === null ? { name, value } : { name, filename, content: value, contentType: "a/b" }
          ),
          type.replace("multipart/form-data; boundary=", "")
        )
        expect(Either.getOrThrow(ours).contentType).toBe(type)
        // Older ones end the body without the last line end.
        expect(textOf(Either.getOrThrow(ours).body).trimEnd()).toBe((await theirs.text()).trimEnd())
      })
    )
  })

  it("is total: a form, or a typed refusal", () => {
    const anything = fc.anything({ withBigInt: true, withSparseArray: true, withMap: true, withNullPrototype: true })
    fc.assert(
      fc.property(anything, anything, anything, (one, other, third) => {
        for (const input of [
          { fields: one, files: other },
          [one, { name: "a", content: other, headers: third }],
          { files: { a: { content: one, filename: other, contentType: third } } }
        ]) {
          const answer = multipart(untypedList(input), "B")
          if (Either.isLeft(answer)) expect(answer.left._tag).toBe("InvalidRequest")
        }
      }),
      { numRuns: 1000 }
    )
  })
  const untypedList = (input: object): Multipart.Input =>
    Array.isArray(input) ? untyped({ [Symbol.iterator]: () => input.values() }) : untyped(input)

  it("nothing in a part ends it: a boundary is refused exactly where it stands", () => {
    const few = fc.string({ unit: fc.constantFrom("-", "B", "b", "\r", "\n"), maxLength: 40 })
    fc.assert(
      fc.property(few, fc.constantFrom("B", "BB", "BbB", "-", "B-B", "--B"), (value, bound) => {
        expect(Either.isLeft(multipart([{ name: "x", value }], bound))).toBe(value.includes(`--${bound}`))
      }),
      { numRuns: 2000 }
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      for (const piece of ["-", "--", "-B", "B", "\r\n", '"', "\ud800", "é"]) {
        const many = piece.repeat(2 ** 20)
        multipart({ fields: { [many]: many }, files: { f: many } }, "-".repeat(69) + "B")
        multipart([{ name: "f", content: "", contentType: many, headers: { [many]: "" } }], "B")
        multipart([], many)
        withBoundary(`multipart/a;${many}`, "B")
      }
      for (const piece of [" ", ";", "; ", ';boundary="', "; boundary ", "a;"])
        withBoundary(`multipart/a${piece.repeat(2 ** 19)}`, "B")
      multipart(
        Array.from({ length: 100_000 }, () => ({ name: "a", value: "b" })),
        "B"
      )
    }
    expect(long).not.toThrow()
  }, 60_000)
})

describe("requests: files and data", () => {
  const Case = Schema.Struct({
    input: Schema.Struct({
      data: Schema.Record({ key: Schema.String, value: Schema.Union(Schema.String, Schema.Array(Schema.String)) }),
      files: Schema.Record({
        key: Schema.String,
        value: Schema.Tuple(
          Schema.NullOr(Schema.String),
          Schema.optionalElement(Schema.NullOr(Schema.String)),
          Schema.optionalElement(Schema.NullOr(Schema.String)),
          Schema.optionalElement(Schema.Record({ key: Schema.String, value: Schema.String }))
        )
      }),
      boundary: Schema.String
    }),
    expected: Schema.Struct({ body: Schema.String, contentType: Schema.String, contentLength: Schema.String })
  })
  const file = readFileSync(new URL("../../../../conformance/vectors/multipart.json", import.meta.url), "utf8")
  const { cases } = Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file)

  it.each(cases.map((one) => [JSON.stringify(one.input), one] as const))("%s", (_input, { expected, input }) => {
    const files = Object.entries(input.files).map(
      ([name, [filename, content = null, contentType = null, headers]]) =>
        [name, { filename, content, contentType, headers }] as const
    )
    const { body, contentType } = Either.getOrThrow(multipart({ fields: input.data, files }, input.boundary))
    expect({ body: textOf(body), contentType, contentLength: String(Body.length(body)) }).toEqual(expected)
  })
})
