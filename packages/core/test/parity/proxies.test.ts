import { describe, expect, it } from "@effect/vitest"
import { Environment, Headers, Proxies, Request, Rules, SessionState, Settings } from "@effect-requests/core"
import { Effect, Either } from "effect"
import { refusal } from "../given.js"
import { opened } from "./session.js"

const prepared = (
  url: string,
  options: Request.Options,
  settings: Settings.Settings = {},
  variables: Environment.Variables = {}
) =>
  Rules.prepare(Request.get(url, options), {
    state: SessionState.make({ settings }),
    environment: Environment.make(variables),
    now: 0,
    nonce: ""
  })

const proxy = (url: string, proxies: Proxies.Proxies, variables: Environment.Variables = {}) =>
  Either.getOrThrow(prepared(url, { proxies }, {}, variables)).request.transport.proxy

describe("which key names the proxy", () => {
  const all = { all: "http://4", "all://h.test": "http://3", http: "http://2", "http://h.test": "http://1" }
  it.each<[string, string, Proxies.Proxies, string | undefined]>([
    ["[PRX-01] scheme and host", "http://h.test/", all, "http://1"],
    ["[PRX-01] then the scheme", "http://o.test/", all, "http://2"],
    ["[PRX-01] then any scheme and the host", "https://h.test/", all, "http://3"],
    ["[PRX-01] then all", "https://o.test/", all, "http://4"],
    ["[PRX-01] an empty one is no proxy", "http://h.test/", { ...all, "http://h.test": "" }, undefined],
    ["[PRX-02] whatever the port and the case of the URL", "http://H.test:81/", all, "http://1"],
    [
      "[PRX-02] never one with a port or in upper case",
      "http://h.test:81/",
      { "http://h.test:81": "http://1", "http://H.test": "http://2" },
      undefined
    ]
  ])("%s", (_what, url, proxies, expected) => {
    expect(proxy(url, proxies)).toBe(expected)
  })
  it("[PRX-01] in selectProxy, which is requests' own, the first key that is there decides, also with null", () => {
    expect(Rules.selectProxy("http://h.test/", { ...all, "http://h.test": null })).toBeNull()
    expect(Rules.selectProxy("http://h.test/", { ...all, "http://h.test": "" })).toBe("")
  })
  it("[PRX-03] a URL without a host has that of its scheme, else all", () => {
    expect(Rules.selectProxy("http://", all)).toBe("http://2")
    expect(Rules.selectProxy("file:///etc/motd", all)).toBe("http://4")
    expect(Rules.selectProxy("file:///etc/motd", { http: "http://2" })).toBeNull()
  })
})

describe("the URL of a proxy", () => {
  it.each([
    ["[PRX-04] without a scheme is http", "p.test:3128", "http://p.test:3128"],
    ["[PRX-04] with credentials too", "u:p@p.test", "http://u:p@p.test"],
    ["[PRX-05] a name without a dot is a host, not a scheme", "localhost:3128", "http://localhost:3128"],
    ["[PRX-07] may be socks", "socks5h://p.test:1080", "socks5h://p.test:1080"]
  ])("%s", (_what, text, expected) => {
    expect(proxy("http://h.test/", { http: text })).toBe(expected)
  })
  it.each([
    ["[PRX-06] one slash", "http:/x"],
    ["[PRX-06] no host, a port", "http://:8080"],
    ["[PRX-06] no host", "https://"],
    ["[PRX-06] three slashes", "http:///h"],
    ["[PRX-07] ftp", "ftp://u:SECRET@h"],
    ["[PRX-07] an unknown scheme", "foo://h"]
  ])("%s is refused before sending, without showing it", (_what, text) => {
    const made = prepared("http://h.test/", { proxies: { http: text } })
    expect(refusal(made)).toBe("Setting at proxies")
    expect(JSON.stringify(Either.getLeft(made))).not.toContain("SECRET")
  })
  it.effect("[PRX-13] a Proxy-Authorization field of the user goes out as it is", () =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened({ proxies: { http: "http://p.test" } })
      yield* session.get("http://h.test/", { headers: { "Proxy-Authorization": "Mine x" } })
      const [sent] = yield* asked
      expect(sent?.transport.proxy).toBe("http://p.test")
      expect(Headers.getAll(sent?.headers ?? [], "Proxy-Authorization")).toEqual(["Mine x"])
    })
  )
})

describe("who is without a proxy", () => {
  const env = { http_proxy: "http://e:1", no_proxy: "in.test" }
  it.each<[string, Proxies.Proxies, Environment.Variables, string | undefined]>([
    ["[PRX-16] NO_PROXY limits the environment's", {}, env, undefined],
    ["[PRX-16] and not what is said explicitly", { http: "http://mine" }, env, "http://mine"],
    [
      "[PRX-16] noProxy limits both",
      { http: "http://mine", noProxy: "in.test" },
      { http_proxy: "http://e:1" },
      undefined
    ],
    ["[PRX-17] noProxy is a key of its own, in place of NO_PROXY", { noProxy: "other.test" }, env, "http://e:1"],
    ["[PRX-17] under requests' name too", { no_proxy: "in.test" }, { http_proxy: "http://e:1" }, undefined],
    [
      "[PRX-18] lower case before upper case",
      {},
      { http_proxy: "http://e:1", no_proxy: "o.test", NO_PROXY: "in.test" },
      "http://e:1"
    ],
    ["[PRX-18] upper case where there is no other", {}, { http_proxy: "http://e:1", NO_PROXY: "in.test" }, undefined],
    ["[PRX-18] an empty argument overrides both", { noProxy: "" }, env, "http://e:1"]
  ])("%s", (_what, proxies, variables, expected) => {
    expect(proxy("http://in.test/", proxies, variables)).toBe(expected)
  })
  it("[PRX-17] the session's noProxy counts for a verb and for a call alike", () => {
    const made = prepared("http://in.test/", {}, { proxies: { noProxy: "in.test" } }, { http_proxy: "http://e:1" })
    expect(Either.getOrThrow(made).request.transport.proxy).toBeUndefined()
  })

  it.each<[string, string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    [
      "[PRX-19] commas divide, blanks and nothings fall away",
      " a.test, ,b .test,",
      ["http://a.test", "http://b.test"],
      ["http://c.test"]
    ],
    ["[PRX-19] nothing else divides", "a.test;b.test c.test", [], ["http://a.test", "http://b.test", "http://c.test"]],
    ["[PRX-20] * alone is all", "*", ["http://a.test", "http://10.0.0.1", "http://[::1]"], []],
    ["[PRX-20] *. is nothing", "*.example.com", [], ["http://a.example.com", "http://example.com"]],
    [
      "[PRX-21] a name is itself and what is under it",
      "example.com",
      ["http://example.com", "http://a.b.example.com"],
      ["http://badexample.com", "http://example.com.evil.test"]
    ],
    [
      "[PRX-21] with a dot before it too",
      ".example.com",
      ["http://example.com", "http://a.example.com"],
      ["http://badexample.com"]
    ],
    [
      "[PRX-22] case and port do not matter",
      "EXAMPLE.com",
      ["http://example.COM:8080", "https://a.example.com:1"],
      ["http://example.org:8080"]
    ],
    [
      "[PRX-23] an entry's port is that of the URL, written or not",
      "example.com:80",
      ["http://example.com/", "http://example.com:80/"],
      ["https://example.com/", "http://example.com:8080/"]
    ],
    ["[PRX-24] an address, whatever the port", "192.168.0.1", ["http://192.168.0.1:5000"], ["http://192.168.0.10"]],
    ["[PRX-24] a network", "10.0.0.0/8", ["http://10.1.2.3:9"], ["http://11.0.0.1", "http://ten.test"]],
    ["[PRX-24] an address with a port never", "192.168.0.1:80", [], ["http://192.168.0.1", "http://192.168.0.1:80"]],
    ["[PRX-24] an address behind a dot too", ".192.168.0.1", ["http://192.168.0.1:5000"], ["http://192.168.0.10"]],
    ["[PRX-24] the end of an address, as Python compares it", "1.5", ["http://192.168.1.5"], ["http://192.168.11.5"]],
    [
      "[PRX-25] what is no network",
      "10.0.0.0/0,10.0.0.0/33,10.0.0.0/x,ten/8,10.0.0.0/",
      [],
      ["http://10.0.0.0", "http://10.0.0.1"]
    ],
    [
      "[PRX-26] the same address in another spelling",
      "127.0.0.1",
      ["http://127.1/", "http://0x7f.0.0.1/"],
      ["http://127.0.0.2/"]
    ],
    [
      "[PRX-27] an IPv6 address with and without brackets",
      "::1,[fe80::1]",
      ["http://[::1]:80", "http://[0:0::1]", "http://[fe80::1]"],
      ["http://[::2]"]
    ],
    ["[PRX-27] ::1:80 is an address", "::1:80", ["http://[::1:80]/"], ["http://[::1]:80/"]],
    ["[PRX-27] an IPv6 network", "2001:db8::/32", ["http://[2001:db8:1::1]"], ["http://[2001:db9::1]"]],
    ["[PRX-28] a dot at the end is another name", "h.test.", ["http://h.test./"], ["http://h.test/"]],
    [
      "[PRX-28] an entry without a name names nobody, not every host with a dot at its end",
      ".,..,.:80,:80,:",
      [],
      ["http://h.test./", "http://h.test.:80/", "http://h.test/", "http://10.0.0.1/", "http://[::1]/"]
    ],
    [
      "[PRX-28] letters beyond ASCII are those of the URL's host",
      "bücher.test",
      ["http://bücher.test", "http://xn--bcher-kva.test"],
      ["http://bucher.test"]
    ],
    ["[PRX-29] a URL without a host, always", "", ["file:///etc/motd"], ["http://h.test"]]
  ])("%s", (_what, noProxy, yes, no) => {
    for (const url of yes) expect([url, Rules.shouldBypassProxies(url, noProxy)]).toEqual([url, true])
    for (const url of no) expect([url, Rules.shouldBypassProxies(url, noProxy)]).toEqual([url, false])
  })
  it("[PRX-28] Settings.compatible does not lead past the proxy by an entry without a name either", () => {
    const variables = { http_proxy: "http://e:1", no_proxy: ".:80" }
    const made = prepared("http://example.com.:80/", {}, Settings.compatible, variables)
    expect(Either.getOrThrow(made).request.transport.proxy).toBe("http://e:1")
  })
  it("[PRX-30] the name that is compared has no port and no userinfo", () => {
    expect(Rules.placeOf("http://user:pw@H.test:8080/x")).toEqual({ scheme: "http:", host: "h.test", port: "8080" })
    expect(Rules.shouldBypassProxies("http://in.test@o.test:80/", "in.test")).toBe(false)
  })
})

describe("the proxy of a redirect", () => {
  const env = Environment.make({ http_proxy: "http://e:1", no_proxy: "in.test" })
  const hops = (from: string, to: string, settings: Settings.Settings, options: Request.Options) =>
    Effect.gen(function* () {
      const { asked, session } = yield* opened(
        settings,
        ({ target }) => (target.path === "/from" ? { status: 302, headers: { Location: to } } : {}),
        env
      )
      yield* session.get(`${from}from`, options)
      return (yield* asked).map(({ transport }) => transport.proxy)
    })
  it.effect.each<
    readonly [string, string, string, Settings.Settings, Request.Options, ReadonlyArray<string | undefined>]
  >([
    ["[PRX-32] to a host of NO_PROXY is none", "http://o.test/", "http://in.test/", {}, {}, ["http://e:1", undefined]],
    [
      "[PRX-33] from a host of NO_PROXY to another is the environment's",
      "http://in.test/",
      "http://o.test/",
      {},
      {},
      [undefined, "http://e:1"]
    ],
    [
      "[PRX-34] null is remembered",
      "http://o.test/",
      "http://p.test/",
      {},
      { proxies: { http: null } },
      [undefined, undefined]
    ],
    [
      "[PRX-34] direct is remembered",
      "http://o.test/",
      "http://p.test/",
      { proxies: { all: "http://s" } },
      { proxies: { all: Proxies.direct } },
      [undefined, undefined]
    ]
  ])("%s", ([, from, to, settings, options, expected]) =>
    Effect.map(hops(from, to, settings, options), (found) => expect(found).toEqual(expected))
  )
})
