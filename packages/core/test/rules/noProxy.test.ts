import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Target from "../../src/data/Target.js"
import { bareHost, placeOf, shouldBypassProxies, urlOf } from "../../src/rules/noProxy.js"

interface Input {
  readonly url: string
  readonly noProxy: string
}
interface Vectors {
  readonly cases: ReadonlyArray<{ readonly input: Input; readonly expected: boolean }>
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../../../conformance/vectors/no-proxy.json", import.meta.url), "utf8")
)

/** Ours where requests does not look: an IPv6 host in an entry that is an address or a network. */
const isOurs = ({ url, noProxy }: Input): boolean =>
  /^https?:\/\/\[2001:db8:/.test(url) && noProxy.split(",").includes("2001:db8::/32")

describe("shouldBypassProxies", () => {
  it.each(vectors.cases)("as requests, but for IPv6 networks: $input", ({ input, expected }) => {
    expect(shouldBypassProxies(input.url, input.noProxy)).toBe(isOurs(input) ? true : expected)
    if (isOurs(input)) expect(expected).toBe(false)
  })

  it.each<[noProxy: string, yes: ReadonlyArray<string>, no: ReadonlyArray<string>]>([
    ["", ["file:///etc/motd", "no URL"], ["http://h.test"]],
    ["*", ["http://h.test", "http://10.0.0.1", "http://[::1]"], []],
    ["*,a.test", ["http://a.test"], ["http://h.test"]],
    ["*.h.test", [], ["http://a.h.test", "http://h.test"]],
    [
      "h.test",
      ["http://h.test", "https://a.b.h.test:8443/x", "http://u:p@H.TEST/"],
      ["http://badh.test", "http://h.test.evil", "http://test"]
    ],
    ["..h.TEST", ["http://h.test", "http://a.h.test"], ["http://badh.test"]],
    [", ,a.test , h .test", ["http://a.test", "http://h.test"], ["http://b.test"]],
    ["a.test;b.test c.test", [], ["http://a.test", "http://b.test", "http://c.test"]],
    [
      "h.test:80",
      ["http://h.test", "http://a.h.test:80", "https://h.test:80"],
      ["https://h.test", "http://h.test:8080"]
    ],
    ["h.test:443", ["https://h.test", "wss://h.test"], ["http://h.test"]],
    ["H.test:8080", ["http://h.test:8080"], ["http://h.test"]],
    [":80", [], ["http://h.test"]],
    [".", [], ["http://h.test", "http://h.test."]],
    [".:80", [], ["http://h.test", "http://h.test.:80"]],
    ["h.test.", ["http://h.test."], ["http://h.test"]],
    [
      "bücher.test",
      ["http://bücher.test", "http://xn--bcher-kva.test", "http://a.BÜCHER.test"],
      ["http://bucher.test"]
    ],
    ["xn--bcher-kva.test", ["http://bücher.test"], []],
    [
      "192.168.0.1",
      ["http://192.168.0.1:5000", "http://0xc0a80001", "http://[::ffff:192.168.0.1]"],
      ["http://192.168.0.10"]
    ],
    ["192.168.0.1:80", [], ["http://192.168.0.1", "http://192.168.0.1:80"]],
    [".127.0.0.1", ["http://127.0.0.1"], ["http://127.0.0.10"]],
    [".10.0.0.0/8", [], ["http://10.0.0.1"]],
    ["127.1", ["http://127.0.0.1", "http://127.1"], ["http://127.1.0.0"]],
    ["1.5", ["http://192.168.1.5"], ["http://192.168.11.5"]],
    [
      "10.0.0.0/8",
      ["http://10.1.2.3:9", "http://[::ffff:10.0.0.1]"],
      ["http://11.0.0.1", "http://a10.test", "http://[::1]"]
    ],
    ["10.1.2.3/8", ["http://10.9.9.9"], []],
    ["192.168.1.1/32", ["http://192.168.1.1"], ["http://192.168.1.0"]],
    ["0.0.0.0/0,10.0.0.0/33,10.0.0.0/,10.0.0.0/a,x/8,10.0.0.0/8/8", [], ["http://10.0.0.1"]],
    ["::1", ["http://[::1]", "http://[0:0::1]:8080"], ["http://[::2]", "http://0.0.0.1"]],
    ["[::1]", ["http://[::1]:8080"], ["http://[::2]"]],
    ["[::1]:8080", ["http://[::1]:8080"], ["http://[::1]"]],
    ["2001:DB8::/32", ["http://[2001:db8:ffff::1]"], ["http://[2001:db9::1]", "http://10.0.0.1", "http://h.test"]],
    ["[fe80::]/10", ["http://[fe80::1]"], ["http://[::1]"]],
    ["::/0,fe80::/129", [], ["http://[fe80::1]"]]
  ])("%j", (noProxy, yes, no) => {
    for (const url of yes) expect([url, shouldBypassProxies(url, noProxy)]).toEqual([url, true])
    for (const url of no) expect([url, shouldBypassProxies(url, noProxy)]).toEqual([url, false])
  })

  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."))

  it("names a host and those under it, and no other", () => {
    fc.assert(
      fc.property(name, name, (host, entry) => {
        expect(shouldBypassProxies(`http://${host}.test/`, `${entry}.test`)).toBe(
          `.${host}.test`.endsWith(`.${entry}.test`)
        )
      })
    )
  })

  it("names nobody without a name, whatever the dots", () => {
    const nameless = fc
      .tuple(fc.stringMatching(/^[. ]{0,4}$/), fc.constantFrom("", ":80", ":443", ":"))
      .map((parts) => parts.join(""))
    const dotted = fc.tuple(name, fc.constantFrom("", "."), fc.constantFrom("", ":80", ":81"))
    fc.assert(
      fc.property(dotted, fc.array(nameless, { maxLength: 3 }), ([host, dot, port], entries) => {
        expect(shouldBypassProxies(`http://${host}.test${dot}${port}/`, entries.join(","))).toBe(false)
      })
    )
  })

  it("is the same for a text, a URL and its parts, and for one more entry at either end never less", () => {
    fc.assert(
      fc.property(name, fc.string(), fc.string(), (host, list, more) => {
        const url = new URL(`http://${host}:81/`)
        const bypasses = shouldBypassProxies(url, list)
        expect(shouldBypassProxies(url.href, list)).toBe(bypasses)
        expect(shouldBypassProxies({ scheme: "http:", host: url.hostname, port: "81" }, list)).toBe(bypasses)
        if (bypasses && list !== "*") {
          expect(shouldBypassProxies(url, `${list},${more}`) && shouldBypassProxies(url, `${more},${list}`)).toBe(true)
        }
      })
    )
  })

  it("finds every address of a network and none beside it", () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const address = fc.tuple(byte, byte, byte, byte)
    const value = ([a, b, c, d]: readonly [number, number, number, number]) => ((a * 256 + b) * 256 + c) * 256 + d
    fc.assert(
      fc.property(address, address, fc.integer({ min: 1, max: 32 }), (host, net, bits) => {
        const size = 2 ** (32 - bits)
        const inside = Math.floor(value(host) / size) === Math.floor(value(net) / size)
        expect(shouldBypassProxies(`http://${host.join(".")}/`, `${net.join(".")}/${bits}`)).toBe(inside)
      })
    )
  })

  it("throws at nothing, however long (bench:linear has the times)", () => {
    const long = () => {
      const units = [
        "a",
        ",",

        ".",
        ":",
        "1:",
        "::1,",
        "é,",
        "一",
        "1.",
        "/",
        "[",
        " ",
        "10.0.0.0/8,",
        "h:80,",
        "%41",
        "\t",
        "@"
      ]
      for (const unit of units) {
        const text = unit.repeat(2 ** 20 / unit.length)
        for (const url of ["http://h.test", "http://10.0.0.1", "http://[::1]"]) shouldBypassProxies(url, text)
        for (const url of [text, `http://${text}`, `h\nttp://${text}`, `http:${text}`])
          shouldBypassProxies(url, "h.test")
      }
    }
    expect(long).not.toThrow()
  }, 30_000)
})

describe("urlOf, placeOf, bareHost", () => {
  it("reads the host of a text without a scheme, as requests does", () => {
    expect(placeOf("//H.test:81/x")).toEqual({ scheme: "", host: "h.test", port: "81" })
    expect(placeOf("//")).toEqual({ scheme: "", host: "", port: "" })
    expect(shouldBypassProxies("//h.test/", "h.test")).toBe(true)
  })
  it("never throw, and agree with URL", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `http://${text}`)
        ),
        (text) => {
          expect(urlOf(text)?.href).toBe(Target.parse(text)?.href)
          placeOf(text)
          bareHost(text)
        }
      )
    )
  })

  it("refuse a host too long to be one, and no long user or path", () => {
    const long = "一".repeat(3000)
    for (const url of [`http://${long}`, `h\ttp:\\\\u:p@${long}/`, ` http:${long}?`]) expect(urlOf(url)).toBeUndefined()
    for (const url of [`http://${long}@h.test/`, `http://h.test/${long}`]) expect(urlOf(url)?.hostname).toBe("h.test")
    expect(placeOf(`HTTP://${long}`)).toEqual({ scheme: "http:", host: "", port: "" })
  })
})
