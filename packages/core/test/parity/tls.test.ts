import { Environment, Request, Rules, type Settings } from "@effect-requests/core"
import { Either, Option, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { answered, call, facts } from "../given.js"

const environment = Environment.make({ REQUESTS_CA_BUNDLE: "/env/ca.pem", CURL_CA_BUNDLE: "/curl/ca.pem" })
const verify = (options: Request.Options, session: Settings.Settings, from = environment) =>
  Either.getOrThrow(Rules.prepare(Request.get("https://h.test/", options), { ...facts(session), environment: from }))
    .request.transport.verify
const pem = (name: string) => ({ cert: name, key: Redacted.make("KEY") })

describe("verify", () => {
  it.each<[string, Request.Options, Settings.Settings, Settings.Settings["verify"]]>([
    ["[TLS-02] the request's", { verify: { caFile: "/mine.pem" } }, { verify: false }, { caFile: "/mine.pem" }],
    [
      "[TLS-02] [TLS-03] the session's before the environment's",
      {},
      { verify: { caFile: "/session.pem" } },
      { caFile: "/session.pem" }
    ],
    ["[TLS-03] also where it says false", {}, { verify: false }, false],
    ["[TLS-03] and an explicit true stays", { verify: true }, {}, true],
    ["[TLS-02] the environment's where nobody says anything", {}, {}, { caFile: "/env/ca.pem" }],
    ["[TLS-04] the request's true over the session's false", { verify: true }, { verify: false }, true]
  ])("%s", (_what, options, session, expected) => expect(verify(options, session)).toEqual(expected))

  it.each<[string, Environment.Variables]>([
    ["both empty", { REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "" }],
    ["one empty", { CURL_CA_BUNDLE: "" }],
    ["none", {}]
  ])("[TLS-05] an empty variable is unset, and never switches checks off: %s", (_what, variables) => {
    expect(verify({}, {}, Environment.make(variables))).toBe(true)
  })
  it("[TLS-05] an empty REQUESTS_CA_BUNDLE leaves the word to CURL_CA_BUNDLE", () => {
    expect(verify({}, {}, Environment.make({ REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "/curl/ca.pem" }))).toEqual({
      caFile: "/curl/ca.pem"
    })
  })
  it("[TLS-06] is a closed union: nothing said, said as null too, checks", () => {
    // @ts-expect-error null is no policy
    const settings: Settings.Settings = { verify: null }
    expect([verify(settings, {}, Environment.empty), verify({ verify: undefined }, {}, Environment.empty)]).toEqual([
      true,
      true
    ])
    // @ts-expect-error nor is nought
    expect(Either.isLeft(Rules.settle({ verify: 0 }, "GET"))).toBe(true)
  })
})

describe("a client certificate", () => {
  const cert = (options: Request.Options, session: Settings.Settings) =>
    Either.getOrThrow(Rules.prepare(Request.get("https://h.test/", options), { ...facts(session), environment }))
      .request.transport.cert
  it("[TLS-11] is the request's, else the session's; the environment has none", () => {
    expect(cert({ cert: pem("mine") }, { cert: pem("its") })).toMatchObject({ cert: "mine" })
    expect(cert({}, { cert: pem("its") })).toMatchObject({ cert: "its" })
    expect(cert({ cert: null }, { cert: pem("its") })).toBeUndefined()
    expect(cert({}, {})).toBeUndefined()
  })
  it("[TLS-14] verify goes with every redirect, the certificate with those of its origin", () => {
    const asked = call("GET", "https://h.test/", { verify: { ca: "PEM" }, cert: pem("mine") })
    const to = (location: string) =>
      Either.getOrThrow(Option.getOrThrow(Rules.followUp(answered(asked, 302, ["Location", location]), facts())))
        .request.transport
    expect(to("/x")).toMatchObject({ verify: { ca: "PEM" }, cert: { cert: "mine" } })
    expect(to("https://other.test/")).toMatchObject({ verify: { ca: "PEM" }, cert: undefined })
  })
})
