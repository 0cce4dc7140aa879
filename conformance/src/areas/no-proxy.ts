import { BlockList, isIPv4, isIPv6 } from "node:net"
import { Rules, Target } from "@effect-requests/core"
import { Schema } from "effect"
import { area } from "../area.js"

const Input = Schema.Struct({ url: Schema.String, noProxy: Schema.String })
type Input = typeof Input.Type

const inNetwork = (address: string, entry: string): boolean => {
  const [, network = "", bits = ""] = /^\[?([^\]/]*)\]?\/(\d{1,3})$/.exec(entry) ?? []
  if (!isIPv6(network) || Number(bits) < 1 || Number(bits) > 128) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), "ipv6")
  return list.check(address, "ipv6")
}

/** An IPv6 address in brackets, with or without its port. */
const isAddress = (host: string, port: string, entry: string): boolean =>
  entry.startsWith("[") && [host, `${host}:${port}`].includes(entry)

const isNamed = (host: string, port: string, entry: string): boolean => {
  const name = entry.replace(/^\.+/, "")
  return `.${host}:${port}`.endsWith(`.${name}`) && name.endsWith(`:${port}`) && name !== `:${port}`
}

/** Our yes where requests does not look; it never looks where we do not. */
const bypasses = ({ noProxy, url }: Input): unknown => {
  if (Target.parse(url) === undefined) return undefined
  const { hostname, port: written, protocol } = new URL(url)
  const port = written === "" ? (protocol === "https:" ? "443" : "80") : written
  const address = hostname.replace(/^\[(.*)\]$/, "$1")
  const entries = noProxy
    .toLowerCase()
    .split(",")
    .map((entry) => entry.replaceAll(" ", ""))
  const matches = isIPv6(address)
    ? (entry: string) => inNetwork(address, entry) || isAddress(hostname, port, entry)
    : (entry: string) => !isIPv4(hostname) && isNamed(hostname, port, entry)
  return entries.some(matches) ? true : undefined
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
        "an entry may be a network of IPv6 or an address in brackets, and a port counts that the URL does not write; requests knows networks of IPv4, and ports that are written",
      answer: bypasses
    }
  ]
})
