import { connect } from "node:net"
import { describe, expect, layer } from "@effect/vitest"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer } from "effect"
import { authority } from "./Certificates.js"
import { bytes, failure, message } from "./Messages.js"
import { http2, https, tcp } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

/** A record that nobody has encrypted (RFC 8446 §5.2). */
const forged = Buffer.concat([Buffer.from([23, 3, 3, 0, 32]), Buffer.alloc(32)])

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe("TLS that breaks in a body", () => {
    it.scoped.each(["HTTP/1.1", "HTTP/2"])("[TLS-13] is BodyError, reason Tls, over %s", (protocol) =>
      Effect.gen(function* () {
        const { ca, server } = yield* Pki
        let answering = false
        const origin =
          protocol === "HTTP/2"
            ? yield* http2(server, (stream) => {
                answering = true
                stream.respond({ ":status": 200, "content-length": 9 })
                stream.write("abc")
              })
            : yield* https(server, (_request, response) => {
                answering = true
                response.writeHead(200, { "Content-Length": 9 })
                response.write("abc")
              })
        // Somebody between the two, who adds something of his own.
        const { port } = yield* tcp((socket) => {
          const upstream = connect(origin.port, "127.0.0.1")
          upstream.on("error", () => socket.destroy())
          socket.on("close", () => upstream.destroy())
          socket.pipe(upstream)
          upstream.on("data", (chunk) => {
            socket.write(chunk)
            if (answering) socket.write(forged)
          })
        })
        const wire = yield* UndiciAdapter.make({ http2: protocol === "HTTP/2" })
        const asked = message(`https://127.0.0.1:${port}`, { transport: { verify: { ca: ca.cert } } })
        for (const send of [
          Effect.asVoid(wire.whole(asked)),
          Effect.asVoid(Effect.scoped(Effect.flatMap(wire.live(asked), bytes)))
        ]) {
          answering = false
          expect(yield* failure(send)).toMatchObject({
            _tag: "BodyError",
            reason: "Tls",
            detail: expect.stringContaining("BAD_RECORD_MAC")
          })
        }
      })
    )
  })
})
