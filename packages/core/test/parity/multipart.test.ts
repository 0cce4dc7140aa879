import { describe, expect, it } from "@effect/vitest"
import { Body, Headers, type Request } from "@effect-requests/core"
import { Effect, Stream } from "effect"
import { call, prepared, refusal } from "../given.js"
import { opened } from "./session.js"

const url = "https://h.test/"
const text = (body: Body.Body): string => (body._tag === "Bytes" ? new TextDecoder().decode(body.bytes) : body._tag)
const contentType = (options: Request.Options) =>
  Headers.get(call("POST", url, options).request.headers, "Content-Type") ?? ""
const boundaryOf = (type: string): string => /boundary=([^;]*)$/.exec(type)?.[1] ?? ""

describe("a request with files", () => {
  it.effect("[MPT-01] has a boundary of 32 random hexadecimal digits, and each its own", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened()
      yield* session.post(url, { files: { f: "hi" } })
      yield* session.post(url, { files: { f: "hi" } })
      const types = (yield* asked).map(({ headers }) => Headers.get(headers, "Content-Type") ?? "")
      for (const type of types) expect(type).toMatch(/^multipart\/form-data; boundary=[0-9a-f]{32}$/)
      expect(new Set(types).size).toBe(2)
    })
  )
  it("[MPT-03] [MPT-17] [MPT-18] has the form's fields first, its params in the URL, and its exact length", () => {
    const { body, headers, target } = call("POST", url, {
      files: { f: { filename: "a.txt", content: "é" } },
      form: { a: [1, 2] },
      params: { p: "q" }
    }).request
    const boundary = boundaryOf(Headers.get(headers, "Content-Type") ?? "")
    expect(boundary).not.toBe("")
    expect(target.path).toBe("/?p=q")
    expect(text(body)).toBe(
      ["a", "a"]
        .map((name, at) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${at + 1}\r\n`)
        .join("") +
        `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\né\r\n--${boundary}--\r\n`
    )
    expect(Headers.get(headers, "Content-Length")).toBe(String(new TextEncoder().encode(text(body)).length))
  })
  it("[MPT-02] [MPT-18] streams a part: the length is known when the part's is, and nothing is read", () => {
    const framing = (length: number | undefined) => {
      const once = Stream.dieMessage("nobody may read it")
      const { body, headers } = call("POST", url, { files: { f: Body.oneShot(once, { length }) } }).request
      return [body._tag, Headers.get(headers, "Transfer-Encoding"), Number(Headers.get(headers, "Content-Length"))]
    }
    const [, , empty] = framing(0)
    expect(framing(1000)).toEqual(["OneShot", undefined, Number(empty) + 1000])
    expect(framing(undefined)).toEqual(["OneShot", "chunked", Number.NaN])
  })
  it.each<[string, Request.Options, string]>([
    ["[MPT-14] a text as form", { files: { f: "x" }, form: "a=1" }, "Body at multipart.fields"],
    [
      "[MPT-15] a stream beside them",
      { files: { f: "x" }, body: Body.oneShot(Stream.empty) },
      "Body at files and body"
    ],
    ["[BOD-07] json beside them", { files: { f: "x" }, json: 1 }, "Body at json and files"],
    [
      "[MPT-16] a type that is not in parts",
      { files: { f: "x" }, headers: { "content-type": "text/plain" } },
      'HeaderValue at headers["Content-Type"]'
    ],
    [
      "[MPT-16] another boundary",
      { files: { f: "x" }, headers: { "content-type": "multipart/form-data; boundary=mine" } },
      'HeaderValue at headers["Content-Type"]'
    ]
  ])("refuses %s", (_what, options, expected) => {
    expect(refusal(prepared("POST", url, options))).toBe(expected)
  })
  it("[MPT-16] a Content-Type of the user gets the boundary of the body", () => {
    const type = contentType({ files: { f: "x" }, headers: { "content-type": "multipart/related" } })
    expect(type).toMatch(/^multipart\/related; boundary=./)
    expect(
      text(call("POST", url, { files: { f: "x" }, headers: { "content-type": "multipart/related" } }).request.body)
    ).toContain(`--${boundaryOf(type)}--`)
  })
})
