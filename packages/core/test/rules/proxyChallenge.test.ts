/** Which 407 of a proxy is answered, what is remembered of it, and what each message then says. */
import { Auth, Body, type Headers, type Request, Rules, SessionState } from "@effect-requests/core"
import { Either, HashMap, Option, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { answered, call } from "../given.js"

const named = "http://ada:pw@p.test:1"
const digest = (more = "") => ["Proxy-Authenticate", `Digest realm="r", nonce="n", qop="auth"${more}`]
const asked = (url: string, all: string | null = named, options: Request.Options = {}) =>
  call("POST", url, { ...options, ...(all === null ? {} : { proxies: { all } }) })
const said = (of: Request.Call, status = 407, rawHeaders: Headers.Headers = digest()) => ({
  call: of,
  status,
  rawHeaders
})
const challenged = (times: number, of = asked("http://h.test/")) =>
  Array.from({ length: times }).reduce<Request.Call>((one) => one.onceMoreToProxy(), of)

describe("[PRX-10] proxySaid", () => {
  it.each<[url: string, proxy: string | null, isHeard: boolean]>([
    ["http://h.test/", named, true],
    ["http://h.test/", "https://p.test", true],
    ["http://h.test/", null, false],
    ["https://h.test/", named, false],
    ["http://h.test/", "socks5://u:p@p.test", false]
  ])("of %s by %s: %s", (url, proxy, isHeard) => {
    expect(Rules.proxySaid(answered(asked(url, proxy), 407))?.status).toBe(isHeard ? 407 : undefined)
  })
})

describe("[PRX-10] proxyAnswerable", () => {
  it.each<[what: string, of: Rules.ProxySaid, nonce: string | undefined]>([
    ["a Digest", said(asked("http://h.test/")), "n"],
    ["a Digest to CONNECT", said(asked("https://h.test/")), "n"],
    ["a 401", said(asked("http://h.test/"), 401), undefined],
    [
      "a 403, whatever the policy",
      said(asked("http://h.test/", named, { authentication: { challengedBy: "any4xx" } }), 403),
      undefined
    ],
    ["an origin's field", said(asked("http://h.test/"), 407, ["WWW-Authenticate", digest()[1] ?? ""]), undefined],
    [
      "Basic, which was said at once",
      said(asked("http://h.test/"), 407, ["Proxy-Authenticate", "Basic realm=r"]),
      undefined
    ],
    ["no challenge", said(asked("http://h.test/"), 407, []), undefined],
    ["a proxy without a user", said(asked("http://h.test/", "http://p.test:1")), undefined],
    ["a user without a name", said(asked("http://h.test/", "http://:pw@p.test:1")), undefined],
    ["a SOCKS proxy", said(asked("http://h.test/", "socks5://u:p@p.test")), undefined],
    [
      "the credentials of an origin",
      said(asked("http://h.test/", "http://p.test", { auth: Auth.digest("u", "p") })),
      undefined
    ],
    [
      "the strongest of several",
      said(asked("http://h.test/"), 407, [
        ...digest(),
        "Proxy-Authenticate",
        "Digest realm=r, nonce=m, algorithm=SHA-256"
      ]),
      "m"
    ],
    ["SHA-1", said(asked("http://h.test/"), 407, digest(", algorithm=SHA")), undefined],
    [
      "SHA-1 by choice",
      said(asked("http://h.test/", named, { authentication: { sha1: "answer" } }), 407, digest(", algorithm=SHA")),
      "n"
    ],
    ["a second one", said(challenged(1)), undefined],
    ["a second one that is stale", said(challenged(1), 407, digest(", stale=true")), "n"],
    ["a third one that is stale", said(challenged(2), 407, digest(", stale=true")), undefined]
  ])("%s", (_what, of, nonce) => {
    expect(Option.getOrUndefined(Rules.proxyAnswerable(of))?.nonce).toBe(nonce)
  })
})

describe("[PRX-10] proxyAnswered", () => {
  const after = (options: Request.Options, more = "") =>
    Rules.proxyAnswered(answered(asked("http://h.test/", named, options), 407, digest(more)))

  it("is the same call once more", () => {
    const next = Either.getOrThrow(Option.getOrThrow(after({ body: "b" })))
    expect([next.proxyChallenged, next.challenged, next.redirects]).toEqual([1, 0, 0])
    expect(next.request.body).toEqual(Body.text("b"))
  })
  it("refuses a body that is gone, and a stream that would have to be signed", () => {
    const reason = (body: Body.Body, more?: string) =>
      Option.match(after({ body }, more), {
        onNone: () => "none",
        onSome: Either.match({ onLeft: (one) => one.reason, onRight: () => "again" })
      })
    const bytes = Stream.make(new Uint8Array(1))
    expect(reason(Body.oneShot(bytes))).toBe("UnrewindableBody")
    expect(reason(Body.replayable(() => bytes))).toBe("again")
    const only = ["Proxy-Authenticate", 'Digest realm="r", nonce="n", qop="auth-int"']
    const hop = answered(asked("http://h.test/", named, { body: Body.replayable(() => bytes) }), 407, only)
    expect(Option.getOrThrow(Rules.proxyAnswered(hop))).toMatchObject({
      _tag: "Left",
      left: { reason: "BodyNotInMemory" }
    })
  })
  it("is nothing for what came through a tunnel", () => {
    expect(Option.isNone(Rules.proxyAnswered(answered(asked("https://h.test/"), 407, digest())))).toBe(true)
  })
})

describe("[PRX-10] what is remembered", () => {
  const at = "proxy http://p.test:1"
  const of = asked("http://h.test/")
  const once = Rules.rememberProxy(SessionState.empty, said(of), "c")

  it("is the challenge, apart from an origin of the same name", () => {
    expect(Array.from(HashMap.keys(once.challenges))).toEqual([at])
    expect(HashMap.get(once.challenges, at)).toMatchObject({
      value: { cnonce: "c", count: 0, challenge: { nonce: "n" } }
    })
  })
  it("stays with its count when the same nonce comes again, and begins anew with another", () => {
    const [, counted] = Rules.signForProxy(of, once)
    expect(Rules.rememberProxy(counted, said(of), "d")).toBe(counted)
    const other = Rules.rememberProxy(counted, said(of, 407, ["Proxy-Authenticate", "Digest realm=r, nonce=m"]), "d")
    expect(HashMap.get(other.challenges, at)).toMatchObject({ value: { cnonce: "d", count: 0 } })
  })
  it("is the next nonce, where there was one", () => {
    const info = ["Proxy-Authentication-Info", 'nextnonce="next"']
    expect(HashMap.get(Rules.rememberProxy(once, said(of, 200, info), "d").challenges, at)).toMatchObject({
      value: { count: 0, challenge: { nonce: "next", realm: "r" } }
    })
    expect(Rules.rememberProxy(SessionState.empty, said(of, 200, info), "d")).toBe(SessionState.empty)
    expect(Rules.rememberProxy(once, said(of, 200, ["Proxy-Authentication-Info", "nextnonce"]), "d")).toBe(once)
  })
  it.each<[status: number, fields: Headers.Headers, proxy: string, teaches: boolean]>([
    [407, [], named, true],
    [200, ["Proxy-Authentication-Info", "x"], named, true],
    [200, [], named, false],
    [401, digest(), named, false],
    [407, digest(), "http://p.test", false]
  ])("a %i with %j by %s teaches: %s", (status, fields, proxy, teaches) => {
    const one = said(asked("http://h.test/", proxy), status, fields)
    expect(Rules.proxyTeaches(one)).toBe(teaches)
    if (!teaches) expect(Rules.rememberProxy(SessionState.empty, one, "c")).toBe(SessionState.empty)
  })
})
