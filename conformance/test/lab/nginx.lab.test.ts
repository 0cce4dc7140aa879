import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Auth, Body, Charset, Request, type Response } from "@effect-requests/core"
import { Effect, Option, Schema, Stream } from "effect"
import { account, server, tls, www } from "../../src/lab/Lab.js"
import { session } from "./Sessions.js"

const nginx = Effect.suspend(() => session({ baseUrl: server("nginx").url }))
const file = (name: string) => Effect.promise(() => readFile(www() + name))

/** What nginx says of the connection that it was asked on: its number, and how many requests came on it. */
const Whoami = Schema.Struct({ connection: Schema.NumberFromString, connection_requests: Schema.NumberFromString })
const whoami = HttpClientResponse.schemaBodyJson(Whoami)

/** httpbin's mirror, behind nginx. */
const Mirror = Schema.Struct({ method: Schema.String, data: Schema.String })
const mirror = HttpClientResponse.schemaBodyJson(Mirror)

const paths = ({ history, url }: Response.Response) =>
  [...history.map((one) => one.url), url].map((one) => new URL(one).pathname)

describe("nginx, its connections", () => {
  it.scopedLive("serve one request after the other: a session that asks in turn has one", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const ask = Effect.flatMap(get("/whoami"), whoami)
      const asked = yield* Effect.all(Array.from({ length: 10 }, () => ask))
      expect(asked.map(({ connection_requests }) => connection_requests)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(new Set(asked.map(({ connection }) => connection)).size).toBe(1)
    })
  )
  it.scopedLive("are as many as the limit over all origins, and make way for another origin", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("nginx").url }, { totalConnections: 1 })
      const first = yield* Effect.flatMap(get("/whoami"), whoami)
      const again = yield* Effect.flatMap(get("/whoami"), whoami)
      expect(again.connection).toBe(first.connection)
      expect((yield* get(`${server("nginx").url_v6 ?? ""}/whoami`)).status).toBe(200)
      const last = yield* Effect.flatMap(get("/whoami"), whoami)
      expect(last.connection).not.toBe(first.connection)
      expect(last.connection_requests).toBe(1)
    })
  )
  it.scopedLive("that it closes are not used again", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("nginx").url }, { connections: 1 })
      const first = yield* Effect.flatMap(get("/whoami"), whoami)
      expect(yield* (yield* get("/close")).text).toBe("closed\n")
      const second = yield* Effect.flatMap(get("/whoami"), whoami)
      expect(second.connection).not.toBe(first.connection)
      expect(second.connection_requests).toBe(1)
    })
  )
  it.scopedLive("over IPv6 reach the same server", () =>
    Effect.gen(function* () {
      const { get } = yield* session({ baseUrl: server("nginx").url_v6 })
      const { remote_addr } = yield* Effect.flatMap(
        get("/whoami"),
        HttpClientResponse.schemaBodyJson(Schema.Struct({ remote_addr: Schema.String }))
      )
      expect(remote_addr).toBe("::1")
      const { host } = new URL(server("nginx").url_v6 ?? "")
      expect((yield* get("/whoami")).remoteAddress).toEqual(Option.some(host))
    })
  )
  it.scopedLive.each(["/drop"])("dropped without an answer are an error that says so: %s", (path) =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      expect(yield* Effect.flip(get(path))).toMatchObject({ _tag: "TransportError", reason: "Reset", sent: "maybe" })
    })
  )
})

describe("nginx, its redirects", () => {
  it.scopedLive.each([301, 302, 303] as const)("%i turns a POST into a GET without a body", (status) =>
    Effect.gen(function* () {
      const { post } = yield* nginx
      const response = yield* post(`/r${status}`, { body: "x" })
      expect(response.status).toBe(200)
      expect(response.prepared.method).toBe("GET")
      expect(paths(response)).toEqual([`/r${status}`, "/small.txt"])
      expect(yield* response.bytes).toEqual(new Uint8Array(yield* file("small.txt")))
    })
  )
  it.scopedLive.each([307, 308] as const)("%i keeps the method and the body, of a stream too", (status) =>
    Effect.gen(function* () {
      const { post } = yield* nginx
      const streamed = Body.replayable(() => Stream.make("str", "eam").pipe(Stream.encodeText))
      for (const [body, data] of [
        ["whole", "whole"],
        [streamed, "stream"]
      ] as const) {
        const response = yield* post(`/r${status}`, { body, headers: { "Content-Type": "text/plain" } })
        expect(yield* mirror(response)).toEqual({ method: "POST", data })
        expect(response.history.map((one) => one.status)).toEqual([status])
      }
    })
  )
  it.scopedLive.each([301, 302, 303, 307, 308] as const)("%i is an answer where redirects are not allowed", (status) =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const response = yield* get(`/r${status}`, { allowRedirects: false })
      expect(response.status).toBe(status)
      expect(response.isRedirect).toBe(true)
      expect(response.history).toEqual([])
    })
  )
  it.scopedLive("in a circle end at maxRedirects", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const refused = yield* Effect.flip(get("/loop", { maxRedirects: 5 }))
      expect(refused).toMatchObject({ _tag: "RedirectRefused", reason: "TooManyRedirects" })
      if (refused._tag === "RedirectRefused") expect(refused.response.history).toHaveLength(5)
    })
  )
  it.scopedLive.each([
    ["/to-https", "https:"],
    ["/to-other", "http:"]
  ] as const)("to another origin take no secret along: %s", ([path, scheme]) =>
    Effect.gen(function* () {
      const { get } = yield* session({
        baseUrl: server("nginx").url,
        auth: Auth.bearer("token"),
        cookies: { sid: "secret" },
        verify: { caFile: tls().ca }
      })
      server("nginx-tls")
      const secrets = HttpClientResponse.schemaBodyJson(
        Schema.Struct({ authorization: Schema.String, cookie: Schema.String, scheme: Schema.String })
      )
      const home = yield* Effect.flatMap(get("/whoami"), secrets)
      expect(home).toEqual({ authorization: "Bearer token", cookie: "sid=secret", scheme: "http" })
      const away = yield* get(path)
      expect(yield* secrets(away)).toEqual({ authorization: "", cookie: "", scheme: scheme.slice(0, -1) })
      expect(away.call.withheld.map(({ what }) => what).sort()).toEqual(["auth", "cookie"])
    })
  )
  it.scopedLive("from https to http are refused, and followed where a setting says so", () =>
    Effect.gen(function* () {
      server("nginx")
      const { get } = yield* session({ baseUrl: server("nginx-tls").url, verify: { caFile: tls().ca } })
      expect(yield* Effect.flip(get("/to-http"))).toMatchObject({ _tag: "RedirectRefused", reason: "Downgrade" })
      const followed = yield* get("/to-http", { redirects: { downgrade: "follow" } })
      expect(new URL(followed.url).protocol).toBe("http:")
    })
  )
})

describe("nginx, its bodies", () => {
  it.scopedLive("of 100 MiB stream through, and are the bytes that they were", () =>
    Effect.gen(function* () {
      const { get, stream } = yield* nginx
      const sums = yield* Effect.flatMap(get("/SHA256SUMS"), ({ text }) => text)
      const response = yield* stream(Request.get("/100m.bin"))
      const hash = createHash("sha256")
      yield* Stream.runForEach(response.stream, (piece) => Effect.sync(() => hash.update(piece)))
      expect(sums).toContain(`${hash.digest("hex")}  100m.bin`)
    })
  )
  it.scopedLive("come in ranges: one, several, none", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const ask = (range: string, path = "/1m.bin") => get(path, { headers: { Range: range } })
      const part = yield* ask("bytes=100-199")
      expect([part.status, part.headers["content-range"]]).toEqual([206, "bytes 100-199/1048576"])
      expect(yield* part.bytes).toEqual(new Uint8Array((yield* file("1m.bin")).subarray(100, 200)))
      const several = yield* ask("bytes=0-9,20-29")
      expect(several.headers["content-type"]).toMatch(/^multipart\/byteranges; boundary=/)
      expect((yield* ask("bytes=99999999-")).status).toBe(416)
      const whole = yield* ask("bytes=0-9", "/norange/1m.bin")
      expect([whole.status, (yield* whole.bytes).length]).toEqual([200, 1_048_576])
    })
  )
  it.scopedLive("may be empty", () =>
    Effect.gen(function* () {
      const { get, head } = yield* nginx
      expect((yield* (yield* get("/empty.bin")).bytes).length).toBe(0)
      const asked = yield* head("/1m.bin")
      expect([asked.headers["content-length"], (yield* asked.bytes).length]).toEqual(["1048576", 0])
    })
  )
  it.scopedLive("of an unchanged file are not sent again", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const etag = (yield* get("/small.txt")).headers["etag"]
      const again = yield* get("/small.txt", { headers: { "If-None-Match": etag ?? "" } })
      expect([again.status, yield* again.text]).toEqual([304, ""])
      expect((yield* get("/nostore/small.txt")).headers["etag"]).toBeUndefined()
    })
  )
  it.scopedLive("that come slowly are ended by the total time, those that have begun too", () =>
    Effect.gen(function* () {
      const { get, stream } = yield* nginx
      for (const path of ["/slow/1m.bin", "/crawl/1m.bin"]) {
        expect(yield* Effect.flip(get(path, { timeout: "300 millis" }))).toMatchObject({
          reason: "Deadline",
          sent: "yes"
        })
        const begun = yield* stream(Request.get(path, { timeout: "300 millis" }))
        expect((yield* Effect.flip(Stream.runDrain(begun.stream))).cause).toMatchObject({ reason: "Deadline" })
      }
    })
  )
  it.scopedLive.each([
    ["/latin1.txt", "windows-1252", "caf\u00e9 \u20ac\n"],
    ["/sjis.txt", "shift_jis", "\u65e5\u672c\u8a9e\n"]
  ] as const)("become texts by the charset that one knows: %s", ([path, charset, text]) =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      expect(Charset.decode(yield* (yield* get(path)).bytes, charset)).toBe(text)
    })
  )
  it.scopedLive("say by a byte order mark what charset they have", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      expect(yield* (yield* get("/utf16le.txt")).text).toBe("hi")
    })
  )
  it.scopedLive("in JSON may begin with a byte order mark", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      expect(yield* Effect.flatMap(get("/bom.json"), ({ json }) => json)).toEqual({ bom: true })
    })
  )
})

describe("nginx, its refusals", () => {
  it.scopedLive.each([
    ["/bad-gateway", 502],
    ["/timeout", 504],
    ["/nowhere", 404]
  ] as const)("are responses: %s %i", ([path, status]) =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const response = yield* get(path)
      expect([response.status, response.ok]).toEqual([status, false])
    })
  )
  it.scopedLive("of a body that is too large are seen, whole or streamed", () =>
    Effect.gen(function* () {
      const { post } = yield* nginx
      const large = new Uint8Array(1_048_576)
      const streamed = Body.replayable(() => Stream.make(large), { length: large.length })
      expect((yield* post("/limit1k", { body: large })).status).toBe(413)
      expect((yield* post("/limit1k", { body: streamed })).status).toBe(413)
    })
  )
  it.scopedLive("of the fifth request in a second are 429", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const asked = yield* Effect.forEach([1, 2, 3, 4, 5], () => get("/limited"), { concurrency: 5 })
      expect(asked.map(({ status }) => status)).toContain(429)
    })
  )
  it.scopedLive("of a stranger are 401, and of a known one none", () =>
    Effect.gen(function* () {
      const { get } = yield* nginx
      const { pass, user } = account()
      expect((yield* get("/private/secret.txt")).status).toBe(401)
      expect((yield* get("/private/secret.txt", { auth: Auth.basic(user, "wrong") })).status).toBe(401)
      const known = yield* get("/private/secret.txt", { auth: Auth.basic(user, pass) })
      expect([known.status, yield* known.bytes]).toEqual([200, new Uint8Array(yield* file("private/secret.txt"))])
    })
  )
})

describe("nginx, WebDAV", () => {
  it.scopedLive.each(["whole", "with a length", "chunked"] as const)("keeps what PUT sends, until DELETE: %s", (how) =>
    Effect.gen(function* () {
      const session = yield* nginx
      const bytes = new Uint8Array(yield* file("1m.bin"))
      const path = `/dav/${how.replaceAll(" ", "-")}.bin`
      const pieces = () => Stream.make(bytes.subarray(0, 1000), bytes.subarray(1000))
      const body = {
        whole: bytes,
        "with a length": Body.oneShot(pieces(), { length: bytes.length }),
        chunked: Body.oneShot(pieces())
      }[how]
      expect([201, 204]).toContain((yield* session.put(path, { body })).status)
      const sha = (of: Uint8Array) => createHash("sha256").update(of).digest("hex")
      expect(sha(yield* (yield* session.get(path)).bytes)).toBe(sha(bytes))
      expect((yield* session.delete(path)).status).toBe(204)
      expect((yield* session.get(path)).status).toBe(404)
    })
  )
  it.scopedLive("knows methods that we do not", () =>
    Effect.gen(function* () {
      const session = yield* nginx
      const path = `/dav/${Date.now()}/`
      expect((yield* session.request("MKCOL", path)).status).toBe(201)
      expect((yield* session.delete(path)).status).toBe(204)
    })
  )
})
