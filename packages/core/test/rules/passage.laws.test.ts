import { Headers, Rules, Target } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { url as urls } from "../arbitraries.js"
import { call } from "../given.js"

const proxy = fc.constantFrom(
  undefined,
  "http://p.test:1",
  "https://u:p@p.test",
  "socks5://p.test",
  "socks5h://u:p@p.test"
)
const value = fc.stringMatching(/^[!-~]{1,20}$/)

describe("laws of a passage", () => {
  it("no message over https has a Proxy-Authorization field, and what is said of it is in one place", () => {
    fc.assert(
      fc.property(fc.constantFrom("http", "https"), proxy, value, (scheme, all, said) => {
        const proxies = all === undefined ? {} : { proxies: { all } }
        const { request, withheld } = call("GET", `${scheme}://h.test/`, {
          headers: { "Proxy-Authorization": said },
          ...proxies
        })
        const inMessage = Headers.get(request.headers, "proxy-authorization") === said
        const toProxy = request.transport.proxyAuthorization
        const isHeld = withheld.some(({ why }) => why === "NoProxy")
        expect(inMessage).toBe(scheme === "http")
        expect(isHeld).toBe(scheme === "https" && Rules.passage(request) !== "Tunnel")
        if (scheme === "https" && toProxy === said) expect(Rules.passage(request)).toBe("Tunnel")
      })
    )
  })
  it("to tell a proxy twice is to tell it once", () => {
    fc.assert(
      fc.property(fc.constantFrom("http", "https"), proxy, value, (scheme, all, said) => {
        const asked = call("GET", `${scheme}://h.test/`, {
          headers: { "Proxy-Authorization": said },
          ...(all === undefined ? {} : { proxies: { all } })
        })
        const again = Rules.toldToProxy(asked)
        expect([again.request, again.withheld]).toEqual([asked.request, asked.withheld])
      })
    )
  })
  it("a request line names a host and a port, and has no fragment, no user and no blank", () => {
    fc.assert(
      fc.property(urls, (text) => {
        const target = Target.fromUrl(new URL(text))
        expect(Rules.authorityForm(target)).toMatch(/^(?:\[[0-9a-f:.]+\]|[^:@/?#\s]+):\d+$/)
        expect(Rules.absoluteForm(target)).toMatch(/^https?:\/\/[^@/?#\s]+\/[^#\s]*$/)
        expect(new URL(Rules.absoluteForm(target)).host).toBe(new URL(text).host)
      })
    )
  })
})
