/**
 * What an adapter is told besides the message, for one hop.
 *
 * @module
 */
import { Either } from "effect"
import type { Environment, Variables } from "../data/Environment.js"
import { byLast } from "../data/Memo.js"
import { type Capability, InvalidRequest, type Transport } from "../data/PreparedRequest.js"
import type { Proxies } from "../data/Proxies.js"
import { Only, partsOf, type Resolved, type Settings } from "../data/Settings.js"
import type { Target } from "../data/Target.js"
import * as Timeout from "../data/Timeout.js"
import * as Tls from "../data/Tls.js"
import { chooseProxy } from "./chooseProxy.js"
import { environmentVerify } from "./environment.js"
import { proxyAuthorization } from "./proxies.js"

/** How much of a redirect's body is worth reading to keep its connection; the same as of a challenge's (`bodyLimit`). */
const drained = 64 * 1024

/**
 * The transport of a hop, by the user's settings and the environment of now: every hop starts from them again. What the
 * settings say beats the environment; a client certificate is a secret and stays at home, and so do pins and server name.
 *
 * @example
 * import { Environment, Rules, Settings, Target } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const settings = Either.getOrThrow(Rules.settle(Settings.defaults, "GET"))
 * const target = Target.fromUrl(new URL("https://api.example.com/"))
 * const environment = Environment.make({ https_proxy: "http://proxy.test:3128" })
 * console.assert(Either.getOrThrow(Rules.transport(settings, target, true, environment)).proxy === "http://proxy.test:3128")
 */
export const transport = (
  settings: Resolved,
  { host, port, scheme }: Target,
  home: boolean,
  { variables }: Environment
): Either.Either<Transport, InvalidRequest> => toOrigin(settings, scheme, host, port, home, variables)

/** It is the same for every path of an origin. */
const toOrigin = byLast(decided)

function decided(
  settings: Resolved,
  scheme: string,
  host: string,
  port: string,
  home: boolean,
  variables: Variables
): Either.Either<Transport, InvalidRequest> {
  const asked = settings.trustEnv ? variables : undefined
  const proxy = chooseProxy({ scheme, host, port }, settings.proxies, asked, settings.environment.proxies)
  return Either.mapBoth(proxy, {
    onLeft: (reason) =>
      new InvalidRequest({
        reason: "Setting",
        where: "proxies",
        problem:
          reason === "Scheme"
            ? "a proxy speaks http, https, socks4, socks4a, socks5 or socks5h"
            : "the proxy for this URL is no URL",
        remedy:
          "Write it as http://user:password@host:port, or Proxies.direct for none; look at the *_PROXY variables too"
      }),
    onRight: (url): Transport => ({
      connectTimeout: settings.timeout.connect,
      writeTimeout: settings.timeout.write,
      headersTimeout: settings.timeout.headers,
      readTimeout: settings.timeout.read,
      verify: verifyOf(settings, variables),
      cert: home ? settings.cert : undefined,
      tls: home ? settings.tls : Tls.anywhere(settings.tls),
      proxy: url,
      proxyAuthorization: url === undefined ? undefined : proxyAuthorization(url),
      redirectBody: settings.allowRedirects ? drained : Infinity,
      decompress: settings.decompress
    })
  })
}

/** Whom to trust: what the settings say, and the CA bundle of the variables where `environment.caBundle` puts it. */
const verifyOf = ({ environment, trustEnv, verify, verifyAsked }: Resolved, variables: Variables): Tls.Verify => {
  const bundle = trustEnv && environment.caBundle !== "ignore" ? environmentVerify(variables) : undefined
  const insists = verifyAsked !== undefined && verifyAsked !== true
  const isFirst = environment.caBundle === "overSession" && !insists
  return (isFirst ? (bundle ?? verify) : (verify ?? bundle)) ?? true
}

/**
 * The proxies of these settings, the most particular first; what says "exactly these" or "none" ends the list.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 *
 * const session = { proxies: { https: "http://a.test" } }
 * console.assert(Rules.proxyLayers([{ proxies: { all: "http://b.test" } }, session]).length === 2)
 * console.assert(Rules.proxyLayers([{ proxies: Settings.only({ all: "http://b.test" }) }, session]).length === 1)
 */
export const proxyLayers = (settings: ReadonlyArray<Settings>): ReadonlyArray<Proxies> => {
  const layers: Array<Proxies> = []
  for (const { proxies } of settings) {
    const parts = partsOf(proxies)
    if (parts !== undefined) layers.push(parts)
    if (proxies === null || proxies instanceof Only) break
  }
  return layers
}

/** What a message has before it is dressed. */
export const undecided: Transport = {
  connectTimeout: Infinity,
  writeTimeout: Infinity,
  headersTimeout: Infinity,
  readTimeout: Infinity,
  verify: true,
  cert: undefined,
  tls: Tls.standard,
  proxy: undefined,
  proxyAuthorization: undefined,
  redirectBody: 0
}

/**
 * What a transport needs of an adapter beyond the defaults, and the adapter lacks.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.lacking({ ...Rules.undecided, verify: false }, new Set()).join() === "verify")
 */
export const lacking = (self: Transport, supports: ReadonlySet<Capability>): ReadonlyArray<Capability> =>
  needs.flatMap(({ capability, needed }) => (needed(self) && !supports.has(capability) ? [capability] : []))

/**
 * The refusal of a transport that needs more than an adapter can do, or `undefined`: an option that is ignored is worse
 * than one that fails. What is left at its default is not asked for.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.unsupported({ ...Rules.undecided, verify: false }, new Set())?.where === "verify")
 */
export const unsupported = (self: Transport, supports: ReadonlySet<Capability>): InvalidRequest | undefined => {
  const missing = needs.find(({ capability, needed }) => needed(self) && !supports.has(capability))
  return missing === undefined
    ? undefined
    : new InvalidRequest({
        reason: "Unsupported",
        where: missing.setting,
        problem: "the adapter cannot do this",
        remedy: "Leave the setting out, or use an adapter that supports it"
      })
}

/** A capability, the setting that asks for it, and whether a transport does. */
interface Need {
  readonly capability: Capability
  readonly setting: string
  readonly needed: (self: Transport) => boolean
}

const need = (capability: Capability, setting: string, needed: Need["needed"]): Need => ({
  capability,
  setting,
  needed
})

const needs: ReadonlyArray<Need> = [
  need("connectTimeout", "timeout.connect", (self) => isOwn(self.connectTimeout, Timeout.defaults.connect)),
  need("writeTimeout", "timeout.write", (self) => isOwn(self.writeTimeout, Timeout.defaults.write)),
  need("headersTimeout", "timeout.headers", (self) => isOwn(self.headersTimeout, Timeout.defaults.headers)),
  need("readTimeout", "timeout.read", (self) => isOwn(self.readTimeout, Timeout.defaults.read)),
  need("verify", "verify", (self) => self.verify !== true),
  need("cert", "cert", (self) => self.cert !== undefined),
  need("tls", "tls", (self) => !Tls.isStandard(self.tls)),
  need("proxy", "proxies", (self) => self.proxy !== undefined)
]

const isOwn = (millis: number, byDefault: number): boolean => millis !== byDefault && millis !== Infinity
