/**
 * Whether a URL is one that NO_PROXY names.
 *
 * @module
 */

import ipaddr from "ipaddr.js"
import { parse } from "../data/Target.js"

/**
 * The parts of a URL that choose its proxy, as a `Target` has them: `"http:"`, the host without port, `""` for no port.
 */
export interface Place {
  readonly scheme: string
  readonly host: string
  readonly port: string
}

// A host name has 255 characters at most. To encode one that is not ASCII takes a parser the square of its length:
// 256 Ki Chinese characters block Node for six seconds.
const longestHost = 1024

/**
 * A URL, or `undefined` for a text that is none or has a host too long to be one.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.urlOf("http://h.test")?.href === "http://h.test/" && Rules.urlOf("h.test") === undefined)
 */
export const urlOf = (text: string): URL | undefined => {
  // A parser drops these from before and within a scheme: none hides a host from this.
  const authority = /^[\x00-\x20]*[a-z][a-z0-9+.-]*:[/\\]*([^/\\?#]*)/i.exec(text.replace(/[\t\r\n]+/g, ""))?.[1] ?? ""
  return authority.length - authority.lastIndexOf("@") <= longestHost ? parse(text) : undefined
}

/**
 * The parts of a URL that choose its proxy; of a text that is no URL, the scheme alone, or the host of a `//host`.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.placeOf("https://H.test:8443/a").host === "h.test" && Rules.placeOf("https://").host === "")
 */
export const placeOf = (url: string | URL | Place): Place => {
  if (typeof url !== "string") {
    return "scheme" in url ? url : { scheme: url.protocol, host: url.hostname.toLowerCase(), port: url.port }
  }
  const parsed = urlOf(url)
  if (parsed !== undefined) return placeOf(parsed)
  if (url.startsWith("//")) return { ...placeOf(`http:${url}`), scheme: "" }
  return { scheme: (/^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? "").toLowerCase(), host: "", port: "" }
}

/**
 * A host without the brackets of an IPv6 address, as requests' keys and a .netrc write it.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.bareHost("[::1]") === "::1" && Rules.bareHost("h.test") === "h.test")
 */
export const bareHost = (host: string): string =>
  host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host

type Address = ipaddr.IPv4 | ipaddr.IPv6

// ipaddr.js throws and catches for what is no address, which costs more than all the rest: names never get there.
const addressLike = /^(?:\d[\da-fx.]{0,63}|[\da-f.]{0,16}:[\da-f.]{0,16}:[\da-f:.]{0,63})$/i

const addressOf = (text: string): Address | undefined =>
  addressLike.test(text) && ipaddr.isValid(text) ? ipaddr.parse(text) : undefined

const isIn = (address: Address, network: Address, bits: number): boolean =>
  address.kind() === network.kind() && address.match(network, bits)

const widthOf = (address: Address): number => (address.kind() === "ipv4" ? 32 : 128)

/** `10.0.0.0/8`, `2001:db8::/32`: a mask of 0 is no network to requests, `*` says that. */
const inNetwork = (address: Address, entry: string): boolean => {
  const [base = "", mask = "", more] = entry.split("/", 3)
  if (more !== undefined || !/^\d{1,3}$/.test(mask)) return false
  const network = addressOf(bareHost(base))
  const bits = Number(mask)
  return network !== undefined && bits >= 1 && bits <= widthOf(network) && isIn(address, network, bits)
}

/** `[::1]:80` and, for names, `h.test:80`. */
const splitPort = (entry: string): readonly [host: string, port: string] => {
  const colon = entry.lastIndexOf(":")
  return colon > 0 && /^\d+$/.test(entry.slice(colon + 1))
    ? [entry.slice(0, colon), entry.slice(colon + 1)]
    : [entry, ""]
}

const undotted = (entry: string): string => entry.replace(/^\.+/, "")

const matchesAddress = (host: string, addresses: ReadonlyArray<Address>, port: string, entry: string): boolean => {
  if (entry.includes("/")) return addresses.some((address) => inNetwork(address, entry))
  const bare = undotted(entry)
  const [written, only] = bare.startsWith("[") ? splitPort(bare) : [bare, ""]
  const other = addressOf(bareHost(written))
  if (other !== undefined && (only === "" || only === port)) {
    if (addresses.some((address) => isIn(address, other, widthOf(other)))) return true
  }
  // Python compares the ends of addresses as it does those of names: "1.5" names 192.168.1.5.
  return host.endsWith("." + bare)
}

const ascii = (name: string): string => {
  if (/^[\x00-\x7f]*$/.test(name)) return name
  return urlOf(`http://${name}/`)?.hostname ?? name
}

const matchesName = (host: string, port: string, entry: string): boolean => {
  const [written, only] = splitPort(undotted(entry))
  // To Python a lone dot is the end of every host that has one at its end: it names nobody.
  if (written === "" || (only !== "" && only !== port)) return false
  const name = ascii(written)
  return host === name || host.endsWith("." + name)
}

const defaultPorts = new Map([
  ["http:", "80"],
  ["https:", "443"],
  ["ws:", "80"],
  ["wss:", "443"]
])

/**
 * Whether a URL goes without proxy by a NO_PROXY list (requests' `should_bypass_proxies`): `*` alone, or names divided
 * by commas. `h.test` and `.h.test` name that host and those under it, `h.test:8080` the same at one port, `10.0.0.0/8`
 * and `2001:db8::/32` networks, `[::1]` an address. Case does not matter. A URL without a host has no proxy.
 *
 * Better than requests: a port that the URL does not write counts, IPv6 works, addresses compare as numbers, and what has no
 * name (`.`, `.:80`) names nobody, where requests takes it for every host with a dot at its end.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.shouldBypassProxies("http://api.h.test/", "h.test, 10.0.0.0/8"))
 * console.assert(!Rules.shouldBypassProxies("http://badh.test/", "h.test"))
 */
export const shouldBypassProxies = (url: string | URL | Place, noProxy: string): boolean => {
  const place = placeOf(url)
  const host = bareHost(place.host)
  if (host === "" || noProxy === "*") return true
  if (noProxy === "") return false
  const port = place.port === "" ? (defaultPorts.get(place.scheme) ?? "") : place.port
  const address = addressOf(host)
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? [address.toIPv4Address()] : []
  return noProxy
    .toLowerCase()
    .split(",")
    .some((written) => {
      const entry = written.replaceAll(" ", "").trim()
      if (entry === "") return false
      return address === undefined
        ? matchesName(host, port, entry)
        : matchesAddress(host, [address, ...mapped], port, entry)
    })
}
