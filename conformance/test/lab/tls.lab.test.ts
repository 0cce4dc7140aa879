import { readFile } from "node:fs/promises"
import { FileSystem, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { type Settings, World } from "@effect-requests/core"
import { NodeEnvironment, type UndiciAdapter } from "@effect-requests/node"
import { Effect, Schema } from "effect"
import { server, tls } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const trusted = () => ({ verify: { caFile: tls().ca } })

/** A GET by a session of its own, that trusts the lab's authority unless it is told otherwise. */
const ask = (url: string, settings: Settings.Settings = {}) =>
  Effect.flatMap(session({ ...trusted(), ...settings }), ({ get }) => get(url))

const why = (url: string, settings: Settings.Settings = {}) => Effect.flip(ask(url, settings))

const seen = (of: string) => ({ _tag: "TransportError", reason: "Tls", tls: of, sent: "no" })

describe("a certificate", () => {
  it.scopedLive.each([
    ["nginx-expired", "Expired", /has expired/],
    ["nginx-notyet", "NotYetValid", /is this machine's clock right\?/],
    ["nginx-wronghost", "WrongHost", /for another host .*certificate's altnames/],
    ["nginx-selfsigned", "SelfSigned", /self-signed; trust it with verify/],
    ["nginx-otherca", "UntrustedIssuer", /issuer of the server's certificate is not trusted here/],
    ["nginx-nochain", "UntrustedIssuer", /the server does not send its intermediate certificate/]
  ] as const)("%s is refused: %s", ([name, reason, hint]) =>
    Effect.gen(function* () {
      const { tls_error, url, url_v6 } = server(name)
      for (const one of [url, url_v6 ?? ""]) {
        const refused = yield* why(one)
        expect(refused, tls_error).toMatchObject(seen(reason))
        expect(refused.message).toMatch(hint)
      }
      expect((yield* ask(url, { verify: false })).status, "nobody looks").toBe(200)
    })
  )

  it.scopedLive("that has no name but its CN is no certificate for an address", () =>
    Effect.gen(function* () {
      expect(yield* why(server("nginx-cnonly").url_v6 ?? "")).toMatchObject(seen("WrongHost"))
    })
  )

  it.scopedLive.each([
    ["nginx-nochain", "intermediate"],
    ["nginx-selfsigned", "selfsigned"],
    ["nginx-otherca", "other_ca"]
  ] as const)("%s is good where its issuer is given: %s", ([name, file]) =>
    Effect.gen(function* () {
      const { url } = server(name)
      const ca = yield* Effect.promise(() => readFile(tls()[file], "utf8"))
      // With the root behind it: OpenSSL does not stop at an intermediate.
      const root = yield* Effect.promise(() => readFile(tls().ca, "utf8"))
      expect((yield* ask(url, { verify: { ca: ca + root } })).status).toBe(200)
    })
  )
})

describe("whom to trust", () => {
  it.scopedLive.each([true, "system"] as const)("%s does not know the lab's authority", (verify) =>
    Effect.gen(function* () {
      expect(yield* why(server("nginx-tls").url, { verify })).toMatchObject(seen("UntrustedIssuer"))
    })
  )

  it.scopedLive("is a bundle by its path or its text, among other roots too", () =>
    Effect.gen(function* () {
      const { url } = server("nginx-tls")
      const { ca, ca_plus_system, other_ca } = tls()
      const text = yield* Effect.promise(() => readFile(ca, "utf8"))
      for (const verify of [{ caFile: ca }, { caFile: ca_plus_system }, { ca: text }]) {
        expect((yield* ask(url, { verify })).status).toBe(200)
      }
      expect(yield* why(url, { verify: { caFile: other_ca } })).toMatchObject(seen("UntrustedIssuer"))
    })
  )

  it.scopedLive("is never a file that is not there", () =>
    Effect.gen(function* () {
      expect(yield* why("https://origin.lab.test/", { verify: { caFile: "/nowhere/ca.pem" } })).toMatchObject({
        _tag: "InvalidRequest",
        where: "verify.caFile",
        problem: "/nowhere/ca.pem does not exist",
        remedy: "Give the path of a readable PEM file"
      })
    })
  )

  /** A session in a process with these variables; it says nothing of `verify` itself unless the settings do. */
  const among = (variables: Readonly<Record<string, string>>, settings: Settings.Settings = {}) => {
    const environment = Effect.provide(NodeEnvironment.read({ NETRC: "", ...variables }), FileSystem.layerNoop({}))
    return Effect.provideService(session(settings), World.ReadEnvironment, environment)
  }

  it.scopedLive.each(["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])("is what %s says", (name) =>
    Effect.gen(function* () {
      const { url } = server("nginx-tls")
      const { get } = yield* among({ [name]: tls().ca })
      expect((yield* get(url)).status).toBe(200)
      // What is said beats a variable, and nobody has to listen to it.
      expect(yield* Effect.flip(get(url, { verify: true }))).toMatchObject(seen("UntrustedIssuer"))
      const { get: deaf } = yield* among({ [name]: tls().ca }, { trustEnv: false })
      expect(yield* Effect.flip(deaf(url))).toMatchObject(seen("UntrustedIssuer"))
      const { get: misled } = yield* among({ [name]: "/nowhere/ca.pem" })
      expect(yield* Effect.flip(misled(url))).toMatchObject({ problem: "/nowhere/ca.pem does not exist" })
    })
  )

  it.scopedLive("is what the first of the variables says", () =>
    Effect.gen(function* () {
      const { ca, other_ca } = tls()
      const { get } = yield* among({ REQUESTS_CA_BUNDLE: other_ca, CURL_CA_BUNDLE: ca, SSL_CERT_FILE: ca })
      expect(yield* Effect.flip(get(server("nginx-tls").url))).toMatchObject(seen("UntrustedIssuer"))
      expect((yield* get(server("nginx-otherca").url)).status).toBe(200)
    })
  )
})

describe("the version", () => {
  const Seen = HttpClientResponse.schemaBodyJson(Schema.Struct({ tls: Schema.String }))

  it.scopedLive.each([
    ["nginx-tls12", "TLSv1.2", "TLSv1.2"],
    ["nginx-tls13", "TLSv1.2", "TLSv1.3"],
    ["nginx-tls13", "TLSv1.3", "TLSv1.3"],
    ["nginx-tls", "TLSv1.3", "TLSv1.3"]
  ] as const)("%s, from %s on: %s", ([name, minVersion, spoken]) =>
    Effect.gen(function* () {
      const answer = yield* ask(`${server(name).url}/whoami`, { tls: { minVersion } })
      expect((yield* Seen(answer)).tls).toBe(spoken)
    })
  )

  it.scopedLive.each([
    ["nginx-tls12", { minVersion: "TLSv1.3" }],
    ["nginx-tls10", {}],
    ["nginx-tls10", { minVersion: "TLSv1.3" }]
  ] as const)("%s is too old for %j, under verify: false too", ([name, parts]) =>
    Effect.gen(function* () {
      for (const settings of [{ tls: parts }, { tls: parts, verify: false }]) {
        const refused = yield* why(server(name).url, settings)
        expect(refused).toMatchObject(seen("Version"))
        expect(refused.message).toContain("no TLS version that both sides allow")
      }
    })
  )
})

describe("the server's name", () => {
  /** The lab's names are in no name server: where they lead is said by the adapter. */
  const here: UndiciAdapter.Options = {
    lookup: (_name, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }])
  }

  it.scopedLive.each([
    ["a.lab.test", "a a.lab.test a.lab.test"],
    ["b.lab.test", "b b.lab.test b.lab.test"],
    ["x.wild.lab.test", "b x.wild.lab.test x.wild.lab.test"]
  ] as const)("chooses among the hosts of one address: %s", ([name, said]) =>
    Effect.gen(function* () {
      const { port } = server("nginx-sni")
      const { get } = yield* session(trusted(), here)
      const response = yield* get(`https://${name}:${port}/`)
      expect(yield* response.text).toBe(`${said}:${port}\n`)
    })
  )

  it.scopedLive("may be another than the URL's, and is what the certificate is looked at for", () =>
    Effect.gen(function* () {
      const { port, url } = server("nginx-sni")
      const named = yield* ask(url, { tls: { serverName: "b.lab.test" } })
      expect(yield* named.text).toBe(`default b.lab.test localhost:${port}\n`)
      const virtual = yield* ask(url, { tls: { serverName: "a.lab.test" }, headers: { Host: "a.lab.test" } })
      expect(yield* virtual.text).toBe("a a.lab.test a.lab.test\n")
      expect(yield* why(url, { tls: { serverName: "nowhere.lab.test" } })).toMatchObject(seen("WrongHost"))
    })
  )
})
