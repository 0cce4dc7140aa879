import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as Challenge from "../../src/data/Challenge.js"
import * as Headers from "../../src/data/Headers.js"
import * as Digest from "../../src/rules/digest.js"

const best = (...values: ReadonlyArray<string>) => Option.getOrUndefined(Digest.strongest(Challenge.parse(values)))
const fields = (header: string) => Object.fromEntries(Challenge.parse([header])[0]?.params ?? [])
const plain = { method: "GET", uri: "/", username: "u", password: "p", cnonce: "c", count: 1, body: undefined }
const answer = (value: string, over: Partial<Omit<Digest.Question, "challenge">> = {}): string | undefined => {
  const challenge = best(value)
  return challenge && Digest.answer({ ...plain, ...over, challenge })
}
const md5 = (text: string | Uint8Array) => createHash("md5").update(text).digest("hex")

describe("read", () => {
  it.each<[value: string, part: Partial<Digest.DigestChallenge> | undefined]>([
    [
      'Digest realm="r", nonce="n"',
      {
        realm: "r",
        nonce: "n",
        opaque: undefined,
        algorithm: "MD5",
        algorithmGiven: undefined,
        session: false,
        qop: [],
        stale: false,
        userhash: false,
        utf8: false
      }
    ],
    [
      'Digest realm=r, nonce=n, qop=auth, algorithm="md5-SESS", opaque="o"',
      {
        qop: ["auth"],
        algorithm: "MD5",
        algorithmGiven: "md5-SESS",
        session: true,
        opaque: "o"
      }
    ],
    [
      'Digest realm=r, nonce=n, qop=" AUTH-INT,auth, x", stale=TRUE, userhash="true", charset="utf-8"',
      {
        qop: ["auth-int", "auth"],
        stale: true,
        userhash: true,
        utf8: true
      }
    ],
    ['Digest realm=r, nonce=n, qop="", stale=no', { qop: [], stale: false }],
    ["Digest realm=r, nonce=n, algorithm=sha-512-256-sess", { algorithm: "SHA-512-256", session: true }],
    ["Digest realm=r, nonce=n, algorithm=SHA-512", { algorithm: "SHA-512", session: false }],
    ['Digest realm="", nonce=""', { realm: "", nonce: "" }],
    ["Digest realm=r, nonce=n, qop=x", undefined],
    ["Digest realm=r, nonce=n, algorithm=SHA", undefined],
    ["Digest realm=r, nonce=n, algorithm=-sess", undefined],
    ['Digest realm=r, nonce=n, algorithm=""', undefined],
    ["Digest nonce=n", undefined],
    ["Digest realm=r", undefined],
    ['Digest realm="r\r\nX: y", nonce=n', undefined],
    ['Digest realm=r, nonce="\u0100"', undefined],
    ["Basic realm=r, nonce=n", undefined],
    ["Digest", undefined]
  ])("%s", (value, part) => {
    if (part === undefined) expect(best(value)).toBeUndefined()
    else expect(best(value)).toMatchObject(part)
  })
})

describe("strongest", () => {
  it.each<[algorithms: ReadonlyArray<string>, chosen: number | undefined]>([
    [[], undefined],
    [["bogus"], undefined],
    [["MD5", "SHA-256"], 1],
    [["SHA-256", "MD5"], 0],
    [["SHA-256", "SHA-512", "SHA-512-256"], 1],
    [["MD5", "SHA-256", "SHA-256-sess"], 1],
    [["bogus", "md5"], 1]
  ])("%j", (algorithms, chosen) =>
    expect(best(...algorithms.map((name, i) => `Digest realm=r, nonce=n${i}, algorithm=${name}`))?.nonce).toBe(
      chosen === undefined ? undefined : `n${chosen}`
    )
  )
})

describe("answer", () => {
  const mufasa = {
    uri: "/dir/index.html",
    username: "Mufasa",
    password: "Circle of Life",
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
  }
  it.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"]
  ])("RFC 7616 §3.9.1, %s", (algorithm, response) => {
    const value =
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    expect(answer(value, mufasa)).toBe(
      'Digest username="Mufasa", realm="http-auth@example.org", ' +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ' +
        `response="${response}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", algorithm=${algorithm}, ` +
        'qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"'
    )
  })

  const jason = {
    uri: "/doe.json",
    username: "Jäsøn Doe",
    password: "Secret, or not?",
    cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"
  }
  const api =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
    'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"'
  it("RFC 7616 §3.9.2, with the true SHA-512/256 (erratum 4897)", () => {
    expect(fields(answer(`${api}, charset=UTF-8, userhash=true`, jason) ?? "")).toMatchObject({
      username: "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b",
      response: "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
      userhash: "true"
    })
  })
  it("a name beyond ASCII", () => {
    expect(answer(`${api}, charset=UTF-8`, jason)).toContain("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm=")
    expect(answer(api, jason)).toContain('Digest username="J\u00c3\u00a4s\u00c3\u00b8n Doe", realm=')
    expect(answer(`${api}, charset=UTF-8`, { ...jason, username: "Ja\u0308søn Doe" })).toBe(
      answer(`${api}, charset=UTF-8`, jason)
    )
    expect(answer(api, { username: "a\r\nb" })).toContain("username*=UTF-8''a%0D%0Ab,")
  })

  it.each<[what: string, value: string, over: Partial<Digest.Question>, response: string]>([
    ["RFC 2069", "Digest realm=r, nonce=n", {}, md5(`${md5("u:r:p")}:n:${md5("GET:/")}`)],
    [
      "the count in hex",
      "Digest realm=r, nonce=n, qop=auth",
      { count: 255 },
      md5(`${md5("u:r:p")}:n:000000ff:c:auth:${md5("GET:/")}`)
    ],
    [
      "-sess",
      "Digest realm=r, nonce=n, qop=auth, algorithm=MD5-sess",
      {},
      md5(`${md5(`${md5("u:r:p")}:n:c`)}:n:00000001:c:auth:${md5("GET:/")}`)
    ],
    [
      "auth-int alone",
      "Digest realm=r, nonce=n, qop=auth-int",
      { body: new Uint8Array([1]) },
      md5(`${md5("u:r:p")}:n:00000001:c:auth-int:${md5(`GET:/:${md5(new Uint8Array([1]))}`)}`)
    ],
    [
      "auth-int without a body",
      "Digest realm=r, nonce=n, qop=auth-int",
      {},
      md5(`${md5("u:r:p")}:n:00000001:c:auth-int:${md5(`GET:/:${md5("")}`)}`)
    ],
    [
      "auth before auth-int",
      'Digest realm=r, nonce=n, qop="auth-int, auth"',
      { body: new Uint8Array([1]) },
      md5(`${md5("u:r:p")}:n:00000001:c:auth:${md5("GET:/")}`)
    ],
    ["a realm keeps its bytes", 'Digest realm="\u00c3\u00a9", nonce=n', {}, md5(`${md5("u:é:p")}:n:${md5("GET:/")}`)],
    ["a password in UTF-8", "Digest realm=r, nonce=n", { password: "é" }, md5(`${md5("u:r:é")}:n:${md5("GET:/")}`)],
    ["a colon in a name", "Digest realm=r, nonce=n", { username: "a:b" }, md5(`${md5("a:b:r:p")}:n:${md5("GET:/")}`)]
  ])("%s", (_, value, over, response) => expect(fields(answer(value, over) ?? "")["response"]).toBe(response))

  it("says whether it covers the body", () => {
    const covers = (qop: string) =>
      Option.map(Option.fromNullable(best(`Digest realm=r, nonce=n, qop="${qop}"`)), Digest.coversBody)
    expect(["", "auth", "auth,auth-int", "auth-int"].map(covers)).toEqual([false, false, false, true].map(Option.some))
  })

  it("reads back as it was meant, in a legal field, whatever the texts", () => {
    const wire = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) })
    const quote = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`
    fc.assert(
      fc.property(
        wire,
        wire,
        fc.option(wire),
        fc.string({ unit: "binary" }),
        fc.boolean(),
        (realm, nonce, opaque, username, utf8) => {
          const value =
            `Digest realm=${quote(realm)}, nonce=${quote(nonce)}, qop=auth` +
            (opaque === null ? "" : `, opaque=${quote(opaque)}`) +
            (utf8 ? ", charset=UTF-8" : "")
          const header = answer(value, { username }) ?? ""
          expect(Headers.isValue(header)).toBe(true)
          expect(fields(header)).toMatchObject({
            realm,
            nonce,
            ...(opaque === null ? {} : { opaque }),
            qop: "auth",
            nc: "00000001"
          })
          if (/^[ -~]*$/.test(username)) expect(fields(header)["username"]).toBe(username)
        }
      )
    )
  })

  it("is total", () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })
    const algorithm = fc.constantFrom("MD5", "SHA-256", "SHA-512-256", "SHA-512", "x")
    const params = fc.dictionary(
      fc.constantFrom("realm", "nonce", "qop", "opaque", "algorithm", "userhash", "charset"),
      text
    )
    fc.assert(
      fc.property(
        params,
        algorithm,
        text,
        text,
        fc.double(),
        fc.uint8Array(),
        (dictionary, name, username, uri, count, body) => {
          const map = new Map(Object.entries({ realm: "r", nonce: "n", ...dictionary, algorithm: name }))
          Option.map(Digest.read({ scheme: "digest", token68: undefined, params: map }), (challenge) =>
            Digest.answer({ challenge, method: username, uri, username, password: uri, cnonce: uri, count, body })
          )
        }
      )
    )
  })
})

const Text = Schema.Record({ key: Schema.String, value: Schema.String })
const Input = Schema.Struct({
  challenge: Text,
  method: Schema.String,
  url: Schema.String,
  username: Schema.String,
  password: Schema.String,
  cnonce: Schema.NullOr(Schema.String),
  nc: Schema.Number
})
const Case = Schema.Struct({ input: Input, expected: Schema.NullOr(Text) })

type Input = typeof Input.Type

const target = (input: Input) => {
  const { pathname, search } = new URL(input.url)
  return pathname + search
}

const names: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512-256": "sha512-256",
  "SHA-512": "sha512"
}

// What the RFC says, for what requests leaves out.
const byTheRfc = (input: Input, qop: string | undefined) => {
  const { challenge, method, nc: count, password, username } = input
  const { algorithm = "MD5", nonce = "", realm = "", ...rest } = challenge
  const sess = /-sess$/i.test(algorithm)
  const hash = (...parts: ReadonlyArray<string>) =>
    createHash(names[algorithm.toUpperCase().replace("-SESS", "")] ?? "")
      .update(parts.join(":"))
      .digest("hex")
  const uri = target(input)
  const cnonce = input.cnonce ?? "c"
  const nc = count.toString(16).padStart(8, "0")
  const key = hash(username, realm, password)
  const ha1 = sess ? hash(key, nonce, cnonce) : key
  const ha2 = hash(method, uri, ...(qop === "auth-int" ? [hash("")] : []))
  return {
    username,
    realm,
    nonce,
    uri,
    response: qop === undefined ? hash(ha1, nonce, ha2) : hash(ha1, nonce, nc, cnonce, qop, ha2),
    ...(rest["opaque"] === undefined ? {} : { opaque: rest["opaque"] }),
    ...(challenge["algorithm"] === undefined ? {} : { algorithm }),
    ...(qop === undefined ? {} : { qop, nc }),
    ...(qop === undefined && !sess ? {} : { cnonce })
  }
}

/** Where we differ from requests: our answer as a function of the input; `undefined` where we do not. */
const deviation = (input: Input) => {
  const algorithm = (input.challenge["algorithm"] ?? "MD5").toUpperCase()
  const listed = (input.challenge["qop"] ?? "").split(",").filter((value) => value !== "")
  const offered = listed.map((value) => value.trim().toLowerCase())
  const qop = offered.includes("auth") ? "auth" : offered.includes("auth-int") ? "auth-int" : undefined
  const theirs = listed.length === 0 || listed.includes("auth")
  // SHA-1 is in no RFC and never was in a registry.
  if (algorithm === "SHA") return theirs ? null : undefined
  if (names[algorithm.replace(/-SESS$/, "")] === undefined || (offered.length > 0 && qop === undefined))
    return undefined
  // requests has no auth-int, does not trim the list, and lacks these algorithms.
  if (!theirs || !/^(?:MD5(?:-SESS)?|SHA-256|SHA-512)$/.test(algorithm)) return byTheRfc(input, qop)
  // requests does not send the cnonce that it hashed.
  return algorithm === "MD5-SESS" && qop === undefined ? byTheRfc(input, qop) : undefined
}

const ours = (input: Input) => {
  const { cnonce, method, nc: count, password, username } = input
  const question = { method, uri: target(input), username, password, cnonce: cnonce ?? "c", count, body: undefined }
  const challenge = { scheme: "digest", token68: undefined, params: new Map(Object.entries(input.challenge)) }
  const answers = Option.map(Digest.read(challenge), (digest) => Digest.answer({ ...question, challenge: digest }))
  return Option.getOrNull(Option.map(answers, fields))
}

describe("the vectors of requests", () => {
  const file = readFileSync(new URL("../../../../conformance/vectors/digest.json", import.meta.url), "utf8")
  const { cases } = Schema.decodeSync(Schema.parseJson(Schema.Struct({ cases: Schema.Array(Case) })))(file)
  it.each(cases)("$input.challenge.algorithm $input.challenge.qop $input.method", ({ expected, input }) => {
    const deviates = deviation(input)
    expect(ours(input)).toEqual(deviates === undefined ? expected : deviates)
    if (deviates !== undefined) expect(deviates).not.toEqual(expected)
  })

  it.each(["SHA-256-sess", "SHA-512-256", "sha-512-256-SESS", "md5", "SHA-512-sess"])(
    "what no vector has: %s",
    (algorithm) => {
      for (const qop of ["", "auth", "auth-int", "auth-int, auth"]) {
        const challenge = { realm: "r", nonce: "n", algorithm, ...(qop === "" ? {} : { qop }) }
        const input = {
          challenge,
          method: "GET",
          url: "http://h.test/a?b",
          username: "u",
          password: "p",
          cnonce: "c",
          nc: 1
        }
        expect(ours(input)).toEqual(byTheRfc(input, qop === "" ? undefined : qop === "auth-int" ? qop : "auth"))
      }
    }
  )
})
