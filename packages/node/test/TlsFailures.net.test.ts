import type { ServerOptions } from "node:https"
import { describe, expect, layer } from "@effect/vitest"
import { type PreparedRequest, Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer, type Scope } from "effect"
import { authority, certificate, pinOf } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import * as Proxies from "./Proxies.js"
import { http, https, type Listening, tcp } from "./Servers.js"

type Given = Effect.Effect.Success<typeof authority>

class Pki extends Context.Tag("Pki")<Pki, Given>() {}

const soon = new Date(Date.now() + 86_400_000)
const here = { name: "localhost", ip: "127.0.0.1" }

/** A server, and what makes TLS with it fail: the lab's authority is trusted unless it says otherwise. */
interface Case {
  readonly server: Effect.Effect<Pick<Listening, "port">, never, Scope.Scope>
  readonly transport?: Partial<PreparedRequest.Transport>
}

const serving = (options: ServerOptions): Case["server"] =>
  https(options, (_request, response) => {
    response.end("hello")
  })

const made = (wish: Parameters<typeof certificate>[0]): Case["server"] => Effect.flatMap(certificate(wish), serving)

const handshakeFailure = Buffer.from([21, 3, 3, 0, 2, 2, 40])

/** A kind without a case does not compile. */
const cases: Readonly<Record<Tls.Failure, (given: Given) => Case>> = {
  Expired: ({ expired }) => ({ server: serving(expired) }),
  NotYetValid: ({ ca }) => ({ server: made({ ...here, ca, notBefore: soon }) }),
  WrongHost: ({ otherHost }) => ({ server: serving(otherHost) }),
  SelfSigned: ({ selfSigned }) => ({ server: serving(selfSigned) }),
  UntrustedIssuer: ({ server }) => ({ server: serving(server), transport: { verify: true } }),
  Certificate: ({ ca }) => ({ server: made({ ...here, ca, purpose: "client" }) }),
  Pin: ({ client, server }) => ({
    server: serving(server),
    transport: { tls: { ...Tls.standard, pins: [pinOf(client)] } }
  }),
  ClientCertificate: ({ ca, server }) => ({ server: serving({ ...server, ca: ca.cert, requestCert: true }) }),
  Version: ({ server }) => ({
    server: serving({ ...server, maxVersion: "TLSv1.2" }),
    transport: { tls: { ...Tls.standard, minVersion: "TLSv1.3" } }
  }),
  NotTls: () => ({
    server: http((_request, response) => {
      response.end()
    })
  }),
  Other: () => ({ server: tcp((socket) => socket.once("data", () => socket.end(handshakeFailure))) })
}

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe("error.tls", () => {
    it.scoped.each(Object.entries(cases))("is %s, by itself and by a proxy, with a hint what to do", ([kind, make]) =>
      Effect.gen(function* () {
        const given = yield* Pki
        const { server, transport } = make(given)
        const { port } = yield* server
        const wire = yield* UndiciAdapter.make()
        const url = `https://127.0.0.1:${port}`
        const parts = { verify: { ca: given.ca.cert }, ...transport }
        const direct = message(url, { transport: parts })
        const proxied = message(url, { transport: { ...parts, proxy: (yield* Proxies.http()).url } })
        for (const send of [wire.whole(direct), wire.live(direct), wire.whole(proxied)]) {
          const error = yield* failure(send)
          expect(error).toMatchObject({ _tag: "TransportError", reason: "Tls", tls: kind })
          // The word of the platform stands in brackets behind ours.
          expect(error.message).toMatch(
            /^GET https:\/\/127\.0\.0\.1:\d+\/: the TLS connection failed: (the|there|what) .+ \([A-Z]\S+: [^\n]+\)$/
          )
        }
      })
    )
  })
})
