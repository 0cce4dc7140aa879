/**
 * Which connections a request by a proxy may use.
 *
 * @module
 */
import { type Errors, type PreparedRequest, Rules, Tls } from "@effect-requests/core"
import { Effect } from "effect"
import type { Via } from "./Dial.js"
import * as Proxy from "./Proxy.js"
import * as Trust from "./Trust.js"

/**
 * Two requests by proxies may share a connection only when this is the same: the proxy with its user, how it is passed,
 * and the whole policy of TLS. A field of the user's own is a user as well.
 */
export const keyOf = (request: PreparedRequest.PreparedRequest): string => {
  const { connectTimeout, proxy = "", proxyAuthorization = "" } = request.transport
  const passage = Rules.passage(request)
  const user = passage === "Tunnel" && Rules.proxyAuthorization(proxy) === undefined ? proxyAuthorization : ""
  // SOCKS is the same way for both schemes, but only https has somebody to trust at its end.
  return `${passage}|${request.target.scheme}|${connectTimeout}|${Trust.keyOf(request.transport)}|${proxy}|${user}`
}

/** The proxy, and whom to trust at both ends. The certificate, the pins and the server name are the origin's affair. */
export const find = (
  request: PreparedRequest.PreparedRequest
): Effect.Effect<{ readonly tls: Trust.Identity; readonly via: Via }, Errors.InvalidRequest> =>
  Effect.gen(function* () {
    const { target, transport } = request
    const proxy = yield* Proxy.read(transport.proxy ?? "")
    const passage = Rules.passage(request)
    const tls = target.scheme === "https:" ? yield* identified(transport) : Trust.plain
    const nobody = proxy.secure ? yield* identified(ofProxy(transport)) : Trust.plain
    return { tls, via: { proxy, passage: passage === "Direct" ? "Tunnel" : passage, tls: nobody } }
  })

const ofProxy = ({ tls, ...transport }: PreparedRequest.Transport): PreparedRequest.Transport => ({
  ...transport,
  cert: undefined,
  tls: { ...Tls.standard, minVersion: tls.minVersion }
})

const identified = (asked: PreparedRequest.Transport) =>
  Trust.isPlain(asked) ? Effect.succeed(Trust.plain) : Trust.identify(asked)

/** Where a pool is whose proxy reads the messages: undici is not to know of TLS, which is done when it hears of a socket. */
export const placeOf = ({ proxy: { host, port } }: Via): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`
