import { Auth, Headers, Rules } from "@effect-requests/core"
import { Either, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { origin, path, url } from "../arbitraries.js"
import { answered, call, facts } from "../given.js"

const secret = "SECRET"

describe("a chain of redirects", () => {
  it("never carries a secret to an origin that was not asked", () => {
    fc.assert(
      fc.property(
        url,
        fc.array(fc.tuple(fc.constantFrom(301, 302, 303, 307, 308), url), { minLength: 1, maxLength: 6 }),
        fc.constantFrom("GET", "POST", "PUT"),
        fc.boolean(),
        (asked, locations, method, follows) => {
          let current = call(method, asked, {
            headers: { "X-Api-Key": secret, Authorization: secret, Cookie: `a=${secret}` },
            auth: Auth.custom(() => ["X-Signed", secret]),
            cookies: { mine: secret },
            redirects: { downgrade: follows ? "follow" : "refuse", bodyToOtherOrigin: "follow" }
          })
          const home = [new URL(asked).origin]
          let atHome = true
          for (const [status, location] of locations) {
            const next = Rules.followUp(answered(current, status, ["Location", location]), facts())
            if (Option.isNone(next) || Either.isLeft(next.value)) return
            current = next.value.right
            const there = current.request.target.origin
            // http up to https of the same host, on default ports, is the one widening there is.
            if (atHome && !home.includes(there)) {
              if (
                home.at(-1) === `http://${current.request.target.host}` &&
                there === `https://${current.request.target.host}`
              )
                home.push(there)
              else atHome = false
            } else if (atHome && there !== home.at(-1)) atHome = false
            if (!atHome) expect(current.request.headers.join()).not.toContain(secret)
          }
        }
      ),
      { numRuns: 2000 }
    )
  })

  it("ends: after maxRedirects there is only a refusal", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.tuple(origin, path), (limit, [to, at]) => {
        let current = call("GET", `${to}${at}`, { maxRedirects: limit })
        for (let hop = 0; ; hop++) {
          const next = Option.getOrThrow(Rules.redirect(answered(current, 302, ["Location", at])))
          if (Either.isLeft(next)) {
            expect([next.left.reason, hop]).toEqual(["TooManyRedirects", limit])
            return
          }
          current = next.right
        }
      })
    )
  })

  it("any Location at all is followed or refused, and where it is followed the target is http or https", () => {
    fc.assert(
      fc.property(fc.string(), (location) => {
        const next = Rules.redirect(answered(call("GET", "https://a.test/x"), 302, ["Location", location]))
        if (Option.isSome(next) && Either.isRight(next.value)) {
          expect(next.value.right.request.target.scheme).toBe("https:")
          expect(Headers.has(next.value.right.request.headers, "Authorization")).toBe(false)
        }
      }),
      { numRuns: 1000 }
    )
  })
})
