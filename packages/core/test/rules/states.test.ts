import { Auth, Cookie, Cookies, Rules, SessionState, Settings, Target } from "@effect-requests/core"
import { Duration, Either, HashMap } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Snapshot from "../../src/data/Snapshot.js"
import { diff, isEmptyDiff } from "../../src/rules/stateDiff.js"
import { mergeStates } from "../../src/rules/states.js"
import { settings } from "../arbitraries.js"

const app = Target.fromUrl(new URL("https://app.example.test/"))
const stored = (...lines: ReadonlyArray<string>) => Cookies.store(Cookies.empty, app, lines, 1000)
const says = (said: Settings.Settings) => SessionState.make({ settings: said })
const known = (nonce: string, count: number, cnonce = "c") => ({
  challenge: {
    realm: "r",
    nonce,
    opaque: undefined,
    algorithm: "MD5" as const,
    algorithmGiven: undefined,
    session: false,
    qop: [],
    stale: false,
    userhash: false,
    utf8: false
  },
  cnonce,
  count
})

const cookie = fc
  .record({
    name: fc.constantFrom("a", "b"),
    value: fc.constantFrom("1", "2"),
    domain: fc.constantFrom("h.test", "b.h.test"),
    path: fc.constantFrom("/", "/a"),
    hostOnly: fc.boolean(),
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom("lax" as const, undefined),
    expires: fc.constantFrom(Infinity, 1e12),
    creation: fc.constantFrom(0, 5),
    serial: fc.nat({ max: 3 })
  })
  .map((parts) => new Cookie.Cookie(parts))
const challenges = fc
  .array(
    fc.tuple(
      fc.constantFrom("https://a.test", "https://b.test"),
      fc.tuple(fc.constantFrom("n", "m"), fc.nat({ max: 2 }))
    )
  )
  .map((all) => HashMap.fromIterable(all.map(([origin, [nonce, count]]) => [origin, known(nonce, count)] as const)))
const state = fc
  .tuple(settings, fc.array(cookie, { maxLength: 6 }), challenges)
  .map(([said, list, learnt]) =>
    SessionState.make({ settings: said, cookies: Cookies.fromArray(list), challenges: learnt })
  )

const cookiesOf = (self: SessionState.SessionState) => Cookies.toArray(self.cookies)
const placeOf = ({ domain, name, path }: Cookie.Parts) => JSON.stringify([name, domain, path])
const placesOf = (self: SessionState.SessionState) => cookiesOf(self).map(placeOf)

describe("mergeStates", () => {
  it("[COK-35] later wins, part by part", () => {
    const merged = mergeStates(
      SessionState.make({
        settings: { maxRedirects: 3, headers: { A: "1" } },
        cookies: stored("x=1; Path=/", "y=1; Path=/"),
        challenges: HashMap.make(
          ["https://a.test", known("n", 7)],
          ["https://b.test", known("n", 7)],
          ["https://c.test", known("n", 7)]
        )
      }),
      SessionState.make({
        settings: { headers: { a: "2" } },
        cookies: stored("y=2; Path=/"),
        challenges: HashMap.make(["https://a.test", known("m", 1)], ["https://b.test", known("n", 1)])
      })
    )
    expect(merged.settings).toEqual({ maxRedirects: 3, headers: { a: "2" } })
    expect(
      Cookies.toArray(merged.cookies)
        .map(({ pair }) => pair)
        .sort()
    ).toEqual(["x=1", "y=2"])
    const learnt = Array.from(merged.challenges).sort(([a], [b]) => (a < b ? -1 : 1))
    expect(learnt.map(([, { challenge, count }]) => `${challenge.nonce}${count}`)).toEqual(["m1", "n7", "n7"])
  })
  it("keeps a higher count only of the same nonces", () => {
    const learnt = (count: number, cnonce: string) =>
      SessionState.make({ challenges: HashMap.make(["https://a.test", known("n", count, cnonce)]) })
    const merged = mergeStates(learnt(7, "c"), learnt(1, "d"))
    expect(Array.from(HashMap.values(merged.challenges)).map(({ count }) => count)).toEqual([1])
  })
  it("has the empty state as its unit, and a state merged with itself is itself", () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(isEmptyDiff(diff(mergeStates(a, SessionState.empty), a))).toBe(true)
        expect(isEmptyDiff(diff(mergeStates(SessionState.empty, a), a))).toBe(true)
        expect(diff(mergeStates(a, a), a).cookies).toEqual({ added: [], changed: [], removed: [] })
      })
    )
  })
  it("settings as merge has them; every cookie of both, those of the second as they are", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const merged = mergeStates(a, b)
        expect(merged.settings).toEqual(Rules.merge(a.settings, b.settings))
        expect(new Set(placesOf(merged))).toEqual(new Set([...placesOf(a), ...placesOf(b)]))
        expect(diff(b, merged).cookies.changed).toEqual([])
        expect(diff(b, merged).cookies.removed).toEqual([])
        expect(HashMap.size(merged.challenges)).toBe(HashMap.size(HashMap.union(a.challenges, b.challenges)))
      })
    )
  })
  it("changes neither of its arguments", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const [before, other] = [cookiesOf(a), cookiesOf(b)]
        mergeStates(a, b)
        expect([cookiesOf(a), cookiesOf(b)]).toEqual([before, other])
      })
    )
  })
})

describe("diff", () => {
  it("of a state and itself is empty, and of a state and its restored snapshot", () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(isEmptyDiff(diff(a, a))).toBe(true)
        const { hooks: _, ...said } = a.settings
        const saved = SessionState.mapSettings(() => said)(a)
        const again = Either.getOrThrow(
          Snapshot.restore(JSON.parse(JSON.stringify(Either.getOrThrow(Snapshot.seal(saved)))))
        )
        expect(isEmptyDiff(diff(saved, again.state))).toBe(true)
      })
    )
  })
  it("is empty if and only if the sealed snapshots are the same", () => {
    fc.assert(
      fc.property(state, state, fc.boolean(), fc.boolean(), (a, b, sameSettings, sameCookies) => {
        const [one, other] = [
          SessionState.mapSettings(({ hooks: _, ...said }) => said)(a),
          SessionState.make({
            settings: sameSettings ? { ...a.settings, hooks: undefined } : { ...b.settings, hooks: undefined },
            cookies: sameCookies ? a.cookies : b.cookies,
            challenges: sameSettings ? a.challenges : b.challenges
          })
        ]
        const text = (self: SessionState.SessionState) => {
          const { challenges: learnt, cookies, settings: said } = Either.getOrThrow(Snapshot.seal(self))
          return JSON.stringify([said, cookies.list.map((saved) => JSON.stringify(saved)).sort(), learnt])
        }
        expect(isEmptyDiff(diff(one, other))).toBe(text(one) === text(other))
      }),
      { numRuns: 1000 }
    )
  })
  it("the other way round, what came went", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const [there, back] = [diff(a, b), diff(b, a)]
        for (const part of ["settings", "cookies", "challenges"] as const) {
          const written = (list: ReadonlyArray<unknown>) => list.map((one) => JSON.stringify(one)).sort()
          expect(written(there[part].added)).toEqual(written(back[part].removed))
          expect(written(there[part].removed)).toEqual(written(back[part].added))
          expect(written(there[part].changed)).toEqual(written(back[part].changed))
        }
      })
    )
  })
  it("names exactly what came and what went", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        const { added, changed, removed } = diff(a, b).cookies
        const [before, after] = [new Set(placesOf(a)), new Set(placesOf(b))]
        const names = (list: ReadonlyArray<{ name: string; domain: string; path: string }>) =>
          list.map(({ domain, name, path }) => JSON.stringify([name, domain, path])).sort()
        expect(names(added)).toEqual([...after].filter((one) => !before.has(one)).sort())
        expect(names(removed)).toEqual([...before].filter((one) => !after.has(one)).sort())
        for (const one of names(changed)) expect(before.has(one) && after.has(one)).toBe(true)
      })
    )
  })

  const [hook, other] = [() => undefined, () => undefined]
  const sign: Auth.Sign = () => []
  it.each<[string, Settings.Settings, Settings.Settings]>([
    ["a duration in another unit", { timeout: "1 second" }, { timeout: Duration.seconds(1) }],
    ["params as pairs", { params: { a: 1 } }, { params: [["a", "1"]] }],
    ["a URL", { baseUrl: "https://h.test/" }, { baseUrl: new URL("https://h.test/") }],
    ["the same secret", { auth: Auth.basic("ada", "pw") }, { auth: Auth.basic("ada", "pw") }],
    ["the same signer", { auth: Auth.custom(sign) }, { auth: Auth.custom(sign) }],
    ["one hook, or a list of it", { hooks: { response: hook } }, { hooks: { response: [hook] } }],
    ["undefined", { trustEnv: undefined }, {}],
    [
      "points in another order",
      { redirects: { downgrade: "follow", secrets: "authorizationOnly" } },
      { redirects: { secrets: "authorizationOnly", downgrade: "follow" } }
    ]
  ])("says nothing of %s", (_what, before, after) => {
    expect(diff(says(before), says(after)).settings).toEqual({ added: [], changed: [], removed: [] })
  })
  it.each<[keyof Settings.Settings, Settings.Settings, Settings.Settings]>([
    ["auth", { auth: Auth.basic("ada", "pw") }, { auth: Auth.basic("ada", "pW") }],
    ["auth", { auth: Auth.custom(sign) }, { auth: Auth.custom(() => []) }],
    ["auth", { auth: Auth.custom(sign) }, { auth: Auth.forOrigins(Auth.custom(sign), []) }],
    ["auth", { auth: Auth.custom(sign) }, { auth: null }],
    ["hooks", { hooks: { response: hook } }, { hooks: { response: other } }],
    ["hooks", { hooks: { response: hook } }, { hooks: { append: hook } }],
    ["hooks", { hooks: { response: [hook, other], append: [] } }, { hooks: { response: hook, append: other } }],
    ["hooks", { hooks: { append: hook } }, { hooks: Settings.only({ append: hook }) }],
    ["redirects", { redirects: { decide: () => "stop" } }, { redirects: { decide: () => "stop" } }],
    ["redirects", { redirects: { decide: () => "stop" } }, { redirects: {} }],
    ["headers", { headers: { A: "1", B: "2" } }, { headers: { B: "2", A: "1" } }],
    ["headers", { headers: { A: "1" } }, { headers: Settings.only({ A: "1" }) }],
    ["headers", { headers: {} }, { headers: null }],
    ["timeout", { timeout: Infinity }, { timeout: Number.NaN }],
    ["cert", { cert: { pfx: new Uint8Array([1]) } }, { cert: { pfx: new Uint8Array([2]) } }]
  ])("tells that %s changed", (key, before, after) => {
    expect(diff(says(before), says(after)).settings).toEqual({ added: [], changed: [key], removed: [] })
  })
  it("names cookies and origins, and shows no value", () => {
    const before = SessionState.make({
      cookies: stored("gone=s3cret; Path=/", "same=s3cret; Path=/", "other=s3cret; Path=/"),
      challenges: HashMap.make(["https://a.test", known("s3cret", 1)], ["https://b.test", known("s3cret", 1)])
    })
    const after = SessionState.make({
      cookies: Cookies.store(
        Cookies.remove(before.cookies, { name: "gone" }),
        app,
        ["other=s3cret2; Path=/", "new=s3cret; Path=/", "same=s3cret; Path=/"],
        5000
      ),
      challenges: HashMap.make(["https://b.test", known("s3cret", 2)], ["https://c.test", known("s3cret", 1)])
    })
    const found = diff(before, after)
    expect(JSON.stringify(found)).not.toContain("s3cret")
    const at = (name: string) => ({ name, domain: "app.example.test", path: "/" })
    expect(found.cookies).toEqual({ added: [at("new")], changed: [at("other")], removed: [at("gone")] })
    expect(found.challenges).toEqual({
      added: ["https://c.test"],
      changed: ["https://b.test"],
      removed: ["https://a.test"]
    })
  })
})
