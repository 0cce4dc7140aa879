import { readFileSync } from "node:fs"
import { Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Challenge from "../../src/data/Challenge.js"

const read = (...values: ReadonlyArray<string>) =>
  Challenge.parse(values).map(({ params, scheme, token68 }) => [scheme, token68, Object.fromEntries(params)])

describe("parse", () => {
  it.each<[what: string, values: ReadonlyArray<string>, challenges: ReturnType<typeof read>]>([
    ["nothing", ["", " , "], []],
    ["a scheme alone", ["Negotiate"], [["negotiate", undefined, {}]]],
    [
      "schemes alone",
      ["Negotiate, NTLM"],
      [
        ["negotiate", undefined, {}],
        ["ntlm", undefined, {}]
      ]
    ],
    [
      "RFC 9110 §11.6.1",
      ['Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'],
      [
        ["basic", undefined, { realm: "simple" }],
        ["newauth", undefined, { realm: "apps", type: "1", title: 'Login to "apps"' }]
      ]
    ],
    [
      "RFC 7616 §3.9.1, two fields",
      [
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/x"',
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/x"'
      ],
      ["SHA-256", "MD5"].map((algorithm) => [
        "digest",
        undefined,
        { realm: "http-auth@example.org", qop: "auth, auth-int", algorithm, nonce: "7ypf/x" }
      ])
    ],
    [
      "token68",
      ["Negotiate oYG2+/==, Basic realm=x"],
      [
        ["negotiate", "oYG2+/==", {}],
        ["basic", undefined, { realm: "x" }]
      ]
    ],
    [
      "a comma and a scheme within quotes",
      ['Basic realm="a, Digest nonce=b"'],
      [["basic", undefined, { realm: "a, Digest nonce=b" }]]
    ],
    ["names have no case", ["BASIC Realm=X"], [["basic", undefined, { realm: "X" }]]],
    ["the first of a name counts", ["Basic realm=a, realm=b"], [["basic", undefined, { realm: "a" }]]],
    [
      "blanks around =",
      ['Basic realm = "a" , charset = UTF-8'],
      [["basic", undefined, { realm: "a", charset: "UTF-8" }]]
    ],
    ["no commas", ['Digest realm="a" nonce=b'], [["digest", undefined, { realm: "a", nonce: "b" }]]],
    ["a comma before the parameters", ["Basic , realm=a"], [["basic", undefined, { realm: "a" }]]],
    ["empty elements", [", Basic ,, realm=a,,"], [["basic", undefined, { realm: "a" }]]],
    [
      "unquoted with characters of no token",
      ["Digest nonce=a/b==, opaque=c:d"],
      [["digest", undefined, { nonce: "a/b==", opaque: "c:d" }]]
    ],
    [
      "a bare word does not take the rest",
      ["Digest realm=a, stale, nonce=b"],
      [
        ["digest", undefined, { realm: "a", nonce: "b" }],
        ["stale", undefined, {}]
      ]
    ],
    ["parameters of no challenge", ["realm=a, Basic realm=b"], [["basic", undefined, { realm: "b" }]]],
    ["garbage", ['("x, y") @, Basic realm=b'], [["basic", undefined, { realm: "b" }]]],
    ["a quote that never ends", ['Basic realm="a, Digest b=c\\'], [["basic", undefined, { realm: "a, Digest b=c" }]]],
    ["a name as of an object", ["Basic __proto__=x"], [["basic", undefined, Object.fromEntries([["__proto__", "x"]])]]]
  ])("%s", (_, values, challenges) => expect(read(...values)).toEqual(challenges))

  it("is total", () => {
    const piece = fc.constantFrom("Digest", "a", "=", ",", " ", '"', "\\", "/", "(", "\t", "realm=", "é")
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join(""))
    )
    fc.assert(
      fc.property(fc.array(text), text, (values, value) => {
        Challenge.parse(values)
        Challenge.parseDictHeader(value)
      })
    )
  })

  it("reads back what is written with quotes, in one field or in several", () => {
    const scheme = fc.constantFrom("basic", "digest", "x-y")
    const params = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string(), { minKeys: 1 })
    fc.assert(
      fc.property(fc.array(fc.tuple(scheme, params)), (challenges) => {
        const quote = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`
        const values = challenges.map(
          ([name, fields]) =>
            `${name} ${Object.entries(fields)
              .map(([key, value]) => `${key}=${quote(value)}`)
              .join(", ")}`
        )
        const expected = challenges.map(([name, fields]) => [name, undefined, { ...fields }])
        expect(read(...values)).toEqual(expected)
        expect(read(values.join(", "))).toEqual(expected)
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    for (const piece of [";", ",", '"', "\\", " ", "=", "a", "a ", "a,", "a= ", 'a="\\', '", ']) {
      const many = piece.repeat(Math.ceil(2 ** 20 / piece.length))
      for (const before of ["", "Digest ", 'Digest a="']) Challenge.parse([before + many])
      Challenge.parseDictHeader(many)
    }
  }, 90_000)
})

describe("parseDictHeader", () => {
  const Fields = Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) })
  const Case = Schema.Struct({ input: Schema.Struct({ value: Schema.String }), expected: Fields })
  const file = readFileSync(new URL("../../../../conformance/vectors/dict-header.json", import.meta.url), "utf8")
  const { cases } = Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file)
  it.each(cases)("requests: $input.value", ({ expected, input }) =>
    expect(Challenge.parseDictHeader(input.value)).toEqual(expected)
  )

  it.each<[value: string, fields: Record<string, string | null>]>([
    ["", {}],
    ["key", { key: null }],
    ["a=1, a=2", { a: "2" }],
    ["a = b", { "a ": " b" }],
    [",", { "": null }],
    ['a="\\"b\\""', { a: "b" }],
    ['a="', { a: "" }]
  ])("as requests answers: %s", (value, fields) => expect(Challenge.parseDictHeader(value)).toEqual(fields))
})

describe("quotedString", () => {
  it("undoes what quoting does", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, rest) => {
        const quoted = `"${value.replace(/["\\]/g, "\\$&")}"`
        expect(Challenge.quotedString(quoted + rest, 0)).toEqual([value, quoted.length])
      })
    )
  })
})
