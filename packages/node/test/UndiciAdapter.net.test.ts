import { describe, expect, it } from "@effect/vitest"
import type { Adapter } from "@effect-requests/core"
import { Body, Headers } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, type Scope } from "effect"
import { bytes, failure, message, pattern, text } from "./Messages.js"
import { http, raw, received } from "./Servers.js"

const ok = (body = "", fields = "") => `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`

/** Both ways to send, for whatever holds for both. */
const ways: ReadonlyArray<readonly [name: string, way: (wire: Adapter.Wire) => Adapter.Send<Scope.Scope>]> = [
  ["whole", (wire) => wire.whole],
  ["live", (wire) => wire.live]
]

describe.each(ways)("%s", (_, way) => {
  it.scopedLive("sends the head as it was prepared: order, case, repeats, Latin-1, path and query", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok("hi"))
      const wire = yield* UndiciAdapter.make()
      const headers = [
        "X-ZULU",
        "1",
        "accept",
        "*/*",
        "X-Same",
        "a",
        "x-SAME",
        "b",
        "X-Latin",
        "caf\u00e9",
        "X-Empty",
        ""
      ]
      const answer = yield* way(wire)(message(`${server.url}/a%2Fb/../c;d=1?q=%20+x&q=&=1`, { headers }))
      expect(yield* text(answer)).toBe("hi")
      const [line, ...fields] = (server.heads[0] ?? "").split("\r\n")
      expect(line).toBe("GET /c;d=1?q=%20+x&q=&=1 HTTP/1.1")
      expect(fields.filter((field) => /^(x-|accept)/i.test(field))).toEqual([
        "X-ZULU: 1",
        "accept: */*",
        "X-Same: a",
        "x-SAME: b",
        "X-Latin: caf\u00e9",
        "X-Empty: "
      ])
    })
  )

  it.scopedLive("[RSP-40] keeps the head as it came: order, case, repeats, Latin-1, reason", () =>
    Effect.gen(function* () {
      const server = yield* raw(() =>
        ok("", "X-b: 1\r\nSet-Cookie: a=1\r\nSET-COOKIE: b=2\r\nX-Latin: \xe9\xff\r\nX-Empty:\r\n")
      )
      const wire = yield* UndiciAdapter.make()
      const answer = yield* way(wire)(message(server.url))
      expect([answer.status, answer.reason]).toEqual([200, "OK"])
      expect(answer.rawHeaders).toEqual([
        "X-b",
        "1",
        "Set-Cookie",
        "a=1",
        "SET-COOKIE",
        "b=2",
        "X-Latin",
        "\xe9\xff",
        "X-Empty",
        "",
        "Content-Length",
        "0"
      ])
      expect(typeof answer.headersAt).toBe("bigint")
    })
  )

  it.scopedLive("reads a body without a length to the end of its connection, and bytes as they are", () =>
    Effect.gen(function* () {
      const body = pattern(70_000)
      const server = yield* raw((_head, socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n")
        socket.end(body)
        return undefined
      })
      const wire = yield* UndiciAdapter.make()
      const got = yield* Effect.flatMap(way(wire)(message(server.url)), bytes)
      expect(Buffer.compare(got, body)).toBe(0)
      expect(got.constructor).toBe(Uint8Array)
    })
  )

  it.scopedLive.each([
    ["GET", 204, "HTTP/1.1 204 No Content\r\n\r\n"],
    ["GET", 304, 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'],
    ["HEAD", 200, "HTTP/1.1 200 OK\r\n\r\n"],
    ["GET", 204, "HTTP/1.1 204 No Content\r\nContent-Length: 12\r\n\r\n"],
    ["GET", 304, "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n"],
    ["HEAD", 200, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"],
    ["HEAD", 404, "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"]
  ] as const)("has nothing to read after %s %i, whatever it announces", ([method, status, reply]) =>
    Effect.gen(function* () {
      const server = yield* raw(() => reply)
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (let i = 0; i < 3; i++) {
        const answer = yield* Effect.scoped(
          Effect.flatMap(way(wire)(message(server.url, { method })), (got) =>
            Effect.map(bytes(got), (all) => ({ got, all }))
          )
        )
        expect([answer.got.status, answer.all.length]).toEqual([status, 0])
      }
    })
  )

  it.scopedLive("sends any method", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok())
      const wire = yield* UndiciAdapter.make()
      yield* way(wire)(message(server.url, { method: "PROPFIND", headers: ["Depth", "1"] }))
      expect(server.heads[0]).toMatch(/^PROPFIND \/ HTTP\/1\.1\r\n/)
    })
  )

  it.scopedLive("[RSP-50] skips 103 and other informational answers", () =>
    Effect.gen(function* () {
      const server = yield* raw(
        () => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok("real")}`
      )
      const wire = yield* UndiciAdapter.make()
      const answer = yield* way(wire)(message(server.url))
      expect([answer.status, yield* text(answer), Headers.has(answer.rawHeaders, "link")]).toEqual([200, "real", false])
    })
  )

  it.scopedLive("brings 10 MB, up and down", () =>
    Effect.gen(function* () {
      const body = pattern(10_000_000)
      const server = yield* http((request, response) => {
        received(request).then((all) => response.end(all))
      })
      const wire = yield* UndiciAdapter.make()
      const got = yield* Effect.flatMap(way(wire)(message(server.url, { body: Body.bytes(body) })), bytes)
      expect(Buffer.compare(got, body)).toBe(0)
    })
  )

  it.scopedLive.each([
    ["Expect", "100-continue"],
    ["Keep-Alive", "timeout=5"],
    ["Upgrade", "websocket"],
    ["Connection", "X-Hop"],
    ["connection", "upgrade"]
  ] as const)("refuses %s: %s before sending", ([name, value]) =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok())
      const wire = yield* UndiciAdapter.make()
      const error = yield* failure(way(wire)(message(server.url, { headers: [name, value] })))
      expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: `headers["${name}"]` })
      expect(server.accepted()).toBe(0)
    })
  )

  it.scopedLive("takes what undici refuses for a typed error, never a defect", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => ok())
      const wire = yield* UndiciAdapter.make()
      const error = yield* failure(way(wire)(message(server.url, { headers: ["Host", "a.test", "Host", "b.test"] })))
      expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Unsupported", where: 'headers["Host"]' })
      for (const connections of [-1, 0, Number.NaN]) {
        const wrong = yield* UndiciAdapter.make({ connections })
        expect((yield* failure(way(wrong)(message(server.url))))._tag).toBe("InvalidRequest")
      }
      expect((yield* way(wire)(message(server.url, { headers: ["Connection", "close"] }))).status).toBe(200)
      expect(server.heads[0]).toContain("connection: close")
    })
  )
})

describe("a redirect's body", () => {
  const redirect = (fields: string) => `HTTP/1.1 302 Found\r\nLocation: /next\r\n${fields}\r\n`

  it.scopedLive("is kept to its limit, and the answer comes all the same", () =>
    Effect.gen(function* () {
      const server = yield* raw((_head, socket) => {
        socket.write(redirect("Content-Length: 1000000\r\n"))
        return new Uint8Array(200_000)
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.whole(message(server.url, { transport: { redirectBody: 1000 } }))
      expect([answer.status, (yield* bytes(answer)).length]).toEqual([302, 1000])
      const none = yield* wire.whole(message(server.url, { transport: { redirectBody: 0 } }))
      expect([none.status, (yield* bytes(none)).length]).toEqual([302, 0])
    })
  )

  it.scopedLive("may break off: the answer comes with what there is", () =>
    Effect.gen(function* () {
      const server = yield* raw((_head, socket) => {
        socket.end(`${redirect("Content-Length: 10\r\n")}abc`)
        return undefined
      })
      const wire = yield* UndiciAdapter.make()
      const answer = yield* wire.whole(message(server.url))
      expect([answer.status, yield* text(answer)]).toEqual([302, "abc"])
      const error = yield* failure(wire.whole(message(server.url, { transport: { redirectBody: Infinity } })))
      expect(error).toMatchObject({ _tag: "BodyError", reason: "Truncated" })
    })
  )

  it.scopedLive("is anybody's body when there is no Location: a 300 with a list to choose from is whole", () =>
    Effect.gen(function* () {
      const body = "x".repeat(5000)
      const server = yield* raw(() => `HTTP/1.1 300 Multiple Choices\r\nContent-Length: 5000\r\n\r\n${body}`)
      const wire = yield* UndiciAdapter.make()
      expect(yield* Effect.flatMap(wire.whole(message(server.url, { transport: { redirectBody: 1000 } })), text)).toBe(
        body
      )
    })
  )
})
