import { Cookie, Cookies, Environment, Headers, Rules, SessionState } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"

const call = Hops.call("GET", "https://a.example.com/x")

const jar = (...cookies: ReadonlyArray<readonly [name: string, expires: number]>) =>
  Cookies.fromArray(
    cookies.map(([name, expires]) => Either.getOrThrow(Cookie.make(name, "1", { domain: "a.example.com", expires })))
  )

const jars = [Cookies.empty, jar(["a", 10]), jar(["a", 10], ["b", 20]), jar(["c", 30])]
const environments = [Environment.empty, Environment.make({ https_proxy: "http://proxy.test:3128" })]

const moments = fc.record({
  cookies: fc.constantFrom(...jars),
  environment: fc.constantFrom(...environments),
  now: fc.integer({ min: 0, max: 40 })
})

type Moment = typeof moments extends fc.Arbitrary<infer A> ? A : never

const factsOf = ({ cookies, environment, now }: Moment) => ({
  state: SessionState.mapCookies(() => cookies)(SessionState.empty),
  environment,
  now,
  nonce: ""
})

const seen = (answer: ReturnType<typeof Rules.dress>) =>
  Either.map(answer, ({ request }) => ({ headers: request.headers, proxy: request.transport.proxy }))

it("law: whatever came before, it is what dress answers", () => {
  fc.assert(
    fc.property(fc.array(moments, { maxLength: 12 }), (all) => {
      const again = Rules.redressing(call)
      for (const moment of all) {
        const facts = factsOf(moment)
        expect(seen(again(facts))).toEqual(seen(Rules.dress(call, facts)))
      }
    })
  )
})

it("hands out the same call while nothing has changed, and lets a cookie expire", () => {
  const [, one = Cookies.empty] = jars
  const at = (now: number) => factsOf({ cookies: one, environment: Environment.empty, now })
  const again = Rules.redressing(call)
  // The first is on its own: most calls come once.
  expect(again(at(1))).toEqual(again(at(1)))
  expect(again(at(1))).toBe(again(at(9)))
  const cookie = (now: number) =>
    Either.getOrThrow(Either.map(again(at(now)), ({ request }) => Headers.get(request.headers, "cookie") ?? ""))
  expect([cookie(9), cookie(10), cookie(3)]).toEqual(["a=1", "", "a=1"])
})
