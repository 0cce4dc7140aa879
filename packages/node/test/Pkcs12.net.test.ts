import { TLSSocket } from "node:tls"
import { describe, expect, layer } from "@effect/vitest"
import type { Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Context, Effect, Layer, Redacted } from "effect"
import { authority } from "./Certificates.js"
import { failure, message, text } from "./Messages.js"
import * as Pkcs12 from "./Pkcs12.js"
import { https } from "./Servers.js"

class Pki extends Context.Tag("Pki")<Pki, Effect.Effect.Success<typeof authority>>() {}

const passphrase = Redacted.make("open sesame")
const wrong = Redacted.make("wr0ng sesame")

/** A server that answers with the name of whom it knows, and a question to it. */
const asking = (cert: Tls.Cert) =>
  Effect.gen(function* () {
    const { ca, server } = yield* Pki
    const { accepted, url } = yield* https(
      { ...server, ca: Pkcs12.cert, requestCert: true },
      ({ socket }, response) => {
        response.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : "nobody")
      }
    )
    const wire = yield* UndiciAdapter.make()
    return { accepted, answer: wire.whole(message(url, { transport: { verify: { ca: ca.cert }, cert } })) }
  })

layer(Layer.effect(Pki, authority), { excludeTestServices: true })((it) => {
  describe("a client certificate in PKCS#12", () => {
    it.scoped.each([
      ["with a passphrase", { pfx: Pkcs12.modern, passphrase }],
      ["without one", { pfx: Pkcs12.open }],
      ["without one, and an empty one is given", { pfx: Pkcs12.open, passphrase: Redacted.make("") }]
    ] as const)("is shown: %s", ([, cert]) =>
      Effect.gen(function* () {
        const { answer } = yield* asking(cert)
        expect(yield* Effect.flatMap(answer, text)).toBe("packed.example.test")
      })
    )

    const cut = Pkcs12.modern.subarray(0, 500)
    const pem = new Uint8Array(Buffer.from(Pkcs12.cert))
    const wrongOne = /^cert: the passphrase of the PKCS#12 file is wrong or missing\. Give its passphrase\.$/
    const noFile = /^cert: it is no PKCS#12 file, or not a whole one/

    it.scoped.each<readonly [string, Tls.Cert, RegExp]>([
      ["a wrong passphrase", { pfx: Pkcs12.modern, passphrase: wrong }, wrongOne],
      ["no passphrase", { pfx: Pkcs12.modern }, wrongOne],
      ["a passphrase where there is none", { pfx: Pkcs12.open, passphrase: wrong }, wrongOne],
      ["an old cipher", { pfx: Pkcs12.legacy, passphrase }, /OpenSSL 3 no longer reads .* openssl pkcs12 -legacy/],
      ["an old cipher and a wrong passphrase", { pfx: Pkcs12.legacy, passphrase: wrong }, wrongOne],
      ["no key", { pfx: Pkcs12.keyless, passphrase }, /^cert: there is no key in the PKCS#12 file/],
      ["a file that was cut off", { pfx: cut, passphrase }, noFile],
      ["PEM", { pfx: pem, passphrase }, noFile],
      ["nothing", { pfx: new Uint8Array(0), passphrase }, noFile]
    ])("is an invalid request before anybody is connected to: %s", ([, cert, says]) =>
      Effect.gen(function* () {
        const { accepted, answer } = yield* asking(cert)
        const error = yield* failure(answer)
        expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Setting", where: "cert" })
        expect(error.message).toMatch(says)
        expect(`${error.message}\n${JSON.stringify(error)}\n${String(error.stack)}`).not.toMatch(/(open|wr0ng) sesame/)
        expect(accepted()).toBe(0)
      })
    )
  })
})
