/**
 * Where an adapter may connect to: everywhere, or only to the public internet.
 *
 * @module
 */
import { lookup as systemLookup } from "node:dns"
import { isIP, type LookupFunction, type Socket } from "node:net"
import { type PreparedRequest, Rules } from "@effect-requests/core"
import { Option } from "effect"
import { addressesOf } from "./Resolver.js"
import * as UnixSocket from "./UnixSocket.js"

/** Against requests that are forged by the one who names their URL (SSRF). */
export interface Limits {
  /**
   * `"public"`: only addresses of the public internet are connected to. Each address of a host is judged when the socket is
   * opened, on every hop of a chain; loopback, private, link-local and all other special ranges, and Unix sockets, are
   * refused with `TransportError`, reason `"Blocked"`. A proxy itself may be anywhere: who sets it is trusted. Default: `"any"`.
   */
  readonly network?: "any" | "public"
  /** Under `network: "public"`, whether a proxy may be asked for a host by name, whose address it finds itself. Default: no. */
  readonly trustProxyDns?: boolean
}

/** Why a place was not connected to. */
export class Blocked extends Error {
  readonly code = "ERR_BLOCKED"
}

const away = 'Give the adapter network: "any" if it may go there'

const blockedAddress = (host: string, address: string, { purpose, range }: Rules.SpecialRange): Blocked => {
  const name = host === address ? address : `${host} is ${address}, which`
  return new Blocked(`${name} is not public: ${range === "" ? purpose : `${purpose} (${range})`}. ${away}`)
}

/** The refusal of one address that a host has, if there is one. */
export const refusalOf = (host: string, address: string): Blocked | undefined =>
  Option.getOrUndefined(Option.map(Rules.specialRange(address), (range) => blockedAddress(host, address, range)))

/** A literal address is connected to without a look-up, so that it has to be judged before. */
export const literalRefusal = (host: string): Blocked | undefined => {
  const bare = Rules.bareHost(host)
  return isIP(bare) === 0 ? undefined : refusalOf(bare, bare)
}

/** What is refused before anything is connected: what is no address, and what a proxy would connect to for us. */
export const refusal = (
  { network, socketPath, trustProxyDns = false }: Limits & { readonly socketPath?: string },
  { target, transport }: PreparedRequest.PreparedRequest
): Blocked | undefined => {
  if (network !== "public") return undefined
  if (socketPath !== undefined || target.scheme === UnixSocket.scheme)
    return new Blocked(`a Unix socket is not public. ${away}`)
  if (transport.proxy === undefined) return undefined
  const bare = Rules.bareHost(target.host)
  if (isIP(bare) !== 0) return refusalOf(bare, bare)
  return trustProxyDns
    ? undefined
    : new Blocked(`the proxy would look up ${bare}, and nobody would see its address. Set trustProxyDns if it may`)
}

/**
 * A look-up whose every address is judged: a host with a single one that is not public is refused. What was judged is what
 * is connected to, so that no second answer of the name server (DNS rebinding) comes in between.
 */
export const guarded =
  (lookup: LookupFunction = systemLookup): LookupFunction =>
  (host, options, callback) => {
    lookup(host, options, (error, found, family) => {
      const judged = error instanceof Error ? [] : addressesOf(found)
      const [refused] = judged.flatMap((address) => refusalOf(host, address) ?? [])
      if (refused === undefined) callback(error, found, family)
      else callback(refused, "")
    })
  }

/** Judges where a socket has arrived, whatever led it there. */
export const watch = (host: string, socket: Socket): void => {
  socket.once("connect", () => {
    const { remoteAddress } = socket
    const refused = remoteAddress === undefined ? undefined : refusalOf(host, remoteAddress)
    if (refused !== undefined) socket.destroy(refused)
  })
}
