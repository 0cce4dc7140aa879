import { describe, expect, layer } from "@effect/vitest"
import type { Answer, Errors, PreparedRequest, Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer, Redacted, type Scope } from "effect"
import { authority, certificate, type Pem } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import { http2, https, type Listening, tcp } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

type Version = "TLSv1.2" | "TLSv1.3"

/** A server of Node that lets nobody in without a certificate of the authority. */
const demanding = (protocol: string, version: Version): Effect.Effect<Listening, never, Pki | Scope.Scope> =>
  Effect.gen(function* () {
    const { ca, server } = yield* Pki
    const options = { ...server, ca: ca.cert, requestCert: true, minVersion: version, maxVersion: version }
    return yield* protocol === "HTTP/2"
      ? http2(options, (stream) => stream.end("hello"))
      : https(options, (_request, response) => {
          response.end("hello")
        })
  })

const shown = ({ cert, key }: Pem): Tls.Cert => ({ cert, key: Redacted.make(key) })

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe.each([
    ["HTTP/1.1", "TLSv1.2"],
    ["HTTP/1.1", "TLSv1.3"],
    ["HTTP/2", "TLSv1.2"],
    ["HTTP/2", "TLSv1.3"]
  ] as const)("a server of Node that asks who we are, %s over %s", (protocol, version) => {
    const sending = (transport: Partial<PreparedRequest.Transport>) =>
      Effect.gen(function* () {
        const { url } = yield* demanding(protocol, version)
        const { ca } = yield* Pki
        const wire = yield* UndiciAdapter.make({ http2: protocol === "HTTP/2" })
        const asked = message(url, { transport: { verify: { ca: ca.cert }, ...transport } })
        return (): ReadonlyArray<Effect.Effect<Answer.Answer, Errors.SendError, Scope.Scope>> => [
          wire.whole(asked),
          wire.live(asked)
        ]
      })

    it.scoped("answers whom it knows", () =>
      Effect.gen(function* () {
        const { client } = yield* Pki
        const send = yield* sending({ cert: shown(client) })
        for (const one of send()) expect((yield* one).status).toBe(200)
      })
    )

    it.scoped.each([
      ["none", /asks for a client certificate; give it as cert/],
      ["one that has expired", /does not accept the client certificate/],
      ["one of an issuer that it does not know", /does not accept the client certificate/]
    ] as const)("is told apart from a lost connection when we show %s", ([which, hint]) =>
      Effect.gen(function* () {
        const { ca, selfSigned } = yield* Pki
        const old = yield* certificate({ name: "old.example.test", ca, notAfter: new Date(Date.now() - 86_400_000) })
        const certs = { none: {}, "one that has expired": { cert: shown(old) } }
        const send = yield* sending(
          which === "one of an issuer that it does not know" ? { cert: shown(selfSigned) } : certs[which]
        )
        // More than once: what is heard first, the reset or the end, is chance.
        for (const one of Array.from({ length: 5 }, send).flat()) {
          const error = yield* failure(one)
          expect(error).toMatchObject({ _tag: "TransportError", reason: "Tls", tls: "ClientCertificate" })
          expect(error.message).toMatch(hint)
        }
      })
    )
  })

  describe("a server that asks nothing", () => {
    it.scoped("and closes is a lost connection, whatever we could show", () =>
      Effect.gen(function* () {
        const { ca, client, server } = yield* Pki
        const { url } = yield* https({ ...server }, (_request, response) => {
          response.destroy()
        })
        const wire = yield* UndiciAdapter.make()
        for (const cert of [undefined, shown(client)]) {
          const asked = message(url, { transport: { verify: { ca: ca.cert }, cert } })
          expect(yield* failure(wire.whole(asked))).toMatchObject({ reason: "Reset", sent: "maybe" })
        }
      })
    )
  })

  describe("a server that knows us", () => {
    it.scoped("and closes later is a lost connection", () =>
      Effect.gen(function* () {
        const { ca, client, server } = yield* Pki
        let asked = 0
        const { url } = yield* https({ ...server, ca: ca.cert, requestCert: true }, (_request, response) => {
          asked++
          if (asked === 1) response.end("hello")
          else response.destroy()
        })
        const wire = yield* UndiciAdapter.make({ connections: 1 })
        const one = message(url, { transport: { verify: { ca: ca.cert }, cert: shown(client) } })
        expect((yield* wire.whole(one)).status).toBe(200)
        expect(yield* failure(wire.whole(one))).toMatchObject({ reason: "Reset", sent: "maybe" })
      })
    )
  })

  describe("an alert", () => {
    const alerts: ReadonlyArray<readonly [number, Tls.Failure, RegExp]> = [
      [40, "Other", /no cipher that both sides allow, or the server asks for a client certificate/],
      [41, "ClientCertificate", /give it as cert/],
      [42, "ClientCertificate", /it is broken, or there is none/],
      [43, "ClientCertificate", /another kind or purpose/],
      [44, "ClientCertificate", /it was revoked/],
      [45, "ClientCertificate", /expired or not valid yet/],
      [46, "ClientCertificate", /it does not say why/],
      [48, "ClientCertificate", /it does not know its issuer/],
      [49, "ClientCertificate", /its owner may not come in/],
      [70, "Version", /no TLS version that both sides allow/],
      [71, "Other", /none of our ciphers strong enough/],
      [80, "Other", /INTERNAL_ERROR/],
      [112, "Other", /no host of that name/],
      [116, "ClientCertificate", /give it as cert/],
      [120, "Other", /does not speak HTTP\/1\.1 over TLS/]
    ]
    it.scoped.each(alerts)("%i is %s", ([code, kind, hint]) =>
      Effect.gen(function* () {
        const { port } = yield* tcp((socket) => {
          // A record of TLS 1.2 with a fatal alert in it, in the place of a ServerHello (RFC 8446 §5.1, §6).
          socket.once("data", () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, code])))
        })
        const wire = yield* UndiciAdapter.make()
        const error = yield* failure(wire.whole(message(`https://127.0.0.1:${port}`)))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Tls", tls: kind, sent: "no" })
        expect(error.message).toMatch(hint)
      })
    )
  })
})
