import { createRequire } from "node:module"
import { Har } from "@effect-requests/testing"
import { Ajv } from "ajv"
import addFormats from "ajv-formats"
import { Either, Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const schemas: unknown = createRequire(import.meta.url)("har-schema")
const draft: unknown = createRequire(import.meta.url)("ajv/dist/refs/json-schema-draft-06.json")

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** The JSON schema of HAR 1.2 that the tools of the browsers' world use. */
const published = () => {
  const ajv = new Ajv({ strict: false })
  if (!isObject(schemas) || !isObject(draft)) throw new Error("no schemas")
  ajv.addMetaSchema(draft)
  addFormats.default(ajv)
  for (const schema of Object.values(schemas)) if (isObject(schema)) ajv.addSchema(schema)
  return ajv.compile({ $ref: "har.json#" })
}

const text = fc.string({ maxLength: 8 })
const body = fc.oneof(
  text.map((one) => ({ text: one })),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((bytes) => ({ base64: Buffer.from([255, ...bytes]).toString("base64") })),
  fc.nat({ max: 99 }).map((hidden) => ({ hidden: hidden + 1 }))
)
const headers = fc.array(fc.tuple(fc.constantFrom("Accept", "ETag", "accept"), text), { maxLength: 3 })
const tape = fc
  .array(
    fc.record({
      at: fc.nat(),
      millis: fc.nat(),
      request: fc.record({
        method: fc.constantFrom("GET", "POST", "PURGE"),
        url: fc.constantFrom("https://a.test/", "https://a.test/x?page=2&t=<hidden>"),
        headers,
        body
      }),
      response: fc.record({
        status: fc.constantFrom(200, 303, 503),
        reason: text,
        headers,
        body
      })
    }),
    { maxLength: 3 }
  )
  .map((exchanges) => ({ version: 1 as const, exchanges }))

describe("HAR", () => {
  it("there and back is the identity, and the file is HAR 1.2 by its published schema", () => {
    const judge = published()
    expect(judge({ log: { version: "1.2", creator: { name: "x", version: "1" } } })).toBe(false)
    fc.assert(
      fc.property(tape, (one) => {
        const har: unknown = JSON.parse(JSON.stringify(Har.fromTape(one)))
        expect(judge(har) || judge.errors).toBe(true)
        expect(Either.isRight(Schema.decodeUnknownEither(Har.Har)(har))).toBe(true)
        expect(Har.toTape(har)).toEqual(Either.right(one))
      }),
      { numRuns: 200 }
    )
  })

  const recorded = (creator: string) => ({
    log: {
      version: "1.2",
      creator: { name: creator, version: "1" },
      pages: [],
      entries: [
        {
          pageref: "page_1",
          startedDateTime: "2026-01-02T03:04:05.678+02:00",
          time: 12.5,
          request: {
            method: "POST",
            url: "https://a.test/login?token=abc#x",
            httpVersion: "h2",
            cookies: [{ name: "sid", value: "s" }],
            headers: [
              { name: "Cookie", value: "sid=s" },
              { name: "Content-Type", value: "application/json" }
            ],
            queryString: [{ name: "token", value: "abc" }],
            postData: { mimeType: "application/json", text: '{"password":"hunter2"}' },
            headersSize: -1,
            bodySize: 22
          },
          response: {
            status: 200,
            statusText: "",
            httpVersion: "h2",
            cookies: [],
            headers: [
              { name: "content-encoding", value: "gzip" },
              { name: "content-type", value: "application/json" }
            ],
            content: { size: 22, compression: 4, mimeType: "application/json", text: '{"access_token":"xyz"}' },
            redirectURL: "",
            headersSize: -1,
            bodySize: 18
          },
          cache: {},
          timings: { blocked: 1, send: 0, wait: 10, receive: 2.5 }
        }
      ]
    }
  })

  it("what a browser has recorded comes in without its secrets and its encoding", () => {
    const { exchanges } = Either.getOrThrow(Har.toTape(recorded("WebInspector")))
    expect(exchanges).toEqual([
      {
        at: Date.parse("2026-01-02T01:04:05.678Z"),
        millis: 12.5,
        request: {
          method: "POST",
          url: "https://a.test/login?token=<hidden>#<hidden>",
          headers: [
            ["Cookie", "<hidden>"],
            ["Content-Type", "application/json"]
          ],
          body: { text: '{"password":"<hidden>"}' }
        },
        response: {
          status: 200,
          reason: "",
          headers: [["content-type", "application/json"]],
          body: { text: '{"access_token":"<hidden>"}' }
        }
      }
    ])
  })

  it("a response whose body a browser did not save is not played as an empty one", () => {
    const { log } = recorded("WebInspector")
    const entries = log.entries.map((one) => {
      const { content, ...response } = one.response
      return { ...one, response: { ...response, content: { size: content.size, mimeType: content.mimeType } } }
    })
    const { exchanges } = Either.getOrThrow(Har.toTape({ log: { ...log, entries } }))
    expect(exchanges.map(({ response }) => response.body)).toEqual([{ hidden: 22 }])
  })

  it("JSON that is none loses its body, and lists widen what is kept", () => {
    const { log } = recorded("WebInspector")
    const entries = log.entries.map((one) => {
      const content = { ...one.response.content, text: '{"access_token":"xyz"' }
      return { ...one, response: { ...one.response, content } }
    })
    const [broken] = Either.getOrThrow(Har.toTape({ log: { ...log, entries } })).exchanges
    expect(broken?.response.body).toEqual({ hidden: 21 })
    const [shown] = Either.getOrThrow(Har.toTape({ log }, { fields: ["access_token"], params: ["token"] })).exchanges
    expect([shown?.response.body, shown?.request.url]).toEqual([
      { text: '{"access_token":"xyz"}' },
      "https://a.test/login?token=abc#<hidden>"
    ])
  })

  it.each([
    ["no log", {}],
    ["a version of the future", { log: { ...recorded("x").log, version: "2.0" } }],
    [
      "a date that is none",
      {
        log: {
          ...recorded("x").log,
          entries: recorded("x").log.entries.map((one) => ({ ...one, startedDateTime: "now" }))
        }
      }
    ]
  ])("%s is refused", (_, har) => {
    expect(Either.isLeft(Har.toTape(har))).toBe(true)
  })
})
