/** How a message passes its proxy. */
import { Headers, Rules, Target } from "@effect-requests/core"
import { describe, expect, it } from "vitest"
import { call } from "../given.js"

const field = "Proxy-Authorization"

describe("passage", () => {
  it.each<[url: string, proxy: string | undefined, Rules.Passage]>([
    ["http://h.test/", undefined, "Direct"],
    ["https://h.test/", undefined, "Direct"],
    ["http://h.test/", "http://p.test:1", "Forward"],
    ["http://h.test/", "https://p.test:1", "Forward"],
    ["https://h.test/", "http://p.test:1", "Tunnel"],
    ["https://h.test/", "HTTPS://p.test:1", "Tunnel"],
    ["http://h.test/", "socks5://p.test:1", "Socks"],
    ["https://h.test/", "socks5h://p.test:1", "Socks"],
    ["https://h.test/", "socks4a://p.test:1", "Socks"]
  ])("[PRX-09] %s by %s: %s", (url, proxy, expected) => {
    const { request } = call("GET", url, proxy === undefined ? {} : { proxies: { all: proxy } })
    expect(Rules.passage(request)).toBe(expected)
  })
})

describe("[PRX-09] the request line", () => {
  it.each<[url: string, absolute: string, authority: string]>([
    ["http://h.test", "http://h.test/", "h.test:80"],
    ["https://h.test/a?b=1#c", "https://h.test/a?b=1", "h.test:443"],
    ["https://u:p@h.test:8443/", "https://h.test:8443/", "h.test:8443"],
    ["http://h.test:443/", "http://h.test:443/", "h.test:443"],
    ["https://[::1]/x", "https://[::1]/x", "[::1]:443"]
  ])("%s: %s and %s", (url, absolute, authority) => {
    const target = Target.fromUrl(new URL(url))
    expect([Rules.absoluteForm(target), Rules.authorityForm(target)]).toEqual([absolute, authority])
  })
})

describe("[AUT-13] a Proxy-Authorization of one's own", () => {
  const sent = (url: string, all: string | undefined, value: string | null = "Mine x") => {
    const { request, withheld } = call("GET", url, {
      headers: { [field]: value },
      ...(all === undefined ? {} : { proxies: { all } })
    })
    const { headers, transport } = request
    return [Headers.get(headers, field), transport.proxyAuthorization, withheld.map(({ why }) => why).join()]
  }
  const url = Rules.basicAuth("u", "p")

  it.each<[what: string, url: string, proxy: string | undefined, ReadonlyArray<string | undefined>]>([
    ["stays over http by a proxy", "http://h.test/", "http://p.test:1", ["Mine x", undefined, ""]],
    ["stays over http without one", "http://h.test/", undefined, ["Mine x", undefined, ""]],
    ["stays over http by SOCKS", "http://h.test/", "socks5://p.test:1", ["Mine x", undefined, ""]],
    ["stays beside that of the proxy's URL", "http://h.test/", "http://u:p@p.test:1", ["Mine x", url, ""]],
    ["goes to CONNECT", "https://h.test/", "http://p.test:1", [undefined, "Mine x", ""]],
    ["stands behind the proxy's URL on CONNECT", "https://h.test/", "http://u:p@p.test:1", [undefined, url, ""]],
    ["is withheld over https without one", "https://h.test/", undefined, [undefined, undefined, "NoProxy"]],
    ["is withheld over https by SOCKS", "https://h.test/", "socks5://p.test:1", [undefined, undefined, "NoProxy"]]
  ])("%s", (_what, to, proxy, expected) => expect(sent(to, proxy)).toEqual(expected))

  it("is none where it is taken away", () => {
    expect(sent("https://h.test/", "http://p.test:1", null)).toEqual([undefined, undefined, ""])
  })
})
