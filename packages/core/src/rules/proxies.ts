/**
 * What requests' own functions say about proxies. `chooseProxy.ts` is what sessions do.
 *
 * @module
 */
import { Encoding } from "effect"
import type { Variables } from "../data/Environment.js"
import * as Headers from "../data/Headers.js"
import type { Proxies } from "../data/Proxies.js"
import { environmentNoProxy, environmentProxies } from "./environment.js"
import { bareHost, type Place, placeOf, shouldBypassProxies } from "./noProxy.js"
import { getAuthFromUrl } from "./userinfo.js"

/** `undefined` for a key that is not there; a name such as `constructor` is not there unless somebody put it there. */
export const valueOf = (proxies: Proxies, key: string): string | null | undefined =>
  Object.hasOwn(proxies, key) ? proxies[key] : undefined

const schemeOf = (place: Place): string => place.scheme.slice(0, -1)

/**
 * The keys that may name a proxy for it, the most particular first: for these spellings of its host.
 */
export const keysFor = (place: Place, hosts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const scheme = schemeOf(place)
  if (place.host === "") return [scheme, "all"]
  return [...hosts.map((host) => `${scheme}://${host}`), scheme, ...hosts.map((host) => `all://${host}`), "all"]
}

/**
 * The proxy that a record names for a URL, as it is written there (requests' `select_proxy`): by `scheme://host`,
 * `scheme`, `all://host`, `all`, with the host in lower case and without port. The first key that is there decides,
 * also with `null`. An IPv6 host is written without brackets.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const proxies = { http: "http://a.test", "http://h.test": "http://b.test" }
 * console.assert(Rules.selectProxy("http://H.test:8080/", proxies) === "http://b.test")
 */
export const selectProxy = (url: string | URL | Place, proxies: Proxies): string | null => {
  const place = placeOf(url)
  for (const key of keysFor(place, [bareHost(place.host)])) {
    const value = valueOf(proxies, key)
    if (value !== undefined) return value
  }
  return null
}

/**
 * The proxies with that of the environment for this URL added, unless its scheme has one or NO_PROXY names the URL
 * (requests' `resolve_proxies`); a `no_proxy` key stands in for NO_PROXY. `chooseProxy` is what sessions do.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const proxies = Rules.resolveProxies("http://h.test/", { http_proxy: "http://a.test", no_proxy: "b.test" }, {}, true)
 * console.assert(proxies["http"] === "http://a.test")
 */
export const resolveProxies = (
  url: string | URL | Place,
  variables: Variables,
  proxies: Proxies,
  trustEnv: boolean
): Proxies => {
  const place = placeOf(url)
  const noProxy = valueOf(proxies, "no_proxy") ?? environmentNoProxy(variables)
  if (!trustEnv || shouldBypassProxies(place, noProxy)) return proxies
  const scheme = schemeOf(place)
  const found = environmentProxies(variables)
  const proxy = valueOf(found, scheme) ?? valueOf(found, "all")
  return typeof proxy !== "string" || Object.hasOwn(proxies, scheme) ? proxies : { ...proxies, [scheme]: proxy }
}

const basic = (username: string, password: string): string =>
  `Basic ${Encoding.encodeBase64(`${username}:${password}`)}`

/**
 * The proxies for a URL that a redirect names, and the fields with the Proxy-Authorization of its proxy and no other
 * (requests' `rebuild_proxies`). Over https there is none: it would reach the server through the tunnel.
 *
 * @example
 * import { Headers, Rules } from "@effect-requests/core"
 *
 * const proxies = { http: "http://u:p@a.test" }
 * const rebuilt = Rules.rebuildProxies("http://h.test/", ["Proxy-Authorization", "old"], proxies, {}, true)
 * console.assert(Headers.get(rebuilt.headers, "Proxy-Authorization") === "Basic dTpw")
 */
export const rebuildProxies = (
  url: string | URL | Place,
  headers: Headers.Headers,
  proxies: Proxies,
  variables: Variables,
  trustEnv: boolean
): { readonly proxies: Proxies; readonly headers: Headers.Headers } => {
  const scheme = schemeOf(placeOf(url))
  const resolved = resolveProxies(url, variables, proxies, trustEnv)
  const rest = Headers.remove(headers, "Proxy-Authorization")
  const [username, password] = getAuthFromUrl(valueOf(resolved, scheme) ?? "")
  const signs = !scheme.startsWith("https") && username !== "" && password !== ""
  return {
    proxies: resolved,
    headers: signs ? Headers.append(rest, "Proxy-Authorization", basic(username, password)) : rest
  }
}

/**
 * What an HTTP proxy is to be told of the user in its URL (RFC 7617, UTF-8; requests' `proxy_headers`). An empty
 * password counts, a user without a colon does not. `undefined` for none, and for SOCKS, which has a handshake of its
 * own.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.proxyAuthorization("http://u:p@proxy.test:3128") === "Basic dTpw")
 */
export const proxyAuthorization = (proxy: string): string | undefined => {
  const [username, password] = /^https?:/i.test(proxy) ? getAuthFromUrl(proxy) : ["", ""]
  return username === "" ? undefined : basic(username, password)
}
