/**
 * A way through a SOCKS proxy (RFC 1928, RFC 1929).
 *
 * @module
 */
import { lookup as systemLookup } from "node:dns"
import { isIP, isIPv4, type LookupFunction, type Socket } from "node:net"
import { Effect } from "effect"
import { SocksClient } from "socks"
import type { Proxy } from "./Proxy.js"
import { ProxyFailure } from "./ProxyFailure.js"
import { addressesOf } from "./Resolver.js"

/** Where the way leads, and within what time. */
export interface Wish {
  readonly host: string
  readonly port: number
  /** In milliseconds. */
  readonly within: number
  /** For proxies that are told addresses. */
  readonly lookup: LookupFunction | undefined
}

/** The socket, once what is written to it reaches the origin. */
export const through = (socket: Socket, proxy: Proxy, wish: Wish): Effect.Effect<Socket, unknown> =>
  Effect.flatMap(destination(proxy, wish), (host) =>
    Effect.tryPromise({
      try: () =>
        SocksClient.createConnection({
          command: "connect",
          existing_socket: socket,
          destination: { host, port: wish.port },
          // Its own timer is not needed, and lasts as long as it says.
          timeout: Math.min(wish.within, 600_000),
          proxy: {
            host: proxy.host,
            port: proxy.port,
            type: proxy.speaks === "socks4" ? 4 : 5,
            userId: proxy.username,
            password: proxy.password
          }
        }),
      // Its errors carry the password, so that none of them is kept as a cause.
      catch: (error) => refused(proxy, error instanceof Error ? error.message : "")
    })
  ).pipe(Effect.map(({ socket }) => socket))

const destination = ({ resolves, shown, speaks }: Proxy, { host, lookup }: Wish): Effect.Effect<string, unknown> => {
  const literal = isIP(host) !== 0
  const found = literal || resolves ? Effect.succeed(host) : looked(host, speaks === "socks4" ? 4 : 0, lookup)
  return Effect.flatMap(found, (one) => {
    if (Buffer.byteLength(one) > 255)
      return Effect.fail(new ProxyFailure(`${shown}: SOCKS has no name as long as this`))
    return speaks === "socks4" && isIP(one) !== 0 && !isIPv4(one)
      ? Effect.fail(new ProxyFailure(`${shown}: SOCKS4 has no IPv6 addresses; use socks5`))
      : Effect.succeed(one)
  })
}

/** The first address of a host, as requests' SOCKS takes it; an IPv4 one before others, since more proxies have a way there. */
const looked = (host: string, family: number, lookup: LookupFunction = systemLookup): Effect.Effect<string, unknown> =>
  Effect.async((resume) => {
    lookup(host, { all: true, family }, (error, found) => {
      const addresses = error instanceof Error ? [] : addressesOf(found)
      const address = addresses.find((one) => isIPv4(one)) ?? addresses[0]
      if (address !== undefined) resume(Effect.succeed(address))
      else
        resume(Effect.fail(error ?? Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" })))
    })
  })

/** The replies of RFC 1928 §6 and of SOCKS4, by the names that the `socks` package has for them. */
const replies: Readonly<Record<string, string>> = {
  Failure: "a general failure of the proxy",
  NotAllowed: "the proxy's rules do not allow this connection",
  NetworkUnreachable: "the target's network cannot be reached from the proxy",
  HostUnreachable: "the target cannot be reached from the proxy, or its name not found",
  ConnectionRefused: "the connection was refused by the proxy's target",
  TTLExpired: "the way from the proxy to its target is too long",
  CommandNotSupported: "the proxy does not open connections",
  AddressNotSupported: "the proxy does not know this kind of address",
  Failed: "it rejected the request, or its target refused",
  Rejected: "it could not ask this machine who the user is",
  RejectedIdent: "the user is another than this machine says"
}

const refused = ({ shown }: Proxy, message: string): ProxyFailure => {
  const reply = replies[/ - \(?(\w+)\)?$/.exec(message)?.[1] ?? ""]
  return new ProxyFailure(`${shown}: ${reply === undefined ? message : `${reply} (${message})`}`)
}
