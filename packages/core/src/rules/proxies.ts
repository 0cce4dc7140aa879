/**
 * Which proxy for a URL.
 *
 * @module
 */
import { Either, Encoding } from "effect"
import type { Variables } from "../data/Environment.js"
import * as Headers from "../data/Headers.js"
import type { EnvironmentPolicy } from "../data/Policies.js"
import { direct, type Proxies } from "../data/Proxies.js"
import { environmentNoProxy, environmentProxies } from "./environment.js"
import { bareHost, type Place, placeOf, shouldBypassProxies, urlOf } from "./noProxy.js"
import { getAuthFromUrl } from "./userinfo.js"

/** `undefined` for a key that is not there; a name such as `constructor` is not there unless somebody put it there. */
const valueOf = (proxies: Proxies, key: string): string | null | undefined =>
  Object.hasOwn(proxies, key) ? proxies[key] : undefined

const schemeOf = (place: Place): string => place.scheme.slice(0, -1)

/**
 * The keys that may name a proxy for it, the most particular first. An IPv6 host may stand with and without brackets.
 */
const keysFor = (place: Place): ReadonlyArray<string> => {
  const scheme = schemeOf(place)
  if (place.host === "") return [scheme, "all"]
  const bare = bareHost(place.host)
  const hosts = bare === place.host ? [bare] : [bare, place.host]
  return [...hosts.map((host) => `${scheme}://${host}`), scheme, ...hosts.map((host) => `all://${host}`), "all"]
}

/**
 * The proxy that a record names for a URL, as it is written there (requests' `select_proxy`): by `scheme://host`,
 * `scheme`, `all://host`, `all`, with the host in lower case and without port. The first key that is there decides,
 * also with `null`.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const proxies = { http: "http://a.test", "http://h.test": "http://b.test" }
 * console.assert(Rules.selectProxy("http://H.test:8080/", proxies) === "http://b.test")
 */
export const selectProxy = (url: string | URL | Place, proxies: Proxies): string | null => {
  for (const key of keysFor(placeOf(url))) {
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

/** Why a text is no proxy: it is no URL with a host, or its scheme is none that a proxy has. */
export type ProxyRefusal = "Malformed" | "Scheme"

const proxySchemes = new Set(["http:", "https:", "socks4:", "socks4a:", "socks5:", "socks5h:"])

const withScheme = (text: string): string => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  if (text.startsWith("//")) return `http:${text}`
  // "http:/x" is a slip of the pen, not a host named "http".
  return /^(?:[^/?#]*@)?[^/?#@]*[^/?#@:]\/?$/.test(text) ? `http://${text}` : ""
}

/**
 * A proxy's URL as it is written, with `http://` before it where it has no scheme: `localhost:3128` is a host and a
 * port. What a URL parser would repair into another host is refused, and so is an "@" after the host: a password with
 * "/", "?" or "#" has to be escaped.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.proxyUrl("localhost:3128")) === "http://localhost:3128")
 * console.assert(Either.isLeft(Rules.proxyUrl("http:///h")))
 */
export const proxyUrl = (text: string): Either.Either<string, ProxyRefusal> => {
  const written = withScheme(text.trim())
  // A parser drops some control characters without a word.
  if (/[\\\x00-\x1f\x7f]/.test(written) || !/^[^:/]+:\/\/[^/]/.test(written)) return Either.left("Malformed")
  const url = urlOf(written)
  if (url === undefined) return Either.left("Malformed")
  if (!proxySchemes.has(url.protocol)) return Either.left("Scheme")
  const misplaced = url.hostname === "" || (url.pathname + url.search + url.hash).includes("@")
  return misplaced ? Either.left("Malformed") : Either.right(written)
}

/** The first text under one of these keys, layer by layer. A `null` takes its key away from every layer after it. */
const firstNamed = (
  layers: ReadonlyArray<Proxies>,
  keys: ReadonlyArray<string>,
  taken: Set<string>
): string | undefined => {
  for (const layer of layers) {
    for (const key of keys) {
      const value = valueOf(layer, key)
      if (value === null) taken.add(key)
      else if (value !== undefined && !taken.has(key)) return value
    }
  }
  return undefined
}

/**
 * The proxy for a URL, `undefined` for none. `given` is what the options and then the session say: the first layer that
 * names one decides, `direct` and `""` for none, `null` takes a key away from all that follows. Only if no layer names
 * one are the variables asked (`undefined`: not at all, requests' `trust_env=False`). NO_PROXY limits the variables
 * alone; a `noProxy` (or `no_proxy`) key of `given` stands in for it and limits all. With the precedence `"byKey"` it is
 * what requests' `Session.send` does (`EnvironmentPolicy`).
 *
 * @example
 * import { Proxies, Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const choose = (given: Proxies.Proxies) =>
 *   Either.getOrThrow(Rules.chooseProxy("https://h.test/", [given], { https_proxy: "proxy.test:3128" }))
 * console.assert(choose({}) === "http://proxy.test:3128" && choose({ all: Proxies.direct }) === undefined)
 */
export const chooseProxy = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables | undefined,
  precedence: EnvironmentPolicy["proxies"] = "last"
): Either.Either<string | undefined, ProxyRefusal> => {
  const named = precedence === "last" ? bySpeaker(url, given, variables) : byKey(url, given, variables)
  return named === undefined || named === "" || named === direct ? Either.right(undefined) : proxyUrl(named)
}

/** As requests' `Session.send`: the layers are one record, and the variables fill the gap at the URL's scheme. */
const byKey = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables | undefined
): string | undefined => {
  const merged = Object.assign({}, ...[...given].reverse())
  const said = Object.entries<string | null>(merged).filter(([, value]) => value !== null)
  const { noProxy, ...proxies }: Proxies = Object.fromEntries(said)
  const limited = noProxy === undefined ? proxies : { ...proxies, no_proxy: noProxy }
  return selectProxy(url, resolveProxies(url, variables ?? {}, limited, variables !== undefined)) ?? undefined
}

const bySpeaker = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables | undefined
): string | undefined => {
  const place = placeOf(url)
  const keys = keysFor(place)
  const noProxy = firstNamed(given, ["noProxy", "no_proxy"], new Set())
  if (noProxy !== undefined && shouldBypassProxies(place, noProxy)) return undefined
  const taken = new Set<string>()
  const explicit = firstNamed(given, keys, taken)
  const isAsked =
    explicit === undefined &&
    variables !== undefined &&
    (noProxy !== undefined || !shouldBypassProxies(place, environmentNoProxy(variables)))
  return isAsked ? firstNamed([environmentProxies(variables)], keys, taken) : explicit
}
