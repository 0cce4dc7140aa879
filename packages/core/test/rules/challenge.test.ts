import { Auth, Body, Headers, type Request, Rules, SessionState } from "@effect-requests/core"
import { Either, HashMap, Option, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { answered, call, facts } from "../given.js"

const auth = Auth.digest("ada", "pw")
const challenge = (params = "") => [
  "WWW-Authenticate",
  `Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256${params}`
]
const asked = (options: Request.Options = {}, url = "https://h.test/a") => call("POST", url, { auth, ...options })

const learned = (hop: Request.Hop, state = SessionState.empty) => Rules.absorb(state, hop, { now: 0, nonce: "c1" })
const remembered = (state: SessionState.SessionState, origin = "https://h.test") =>
  Option.getOrUndefined(HashMap.get(state.challenges, origin))
const signature = (one: Request.Call) => Headers.get(one.request.headers, "authorization")

describe("which challenge is answered", () => {
  it.each<[string, Request.Hop, boolean]>([
    ["a Digest of the origin that was asked", answered(asked(), 401, challenge()), true],
    ["[DIG-25] beside a Basic", answered(asked(), 401, ["WWW-Authenticate", "Basic realm=x", ...challenge()]), true],
    ["[DIG-02] not with another status", answered(asked(), 403, challenge()), false],
    ["[DIG-27] not without a nonce", answered(asked(), 401, ["WWW-Authenticate", "Digest realm=r"]), false],
    ["not Basic", answered(asked(), 401, ["WWW-Authenticate", "Basic realm=r"]), false],
    ["not for other credentials", answered(asked({ auth: Auth.basic("ada", "pw") }), 401, challenge()), false],
    ["[DIG-03] not a second time", answered(asked().onceMore(), 401, challenge()), false],
    ["once more when it was only stale", answered(asked().onceMore(), 401, challenge(", stale=true")), true],
    ["but not for ever", answered(asked().onceMore().onceMore(), 401, challenge(", stale=true")), false],
    [
      "not over a field of the user's own",
      answered(asked({ headers: { Authorization: "Mine" } }), 401, challenge()),
      false
    ]
  ])("%s", (_what, hop, expected) => {
    expect(Option.isSome(Rules.answerable(hop))).toBe(expected)
  })

  it("[DIG-24] never of another origin than the one asked", () => {
    const next = Rules.followUp(
      answered(call("GET", "https://h.test/", { auth }), 302, ["Location", "https://evil.test/"]),
      facts()
    )
    const there = Either.getOrThrow(Option.getOrThrow(next))
    expect(Option.isSome(Rules.answerable(answered(there, 401, challenge())))).toBe(false)
  })
})

describe("the body", () => {
  it("[DIG-10] that is gone is a typed refusal, never an empty resend", () => {
    const next = Rules.followUp(answered(asked({ body: Body.oneShot(Stream.empty) }), 401, challenge()), facts())
    expect(
      Option.map(
        next,
        Either.mapLeft((refused) => refused._tag)
      )
    ).toEqual(Option.some(Either.left("AuthRefused")))
  })
  it("that an auth-int answer cannot see is refused too", () => {
    const hop = answered(asked({ body: Body.replayable(() => Stream.empty) }), 401, [
      "WWW-Authenticate",
      'Digest realm="r", nonce="n", qop="auth-int"'
    ])
    expect(
      Option.map(
        Rules.answered(hop),
        Either.mapLeft((refused) => refused.reason)
      )
    ).toEqual(Option.some(Either.left("BodyNotInMemory")))
  })
  it("goes out again, and so do its fields", () => {
    const next = Either.getOrThrow(
      Option.getOrThrow(Rules.followUp(answered(asked({ json: 1 }), 401, challenge()), facts()))
    )
    expect([next.request.method, next.request.body._tag, next.challenged, next.redirects]).toEqual([
      "POST",
      "Bytes",
      1,
      0
    ])
    expect(Headers.get(next.request.headers, "content-type")).toBe("application/json")
  })
})

describe("what is remembered", () => {
  it("[DIG-23] the challenge, by origin; the password is not in it", () => {
    const state = learned(answered(asked(), 401, challenge()))
    expect(remembered(state)).toMatchObject({
      cnonce: "c1",
      count: 0,
      challenge: { nonce: "n1", algorithm: "SHA-256" }
    })
    expect(remembered(state, "https://other.test")).toBeUndefined()
    expect(JSON.stringify(state)).not.toContain("pw")
  })
  it("a nonce that is in use keeps its count, whoever sees it again", () => {
    const state = learned(answered(asked(), 401, challenge()))
    const [, counted] = Rules.sign(asked(), state)
    expect(remembered(learned(answered(asked(), 401, challenge()), counted))?.count).toBe(1)
  })
  it("the next nonce of Authentication-Info", () => {
    const state = learned(answered(asked(), 401, challenge()))
    const after = learned(answered(asked(), 200, ["Authentication-Info", 'nextnonce="n2"']), state)
    expect(remembered(after)).toMatchObject({ count: 0, challenge: { nonce: "n2", realm: "r" } })
  })
  it("nothing where Digest is not ours", () => {
    const hop = answered(asked({ auth: Auth.bearer("t") }), 401, challenge())
    expect(Rules.teaches(hop)).toBe(false)
    expect(learned(hop)).toBe(SessionState.empty)
  })
})

describe("signing", () => {
  it("[DIG-21] counts each message of a nonce, also the same call sent twice", () => {
    const state = learned(answered(asked(), 401, challenge()))
    const [first, once] = Rules.sign(asked(), state)
    const [second, twice] = Rules.sign(asked(), once)
    expect(signature(first)).toContain("nc=00000001")
    expect(signature(second)).toContain("nc=00000002")
    expect(remembered(twice)?.count).toBe(2)
  })
  it("[DIG-19] [DIG-20] signs the request target as it is sent", () => {
    const state = learned(answered(asked(), 401, challenge()))
    const [signed] = Rules.sign(asked({}, "https://h.test/a;p=1?q=1#f"), state)
    expect(signature(signed)).toContain('uri="/a;p=1?q=1"')
  })
  it("leaves a call alone that has no challenge, or is of another origin", () => {
    const state = learned(answered(asked(), 401, challenge()))
    const other = asked({}, "https://other.test/")
    expect(Rules.sign(other, state)).toEqual([other, state])
    expect(Rules.isSigned(asked({ auth: Auth.bearer("t") }))).toBe(false)
  })
  it("[DIG-01] a prepared call never holds a signature", () => {
    expect(signature(asked())).toBeUndefined()
  })
})
