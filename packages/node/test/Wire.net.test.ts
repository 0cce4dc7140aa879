import { describe, expect, it } from "@effect/vitest"
import { UndiciAdapter } from "@effect-requests/node"
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
})
