import { describe, expect, it } from "@effect/vitest"
import { Headers, Request, Session } from "@effect-requests/core"
import { NodeSession, UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"
import { authority } from "./Certificates.js"
import { failure, message, text } from "./Messages.js"
import { http, https, raw, until } from "./Servers.js"

describe("what only a wire shows", () => {
  it.scopedLive("[ADP-13] a kept connection that the server closed is replaced", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("here"))
      const wire = yield* UndiciAdapter.make()
      expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("here")
      server.server.closeAllConnections()
      yield* until(() => server.open() === 0)
      expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("here")
      expect(server.accepted()).toBe(2)
    })
  )
  it.scopedLive("[RSP-03] a reason is read as UTF-8; what is none spoils no answer", () =>
    Effect.gen(function* () {
      const reasons = [Buffer.from("Gr\u00fcn", "utf8"), Buffer.from("Gr\u00fcn", "latin1")]
      const server = yield* raw((_head, _socket, n) =>
        Buffer.concat([
          Buffer.from("HTTP/1.1 200 "),
          reasons[n - 1] ?? Buffer.of(),
          Buffer.from("\r\nContent-Length: 0\r\n\r\n")
        ])
      )
      const wire = yield* UndiciAdapter.make()
      const answers = [yield* wire.whole(message(server.url)), yield* wire.whole(message(server.url))]
      expect(answers.map(({ reason, status }) => [status, reason])).toEqual([
        [200, "Gr\u00fcn"],
        [200, "Gr\ufffdn"]
      ])
    })
  )
  it.scopedLive("[RSP-25] HEAD, 204 and 304 have no body, whatever their length says", () =>
    Effect.gen(function* () {
      const server = yield* raw((head) => {
        const status = /^HEAD/.test(head) ? "200 OK" : head.includes("/204") ? "204 No Content" : "304 Not Modified"
        return `HTTP/1.1 ${status}\r\nContent-Length: 12\r\n\r\n`
      })
      const wire = yield* UndiciAdapter.make()
      const asked = [
        message(server.url, { method: "HEAD" }),
        message(`${server.url}/204`),
        message(`${server.url}/304`)
      ]
      const answers = yield* Effect.forEach(asked, (one) => wire.whole(one))
      expect(answers.map(({ status }) => status)).toEqual([200, 204, 304])
      for (const answer of answers) expect(yield* text(answer)).toBe("")
    })
  )
  it.scoped("[TLS-15] http to a TLS port is an answer or a typed error, never a hang", () =>
    Effect.gen(function* () {
      const { server } = yield* authority
      const { port } = yield* https({ cert: server.cert, key: server.key }, (_request, response) =>
        response.end("secret")
      )
      const wire = yield* UndiciAdapter.make()
      const error = yield* failure(wire.whole(message(`http://127.0.0.1:${port}`)))
      expect(error).toMatchObject({ _tag: "TransportError" })
    })
  )

  it.scopedLive("the fields behind a body are there once it was read", () =>
    Effect.gen(function* () {
      const reply =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\nx-sum: 7\r\n\r\n"
      const server = yield* raw(() => reply)
      const program = Effect.gen(function* () {
        const session = yield* Session.make()
        const response = yield* session.get(server.url)
        expect(yield* response.trailers).toEqual(["X-Sum", "6", "x-sum", "7"])
        expect(Headers.has(response.rawHeaders, "x-sum")).toBe(false)
        yield* Effect.scoped(
          Effect.gen(function* () {
            const live = yield* session.stream(Request.get(server.url))
            expect(yield* live.text).toBe("abc")
            expect(yield* live.trailers).toEqual(["X-Sum", "6", "x-sum", "7"])
          })
        )
      })
      yield* Effect.provide(program, NodeSession.layerAdapter())
    })
  )

  it.scopedLive("answers before the answer are skipped, and told to whoever asked", () =>
    Effect.gen(function* () {
      const server = yield* raw(
        () =>
          "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" +
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      )
      const seen: Array<readonly [number, string | undefined]> = []
      const wire = yield* UndiciAdapter.make({
        onInformation: ({ rawHeaders, status }) => {
          seen.push([status, Headers.get(rawHeaders, "link")])
          throw new Error("a hook that fails")
        }
      })
      const answer = yield* wire.whole(message(server.url))
      expect([answer.status, yield* text(answer)]).toEqual([200, "ok"])
      expect(seen).toEqual([
        [102, undefined],
        [103, "</a.css>; rel=preload"]
      ])
    })
  )
})
