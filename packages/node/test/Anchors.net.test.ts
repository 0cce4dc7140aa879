import { describe, expect, layer } from "@effect/vitest"
import type { PreparedRequest, Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer, Redacted } from "effect"
import { authority, certificate, pinOf } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import * as Pkcs12 from "./Pkcs12.js"
import * as Proxies from "./Proxies.js"
import { http2, https } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

const passphrase = Redacted.make("open sesame")
const cert: Tls.Cert = { pfx: Pkcs12.withIssuer, passphrase }
const here = { name: "localhost", ip: "127.0.0.1" }

/** A server with a certificate of the authority that is in the PKCS#12 file, and how often it was asked. */
const packed = (protocol: "HTTP/1.1" | "HTTP/2") =>
  Effect.gen(function* () {
    const pem = yield* certificate({ ...here, ca: Pkcs12.issuer })
    let asked = 0
    const { url } =
      protocol === "HTTP/2"
        ? yield* http2(pem, (stream) => {
            asked++
            stream.respond()
            stream.end()
          })
        : yield* https(pem, (_request, response) => {
            asked++
            response.end()
          })
    return { asked: () => asked, pin: pinOf(pem), url }
  })

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe.each(["HTTP/1.1", "HTTP/2"] as const)("the certificates in a PKCS#12 file, over %s", (protocol) => {
    const options = { http2: protocol === "HTTP/2" }
    // By a proxy HTTP/1.1 is spoken.
    const ways = ({ url }: Proxies.Proxy) => (protocol === "HTTP/2" ? [undefined] : [undefined, url])

    it.scoped("are not trusted because they are there", () =>
      Effect.gen(function* () {
        const { ca } = yield* Pki
        const { asked, url } = yield* packed(protocol)
        const proxy = yield* Proxies.http()
        const wire = yield* UndiciAdapter.make(options)
        for (const verify of [true, "system", { ca: ca.cert }] as const) {
          for (const by of [...ways(proxy), ...ways(proxy)]) {
            const error = yield* failure(wire.whole(message(url, { transport: { cert, verify, proxy: by } })))
            expect(error).toMatchObject({ reason: "Tls", tls: "UntrustedIssuer", sent: "no" })
            expect(error.message).toContain(
              "only in the PKCS#12 file that says who we are; trust it with verify: { ca }"
            )
            expect(error.message).toContain("Packed Authority")
          }
        }
        expect(asked()).toBe(0)
      })
    )

    it.scoped("are where they are given, and where nobody looks; a pin does not replace it", () =>
      Effect.gen(function* () {
        const { ca } = yield* Pki
        const { pin, url } = yield* packed(protocol)
        const proxy = yield* Proxies.http()
        const wire = yield* UndiciAdapter.make(options)
        const send = (transport: Partial<PreparedRequest.Transport>) =>
          wire.whole(message(url, { headers: protocol === "HTTP/2" ? [] : ["Connection", "close"], transport }))
        const tls = { pins: [pin], serverName: undefined, minVersion: "TLSv1.2" } as const
        for (const proxied of ways(proxy)) {
          for (const verify of [
            { ca: Pkcs12.issuer.cert },
            { ca: `${ca.cert}\n${Pkcs12.issuer.cert}` },
            false
          ] as const) {
            for (let i = 0; i < 2; i++) expect((yield* send({ cert, verify, proxy: proxied })).status).toBe(200)
            expect((yield* send({ cert, verify, proxy: proxied, tls })).status).toBe(200)
          }
          const error = yield* failure(send({ cert, verify: { ca: ca.cert }, proxy: proxied, tls }))
          expect(error).toMatchObject({ tls: "UntrustedIssuer" })
        }
      })
    )
  })

  describe("whom we trust", () => {
    it.scoped("is trusted beside such a file, by the intermediates that a server sends too", () =>
      Effect.gen(function* () {
        const { ca, server } = yield* Pki
        const middle = yield* certificate({ name: "Middle Authority", isCa: true, ca })
        const leaf = yield* certificate({ ...here, ca: middle })
        const direct = yield* https(server, (_request, response) => {
          response.end()
        })
        const chained = yield* https({ key: leaf.key, cert: `${leaf.cert}\n${middle.cert}` }, (_request, response) => {
          response.end()
        })
        const wire = yield* UndiciAdapter.make()
        for (const { url } of [direct, chained]) {
          const asked = message(url, { transport: { cert, verify: { ca: ca.cert } } })
          expect((yield* wire.whole(asked)).status).toBe(200)
        }
      })
    )
  })
})
