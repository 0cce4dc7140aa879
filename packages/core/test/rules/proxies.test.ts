import { readFileSync } from "node:fs"
import { Either } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Variables } from "../../src/data/Environment.js"
import { direct, type Proxies } from "../../src/data/Proxies.js"
import * as Target from "../../src/data/Target.js"
import { chooseProxy, proxyUrl } from "../../src/rules/chooseProxy.js"
import { proxyAuthorization, rebuildProxies, resolveProxies, selectProxy } from "../../src/rules/proxies.js"

interface Vectors<Input, Expected> {
  readonly cases: ReadonlyArray<{ readonly input: Input; readonly expected: Expected }>
}
const read = (area: string): string =>
  readFileSync(new URL(`../../../../conformance/vectors/${area}.json`, import.meta.url), "utf8")
const select: Vectors<{ url: string; proxies: Proxies }, string | null> = JSON.parse(read("select-proxy"))
const resolve: Vectors<
  { url: string; env: Variables; proxies: Proxies; trustEnv: boolean },
  { chosen: string | null }
> = JSON.parse(read("resolve-proxies"))

describe("selectProxy", () => {
  it.each(select.cases)("as requests: $input", ({ input, expected }) => {
    expect(selectProxy(input.url, input.proxies)).toBe(expected)
  })

  const all = { "all://h.test": "3", all: "4", http: "2", "http://h.test": "1" }
  it.each<[url: string, proxies: Proxies, expected: string | null]>([
    ["http://u:p@H.test:81/", all, "1"],
    ["http://o.test", all, "2"],
    ["https://h.test", all, "3"],
    ["https://o.test", all, "4"],
    ["https://", all, "4"],
    ["HTTP://", all, "2"],
    ["hTTp:///path", all, "2"],
    ["file:///etc/motd", { http: "2" }, null],
    ["", all, "4"],
    ["http://h.test", { "http://h.test": null, http: "2" }, null],
    ["http://h.test", { "http://h.test": "", http: "2" }, ""],
    ["http://h.test:81", { "http://h.test:81": "x", "http://H.test": "y" }, null],
    ["http://[::1]:81", { "http://::1": "1" }, "1"],
    ["http://[::1]:81", { "http://[::1]": "1", http: "2" }, "2"],
    ["constructor://h", {}, null],
    ["__proto__://h", {}, null]
  ])("%s %j", (url, proxies, expected) => expect(selectProxy(url, proxies)).toBe(expected))
})

describe("resolveProxies", () => {
  it.each(resolve.cases)("as requests: $input", ({ input, expected }) => {
    const { env, proxies, trustEnv, url } = input
    expect({ chosen: selectProxy(url, resolveProxies(url, env, proxies, trustEnv)) }).toEqual(expected)
  })

  it("leaves a key that is there alone, also null, and takes the more particular of both", () => {
    const env = { http_proxy: "e" }
    expect(resolveProxies("http://h.test", env, { http: null }, true)).toEqual({ http: null })
    expect(resolveProxies("http://h.test", env, { all: "a" }, true)).toEqual({ all: "a", http: "e" })
    expect(resolveProxies("http://h.test", { ...env, NO_PROXY: "h.test" }, { no_proxy: "" }, true)).toHaveProperty(
      "http",
      "e"
    )
    expect(resolveProxies("file:///etc/motd", { ALL_PROXY: "e" }, {}, true)).toEqual({})
  })
})

describe("rebuildProxies", () => {
  const of = (url: string, proxy: string) =>
    rebuildProxies(url, ["proxy-authorization", "old", "A", "b"], { all: "x" }, { ALL_PROXY: proxy }, true)

  it("tells an http proxy its user, and a server never", () => {
    expect(of("http://h.test", "http://u:p%40@p.test").headers).toEqual([
      "A",
      "b",
      "Proxy-Authorization",
      "Basic dTpwQA=="
    ])
    expect(of("https://h.test", "http://u:p@p.test").headers).toEqual(["A", "b"])
    expect(of("http://h.test", "http://u:@p.test").headers).toEqual(["A", "b"])
    expect(of("http://h.test", "http://p.test").proxies).toEqual({ all: "x", http: "http://p.test" })
  })
})

describe("proxyAuthorization", () => {
  it.each<[proxy: string, header: string | undefined]>([
    ["http://u:p@p.test", "Basic dTpw"],
    ["https://u:@p.test", "Basic dTo="],
    ["http://%C3%A9:p@p.test", "Basic w6k6cA=="],
    ["http://u@p.test", undefined],
    ["http://:p@p.test", undefined],
    ["http://p.test", undefined],
    ["socks5://u:p@p.test", undefined]
  ])("%s", (proxy, header) => expect(proxyAuthorization(proxy)).toBe(header))
})

describe("proxyUrl", () => {
  it.each([
    ["http://p.test:3128", "http://p.test:3128"],
    ["HTTPS://u:p@P.test/", "HTTPS://u:p@P.test/"],
    ["socks5h://u:p@[::1]:1080", "socks5h://u:p@[::1]:1080"],
    ["localhost:3128", "http://localhost:3128"],
    ["p.test", "http://p.test"],
    ["u:p@p.test:1/", "http://u:p@p.test:1/"],
    ["u:p:@p.test", "http://u:p:@p.test"],
    ["//p.test:1", "http://p.test:1"],
    ["[::1]:1", "http://[::1]:1"],
    [" p.test:1\n", "http://p.test:1"]
  ])("%j is %j", (text, expected) => expect(proxyUrl(text)).toEqual(Either.right(expected)))

  it.each([
    "",
    " ",
    "http:/x",
    "http:x",
    "http:",
    "http://",
    "https://",
    "http://:8080",
    "http:///h",
    "///h",
    "http://h:99999",
    "h:x",
    "http://h test",
    "http://a\\@h",
    "http:\\\\h",
    "http://a\tb",
    "http://u:p/ss@h:1",
    "http://u:1#ss@h:1",
    "http://u:1?ss@h:1",
    "socks5://",
    "socks5:///h",
    "u:p/ss@h:1",
    "http://[::1"
  ])("%j is malformed", (text) => expect(proxyUrl(text)).toEqual(Either.left("Malformed")))

  it.each(["ftp://h", "foo://h", "file://h", "socks://h", "http+unix://h"])("%j has no proxy's scheme", (text) => {
    expect(proxyUrl(text)).toEqual(Either.left("Scheme"))
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      for (const unit of ["a", "@", ":", "a@", "/", "[", " ", "一", "%41", "\\", "1.", "a:a@"]) {
        const text = unit.repeat(2 ** 20 / unit.length)
        for (const proxy of [text, `http://${text}`, `socks5://${text}`, `u:p@${text}`]) proxyUrl(proxy)
      }
    }
    expect(long).not.toThrow()
  }, 20_000)
})

describe("chooseProxy", () => {
  const env = { http_proxy: "http://e:1", all_proxy: "http://ea:1", no_proxy: "in.test" }
  const url = "http://h.test/"

  it.each<
    [
      what: string,
      url: string,
      given: ReadonlyArray<Proxies>,
      variables: Variables | undefined,
      expected: string | undefined
    ]
  >([
    ["nothing", url, [], {}, undefined],
    ["the environment last", url, [{}, {}], env, "http://e:1"],
    ["the environment's all", "https://h.test", [], env, "http://ea:1"],
    ["no environment asked", url, [], undefined, undefined],
    [
      "options over session over environment",
      url,
      [{ http: "http://o" }, { "http://h.test": "http://s" }],
      env,
      "http://o"
    ],
    ["the session's where the options name none", url, [{ https: "http://o" }, { all: "http://s" }], env, "http://s"],
    ["an explicit one over the environment's more particular", url, [{ all: "http://o" }], env, "http://o"],
    ["direct", url, [{ all: direct }, { http: "http://s" }], env, undefined],
    ["direct in the environment", url, [], { http_proxy: direct, all_proxy: "http://a" }, undefined],
    ["an empty text, which is none", url, [{ http: "" }, { http: "http://s" }], env, undefined],
    [
      "null takes a key away from the session",
      url,
      [{ http: null }, { http: "http://s", all: "http://sa" }],
      env,
      "http://sa"
    ],
    ["null takes a key away from the environment", url, [{ http: null }], env, "http://ea:1"],
    [
      "null takes the session's key away, not its own layer's",
      url,
      [{ http: "http://o" }, { http: null }],
      env,
      "http://o"
    ],
    ["NO_PROXY", "http://a.in.test", [], env, undefined],
    ["NO_PROXY limits the environment alone", "http://in.test", [{ http: "http://o" }], env, "http://o"],
    ["noProxy limits all", url, [{ http: "http://o", noProxy: "h.test" }], env, undefined],
    ["no_proxy limits all", url, [{}, { http: "http://o", no_proxy: "h.test" }], env, undefined],
    ["noProxy limits the environment", url, [{ noProxy: "h.test" }], env, undefined],
    ["noProxy stands in for NO_PROXY", "http://in.test", [{ noProxy: "" }], env, "http://e:1"],
    ["the options' noProxy over the session's", url, [{ noProxy: "o.test" }, { noProxy: "h.test" }], env, "http://e:1"],
    ["null takes noProxy away", url, [{ noProxy: null }, { noProxy: "h.test" }], env, "http://e:1"],
    ["no scheme", url, [{ http: "localhost:3128" }], {}, "http://localhost:3128"],
    ["a URL without a host", "file:///etc/motd", [], env, undefined]
  ])("%s", (_, at, given, variables, expected) => {
    expect(chooseProxy(at, given, variables)).toEqual(Either.right(expected))
  })

  it("refuses what is no proxy, and only where it would be used", () => {
    expect(chooseProxy(url, [{ http: "http:/x" }], env)).toEqual(Either.left("Malformed"))
    expect(chooseProxy(url, [], { http_proxy: "ftp://h" })).toEqual(Either.left("Scheme"))
    expect(chooseProxy("http://[::1]", [{ "http://[::1]": "a.test" }], env)).toEqual(Either.right("http://a.test"))
    expect(chooseProxy("http://in.test", [], { ...env, http_proxy: "http:/x" })).toEqual(Either.right(undefined))
  })

  const key = fc.constantFrom("http", "https", "all", "http://h.test", "all://h.test", "noProxy", "no_proxy")
  const value = fc.constantFrom(null, "", direct, "http://p:1", "q:2", "h.test", "*", "http:/x")
  const layer = fc.dictionary(key, value)
  const variable = fc.constantFrom("http_proxy", "HTTP_PROXY", "ALL_PROXY", "no_proxy", "NO_PROXY", "REQUEST_METHOD")
  const variables = fc.dictionary(variable, fc.constantFrom("", "http://e:1", "h.test", "*"))

  it("never lets the environment in where a layer names one", () => {
    fc.assert(
      fc.property(layer, layer, variables, (options, session, from) => {
        const without = chooseProxy(url, [options, session], {})
        const named = Either.isLeft(without) || without.right !== undefined
        if (named) expect(chooseProxy(url, [options, session], from)).toEqual(without)
        expect(chooseProxy(url, [{ ...options, "http://h.test": direct }, session], from)).toEqual(
          Either.right(undefined)
        )
      })
    )
  })

  it("never throws, and gives only URLs", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.dictionary(key, fc.string()),
        fc.dictionary(variable, fc.string()),
        (at, given, from) => {
          const chosen = chooseProxy(at, [given], from)
          if (Either.isRight(chosen) && chosen.right !== undefined) expect(Target.parse(chosen.right)).toBeDefined()
        }
      )
    )
  })
})
