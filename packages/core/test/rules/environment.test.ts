import { Option, Redacted } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Environment from "../../src/data/Environment.js"
import * as Target from "../../src/data/Target.js"
import {
  environmentAuth,
  environmentNoProxy,
  environmentProxies,
  environmentVerify
} from "../../src/rules/environment.js"

describe("environmentProxies", () => {
  it.each<[what: string, variables: Environment.Variables, proxies: Record<string, string>]>([
    ["nothing", {}, {}],
    ["lower case first", { http_proxy: "low", HTTP_PROXY: "up" }, { http: "low" }],
    ["lower case first, whatever the order", { HTTP_PROXY: "up", http_proxy: "low" }, { http: "low" }],
    ["upper and mixed case", { HTTPS_PROXY: "up", Ftp_Proxy: "mixed" }, { https: "up", ftp: "mixed" }],
    ["an empty lower case that disables", { http_proxy: "", HTTP_PROXY: "up", ALL_PROXY: "all" }, { all: "all" }],
    ["an empty upper case that says nothing", { http_proxy: "low", HTTP_PROXY: "" }, { http: "low" }],
    ["httpoxy", { REQUEST_METHOD: "GET", HTTP_PROXY: "evil", HTTPS_PROXY: "s" }, { https: "s" }],
    ["httpoxy in mixed case", { REQUEST_METHOD: "", Http_Proxy: "evil" }, {}],
    ["a CGI program's own", { REQUEST_METHOD: "GET", HTTP_PROXY: "evil", http_proxy: "low" }, { http: "low" }],
    ["no NO_PROXY", { no_proxy: "a", NO_PROXY: "b" }, {}],
    ["other variables", { PROXY: "a", http_proxy_x: "b", MY: "c", http_proxy: undefined }, {}]
  ])("%s", (_, variables, proxies) => expect(environmentProxies(variables)).toEqual(proxies))

  it("lets http_proxy decide alone, whenever it is there, and a client never", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.string(), (rest, value) => {
        const found = environmentProxies({ ...rest, http_proxy: value })
        if (!("HTTP_proxy" in rest)) expect(found["http"]).toBe(value === "" ? undefined : value)
        expect(environmentProxies({ REQUEST_METHOD: "GET", HTTP_PROXY: value })).toEqual({})
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`v${index}_proxy`, "x"]))
      environmentProxies({ ...many, ["x".repeat(2 ** 20)]: "y", ["y".repeat(2 ** 20)]: "y" })
    }
    expect(long).not.toThrow()
  })
})

describe("environmentNoProxy", () => {
  it.each<[Environment.Variables, string]>([
    [{}, ""],
    [{ no_proxy: "a", NO_PROXY: "b" }, "a"],
    [{ no_proxy: "", NO_PROXY: "b" }, "b"],
    [{ NO_PROXY: "b" }, "b"]
  ])("%j", (variables, expected) => expect(environmentNoProxy(variables)).toBe(expected))
})

describe("environmentVerify", () => {
  it.each<[Environment.Variables, string | undefined]>([
    [{}, undefined],
    [{ REQUESTS_CA_BUNDLE: "/r", CURL_CA_BUNDLE: "/c" }, "/r"],
    [{ REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "/c" }, "/c"],
    [{ REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "" }, undefined]
  ])("%j", (variables, expected) => expect(environmentVerify(variables)?.caFile).toBe(expected))
})

describe("environmentAuth", () => {
  const target = Target.fromUrl(new URL("https://h.test:8443/a"))

  it("is a secret of the target's origin", () => {
    const auth = environmentAuth(Environment.make({}, "machine h.test login ada password pw"), target, {
      allowDefault: false
    })
    expect(Option.getOrThrow(auth)).toMatchObject({ _tag: "Basic", username: "ada", origins: ["https://h.test:8443"] })
    expect(Option.exists(auth, (found) => found._tag === "Basic" && Redacted.value(found.password) === "pw")).toBe(true)
  })

  it("is none for another host, an empty entry, no file, a default after a redirect", () => {
    for (const netrc of [
      "machine o.test login ada password pw",
      "machine h.test",
      undefined,
      "default login d password pw"
    ]) {
      expect(Option.isNone(environmentAuth(Environment.make({}, netrc), target, { allowDefault: false }))).toBe(true)
    }
  })
})
