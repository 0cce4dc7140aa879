import { connect, type LookupFunction } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Session } from "@effect-requests/core"
import { NodeSession, UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"
import * as Guard from "../src/Guard.js"
import { authority } from "./Certificates.js"
import { failure, message, type Parts, text } from "./Messages.js"
import { http, https, raw } from "./Servers.js"

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
const proxy = "http://127.0.0.1:9"

/** A name server that gives all names these addresses. */
const names =
  (...addresses: ReadonlyArray<string>): LookupFunction =>
  (_name, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    if (all === true) callback(null, found)
    else callback(null, found[0]?.address ?? "", found[0]?.family)
  }

const blocked = (url: string, options: UndiciAdapter.Options = {}, parts?: Parts) =>
  Effect.flatMap(UndiciAdapter.make({ ...options, network: "public" }), (wire) =>
    failure(wire.whole(message(url, parts)))
  )

describe("an adapter for the public internet", () => {
  it.scopedLive.each([
    ["127.0.0.1", /127\.0\.0\.1 is not public: loopback \(127\.0\.0\.0\/8\)/],
    ["127.1", /loopback/],
    ["2130706433", /loopback/],
    ["0x7f.0.0.1", /loopback/],
    ["0177.0.0.1", /loopback/],
    ["%31%32%37.0.0.1", /loopback/],
    ["127。0。0。1", /loopback/],
    ["0.0.0.0", /this network/],
    ["0", /this network/],
    ["[::1]", /loopback \(::1\/128\)/],
    ["[::]", /unspecified/],
    ["[::ffff:127.0.0.1]", /IPv4-mapped/],
    ["[0:0:0:0:0:ffff:7f00:1]", /IPv4-mapped/],
    ["[64:ff9b::127.0.0.1]", /loopback/],
    ["169.254.169.254", /link local/],
    ["localhost", /localhost is (?:127\.0\.0\.1|::1), which is not public/]
  ] as const)("does not connect to %s", ([host, detail]) =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok)
      const error = yield* blocked(`http://${host}:${server.port}/`)
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Blocked", sent: "no" })
      expect(error).toMatchObject({ detail: expect.stringMatching(detail) })
      expect(server.accepted()).toBe(0)
    })
  )

  it.scopedLive.each([
    ["one private address", ["127.0.0.1"]],
    ["a private address behind a public one", ["93.184.215.14", "127.0.0.1"]],
    ["a private address before a public one", ["127.0.0.1", "2606:4700::1"]],
    ["a mapped address", ["::ffff:127.0.0.1"]],
    ["something that is no address", ["localhost"]]
  ] as const)("does not connect to a name with %s", ([, addresses]) =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok)
      for (const happyEyeballs of [250, false] as const) {
        const options = { lookup: names(...addresses), happyEyeballs }
        const first = addresses.slice(0, happyEyeballs === false ? 1 : 2)
        if (first.every((address) => address.startsWith("93."))) continue
        const error = yield* blocked(`http://rebound.test:${server.port}/`, options)
        expect(error).toMatchObject({
          reason: "Blocked",
          sent: "no",
          detail: expect.stringContaining("rebound.test is")
        })
      }
      expect(server.accepted()).toBe(0)
    })
  )

  it.scopedLive("asks the name server once for each connection: what was judged is what is connected to", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok)
      let asked = 0
      const lookup: LookupFunction = (name, options, callback) => {
        asked++
        names("127.0.0.1")(name, options, callback)
      }
      const wire = yield* UndiciAdapter.make({ lookup, connections: 1 })
      yield* wire.whole(message(`http://h.test:${server.port}`))
      yield* wire.whole(message(`http://h.test:${server.port}`))
      expect([asked, server.accepted()]).toEqual([1, 1])
    })
  )

  it.effect("lets public addresses and errors pass", () =>
    Effect.gen(function* () {
      const ask = (lookup: LookupFunction) =>
        Effect.async<unknown>((resume) => {
          Guard.guarded(lookup)("h.test", { all: true }, (error, found) => resume(Effect.succeed(error ?? found)))
        })
      expect(yield* ask(names("93.184.215.14", "2606:4700::1"))).toHaveLength(2)
      const gone = new Error("gone")
      expect(yield* ask((_name, _options, callback) => callback(gone, ""))).toBe(gone)
    })
  )

  it.scopedLive("closes a socket that arrived where it must not", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok)
      const error = yield* Effect.async<unknown>((resume) => {
        const socket = connect(server.port, "127.0.0.1")
        socket.once("error", (error) => resume(Effect.succeed(error)))
        Guard.watch("h.test", socket)
      })
      expect(error).toBeInstanceOf(Guard.Blocked)
    })
  )

  it.scopedLive("says nothing to a TLS server either", () =>
    Effect.gen(function* () {
      const { ca, server: own } = yield* authority
      const server = yield* https({ cert: own.cert, key: own.key }, (_request, response) => response.end("secret"))
      const error = yield* blocked(`https://localhost:${server.port}/`, {}, { transport: { verify: { ca: ca.cert } } })
      expect(error).toMatchObject({ reason: "Blocked", sent: "no" })
      expect(server.accepted()).toBe(0)
    })
  )

  it.scopedLive("judges every hop", () =>
    Effect.gen(function* () {
      const inner = yield* raw(() => ok)
      const outer = yield* http((_request, response) => {
        response.writeHead(302, { Location: `http://2130706433:${inner.port}/admin` })
        response.end()
      })
      const program = Effect.gen(function* () {
        const session = yield* Session.Session
        // Stands for a server of the public internet.
        yield* session.mount(outer.url, yield* UndiciAdapter.make())
        return yield* failure(session.get(outer.url))
      })
      const error = yield* Effect.provide(program, NodeSession.layer({}, { network: "public" }))
      expect(error).toMatchObject({ reason: "Blocked", sent: "no" })
      expect(inner.accepted()).toBe(0)
    })
  )

  it.scopedLive("is no matter of a retry, and leaves the adapter of use", () =>
    Effect.gen(function* () {
      const wire = yield* UndiciAdapter.make({ network: "public", connections: 1 })
      for (let i = 0; i < 3; i++) {
        expect(yield* failure(wire.whole(message("http://127.0.0.1:9/")))).toMatchObject({ reason: "Blocked" })
      }
      expect((yield* wire.sockets).every(({ busy, queued }) => busy === 0 && queued === 0)).toBe(true)
    })
  )
})

describe("a proxy", () => {
  it.scopedLive.each([
    ["is not asked for a name", "http://h.test/", {}, "Blocked"],
    ["is not asked for a private address", "http://10.0.0.1/", { trustProxyDns: true }, "Blocked"],
    ["is not asked for a private address in another spelling", "http://0xa000001/", { trustProxyDns: true }, "Blocked"]
  ] as const)("%s", ([, url, options, reason]) =>
    Effect.map(blocked(url, options, { transport: { proxy } }), (error) =>
      expect(error).toMatchObject({ _tag: "TransportError", reason, sent: "no" })
    )
  )

  it("may be asked for a name where its answers are trusted, and for a public address", () => {
    const through = (url: string) => message(url, { transport: { proxy } })
    expect(Guard.refusal({ network: "public", trustProxyDns: true }, through("http://h.test/"))).toBeUndefined()
    expect(Guard.refusal({ network: "public" }, through("http://93.184.215.14/"))).toBeUndefined()
    expect(Guard.refusal({}, through("http://10.0.0.1/"))).toBeUndefined()
  })
})

describe("a look-up that throws", () => {
  it.scopedLive("is an error like any other", () =>
    Effect.gen(function* () {
      const wire = yield* UndiciAdapter.make({
        lookup: () => {
          throw new Error("no names today")
        }
      })
      const error = yield* failure(wire.whole(message("http://h.test/")))
      expect(error).toMatchObject({ _tag: "TransportError", sent: "no", detail: "no names today" })
    })
  )
})

describe("a host with several addresses", () => {
  it.scopedLive.each([
    ["the first of which is dead", ["127.0.0.2", "127.0.0.1"]],
    ["of both families, the first dead", ["::1", "127.0.0.1"]]
  ] as const)("%s is connected to", ([, addresses]) =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("here"))
      const wire = yield* UndiciAdapter.make({ lookup: names(...addresses), happyEyeballs: "100 millis" })
      expect(yield* Effect.flatMap(wire.whole(message(`http://h.test:${server.port}`)), text)).toBe("here")
    })
  )

  it.scopedLive("is tried at its first alone, without happy eyeballs", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("here"))
      const wire = yield* UndiciAdapter.make({ lookup: names("127.0.0.2", "127.0.0.1"), happyEyeballs: false })
      expect(yield* failure(wire.whole(message(`http://h.test:${server.port}`)))).toMatchObject({ reason: "Refused" })
    })
  )

  it.scopedLive("and none of them is an unknown name", () =>
    Effect.gen(function* () {
      for (const network of ["any", "public"] as const) {
        const wire = yield* UndiciAdapter.make({ lookup: names(), network })
        const error = yield* failure(wire.whole(message("http://h.test/")))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Dns", sent: "no" })
      }
    })
  )
})
