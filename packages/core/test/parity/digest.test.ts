import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import {
  Adapter,
  Auth,
  Body,
  Challenge,
  Digest,
  Headers,
  type PreparedRequest,
  Request,
  Rules,
  Session
} from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Chunk, Effect, Either, Option, Stream } from "effect"
import { answered, call, facts } from "../given.js"
import { asked, opened, said } from "./stub.js"

const hash = (name: string, ...parts: ReadonlyArray<string>) => createHash(name).update(parts.join(":")).digest("hex")
const auth = Auth.digest("ada", "pw")

const challenged = (...lines: ReadonlyArray<string>) => Digest.strongest(Challenge.parse(lines))
const question = {
  method: "GET",
  uri: "/p?q",
  username: "u",
  password: "p",
  cnonce: "0123456789abcdef",
  count: 1,
  body: undefined
}
const answer = (line: string, over: Partial<Digest.Question> = {}) =>
  Digest.answer({ challenge: Option.getOrThrow(challenged(line)), ...question, ...over })
const field = (value: string, name: string) => Challenge.parse([value])[0]?.params.get(name)

/** Challenges whoever comes without a signature of this origin's nonce; redirects by path. */
const guarded =
  (to: Readonly<Record<string, string>> = {}, first: StubAdapter.Reply = {}): StubAdapter.Handler =>
  ({ headers, target }) => {
    const given = Headers.get(headers, "authorization")
    const nonce = `n-${target.host}`
    if (given === undefined || field(given, "nonce") !== nonce) {
      return {
        ...first,
        status: 401,
        headers: { "WWW-Authenticate": `Digest realm="r", nonce="${nonce}", qop="auth"` }
      }
    }
    const location = to[target.pathname]
    return location === undefined ? { text: "in" } : { status: 302, headers: { Location: location } }
  }

describe("in a session", () => {
  it.effect("[DIG-04] [DIG-05] each hop may be challenged, and signs its own URL with a count of its own", () =>
    Effect.gen(function* () {
      let round = 0
      const { session, stub } = yield* opened(({ headers, target }) => {
        const given = Headers.get(headers, "authorization")
        // The second hop finds the nonce of the first too old.
        const nonce = target.pathname === "/b" ? "n2" : "n1"
        if (given === undefined || field(given, "nonce") !== nonce) {
          return { status: 401, headers: { "WWW-Authenticate": `Digest realm="r", nonce="${nonce}", qop="auth"` } }
        }
        round++
        return target.pathname === "/a" ? { status: 302, headers: { Location: "/b" } } : { text: "in" }
      })
      const response = yield* session.get("https://h.test/a", { auth })
      expect([response.status, round]).toEqual([200, 2])
      const signed = (yield* said(stub, "authorization")).map((one) =>
        one === undefined ? one : `${field(one, "uri")} ${field(one, "nonce")} ${field(one, "nc")}`
      )
      expect(signed).toEqual([undefined, "/a n1 00000001", "/b n1 00000002", "/b n2 00000001"])
    })
  )
  it.effect("[DIG-06] the history has every answer: challenges and redirects", () =>
    Effect.gen(function* () {
      const { session } = yield* opened(guarded({ "/a": "/b" }))
      const response = yield* session.get("https://h.test/a", { auth })
      expect(response.history.map(({ status }) => status)).toEqual([401, 302])
    })
  )
  it.effect(
    "[DIG-07] [DIG-11] a challenge's connection is given back before the answer goes out, and the last body is live",
    () =>
      Effect.gen(function* () {
        const log: Array<string> = []
        const wire = Adapter.fromLive(({ headers }) => {
          const name = Headers.has(headers, "authorization") ? "answer" : "challenge"
          return Effect.as(
            Effect.acquireRelease(
              Effect.sync(() => log.push(`open ${name}`)),
              () => Effect.sync(() => log.push(`close ${name}`))
            ),
            StubAdapter.answer(
              name === "answer"
                ? { stream: Stream.make(new Uint8Array([1])) }
                : {
                    status: 401,
                    headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' },
                    stream: Stream.make(new Uint8Array(9))
                  }
            )
          )
        })
        const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, wire)
        const seen = yield* Effect.scoped(
          Effect.map(session.stream(Request.get("https://h.test/", { auth })), (response) => [
            response.content._tag,
            ...log
          ])
        )
        expect(seen).toEqual(["Live", "open challenge", "close challenge", "open answer"])
        expect(log.at(-1)).toBe("close answer")
      })
  )
  it.effect("[DIG-09] [DIG-31] the answer repeats the body, and the transport of the first message", () =>
    Effect.gen(function* () {
      let made = 0
      const sent: Array<string> = []
      const whole = (request: PreparedRequest.PreparedRequest) =>
        request.body._tag === "Replayable"
          ? Effect.map(Stream.runCollect(Stream.orDie(request.body.stream())), Chunk.toReadonlyArray)
          : Effect.succeed([])
      const { session, stub } = yield* opened((request) =>
        Effect.map(whole(request), (pieces) => {
          sent.push(pieces.map((piece) => new TextDecoder().decode(piece)).join(""))
          return Headers.has(request.headers, "authorization")
            ? { text: "in" }
            : { status: 401, headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' } }
        })
      )
      const body = Body.replayable(() => Stream.suspend(() => Stream.make(new TextEncoder().encode(`body ${++made}`))))
      yield* session.post("https://h.test/", { auth, body, timeout: { total: "9 seconds" } })
      expect(sent).toEqual(["body 1", "body 2"])
      const [first, second] = yield* stub.requests
      // A function for each message: what is kept of the body of its challenge.
      const rest = (one: typeof first) => one && { ...one.transport, challengeBody: undefined }
      expect(rest(second)).toEqual(rest(first))
      expect(second?.deadline).toBe(first?.deadline)
    })
  )
  it("[DIG-14] a challenge of an unknown algorithm is handed back, and the request is not repeated", () => {
    const hop = answered(call("GET", "https://h.test/", { auth }), 401, [
      "WWW-Authenticate",
      'Digest realm="r", nonce="n", algorithm=bogus'
    ])
    expect(Option.isNone(Rules.followUp(hop, facts()))).toBe(true)
  })
  it.effect("[DIG-24] is proved to nobody whom a redirect names", () =>
    Effect.gen(function* () {
      const { session, stub } = yield* opened(guarded({ "/a": "https://evil.test/" }))
      const response = yield* session.get("https://h.test/a", { auth })
      expect(response.status).toBe(401)
      expect(yield* asked(stub)).toEqual(["GET https://h.test/a", "GET https://h.test/a", "GET https://evil.test/"])
      expect((yield* said(stub, "authorization")).at(-1)).toBeUndefined()
    })
  )
})

describe("the field", () => {
  it("[DIG-12] has its parameters in requests' order", () => {
    expect(answer('Digest realm="r", nonce="n", opaque="o", algorithm=MD5, qop="auth"')).toMatch(
      /^Digest username="u", realm="r", nonce="n", uri="\/p\?q", response="[0-9a-f]{32}", opaque="o", algorithm=MD5, qop=auth, nc=00000001, cnonce="0123456789abcdef"$/
    )
  })
  it("[DIG-13] names the algorithm only where the challenge did, as it did; none is MD5", () => {
    expect(field(answer('Digest realm="r", nonce="n", algorithm="sha-256"'), "algorithm")).toBe("sha-256")
    const silent = answer('Digest realm="r", nonce="n"')
    expect(field(silent, "algorithm")).toBeUndefined()
    expect(field(silent, "response")).toBe(hash("md5", hash("md5", "u:r:p"), "n", hash("md5", "GET:/p?q")))
  })
  it.each<[string, string]>([
    ["MD5", "md5"],
    ["SHA-256", "sha256"],
    ["sha-512", "sha512"],
    ["SHA-512-256", "sha512-256"]
  ])("[DIG-14] [DIG-15] [DIG-16] %s", (name, algorithm) => {
    const h = (...parts: ReadonlyArray<string>) => hash(algorithm, ...parts)
    const [ha1, ha2] = [h("u:r:p"), h("GET:/p?q")]
    expect(field(answer(`Digest realm="r", nonce="n", algorithm=${name}`), "response")).toBe(h(ha1, "n", ha2))
    const signed = h(ha1, "n", "00000001", "0123456789abcdef", "auth", ha2)
    expect(field(answer(`Digest realm="r", nonce="n", algorithm=${name}, qop="auth"`), "response")).toBe(signed)
    const session = h(h(ha1, "n", "0123456789abcdef"), "n", "00000001", "0123456789abcdef", "auth", ha2)
    expect(field(answer(`Digest realm="r", nonce="n", algorithm=${name}-sess, qop="auth"`), "response")).toBe(session)
  })
  it("[DIG-14] SHA-1, which requests knows, is none, unless the policy answers it; it never has a -sess", () => {
    const line = 'Digest realm="r", nonce="n", algorithm=SHA'
    expect(Option.isNone(challenged(line))).toBe(true)
    const answered = Digest.strongest(Challenge.parse([`${line}, ${line}-sess`]), { sha1: "answer" })
    const [asked] = Option.toArray(answered).map((challenge) =>
      Digest.answer({
        challenge,
        method: "GET",
        uri: "/p",
        username: "u",
        password: "p",
        cnonce: "c",
        count: 1,
        body: undefined
      })
    )
    expect(field(asked ?? "", "response")).toBe(
      hash("sha1", hash("sha1", "u", "r", "p"), "n", hash("sha1", "GET", "/p"))
    )
    expect(Option.isNone(Digest.strongest(Challenge.parse([`${line}-sess`]), { sha1: "answer" }))).toBe(true)
  })
  it.each(["", ", qop", ', qop=""'])("[DIG-16] without a qop (%j) there is neither nc nor cnonce", (qop) => {
    const value = answer(`Digest realm="r", nonce="n"${qop}`)
    expect([field(value, "qop"), field(value, "nc"), field(value, "cnonce")]).toEqual([undefined, undefined, undefined])
  })
  it.each<[string, string]>([
    ["auth", "auth"],
    ["auth,auth-int", "auth"],
    ["auth-int, auth", "auth"],
    [" auth ", "auth"],
    ["auth-int", "auth-int"]
  ])("[DIG-17] [DIG-18] of qop=%j it takes %s", (offered, taken) => {
    expect(field(answer(`Digest realm="r", nonce="n", qop="${offered}"`), "qop")).toBe(taken)
  })
  it("[DIG-17] auth-int signs the body", () => {
    const body = new TextEncoder().encode("body")
    const ha2 = hash("md5", "GET", "/p?q", hash("md5", "body"))
    const expected = hash("md5", hash("md5", "u:r:p"), "n", "00000001", "0123456789abcdef", "auth-int", ha2)
    expect(field(answer('Digest realm="r", nonce="n", qop="auth-int"', { body }), "response")).toBe(expected)
  })
  it("[DIG-28] escapes quotes and backslashes, and carries a name beyond ASCII", () => {
    expect(answer('Digest realm="r\\"x", nonce="n"', { username: 'a"b\\c' })).toContain(
      'username="a\\"b\\\\c", realm="r\\"x"'
    )
    expect(answer('Digest realm="r", nonce="n", charset=UTF-8', { username: "é" })).toContain("username*=UTF-8''%C3%A9")
    expect(answer('Digest realm="r", nonce="n"', { username: "é" })).toContain('username="\u00c3\u00a9"')
  })
})

describe("the challenge", () => {
  it("[DIG-26] is the strongest of several, each read by itself", () => {
    const line = 'Digest realm="weak", nonce="1", algorithm=MD5, Digest realm="strong", nonce="2", algorithm=SHA-256'
    expect(challenged(line)).toEqual(challenged('Digest realm="strong", nonce="2", algorithm=SHA-256'))
    expect(Option.map(challenged(line), ({ algorithm, nonce, realm }) => [realm, nonce, algorithm])).toEqual(
      Option.some(["strong", "2", "SHA-256"])
    )
  })
  it.each(['Digest nonce="n"', 'Digest realm="r"', "Digest"])(
    "[DIG-27] without realm or nonce is none, and the 401 is handed back: %s",
    (line) => {
      const hop = answered(call("GET", "https://h.test/", { auth }), 401, ["WWW-Authenticate", line])
      expect(Option.isNone(Rules.followUp(hop, facts()))).toBe(true)
    }
  )
  it("[DIG-25] may stand behind or before a Basic, in one field or in two", () => {
    for (const lines of [
      ['Basic realm="b", Digest realm="r", nonce="n"'],
      ['Digest realm="r", nonce="n", Basic realm="b"'],
      ['Basic realm="b"', 'digest realm="r", nonce="n"']
    ]) {
      expect(Option.map(challenged(...lines), ({ realm }) => realm)).toEqual(Option.some("r"))
    }
  })
  it("[DIG-10] with a body that is gone is refused by the rule itself", () => {
    const hop = answered(call("POST", "https://h.test/", { auth, body: Body.oneShot(Stream.empty) }), 401, [
      "WWW-Authenticate",
      'Digest realm="r", nonce="n"'
    ])
    expect(Option.map(Rules.followUp(hop, facts()), Either.isLeft)).toEqual(Option.some(true))
  })
})
