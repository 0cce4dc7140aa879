/**
 * How a message passes its proxy, and what the proxy is told on the way.
 *
 * @module
 */
import * as Headers from "../data/Headers.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import type { Target } from "../data/Target.js"

/**
 * `"Direct"`: there is no proxy. `"Forward"`: an HTTP proxy reads the message and sends it on (RFC 9112 §3.2.2).
 * `"Tunnel"`: an HTTP proxy opens a way by CONNECT and reads nothing of what goes through (RFC 9110 §9.3.6).
 * `"Socks"`: a SOCKS proxy opens a way.
 */
export type Passage = "Direct" | "Forward" | "Tunnel" | "Socks"

/**
 * The passage of a message: an HTTP proxy forwards what is not encrypted, and tunnels the rest.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const by = (url: string) => Hops.call("GET", url, { proxies: { all: "http://proxy.test:3128" } }).request
 * console.assert(Rules.passage(by("http://h.test/")) === "Forward" && Rules.passage(by("https://h.test/")) === "Tunnel")
 */
export const passage = ({ target, transport: { proxy } }: Pick<PreparedRequest, "target" | "transport">): Passage => {
  if (proxy === undefined) return "Direct"
  if (!/^https?:/i.test(proxy)) return "Socks"
  return target.scheme === "https:" ? "Tunnel" : "Forward"
}

/**
 * What stands in the request line for a proxy that reads the message (RFC 9112 §3.2.2): the URL without a fragment.
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * console.assert(Rules.absoluteForm(Target.fromUrl(new URL("http://h.test/a?b=1#c"))) === "http://h.test/a?b=1")
 */
export const absoluteForm = ({ origin, path }: Target): string => origin + path

/**
 * What stands in the request line of CONNECT (RFC 9112 §3.2.3): host and port.
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * console.assert(Rules.authorityForm(Target.fromUrl(new URL("https://h.test/a"))) === "h.test:443")
 */
export const authorityForm = ({ host, port, scheme }: Target): string =>
  `${host}:${port === "" ? (scheme === "https:" ? "443" : "80") : port}`

/** What a proxy reads of the user, in a message or in a CONNECT (RFC 9110 §11.7.2). */
export const proxyField = "Proxy-Authorization"

/**
 * The call with its Proxy-Authorization field where it belongs. What a message says over https is read by its origin
 * alone, so that the field leaves it: to CONNECT where there is a tunnel and the proxy's URL has no credentials, else it
 * is withheld. Over http it stays, since whatever stands in between may be meant (requests sends it there too).
 *
 * @example
 * import { Headers, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const proxies = { all: "http://proxy.test:3128" }
 * const { request } = Hops.call("GET", "https://h.test/", { proxies, headers: { "Proxy-Authorization": "Mine x" } })
 * console.assert(request.transport.proxyAuthorization === "Mine x")
 * console.assert(!Headers.has(request.headers, "Proxy-Authorization"))
 */
export const toldToProxy = (call: Call): Call => {
  const { headers, target, transport } = call.request
  if (target.scheme !== "https:" || !Headers.has(headers, proxyField)) return call
  const rest = call.request.withHeaders(Headers.remove(headers, proxyField))
  if (passage(call.request) !== "Tunnel") return call.withoutProxyField(rest, proxyField)
  const proxyAuthorization = transport.proxyAuthorization ?? Headers.get(headers, proxyField)
  return call.withRequest(rest.withTransport({ ...transport, proxyAuthorization }))
}
