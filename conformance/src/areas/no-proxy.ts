import { BlockList, isIPv4, isIPv6 } from "node:net"
import { Rules, Target } from "@effect-requests/core"
import { Array, Schema } from "effect"
import { area } from "../area.js"

const Input = Schema.Struct({ url: Schema.String, noProxy: Schema.String })
type Input = typeof Input.Type

const undotted = (entry: string): string => entry.replace(/^\.+/, "")

const inNetwork = (address: string, entry: string): boolean => {
  const [, network = "", bits = ""] = /^\[?([^\]/]*)\]?\/(\d{1,3})$/.exec(entry) ?? []
  const family = isIPv6(address) ? "ipv6" : "ipv4"
  const isOne = family === "ipv6" ? isIPv6(network) : isIPv4(network)
  if (!isOne || Number(bits) < 1 || Number(bits) > (family === "ipv6" ? 128 : 32)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family)
  return list.check(address, family)
}

/** An IPv6 address in any notation; in brackets, with or without its port. */
const isAddress = (host: string, port: string, entry: string): boolean => {
  const bare = undotted(entry)
  const [, inner = bare, only = port] = /^\[([^\]]*)\](?::(\d+))?$/.exec(bare) ?? []
  return only === port && isIPv6(inner) && Target.parse(`http://[${inner}]/`)?.hostname === host
}

const isNamed = (host: string, port: string, entry: string): boolean => {
  const name = undotted(entry)
  return `.${host}:${port}`.endsWith(`.${name}`) && name.endsWith(`:${port}`) && name !== `:${port}`
}

/** An address that is not written as four numbers, as every URL takes it. */
const isSameAddress = (address: string, entry: string): boolean =>
  /^[\da-fx.]+$/.test(entry) && Target.parse(`http://${undotted(entry)}/`)?.hostname === address

/** Dots, or a port behind them: an entry that has no name. */
const isNameless = (entry: string): boolean => /^\.*(:\d+)?$/.test(entry)

/** As requests compares a name and what is under it, by the port that is written. */
const isUnder = ({ host, hostname }: URL, entry: string): boolean =>
  [hostname, host].some((whole) => `.${whole}`.endsWith(`.${undotted(entry)}`))

const entriesOf = (noProxy: string): ReadonlyArray<string> =>
  noProxy
    .toLowerCase()
    .split(",")
    .map((entry) => entry.replaceAll(" ", "").trim())

/** Our yes where requests does not look. What is no URL has no host, and no proxy. */
export const bypasses = ({ noProxy, url }: Input): true | undefined => {
  if (Target.parse(url) === undefined) return true
  const { hostname, port: written, protocol } = new URL(url)
  const port = written === "" ? (protocol === "https:" ? "443" : "80") : written
  const address = hostname.replace(/^\[(.*)\]$/, "$1")
  const matches = isIPv6(address)
    ? (entry: string) => inNetwork(address, entry) || isAddress(hostname, port, entry)
    : isIPv4(hostname)
      ? (entry: string) => inNetwork(hostname, entry) || isSameAddress(hostname, entry)
      : (entry: string) => isNamed(hostname, port, entry)
  return entriesOf(noProxy).some(matches) ? true : undefined
}

/** Our no where requests finds the end of `h.test.` in an entry without a name, or reads `::1:80` as an address and a port. */
export const bypassesNot = ({ noProxy, url }: Input): false | undefined => {
  const parsed = Target.parse(url)
  if (parsed === undefined || bypasses({ noProxy, url })) return undefined
  const [, address = "", port = ""] = /^[^/]*\/\/\[([^\]]*)\](:\d+)/.exec(url) ?? []
  const isAccident = parsed.hostname.endsWith(".")
    ? isNameless
    : (entry: string) => port !== "" && undotted(entry) === address.toLowerCase() + port
  const [others, accidents] = Array.partition(entriesOf(noProxy), isAccident)
  return accidents.length > 0 && !others.some((entry) => isUnder(parsed, entry)) ? false : undefined
}

export const noProxy = area({
  name: "no-proxy",
  input: Input,
  answer: ({ noProxy, url }) => Rules.shouldBypassProxies(url, noProxy),
  deviatesMuch: true,
  deviations: [
    {
      name: "IPv6 and ports",
      reason:
        "an entry may be a network of IPv6, an address in brackets or in another notation, and a port counts that the URL does not write; requests knows networks of IPv4, and ports that are written",
      answer: bypasses
    },
    {
      name: "accidents",
      reason:
        "an entry of dots or of a port alone names nobody, where requests takes it for the end of every host with a dot at its end; `::1:80` is an address",
      answer: bypassesNot,
      seenIn: { input: { url: "http://example.com.:80/", noProxy: ".:80" }, expected: true }
    }
  ]
})
