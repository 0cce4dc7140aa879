import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Headers, Rules, type Settings } from "@effect-requests/core"
import { Effect, Equal, Redacted } from "effect"
import { call, own } from "../given.js"
import { opened, redirecting, said } from "./stub.js"

const authorization = (auth: Auth.Auth, url = "https://h.test/") =>
  own(call("GET", url, { auth }).request.headers)["Authorization"]

describe("[AUT-02] credentials are tagged values, never tuples", () => {
  // Never run: the compiler is the test.
  const untagged = (): ReadonlyArray<Settings.Settings> => [
    // @ts-expect-error a pair is no credential
    { auth: ["ada", "pw"] },
    // @ts-expect-error nor is a function
    { auth: () => "Basic YWRhOnB3" }
  ]
  it("each says what it is", () => {
    const all = [Auth.basic("a", "b"), Auth.bearer("t"), Auth.digest("a", "b"), Auth.custom(() => [])]
    expect(all.map(({ _tag }) => _tag)).toEqual(["Basic", "Bearer", "Digest", "Custom"])
    expect(untagged).toBeTypeOf("function")
  })
})

describe("Basic", () => {
  it.each([
    ["Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["user", "", "Basic dXNlcjo="],
    ["u", "p:q", "Basic dTpwOnE="],
    ["café", "x", "Basic Y2Fmw6k6eA=="]
  ])("[AUT-03] %s and %s", (user, password, expected) =>
    expect(authorization(Auth.basic(user, password))).toBe(expected)
  )

  it("[AUT-05] takes texts alone", () => {
    // @ts-expect-error null is no password
    const nobody = () => Auth.basic("u", null)
    // @ts-expect-error a number is no user
    const number = () => Auth.basic(1, "p")
    expect([nobody, number].every((one) => typeof one === "function")).toBe(true)
    expect(authorization(Auth.basic("u", "null"))).toBe(Rules.basicAuth("u", "null"))
  })

  it("[AUT-06] shows no password, whoever prints it", () => {
    const all = [
      Auth.basic("ada", "SECRET"),
      Auth.digest("ada", "SECRET"),
      Auth.bearer("SECRET"),
      Auth.basic("ada", Redacted.make("SECRET"))
    ]
    for (const auth of all)
      expect(inspect(auth, { depth: 9 }) + JSON.stringify(auth) + String(auth)).not.toContain("SECRET")
  })

  it("[AUT-14] equals another of the same kind, user and password, and no other kind", () => {
    expect(Equal.equals(Auth.basic("a", "b"), Auth.basic("a", "b"))).toBe(true)
    expect(Equal.equals(Auth.basic("a", "b"), Auth.basic("a", "c"))).toBe(false)
    expect(Equal.equals(Auth.digest("a", "b"), Auth.digest("a", "b"))).toBe(true)
    expect(Equal.equals(Auth.basic("a", "b"), Auth.digest("a", "b"))).toBe(false)
  })
})

describe("a signer of one's own", () => {
  const auth = Auth.custom(({ method, url }) => ["X-Signature", `${method} ${url}`])
  it.effect("[AUT-11] signs every hop of its origin afresh, and none of another", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(redirecting({ "/a": "/b", "/b": "https://other.test/c" }))
      yield* session.get("https://h.test/a", { auth })
      expect(yield* said(stub, "x-signature")).toEqual(["GET https://h.test/a", "GET https://h.test/b", undefined])
    })
  )
})

describe("credentials for a proxy", () => {
  it("[AUT-13] stand in the proxy's URL and never in a field of the message", () => {
    for (const url of ["http://h.test/", "https://h.test/"]) {
      const { headers, transport } = call("GET", url, { proxies: { all: "http://u:p@proxy.test:3128" } }).request
      expect(transport.proxy).toBe("http://u:p@proxy.test:3128")
      expect(Headers.has(headers, "proxy-authorization")).toBe(false)
    }
    expect(Rules.proxyAuthorization("http://u:p@proxy.test:3128")).toBe("Basic dTpw")
  })
})
