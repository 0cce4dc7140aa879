import { type Request, Rules, SessionState } from "@effect-requests/core"
import { HashMap, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { call } from "../given.js"

const field = (nonce: string, stale: boolean) => [
  "Proxy-Authenticate",
  `Digest realm="r", nonce="${nonce}", qop="auth"${stale ? ", stale=true" : ""}`
]
const password = "pa55-w0rd"
const asked = (scheme: string): Request.Call =>
  call("GET", `${scheme}://h.test/`, { proxies: { all: `http://ada:${password}@p.test:1` } })
const scheme = fc.constantFrom("http", "https")

describe("laws of a proxy's challenge", () => {
  it("a call answers two at most, and the second only when it is stale", () => {
    fc.assert(
      fc.property(scheme, fc.array(fc.boolean(), { maxLength: 8 }), (of, stales) => {
        let current = asked(of)
        let answers = 0
        for (const [at, stale] of stales.entries()) {
          const said = { call: current, status: 407, rawHeaders: field(`n${at}`, stale) }
          if (Option.isNone(Rules.proxyAnswerable(said))) break
          if (answers > 0) expect(stale).toBe(true)
          answers += 1
          current = current.onceMoreToProxy()
        }
        expect(answers).toBe(stales.length === 0 ? 0 : stales.length > 1 && stales[1] === true ? 2 : 1)
      })
    )
  })
  it("what an origin said is neither read nor changed", () => {
    const challenge = Option.getOrThrow(
      Rules.proxyAnswerable({ call: asked("http"), status: 407, rawHeaders: field("o", false) })
    )
    const known = Rules.remembered(SessionState.empty, "http://p.test:1", challenge, "c")
    fc.assert(
      fc.property(scheme, fc.constantFrom(200, 401, 407, 502), fc.boolean(), (of, status, stale) => {
        const next = Rules.rememberProxy(known, { call: asked(of), status, rawHeaders: field("n", stale) }, "d")
        const [signed, after] = Rules.signForProxy(asked(of), next)
        expect(HashMap.get(after.challenges, "http://p.test:1")).toEqual(
          HashMap.get(known.challenges, "http://p.test:1")
        )
        expect(signed.request.transport.proxyAuthorization?.startsWith("Digest")).toBe(status === 407)
      })
    )
  })
})
