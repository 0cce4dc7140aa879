/**
 * Whether an address belongs to the public internet.
 *
 * @module
 */
import { Option } from "effect"
import ipaddr from "ipaddr.js"

/** Addresses that mean something of their own, and so nobody on the public internet. */
export interface SpecialRange {
  /** In CIDR notation; `""` for what is no address at all. */
  readonly range: string
  /** What it is for, in the words of IANA's registry. */
  readonly purpose: string
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

const at = (range: string, purpose: string) => {
  const [address, bits] = ipaddr.parseCIDR(range)
  return { range, purpose, address, bits }
}

/**
 * IANA's special-purpose registries (RFC 6890) as far as they are not globally reachable, and multicast. The first that
 * holds an address names it, so that the narrow ones stand before the wide.
 */
const special = [
  at("0.0.0.0/8", "this network"),
  at("10.0.0.0/8", "private use"),
  at("100.64.0.0/10", "shared address space"),
  at("127.0.0.0/8", "loopback"),
  at("169.254.0.0/16", "link local"),
  at("172.16.0.0/12", "private use"),
  at("192.0.0.0/24", "IETF protocol assignments"),
  at("192.0.2.0/24", "documentation"),
  at("192.88.99.0/24", "deprecated 6to4 relay"),
  at("192.168.0.0/16", "private use"),
  at("198.18.0.0/15", "benchmarking"),
  at("198.51.100.0/24", "documentation"),
  at("203.0.113.0/24", "documentation"),
  at("224.0.0.0/4", "multicast"),
  at("255.255.255.255/32", "limited broadcast"),
  at("240.0.0.0/4", "reserved"),
  at("::/128", "unspecified"),
  at("::1/128", "loopback"),
  at("::/96", "deprecated IPv4-compatible"),
  at("::ffff:0:0/96", "IPv4-mapped"),
  at("64:ff9b:1::/48", "local-use translation"),
  at("100::/64", "discard only"),
  at("100:0:0:1::/64", "dummy prefix"),
  at("2001::/32", "Teredo"),
  at("2001:2::/48", "benchmarking"),
  at("2001:db8::/32", "documentation"),
  at("2001::/23", "IETF protocol assignments"),
  at("2002::/16", "6to4"),
  at("3fff::/20", "documentation"),
  at("5f00::/16", "segment routing"),
  at("fc00::/7", "unique local"),
  at("fe80::/10", "link local"),
  at("fec0::/10", "deprecated site local"),
  at("ff00::/8", "multicast")
]

/** Within the ranges above, and globally reachable all the same. */
const reachable = [
  at("192.0.0.9/32", "port control protocol anycast"),
  at("192.0.0.10/32", "traversal using relays anycast"),
  at("2001:1::1/128", "port control protocol anycast"),
  at("2001:1::2/128", "traversal using relays anycast"),
  at("2001:1::3/128", "DNS-SD service registration anycast"),
  at("2001:3::/32", "AMT"),
  at("2001:4:112::/48", "AS112"),
  at("2001:20::/28", "ORCHIDv2"),
  at("2001:30::/28", "drone remote identification")
]

/** All of IPv6 that is handed out (RFC 4291 §2.4), and the one prefix outside of it that leads there (RFC 6052). */
const unicast = at("2000::/3", "global unicast")
const translated = at("64:ff9b::/96", "IPv4-IPv6 translation")

const holds = (address: Address, { address: network, bits }: ReturnType<typeof at>): boolean =>
  address.kind() === network.kind() && address.match(network, bits)

const notHandedOut: SpecialRange = { range: "::/0", purpose: "not handed out" }
const noAddress: SpecialRange = { range: "", purpose: "no address" }

const lastFour = (address: ipaddr.IPv6): ipaddr.IPv4 => new ipaddr.IPv4(address.toByteArray().slice(12))

/** An IPv4 address that the last 32 bits hold: by a translator, or within a site (ISATAP, RFC 5214 §6.1). */
const embedded = (address: ipaddr.IPv6): ipaddr.IPv4 | undefined => {
  const [, , , , high = 0, low = 0] = address.parts
  return holds(address, translated) || ((high & 0xfdff) === 0 && low === 0x5efe) ? lastFour(address) : undefined
}

const judged = (address: Address): SpecialRange | undefined => {
  if (reachable.some((range) => holds(address, range))) return undefined
  const found = special.find((range) => holds(address, range))
  if (found !== undefined) return { range: found.range, purpose: found.purpose }
  if (address instanceof ipaddr.IPv4) return undefined
  const inner = embedded(address)
  const within = inner === undefined ? undefined : judged(inner)
  if (within !== undefined) return within
  return holds(address, unicast) || holds(address, translated) ? undefined : notHandedOut
}

/**
 * The special range of an address, nothing for one of the public internet. An IPv6 address that stands for an IPv4 one
 * (mapped, compatible, 6to4, Teredo) is never public; behind `64:ff9b::/96`, which networks without IPv4 need, the
 * IPv4 address is judged. A zone does not matter. What is no address is not public either.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * console.assert(Option.isNone(Rules.specialRange("93.184.215.14")))
 * console.assert(Option.getOrThrow(Rules.specialRange("169.254.169.254")).purpose === "link local")
 * console.assert(Option.getOrThrow(Rules.specialRange("::ffff:127.0.0.1")).range === "::ffff:0:0/96")
 */
export const specialRange = (address: string): Option.Option<SpecialRange> => {
  const text = address.replace(/%.*$/s, "")
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return Option.fromNullable(judged(ipaddr.IPv4.parse(text)))
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return Option.some(noAddress)
  return Option.fromNullable(judged(ipaddr.IPv6.parse(text)))
}
