import { TLSSocket } from "node:tls"
import { describe, expect, it } from "@effect/vitest"
import { type PreparedRequest, Tls } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect } from "effect"
import { authority, pinOf } from "./Certificates.js"
import { failure, message } from "./Messages.js"
import * as Proxies from "./Proxies.js"
import { https } from "./Servers.js"

describe("tls", () => {
  it.scopedLive("pins, server name and oldest version hold, and no connection is shared across them", () =>
    Effect.gen(function* () {
      const { ca, client, otherHost, server } = yield* authority
      let asked = 0
      const count = (_request: unknown, response: { readonly end: () => void }): void => {
        asked++
        response.end()
      }
      const good = yield* https({ cert: server.cert, key: server.key }, count)
      const named = yield* https({ cert: otherHost.cert, key: otherHost.key }, count)
      const old = yield* https({ cert: server.cert, key: server.key, maxVersion: "TLSv1.2" }, count)
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const send = (url: string, tls: Partial<Tls.Policy>, verify: Tls.Verify = { ca: ca.cert }) => {
        const transport: Partial<PreparedRequest.Transport> = { verify, tls: { ...Tls.standard, ...tls } }
        return wire.whole(message(url, { transport }))
      }
      const right = { pins: [pinOf(server), pinOf(client)] }
      // Neither an authority's key nor another's will do.
      const wrong = { pins: [pinOf(client), pinOf(ca)] }
      for (const verify of [{ ca: ca.cert }, false] as const) {
        expect((yield* send(good.url, {}, verify)).status).toBe(200)
        expect((yield* send(good.url, right, verify)).status).toBe(200)
        expect((yield* send(good.url, right, verify)).status).toBe(200)
        const before = asked
        expect(yield* failure(send(good.url, wrong, verify))).toMatchObject({ reason: "Tls", tls: "Pin", sent: "no" })
        expect(asked).toBe(before)
      }
      // The key to pin is in the error, by a proxy too: Node tells of a certificate once.
      const proxy = yield* Proxies.http()
      for (const by of [undefined, proxy.url]) {
        const transport = { verify: { ca: ca.cert }, tls: { ...Tls.standard, ...wrong }, proxy: by }
        const error = yield* failure(wire.whole(message(good.url, { transport })))
        expect(error).toMatchObject({ tls: "Pin", detail: expect.stringContaining(pinOf(server)) })
      }
      expect(yield* failure(send(good.url, right, true))).toMatchObject({ reason: "Tls", tls: "UntrustedIssuer" })
      expect((yield* send(named.url, { serverName: "other.example.test" })).status).toBe(200)
      expect(yield* failure(send(named.url, {}))).toMatchObject({ tls: "WrongHost" })
      expect((yield* send(old.url, {})).status).toBe(200)
      expect(yield* failure(send(old.url, { minVersion: "TLSv1.3" }))).toMatchObject({ reason: "Tls", tls: "Version" })
    })
  )

  it.scopedLive.each(["TLSv1.2", "TLSv1.3"] as const)("pins are never judged by a session of before: %s", (version) =>
    Effect.gen(function* () {
      const { ca, server } = yield* authority
      const resumed: Array<boolean> = []
      const { accepted, url } = yield* https({ ...server, maxVersion: version }, ({ socket }, response) => {
        resumed.push(socket instanceof TLSSocket && socket.isSessionReused())
        response.end()
      })
      const wire = yield* UndiciAdapter.make()
      const send = (tls: Partial<Tls.Policy>) => {
        const transport = { verify: { ca: ca.cert }, tls: { ...Tls.standard, ...tls } }
        return wire.whole(message(url, { headers: ["Connection", "close"], transport }))
      }
      for (let i = 0; i < 3; i++) yield* send({ pins: [pinOf(server)] })
      expect([accepted(), resumed]).toEqual([3, [false, false, false]])
      // Without pins it is, so that the above says something.
      for (let i = 0; i < 3; i++) yield* send({})
      expect(resumed.slice(4)).toContain(true)
    })
  )
})
