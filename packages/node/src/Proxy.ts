/**
 * A proxy, as whoever connects to it has to know it.
 *
 * @module
 */
import { Errors, Rules } from "@effect-requests/core"
import { Either } from "effect"

/** Where a proxy is, and what it speaks. */
export interface Proxy {
  readonly speaks: "http" | "socks4" | "socks5"
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** Whether it looks up the names of targets itself (socks5h, socks4a). */
  readonly resolves: boolean
  readonly username: string
  readonly password: string
  /** Its URL without credentials. */
  readonly shown: string
}

const kinds: Readonly<Record<string, Pick<Proxy, "speaks" | "secure" | "resolves" | "port">>> = {
  "http:": { speaks: "http", secure: false, resolves: true, port: 80 },
  "https:": { speaks: "http", secure: true, resolves: true, port: 443 },
  "socks4:": { speaks: "socks4", secure: false, resolves: false, port: 1080 },
  "socks4a:": { speaks: "socks4", secure: false, resolves: true, port: 1080 },
  "socks5:": { speaks: "socks5", secure: false, resolves: false, port: 1080 },
  "socks5h:": { speaks: "socks5", secure: false, resolves: true, port: 1080 }
}

const invalid = new Errors.InvalidRequest({
  reason: "Setting",
  where: "proxies",
  problem: "the proxy for this URL is none that the adapter can connect to",
  remedy: "Write it as http://user:password@host:port; SOCKS takes names and passwords of 255 bytes at most"
})

/** A length is one byte on the wire of SOCKS; the `socks` package throws in an event where it is more. */
const fits = (text: string): boolean => Buffer.byteLength(text) <= 255

/** Reads a proxy's URL. */
export const read = (text: string): Either.Either<Proxy, Errors.InvalidRequest> => {
  const url = Rules.urlOf(text)
  const kind = url === undefined ? undefined : kinds[url.protocol]
  if (url === undefined || kind === undefined || url.hostname === "") return Either.left(invalid)
  const [username, password] = Rules.getAuthFromUrl(text)
  // SOCKS4 has a user and no password.
  const user = kind.speaks === "socks4" && username === "" ? Rules.getAuthFromUrl(withColon(text))[0] : username
  if (kind.speaks !== "http" && !(fits(user) && fits(password) && !user.includes("\0"))) return Either.left(invalid)
  const port = url.port === "" ? kind.port : Number(url.port)
  return Either.right({
    ...kind,
    host: Rules.bareHost(url.hostname),
    port,
    username: user,
    password,
    shown: `${url.protocol}//${url.hostname}:${port}`
  })
}

const withColon = (text: string): string => text.replace(/@([^@]*)$/, ":@$1")
