import type { IncomingMessage, ServerResponse } from "node:http"
import type { LookupFunction } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, type Errors, Session, type Settings } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Exit, Fiber, Scope } from "effect"
import { authority, pinOf } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import * as Proxies from "./Proxies.js"
import { event, http, https, tcp, until } from "./Servers.js"

const echo = (request: IncomingMessage, response: ServerResponse): void => {
  response.end(JSON.stringify([request.method, request.url, request.headers]))
}

const withUser = (url: string): string => url.replace("://", "://ada:p%40w@")
const basic = `Proxy-Authorization: Basic ${Buffer.from("ada:p@w").toString("base64")}`

const nowhere: LookupFunction = (host, _options, done) =>
  done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }), "")

const session = (settings: Settings.Settings = {}, lookup?: LookupFunction) =>
  Effect.gen(function* () {
    const wire = yield* UndiciAdapter.make({ connections: 1, ...(lookup === undefined ? {} : { lookup }) })
    return { wire, session: yield* Effect.provideService(Session.make(settings), Adapter.Adapter, wire) }
  })

const trusted = Effect.gen(function* () {
  const pems = yield* authority
  const origin = yield* https(pems.server, echo)
  return { pems, origin, verify: { ca: pems.ca.cert } }
})

/** A failure, which is to be one of the transport. */
const broken = <A, R>(effect: Effect.Effect<A, Errors.SendError, R>) =>
  Effect.map(failure(effect), (error) => {
    if (error._tag !== "TransportError") throw error
    return error
  })

describe("http by an HTTP proxy", () => {
  it.scopedLive("[PRX-09] [ADP-14] has the whole URL in its request line, and the origin's host", () =>
    Effect.gen(function* () {
      const origin = yield* http(echo)
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ proxies: { http: proxy.url } })
      const response = yield* asks.get(`${origin.url}/a?b=1#c`)
      expect(response.status).toBe(200)
      expect(proxy.heads[0]?.split("\r\n")[0]).toBe(`GET ${origin.url}/a?b=1 HTTP/1.1`)
      expect(proxy.heads[0]?.toLowerCase()).toContain(`host: 127.0.0.1:${origin.port}\r\n`)
    })
  )

  it.scopedLive("[PRX-10] [PRX-12] tells it the user of its URL on each message, before any field of one's own", () =>
    Effect.gen(function* () {
      const origin = yield* http(echo)
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ proxies: { http: withUser(proxy.url) } })
      yield* asks.get(origin.url)
      yield* asks.get(origin.url, { headers: { "Proxy-Authorization": "Mine x" } })
      for (const head of proxy.heads) {
        expect(head).toContain(basic)
        expect(head).not.toContain("Mine")
      }
      expect(proxy.heads.length).toBe(2)
    })
  )

  it.scopedLive("[PRX-15] uses one pool for a proxy, whatever the origin, and closes it with the adapter", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* http(echo), yield* http(echo)]
      const proxy = yield* Proxies.http()
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make({ connections: 1 }), scope)
      yield* wire.whole(message(one.url, { transport: { proxy: proxy.url } }))
      yield* wire.whole(message(two.url, { transport: { proxy: proxy.url } }))
      expect(proxy.accepted()).toBe(1)
      yield* Scope.close(scope, Exit.void)
      yield* until(() => proxy.open() === 0)
    })
  )

  it.scopedLive("goes over TLS to a proxy of https, which is verified", () =>
    Effect.gen(function* () {
      const { pems, verify } = yield* trusted
      const origin = yield* http(echo)
      const proxy = yield* Proxies.https(pems.server)
      const { session: asks } = yield* session({ proxies: { all: proxy.url } })
      expect((yield* asks.get(origin.url, { verify })).status).toBe(200)
      expect((yield* asks.get(`http://localhost:${origin.port}`, { verify })).status).toBe(200)
      expect(proxy.accepted()).toBe(1)
      const error = yield* broken(asks.get(origin.url))
      expect([error.reason, error.sent]).toEqual(["Proxy", "no"])
      expect(error.detail).toContain("TLS with the proxy itself failed")
    })
  )
})

describe("https by an HTTP proxy", () => {
  it.scopedLive("[PRX-09] [PRX-11] CVE-2023-32681: CONNECT alone has the user, and nothing of the message", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ verify, proxies: { https: withUser(proxy.url) } })
      const seen = yield* Effect.flatMap(asks.get(`${origin.url}/a`, { headers: { "X-Api-Key": "k" } }), (r) => r.text)
      yield* asks.get(`${origin.url}/b`)
      expect(seen).toContain('"x-api-key":"k"')
      expect(seen).not.toContain("proxy-authorization")
      expect(proxy.heads).toEqual([
        `CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nhost: 127.0.0.1:${origin.port}\r\nconnection: close\r\n${basic}\r\n\r\n`
      ])
    })
  )

  it.scopedLive("[AUT-13] a Proxy-Authorization of one's own goes to CONNECT, and never to the origin", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ verify, headers: { "Proxy-Authorization": "Mine x" } })
      for (const proxies of [{ all: proxy.url }, {}]) {
        const seen = yield* Effect.flatMap(asks.get(origin.url, { proxies, trustEnv: false }), (r) => r.text)
        expect(seen).not.toContain("Mine")
      }
      expect(proxy.heads.length).toBe(1)
      expect(proxy.heads[0]).toContain("Proxy-Authorization: Mine x")
    })
  )

  it.scopedLive("CVE-2024-35195: a tunnel that was not verified is not used for a verified request", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ proxies: { all: proxy.url } })
      expect((yield* asks.get(origin.url, { verify: false })).status).toBe(200)
      const error = yield* broken(asks.get(origin.url))
      expect(error.reason).toBe("Tls")
      expect((yield* asks.get(origin.url, { verify })).status).toBe(200)
      expect(proxy.accepted()).toBe(3)
    })
  )

  it.scopedLive("TLS in TLS: both are verified", () =>
    Effect.gen(function* () {
      const { origin, pems, verify } = yield* trusted
      const proxy = yield* Proxies.https(pems.server)
      const { session: asks } = yield* session({ verify, proxies: { all: withUser(proxy.url) } })
      expect((yield* asks.get(origin.url)).status).toBe(200)
      expect((yield* asks.get(origin.url)).status).toBe(200)
      expect([proxy.accepted(), origin.accepted()]).toEqual([1, 1])
      expect(proxy.heads[0]).toContain(basic)
    })
  )

  it.scopedLive("pins and the server name are the origin's, behind a proxy of https too", () =>
    Effect.gen(function* () {
      const pems = yield* authority
      const named = yield* https({ cert: pems.otherHost.cert, key: pems.otherHost.key }, echo)
      const proxy = yield* Proxies.https(pems.server)
      const { session: asks } = yield* session({ verify: { ca: pems.ca.cert }, proxies: { all: proxy.url } })
      const tls = { serverName: "other.example.test", pins: [pinOf(pems.otherHost)] }
      expect((yield* asks.get(named.url, { tls })).status).toBe(200)
      const error = yield* broken(asks.get(named.url, { tls: { ...tls, pins: [pinOf(pems.server)] } }))
      expect([error.reason, error.tls, error.sent]).toEqual(["Tls", "Pin", "no"])
    })
  )

  it.scopedLive("TLS in TLS that is closed in the middle ends with an error, at either end", () =>
    Effect.gen(function* () {
      const pems = yield* authority
      const asked = yield* event()
      const origin = yield* https(pems.server, () => asked.tell())
      const proxy = yield* Proxies.https(pems.server)
      const settings = { verify: { ca: pems.ca.cert }, proxies: { all: proxy.url } }
      const scope = yield* Scope.make()
      const { session: asks } = yield* Scope.extend(session(settings), scope)
      const waits = yield* Effect.fork(broken(asks.get(origin.url)))
      yield* asked.told
      yield* Scope.close(scope, Exit.void)
      expect((yield* Fiber.join(waits)).reason).toBe("Closed")
      yield* until(() => proxy.open() === 0)
    })
  )

  it.scopedLive("users of one proxy have tunnels of their own", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ verify })
      yield* asks.get(origin.url, { proxies: { all: withUser(proxy.url) } })
      yield* asks.get(origin.url, { proxies: { all: proxy.url.replace("://", "://eve:x@") } })
      expect(proxy.accepted()).toBe(2)
    })
  )
})

describe("a proxy that fails", () => {
  it.scopedLive.each<[string, string, string]>([
    ["refuses", "HTTP/1.1 403 Forbidden\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", "403 Forbidden"],
    ["cannot reach the origin", "HTTP/1.1 503 Service Unavailable\r\n\r\n", "503 Service Unavailable"],
    ["redirects", "HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\n\r\n", "302 Found"],
    ["asks for a user", "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=r\r\n\r\n", "407 Proxy Authentication"],
    ["answers a page", "<html>", "no HTTP"],
    ["speaks HTTP/0.9", "hello\r\n\r\n", "no HTTP"],
    ["sends junk behind its answer", "HTTP/1.1 200 OK\r\n\r\njunk", "4 bytes behind"],
    ["answers with a header too large", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(70_000)}\r\n\r\n`, "maxHeaderSize"]
  ])("[PRX-08] [EXC-06] that %s fails the request once, with what it said", ([, said, detail]) =>
    Effect.gen(function* () {
      const proxy = yield* Proxies.http(() => said)
      const { session: asks } = yield* session({ proxies: { all: proxy.url } })
      const error = yield* broken(asks.get("https://h.example.test/"))
      expect([error.reason, error.sent]).toEqual(["Proxy", "no"])
      expect(error.detail).toContain(detail)
      expect(error.detail).toContain(proxy.url)
      expect(proxy.accepted()).toBe(1)
      yield* until(() => proxy.open() === 0)
      expect(error.tunnel?.status).toBe(/^\d{3}/.test(detail) ? Number(detail.slice(0, 3)) : undefined)
    })
  )

  it.scopedLive("that closes before it has answered, or is not there", () =>
    Effect.gen(function* () {
      const closes = yield* tcp((socket) => socket.once("data", () => socket.end("HTTP/1.1 20")))
      const { session: asks } = yield* session({}, nowhere)
      const cut = yield* broken(asks.get("https://h.example.test/", { proxies: { all: closes.url } }))
      expect([cut.reason, closes.accepted()]).toEqual(["Proxy", 1])
      for (const url of ["http://h.example.test/", "https://h.example.test/"]) {
        const none = yield* broken(asks.get(url, { proxies: { all: "http://127.0.0.1:1" } }))
        expect([none.reason, none.sent]).toEqual(["Proxy", "no"])
        expect(none.detail).toContain("it refused the connection")
        const unknown = yield* broken(asks.get(url, { proxies: { all: "http://proxy.invalid:1" } }))
        expect(unknown.reason).toBe("Proxy")
        expect(unknown.detail).toContain("http://proxy.invalid:1: its name cannot be found")
      }
    })
  )

  it.scopedLive("that stalls is ended by timeout.connect, which says at what", () =>
    Effect.gen(function* () {
      const proxy = yield* tcp((socket) => socket.resume())
      const { session: asks } = yield* session({ timeout: { connect: "50 millis" } })
      const error = yield* broken(asks.get("https://h.example.test/", { proxies: { all: proxy.url } }))
      expect([error.reason, error.sent]).toEqual(["ConnectTimeout", "no"])
      expect(error.detail).toContain("to answer CONNECT")
      yield* until(() => proxy.open() === 0)
    })
  )

  it.scopedLive("an interruption while CONNECT is asked closes the connection", () =>
    Effect.gen(function* () {
      const asked = yield* event()
      const proxy = yield* tcp((socket) => socket.once("data", () => asked.tell()))
      const { session: asks } = yield* session({ proxies: { all: proxy.url } })
      const fiber = yield* Effect.fork(asks.get("https://h.example.test/"))
      yield* asked.told
      yield* Fiber.interrupt(fiber)
      yield* until(() => proxy.open() === 0)
    })
  )
})

describe("by SOCKS", () => {
  it.scopedLive.each<[string, string, string]>([
    ["socks5", "socks5", "5 127.0.0.1"],
    ["socks5h", "socks5h", "5 localhost"],
    ["socks4", "socks4", "4 127.0.0.1"],
    ["socks4a", "socks4a", "4 localhost"]
  ])("[PRX-14] %s is told an address or the name", ([, scheme, asked]) =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const plain = yield* http(echo)
      const proxy = yield* Proxies.socks()
      const { session: asks } = yield* session({ verify, proxies: { all: `${scheme}://127.0.0.1:${proxy.port}` } })
      expect((yield* asks.get(`https://localhost:${origin.port}`)).status).toBe(200)
      const seen = yield* Effect.flatMap(asks.get(`http://localhost:${plain.port}/x`), (response) => response.text)
      expect(seen).toContain('["GET","/x"')
      expect(proxy.asked).toEqual([asked, asked])
    })
  )

  it.scopedLive("trusts whom the settings say, also where http went that way before", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const plain = yield* http(echo)
      const proxy = yield* Proxies.socks()
      const { session: asks } = yield* session({ verify, proxies: { all: `socks5://127.0.0.1:${proxy.port}` } })
      expect((yield* asks.get(plain.url)).status).toBe(200)
      expect((yield* asks.get(origin.url)).status).toBe(200)
    })
  )

  it.scopedLive("has a user and a password, and tells their failure apart", () =>
    Effect.gen(function* () {
      const origin = yield* http(echo)
      const proxy = yield* Proxies.socks(0, "ada:p@w")
      const { session: asks } = yield* session()
      const by = (user: string) => ({ proxies: { all: `socks5h://${user}@127.0.0.1:${proxy.port}` } })
      expect((yield* asks.get(origin.url, by("ada:p%40w"))).status).toBe(200)
      const error = yield* broken(asks.get(origin.url, by("ada:SECRET")))
      expect([error.reason, error.sent]).toEqual(["Proxy", "no"])
      expect(error.detail).toContain("Authentication failed")
      expect(JSON.stringify(error) + String(error)).not.toContain("SECRET")
    })
  )

  it.scopedLive.each<[number, string]>([
    [1, "a general failure"],
    [2, "rules do not allow"],
    [3, "network cannot be reached"],
    [4, "target cannot be reached"],
    [5, "refused by the proxy's target"],
    [8, "this kind of address"]
  ])("[PRX-08] reply %s has its words", ([reply, words]) =>
    Effect.gen(function* () {
      const proxy = yield* Proxies.socks(reply)
      const { session: asks } = yield* session({ proxies: { all: `socks5h://127.0.0.1:${proxy.port}` } })
      const error = yield* broken(asks.get("http://h.example.test/"))
      expect(error.reason).toBe("Proxy")
      expect(error.detail).toContain(words)
      expect(proxy.accepted()).toBe(1)
    })
  )
})

describe("a 407", () => {
  const challenge = (nonce: string, more = "") =>
    `HTTP/1.1 407 X\r\nProxy-Authenticate: Digest realm="r", nonce="${nonce}", qop="auth"${more}\r\nContent-Length: 0\r\n\r\n`
  const digests = (head: string) => (head.includes("Proxy-Authorization: Digest") ? undefined : challenge("n"))
  const said = (head: string) => /Proxy-Authorization: (\w+).*uri="([^"]*)".*nc=(\d+)/.exec(head)?.slice(1).join(" ")

  it.scopedLive("with a Digest is answered once, and known from then on: http", () =>
    Effect.gen(function* () {
      const origin = yield* http(echo)
      const proxy = yield* Proxies.http(digests)
      const { session: asks } = yield* session({ proxies: { all: withUser(proxy.url) } })
      expect((yield* asks.post(`${origin.url}/a`, { body: "x" })).status).toBe(200)
      expect((yield* asks.get(`${origin.url}/b`)).status).toBe(200)
      expect(proxy.heads.map(said)).toEqual([
        undefined,
        `Digest ${origin.url}/a 00000001`,
        `Digest ${origin.url}/b 00000002`
      ])
    })
  )

  it.scopedLive("to CONNECT as well, with no response of it: https", () =>
    Effect.gen(function* () {
      const { origin, verify } = yield* trusted
      const proxy = yield* Proxies.http(digests)
      const { session: asks } = yield* session({ verify, proxies: { all: withUser(proxy.url) } })
      const response = yield* asks.get(`${origin.url}/a`)
      expect([response.status, response.history.length]).toEqual([200, 0])
      expect(yield* response.text).not.toContain("proxy-authorization")
      const place = `127.0.0.1:${origin.port}`
      expect(proxy.heads.map(said)).toEqual([undefined, `Digest ${place} 00000001`])
    })
  )

  it.scopedLive(
    "that comes again is a failure for CONNECT and a response for http; an old nonce has one more try",
    () =>
      Effect.gen(function* () {
        const wrong = yield* Proxies.http(() => challenge("n"))
        const { session: asks } = yield* session({ proxies: { all: withUser(wrong.url) } })
        const error = yield* broken(asks.get("https://h.example.test/"))
        expect([error.reason, error.tunnel?.status, wrong.heads.length]).toEqual(["Proxy", 407, 2])
        expect((yield* asks.get("http://h.example.test/")).status).toBe(407)
        const stale = yield* Proxies.http((_head, n) => challenge(`n${n}`, ", stale=true"))
        const again = yield* broken(asks.get("https://h.example.test/", { proxies: { all: withUser(stale.url) } }))
        expect([again.tunnel?.status, stale.heads.length]).toEqual([407, 3])
      })
  )

  it.scopedLive("of an origin is never answered: without a proxy, and through a tunnel", () =>
    Effect.gen(function* () {
      const { pems, verify } = yield* trusted
      let asked = 0
      const evil = (_request: IncomingMessage, response: ServerResponse): void => {
        asked++
        response.writeHead(407, { "Proxy-Authenticate": 'Digest realm="r", nonce="n", qop="auth"' }).end()
      }
      const [plain, secure] = [yield* http(evil), yield* https(pems.server, evil)]
      const proxy = yield* Proxies.http()
      const { session: asks } = yield* session({ verify, proxies: { https: withUser(proxy.url) } })
      expect((yield* asks.get(plain.url)).status).toBe(407)
      expect((yield* asks.get(secure.url)).status).toBe(407)
      expect(asked).toBe(2)
    })
  )
})

describe("the proxy of each hop", () => {
  it.scopedLive(
    "[PRX-32] is chosen afresh: a redirect leads from a proxied host to one without, and tells it nothing",
    () =>
      Effect.gen(function* () {
        const there = yield* http(echo)
        const here = yield* http((_request, response) => {
          response.writeHead(302, { Location: `http://localhost:${there.port}/` }).end()
        })
        const proxy = yield* Proxies.http()
        const { session: asks } = yield* session({ proxies: { all: withUser(proxy.url), noProxy: "localhost" } })
        const response = yield* asks.get(here.url)
        expect(response.history.length).toBe(1)
        expect(yield* response.text).not.toContain("proxy-authorization")
        expect(proxy.heads.length).toBe(1)
      })
  )
})
