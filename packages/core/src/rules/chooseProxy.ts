/**
 * Which proxy for a URL.
 *
 * @module
 */
import { Either } from "effect"
import type { Variables } from "../data/Environment.js"
import { byValue } from "../data/Memo.js"
import type { EnvironmentPolicy } from "../data/Policies.js"
import { direct, type Proxies } from "../data/Proxies.js"
import { environmentNoProxy, environmentProxies } from "./environment.js"
import { bareHost, type Place, placeOf, shouldBypassProxies, urlOf } from "./noProxy.js"
import { keysFor, resolveProxies, selectProxy, valueOf } from "./proxies.js"

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
  if (given.length === 0 && (variables === undefined || namesNone(variables))) return Either.right(undefined)
  // The variables speak of networks, and never of a socket of this machine.
  const said = placeOf(url).scheme === "http+unix:" ? undefined : variables
  const named = precedence === "last" ? bySpeaker(url, given, said) : byKey(url, given, said)
  return named === undefined || named === "" || named === direct ? Either.right(undefined) : proxyUrl(named)
}

/** Most environments name no proxy at all: seen once for each. */
const namesNone = byValue((variables: Variables) => Object.keys(environmentProxies(variables)).length === 0)

/** The layers as requests merges them: one record, in which a `null` is nothing. */
const recordOf = (given: ReadonlyArray<Proxies>): Proxies => {
  const merged = Object.assign({}, ...[...given].reverse())
  const said = Object.entries<string | null>(merged).filter(([, value]) => value !== null)
  const { noProxy, ...proxies }: Proxies = Object.fromEntries(said)
  return noProxy === undefined ? proxies : { ...proxies, no_proxy: noProxy }
}

/** As requests' `Session.send`: the layers are one record, and the variables fill the gap at the URL's scheme. */
const byKey = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables | undefined
): string | undefined =>
  selectProxy(url, resolveProxies(url, variables ?? {}, recordOf(given), variables !== undefined)) ?? undefined

/**
 * The layers that a chain goes on with behind this URL where proxies are carried (`EnvironmentPolicy`): what the
 * variables named for it stands among them (requests' `rebuild_proxies`). Where they named none, the layers themselves.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const variables = { http_proxy: "http://proxy.test:3128", no_proxy: "b.test" }
 * const [carried] = Rules.carriedProxies("http://a.test/", [], variables)
 * console.assert(carried?.["http"] === "http://proxy.test:3128")
 * console.assert(Rules.carriedProxies("http://b.test/", [], variables).length === 0)
 */
export const carriedProxies = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables
): ReadonlyArray<Proxies> => {
  const record = recordOf(given)
  const resolved = resolveProxies(url, variables, record, true)
  return resolved === record ? given : [resolved]
}

/** An IPv6 host may stand with and without brackets. */
const spelled = (host: string): ReadonlyArray<string> => Array.from(new Set([bareHost(host), host]))

const bySpeaker = (
  url: string | URL | Place,
  given: ReadonlyArray<Proxies>,
  variables: Variables | undefined
): string | undefined => {
  const place = placeOf(url)
  const keys = keysFor(place, spelled(place.host))
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
