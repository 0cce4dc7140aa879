/** What a message tells a proxy that has asked for a Digest. */
import { Body, Challenge, type Request, Rules, SessionState } from "@effect-requests/core"
import { Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { call } from "../given.js"

const named = "http://ada:pw@p.test:1"
const asked = (url: string, all = named, options: Request.Options = {}) =>
  call("POST", url, { ...options, proxies: { all } })
const knowing = (of: Request.Call, more = 'qop="auth"') =>
  Rules.rememberProxy(
    SessionState.empty,
    { call: of, status: 407, rawHeaders: ["Proxy-Authenticate", `Digest realm="r", nonce="n", ${more}`] },
    "c"
  )
const fields = ({ request }: Request.Call) =>
  Object.fromEntries(Challenge.parse([request.transport.proxyAuthorization ?? ""])[0]?.params ?? [])

describe("[PRX-10] signForProxy", () => {
  it.each<[url: string, uri: string]>([
    ["http://h.test/a?b=1#c", "http://h.test/a?b=1"],
    ["https://h.test/a?b=1", "h.test:443"],
    ["https://[::1]:8443/", "[::1]:8443"]
  ])("[PRX-09] signs what the proxy reads: of %s, %s", (url, uri) => {
    const of = asked(url)
    expect(fields(Rules.signForProxy(of, knowing(of))[0])).toMatchObject({
      username: "ada",
      uri,
      nc: "00000001",
      cnonce: "c"
    })
  })
  it("leaves alone what has no user, and what nobody has asked for", () => {
    const of = asked("http://h.test/")
    const other = asked("http://h.test/", "http://p.test:1")
    for (const [one, state] of [
      [of, SessionState.empty],
      [other, knowing(of)]
    ] as const) {
      expect(Rules.signForProxy(one, state)).toEqual([one, state])
    }
    expect([of, other, asked("http://h.test/", "socks5://u:p@p.test")].map(Rules.isSignedForProxy)).toEqual([
      true,
      false,
      false
    ])
  })
  it("signs a body in memory with auth-int, and never a stream; what a tunnel hides is not signed", () => {
    const int = 'qop="auth-int"'
    const bytes = asked("http://h.test/", named, { body: "b" })
    const stream = { body: Body.replayable(() => Stream.make(new Uint8Array(1))) }
    const [plain, secret] = [asked("http://h.test/", named, stream), asked("https://h.test/", named, stream)]
    expect(fields(Rules.signForProxy(bytes, knowing(bytes, int))[0])).toMatchObject({ qop: "auth-int" })
    expect(Rules.signForProxy(plain, knowing(plain, int))[0]).toBe(plain)
    expect(fields(Rules.signForProxy(secret, knowing(secret, int))[0])).toMatchObject({ qop: "auth-int" })
  })
  it("counts each message once, and shows no password", () => {
    fc.assert(
      fc.property(fc.constantFrom("http", "https"), fc.integer({ min: 1, max: 40 }), (scheme, times) => {
        const of = asked(`${scheme}://h.test/`, "http://ada:pa55-w0rd@p.test:1")
        let state = knowing(of)
        const counts = Array.from({ length: times }, () => {
          const [signed, next] = Rules.signForProxy(of, state)
          state = next
          expect(signed.request.transport.proxyAuthorization).not.toContain("pa55-w0rd")
          expect(JSON.stringify(signed)).not.toContain("pa55-w0rd")
          return Number.parseInt(fields(signed)["nc"] ?? "", 16)
        })
        expect(counts).toEqual(Array.from({ length: times }, (_, at) => at + 1))
      })
    )
  })
})
