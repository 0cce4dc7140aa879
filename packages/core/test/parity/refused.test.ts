import { Auth, Environment, Headers, Params, Request, Rules, type Settings } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either } from "effect"
import { describe, expect, it } from "vitest"
import { prepared, refusal } from "../given.js"

/** What a compiler would not let through, and JSON does. */
const untyped = (value: unknown) => JSON.parse(JSON.stringify(value))

describe("a signer", () => {
  it.each(["Content-Length", "transfer-encoding", "Host"])(
    "[UPL-19] [UPL-20] cannot say %s: it follows from the message",
    (name) => {
      const auth = Auth.custom(() => ["X-Signed", "1", name, "99"])
      expect(refusal(prepared("POST", "https://h.test/", { body: "x", auth }))).toBe("Auth at auth.sign")
    }
  )
  it("[SET-20] sees the finished message: its body, its cookies", () => {
    const auth = Auth.custom(({ body, headers }) => ["X-Seen", `${body._tag} ${Headers.get(headers, "cookie")}`])
    const { request } = Hops.call("POST", "https://h.test/", { body: "x", auth, cookies: { a: "b" } })
    expect(Headers.get(request.headers, "X-Seen")).toBe("Bytes a=b")
  })
})

describe("params and forms that no query can hold", () => {
  it.each<[string, unknown, string]>([
    ["[QRY-06] a nested record", { a: { x: 1 } }, 'Params at params["a"]'],
    ["[QRY-06] one in a list", { a: [1, { x: 1 }] }, 'Params at params["a"]'],
    ["[QRY-12] a list of no pairs", [1, 2], "Params at params"],
    ["[QRY-12] a pair of one", [["a"]], "Params at params"],
    ["[QRY-12] a number", 5, "Params at params"],
    ["[QRY-12] a truth", true, "Params at params"]
  ])("%s", (_what, params, expected) => {
    expect(refusal(prepared("GET", "https://h.test/", { params: untyped(params) }))).toBe(expected)
  })
  it("[QRY-12] a list as a pair's value repeats its name", () => {
    expect(Hops.call("GET", "https://h.test/", { params: untyped([["a", [1, 2]]]) }).request.url).toBe(
      "https://h.test/?a=1&a=2"
    )
  })
  it("the same in a form", () => {
    expect(refusal(prepared("POST", "https://h.test/", { form: untyped({ a: { x: 1 } }) }))).toBe('Params at form["a"]')
    expect(refusal(prepared("POST", "https://h.test/", { form: untyped({ a: { x: 1 } }), files: { f: "x" } }))).toBe(
      'Params at multipart.fields["a"]'
    )
  })
  it.each([
    ["https://h.test/", "?x=1", "https://h.test/?x=1"],
    ["https://h.test/?q=1", "?x=1", "https://h.test/?q=1&x=1"],
    ["https://h.test/?q=1", "x=1", "https://h.test/?q=1&x=1"]
  ])("[QRY-09] a text with its question mark is a query all the same: %s and %s", (url, params, expected) => {
    expect(Hops.call("GET", url, { params }).request.url).toBe(expected)
  })
})

describe("hosts", () => {
  it.each([
    "http://*.example.com/",
    "http://.example.com/",
    "http://a..b/",
    `http://${"x".repeat(64)}.test/`,
    "http://h.test../"
  ])("[URL-10] [URL-11] %s cannot be looked up", (url) => {
    expect(refusal(prepared("GET", url))).toBe("Url at url")
  })
  it.each([
    "http://h.test./",
    "http://_x.test/",
    "http://-x.test/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://xn--nxasmq6b.test/",
    `http://${"x".repeat(63)}.test/`
  ])("[URL-10] %s can", (url) => {
    expect(refusal(prepared("GET", url))).toBe("accepted")
  })
  it("[HDR-12] a message is for one host", () => {
    expect(refusal(prepared("GET", "https://h.test/", { headers: { Host: ["a", "b"] } }))).toBe(
      'Framing at headers["Host"]'
    )
    expect(
      Headers.getAll(Hops.call("GET", "https://h.test/", { headers: { Host: "v.test" } }).request.headers, "host")
    ).toEqual(["v.test"])
  })
  it.each(["foo://Host/a/../b c", "mailto:ada@h.test?subject=a b", "localhost:3128"])(
    "[URL-03] %s stays as it is written",
    (url) => {
      expect(Hops.call("GET", url, { params: { a: 1 } }).request.url).toBe(url)
    }
  )
})

describe("settings that JSON may bring", () => {
  it.each<[string, Settings.Settings, string]>([
    ["[TMO-02] a pair of times", { timeout: untyped([3, 27]) }, "Setting at timeout.total"],
    ["[AUT-02] a pair of texts", { auth: untyped(["u", "p"]) }, "Auth at auth"],
    ["[TLS-06] a text for verify", { verify: untyped("yes") }, "Setting at verify"]
  ])("%s", (_what, settings, expected) => {
    expect(refusal(prepared("GET", "https://h.test/", settings))).toBe(expected)
  })
  it("a login that Basic cannot carry says that it is the netrc's", () => {
    const environment = Environment.make({}, "machine h.test login a:b password c")
    expect(refusal(Rules.prepare(Request.get("https://h.test/"), Hops.facts({ environment })))).toBe("Auth at netrc")
  })
  it("an entry that is nothing is kept as nothing, for prepare to refuse", () => {
    expect(Params.make(untyped({ a: {} })).entries).toEqual([{ name: "a", value: undefined }])
    expect(Either.isLeft(Rules.encodeParams(Params.make(untyped(5)), "params"))).toBe(true)
  })
})
