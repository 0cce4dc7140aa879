/** Ways of the rules that are seldom walked: each with the answer that it must give. */
import {
  Auth,
  Body,
  Environment,
  Headers,
  type Request,
  Retry,
  Rules,
  SessionState,
  Settings,
  Target
} from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either, HashMap, Option, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { prepared, refusal } from "../given.js"

const url = "https://h.test/"

describe("a signer of the user's that throws", () => {
  it.each<[what: string, cause: unknown, problem: string]>([
    ["an error", new TypeError("no"), "it threw TypeError"],
    ["a text", "no", "it threw string"]
  ])("%s", (_what, cause, problem) => {
    const auth = Auth.custom(() => {
      throw cause
    })
    const refused = prepared("GET", url, { auth })
    expect(Either.isLeft(refused) && refused.left.problem).toBe(problem)
  })
})

describe("a signer's URL", () => {
  it("has no fragment", () => {
    const signed = Hops.call("GET", `${url}a#f`, { auth: Auth.custom(({ url }) => ["X-Signed", url]) })
    expect(Headers.get(signed.request.headers, "x-signed")).toBe(`${url}a`)
  })
})

describe("userinfo", () => {
  it.each<[text: string, found: boolean]>([
    ["https://u:p@h.test/", true],
    ["https://u:@h.test/", true],
    ["https://:p@h.test/", true],
    ["https://:@h.test/", false],
    ["https://u@h.test/", false],
    ["https://h.test/:@", false]
  ])("%s", (text, found) => {
    expect(Option.isSome(Rules.userinfoAuth(text, new URL(text)))).toBe(found)
  })
})

describe("Authentication-Info", () => {
  const call = Hops.call("GET", url, { auth: Auth.digest("ada", "pw") })
  const asks = { status: 401, headers: { "WWW-Authenticate": 'Digest realm="r", nonce="old", qop="auth"' } }
  const knows = Rules.rememberChallenge(SessionState.empty, Hops.answered(call, asks), "c")
  const nonceAfter = (state: SessionState.SessionState, info: string) => {
    const hop = Hops.answered(call, { headers: { "Authentication-Info": info } })
    const { challenges } = Rules.rememberChallenge(state, hop, "c")
    return Option.getOrNull(Option.map(HashMap.get(challenges, "https://h.test"), ({ challenge }) => challenge.nonce))
  }

  it.each<[info: string, nonce: string]>([
    ['nextnonce="new"', "new"],
    ["nextnonce", "old"],
    ['rspauth="x"', "old"],
    ["", "old"]
  ])("%j leaves the nonce %j", (info, nonce) => {
    expect(nonceAfter(knows, info)).toBe(nonce)
  })

  it("says nothing where no challenge came before", () => {
    expect(nonceAfter(SessionState.empty, 'nextnonce="new"')).toBe(null)
  })
})

describe("auth-int", () => {
  const asks = { status: 401, headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth-int"' } }
  const signed = (body: Body.Body) => {
    const call = Hops.call("POST", url, { auth: Auth.digest("ada", "pw"), body })
    const state = Rules.rememberChallenge(SessionState.empty, Hops.answered(call, asks), "c")
    return Headers.get(Rules.sign(call, state)[0].request.headers, "authorization")
  }

  it("signs what is in memory, each body with another answer", () => {
    const answers = [Body.empty, Body.text("a"), Body.text("b")].map(signed)
    expect(new Set(answers).size).toBe(3)
    for (const answer of answers) expect(answer).toContain("qop=auth-int")
  })

  it("leaves a stream unsigned: a challenge will tell", () => {
    expect(signed(Body.replayable(() => Stream.empty))).toBeUndefined()
  })
})

describe("bodies of no bytes and JSON of no value", () => {
  const length = (options: Request.Options) => {
    const call = Hops.call("POST", url, options)
    return [call.request.body._tag, Headers.get(call.request.headers, "content-length")]
  }

  it.each<[what: string, options: Request.Options]>([
    ["a text", { body: "" }],
    ["bytes", { body: new Uint8Array() }],
    ["a form", { form: {} }]
  ])("%s of nothing is no body", (_what, options) => {
    expect(length(options)).toEqual(["Empty", "0"])
  })

  it.each<[what: string, json: unknown, problem: string]>([
    [
      "throws a text",
      {
        toJSON: () => {
          throw "no"
        }
      },
      "no"
    ],
    ["says that it is nothing", { toJSON: () => undefined }, "undefined is no JSON"],
    ["is a function", () => 1, "a function is no JSON"]
  ])("a value whose JSON %s", (_what, json, problem) => {
    const refused = prepared("POST", url, { json })
    expect(Either.isLeft(refused) && refused.left.problem).toBe(problem)
  })
})

describe("NO_PROXY and ports", () => {
  it.each<[url: string, entry: string, bypasses: boolean]>([
    ["https://h.test/", "h.test:443", true],
    ["ws://h.test/", "h.test:80", true],
    ["gopher://h.test/", "h.test:70", false],
    ["gopher://h.test/", "h.test", true],
    ["gopher://h.test:70/", "h.test:70", true]
  ])("%s by %s", (url, entry, bypasses) => {
    expect(Rules.shouldBypassProxies(url, entry)).toBe(bypasses)
  })
})

describe("sameSite", () => {
  const of = (a: string, b: string) => Rules.sameSite(Target.fromUrl(new URL(a)), Target.fromUrl(new URL(b)))

  it.each<[a: string, b: string, same: boolean]>([
    ["https://localhost/", "https://localhost:8443/", true],
    ["https://a.example.com/", "https://b.example.com/", true],
    ["https://a.github.io/", "https://b.github.io/", false],
    ["https://127.0.0.1/", "https://127.0.0.2/", false],
    ["http://a.example.com/", "https://a.example.com/", false]
  ])("%s and %s", (a, b, same) => {
    expect(of(a, b)).toBe(same)
  })
})

describe("a baseUrl among the options", () => {
  it.each<[baseUrl: string | URL | null, address: string, found: string]>([
    ["https://b.test/v1/", "a", "https://b.test/v1/a"],
    [new URL("https://b.test/"), "/a", "https://b.test/a"],
    [null, "a", "Url at url"],
    ["nonsense", "a", "Url at baseUrl"]
  ])("%s", (baseUrl, address, found) => {
    const call = prepared("GET", address, { baseUrl }, { baseUrl: "https://s.test/" })
    expect(Either.isRight(call) ? call.right.request.url : refusal(call)).toBe(found)
  })
})

describe("Content-Length of one's own", () => {
  it.each<[given: string | ReadonlyArray<string>, body: string, found: string]>([
    ["3", "abc", "accepted"],
    ["4", "abc", 'Framing at headers["Content-Length"]'],
    [["3", "3"], "abc", 'Framing at headers["Content-Length"]'],
    ["0x3", "abc", 'Framing at headers["Content-Length"]'],
    ["0", "", "accepted"],
    ["3", "", 'Framing at headers["Content-Length"]']
  ])("%j for %j", (given, body, found) => {
    expect(refusal(prepared("POST", url, { body, headers: { "Content-Length": given } }))).toBe(found)
  })
})

describe("retry", () => {
  const { request } = Hops.call("GET", url)

  it("never sends again what is no request", () => {
    const refused = prepared("GET", "no URL")
    const outcome = Either.isLeft(refused) ? refused.left : undefined
    expect(outcome && Option.isNone(Rules.retry(Retry.standard, request, outcome, 0, 0, 0.5))).toBe(true)
  })

  it.each<[value: string, wait: number | undefined]>([
    ["Thu, 01 Jan 1970 00:00:02 GMT", 2000],
    ["Thu, 01 Jan 1960 00:00:00 GMT", 0],
    ["Thu, 99 Foo 1970", undefined],
    ["soon", undefined]
  ])("Retry-After: %s", (value, wait) => {
    expect(Rules.retryAfter(value, 0)).toBe(wait)
  })
})

describe("a setting that stands alone", () => {
  it("takes the defaults with it", () => {
    const settled = Rules.settle({ timeout: Settings.only({ connect: 5 }) }, "GET")
    expect(Either.getOrThrow(settled).timeout).toEqual({
      connect: 5,
      headers: Infinity,
      read: Infinity,
      write: Infinity,
      total: Infinity
    })
    expect(Either.getOrThrow(Rules.settle({}, "GET")).maxRedirects).toBe(30)
  })
})

describe("a tab or a line end within a URL", () => {
  it.each<[text: string, base: string | undefined]>([
    ["https://h.te\tst/", undefined],
    ["/a\nb", "https://h.test/"],
    [`https://h.test/${"a".repeat(300)}\r`.concat("b"), undefined]
  ])("is refused: %j", (text, base) => {
    const parsed = Rules.parseUrl(text, base === undefined ? undefined : new URL(base), "url")
    expect(Either.isLeft(parsed) && parsed.left.problem).toContain("has a tab or a line end in it")
  })
})

describe("params without a name", () => {
  it("are sent as they are written, and refused by no name when they are no text", () => {
    const at = (params: string) => refusal(prepared("GET", url, { params }))
    expect([at("a=1&b"), at("\ud800")]).toEqual(["accepted", 'Params at params[""]'])
  })
})

describe("netrc and a session without credentials", () => {
  it("is not asked for another's", () => {
    const environment = Environment.make({}, "machine h.test login u password p")
    const signed = (options: Request.Options) =>
      Headers.has(Hops.call("GET", url, options, { environment }).request.headers, "authorization")
    expect([signed({}), signed({ auth: null }), signed({ trustEnv: false })]).toEqual([true, false, false])
  })
})
