import { generateKeyPairSync } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TLSSocket } from "node:tls"
import { describe, expect, layer } from "@effect/vitest"
import { type PreparedRequest, Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer, Redacted } from "effect"
import { authority, type Pem, pinOf } from "./Certificates.js"
import { failure, message, text } from "./Messages.js"
import * as Proxies from "./Proxies.js"
import { http, https, variable } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

const hello = (_request: IncomingMessage, response: ServerResponse): void => {
  response.end("hello")
}
const serve = ({ cert, key }: Pem) => https({ cert, key }, hello)
const asking = (transport: Partial<PreparedRequest.Transport>) => ({ transport })

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe("verification", () => {
    it.scoped("[TLS-01] accepts a certificate of a given authority, as text or as a file", () =>
      Effect.gen(function* () {
        const { ca, server } = yield* Pki
        const { url } = yield* serve(server)
        const wire = yield* UndiciAdapter.make()
        expect(yield* Effect.flatMap(wire.whole(message(url, asking({ verify: { ca: ca.cert } }))), text)).toBe("hello")
        const folder = yield* Effect.acquireRelease(
          Effect.promise(() => mkdtemp(join(tmpdir(), "effect-requests-"))),
          (path) => Effect.promise(() => rm(path, { recursive: true }))
        )
        const caFile = join(folder, "ca.pem")
        yield* Effect.promise(() => writeFile(caFile, ca.cert))
        expect(yield* Effect.flatMap(wire.whole(message(url, asking({ verify: { caFile } }))), text)).toBe("hello")
        expect(yield* Effect.flatMap(wire.whole(message(url, asking({ verify: false }))), text)).toBe("hello")
      })
    )

    it.scoped("[TLS-12] [EXC-05] refuses what it does not know, and says what is wrong", () =>
      Effect.gen(function* () {
        const { ca, expired, otherHost, selfSigned, server } = yield* Pki
        const wire = yield* UndiciAdapter.make()
        const trusted = { ca: ca.cert }
        const cases = [
          [
            server,
            true,
            /(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)/,
            /intermediate certificate/
          ],
          [selfSigned, true, /DEPTH_ZERO_SELF_SIGNED_CERT/, /self-signed; trust it with verify/],
          [selfSigned, trusted, /DEPTH_ZERO_SELF_SIGNED_CERT/, /self-signed/],
          [expired, trusted, /CERT_HAS_EXPIRED/, /has expired/],
          [otherHost, trusted, /ERR_TLS_CERT_ALTNAME_INVALID/, /for another host/]
        ] as const
        for (const [cert, verify, code, hint] of cases) {
          const { url } = yield* serve(cert)
          for (const send of [wire.whole, wire.live]) {
            const error = yield* failure(send(message(url, asking({ verify }))))
            expect(error).toMatchObject({ _tag: "TransportError", reason: "Tls", sent: "no" })
            expect(error).toMatchObject({ detail: expect.stringMatching(code) })
            expect(error).toMatchObject({ detail: expect.stringMatching(hint) })
          }
        }
      })
    )

    it.scoped("is of the URL's host, whatever the Host field says", () =>
      Effect.gen(function* () {
        const { ca, server } = yield* Pki
        const { url } = yield* serve(server)
        const wire = yield* UndiciAdapter.make()
        const verify = { ca: ca.cert }
        const answer = yield* wire.whole(
          message(url, { headers: ["Host", "virtual.example.test"], transport: { verify } })
        )
        expect(answer.status).toBe(200)
      })
    )

    it.scoped("[ADP-17] [TLS-17] [TLS-07] never uses a connection that was not verified", () =>
      Effect.gen(function* () {
        const { client, selfSigned } = yield* Pki
        const server = yield* serve(selfSigned)
        const wire = yield* UndiciAdapter.make({ connections: 1 })
        for (let i = 0; i < 3; i++) {
          expect((yield* wire.whole(message(server.url, asking({ verify: false })))).status).toBe(200)
          expect(yield* failure(wire.whole(message(server.url)))).toMatchObject({ reason: "Tls" })
        }
        const cert = { cert: client.cert, key: Redacted.make(client.key) }
        expect((yield* wire.whole(message(server.url, asking({ verify: false, cert })))).status).toBe(200)
        expect(yield* failure(wire.whole(message(server.url, asking({ cert }))))).toMatchObject({ reason: "Tls" })
        expect((yield* wire.sockets).map(({ free }) => free)).toEqual([2])
      })
    )

    it.scoped("is not switched off by NODE_TLS_REJECT_UNAUTHORIZED, at an origin or at a proxy", () =>
      Effect.gen(function* () {
        const { ca, selfSigned, server } = yield* Pki
        yield* variable("NODE_TLS_REJECT_UNAUTHORIZED", "0")
        const origin = yield* serve(selfSigned)
        const good = yield* serve(server)
        const proxy = yield* Proxies.http()
        const stranger = yield* Proxies.https(selfSigned)
        const verify = { ca: ca.cert }
        const pinned = { ...Tls.standard, pins: [pinOf(selfSigned)] }
        for (const http2 of [false, true]) {
          const wire = yield* UndiciAdapter.make({ http2 })
          const refused = (url: string, transport: Partial<PreparedRequest.Transport>) =>
            failure(wire.whole(message(url, asking(transport))))
          for (const transport of [{}, { verify }, { tls: pinned }, { verify: "system" as const }]) {
            for (const proxied of [undefined, proxy.url]) {
              const error = yield* refused(origin.url, { ...transport, proxy: proxied })
              expect(error).toMatchObject({ reason: "Tls", tls: "SelfSigned", sent: "no" })
            }
          }
          expect(yield* refused(good.url, { verify, proxy: stranger.url })).toMatchObject({
            reason: "Proxy",
            detail: expect.stringContaining("self-signed")
          })
          // Only a setting does.
          expect((yield* wire.whole(message(origin.url, asking({ verify: false })))).status).toBe(200)
        }
      })
    )

    it.scoped("[TLS-15] tells an http port from a bad certificate", () =>
      Effect.gen(function* () {
        const { port } = yield* http(hello)
        const wire = yield* UndiciAdapter.make()
        const error = yield* failure(wire.whole(message(`https://127.0.0.1:${port}`)))
        expect(error).toMatchObject({ reason: "Tls", detail: expect.stringMatching(/is it an http port/) })
      })
    )
  })

  describe("settings that cannot be used", () => {
    const bad: ReadonlyArray<readonly [string, Partial<PreparedRequest.Transport>, object]> = [
      [
        "a file that is not there",
        { verify: { caFile: "/nowhere/ca.pem" } },
        { reason: "Setting", where: "verify.caFile", problem: "/nowhere/ca.pem does not exist" }
      ],
      [
        "a folder",
        { verify: { caFile: "/" } },
        { reason: "Setting", where: "verify.caFile", problem: "/ is a folder" }
      ],
      ["a text without certificates", { verify: { ca: "trust me" } }, { reason: "Setting", where: "verify.ca" }],
      [
        "a broken certificate",
        { verify: { ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" } },
        { reason: "Setting", where: "verify.ca" }
      ],
      [
        "a broken client certificate",
        { cert: { cert: "x", key: Redacted.make("y") } },
        { reason: "Setting", where: "cert" }
      ],
      ["a broken pfx", { cert: { pfx: new Uint8Array(3) } }, { reason: "Setting", where: "cert" }]
    ]
    it.scoped("a key that is not the certificate's is one, of its kind or of another", () =>
      Effect.gen(function* () {
        const { client, server } = yield* Pki
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
        const wire = yield* UndiciAdapter.make()
        for (const key of [server.key, String(privateKey.export({ type: "pkcs8", format: "pem" }))]) {
          const cert = { cert: client.cert, key: Redacted.make(key) }
          expect(yield* failure(wire.whole(message("https://127.0.0.1:1", asking({ cert }))))).toMatchObject({
            _tag: "InvalidRequest",
            where: "cert",
            problem: "the key is not the certificate's",
            remedy: "Give the two that belong together"
          })
        }
      })
    )

    it.scoped("[TLS-08] [TLS-09] [TLS-10] are invalid requests, before anything is sent", () =>
      Effect.gen(function* () {
        const wire = yield* UndiciAdapter.make()
        for (const [name, transport, expected] of bad) {
          const error = yield* failure(wire.whole(message("https://127.0.0.1:1", { transport })))
          expect(error, name).toMatchObject({ _tag: "InvalidRequest", ...expected })
        }
      })
    )
  })

  describe("a client certificate", () => {
    it.scoped("[TLS-16] is seen by the server, and only there where it was given", () =>
      Effect.gen(function* () {
        const { ca, client, lockedClient, server } = yield* Pki
        const { url } = yield* https(
          { cert: server.cert, key: server.key, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
          (request, response) => {
            const { socket } = request
            response.end(
              socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject.CN : "nobody"
            )
          }
        )
        const wire = yield* UndiciAdapter.make()
        const verify = { ca: ca.cert }
        const cert = { cert: client.cert, key: Redacted.make(client.key) }
        const asks = (transport: Partial<PreparedRequest.Transport>) =>
          Effect.flatMap(wire.whole(message(url, { transport })), text)
        expect(yield* asks({ verify, cert })).toBe("client.example.test")
        expect(yield* asks({ verify })).toBe("nobody")
        expect(yield* asks({ verify: false })).toBe("nobody")
        expect(yield* asks({ verify, cert })).toBe("client.example.test")
        const passphrase = Redacted.make("open sesame")
        const locked = { cert: lockedClient.cert, key: Redacted.make(lockedClient.key) }
        expect(yield* asks({ verify, cert: { ...locked, passphrase } })).toBe("locked.example.test")
        const wrong = { ...locked, passphrase: Redacted.make("sesame") }
        expect(yield* failure(asks({ verify, cert: wrong }))).toMatchObject({ reason: "Setting", where: "cert" })
      })
    )
  })
})
