/**
 * What an adapter is told besides the message, for one hop.
 *
 * @module
 */
import { Either } from "effect"
import type { Environment } from "../data/Environment.js"
import { type Capability, InvalidRequest, type Transport } from "../data/PreparedRequest.js"
import type { Resolved } from "../data/Settings.js"
import type { Target } from "../data/Target.js"
import * as Timeout from "../data/Timeout.js"
import { environmentVerify } from "./environment.js"
import { chooseProxy } from "./proxies.js"

/** How much of a redirect's body is worth reading to keep its connection. */
const drained = 64 * 1024

/**
 * The transport of a hop, by the user's settings and the environment of now: every hop starts from them again. What the
 * settings say beats the environment; a client certificate is a secret and stays at home.
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
  target: Target,
  home: boolean,
  { variables }: Environment
): Either.Either<Transport, InvalidRequest> => {
  const proxy = chooseProxy(target, [settings.proxies], settings.trustEnv ? variables : undefined)
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
      headersTimeout: settings.timeout.headers,
      readTimeout: settings.timeout.read,
      verify: settings.verify ?? (settings.trustEnv ? environmentVerify(variables) : undefined) ?? true,
      cert: home ? settings.cert : undefined,
      proxy: url,
      redirectBody: settings.allowRedirects ? drained : Infinity
    })
  })
}

/** What a message has before it is dressed. */
export const undecided: Transport = {
  connectTimeout: Infinity,
  headersTimeout: Infinity,
  readTimeout: Infinity,
  verify: true,
  cert: undefined,
  proxy: undefined,
  redirectBody: 0
}

/**
 * What this transport needs of an adapter beyond the defaults, and the adapter lacks: such a request is refused before
 * sending, since an option that is ignored is worse than one that fails.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.lacking({ ...Rules.undecided, verify: false }, new Set()).join() === "verify")
 */
export const lacking = (self: Transport, supports: ReadonlySet<Capability>): ReadonlyArray<Capability> => {
  const needs: ReadonlyArray<readonly [Capability, boolean]> = [
    ["connectTimeout", self.connectTimeout !== Timeout.defaults.connect && self.connectTimeout !== Infinity],
    ["headersTimeout", self.headersTimeout !== Timeout.defaults.headers && self.headersTimeout !== Infinity],
    ["readTimeout", self.readTimeout !== Timeout.defaults.read && self.readTimeout !== Infinity],
    ["verify", self.verify !== true],
    ["cert", self.cert !== undefined],
    ["proxy", self.proxy !== undefined]
  ]
  return needs.flatMap(([capability, needed]) => (needed && !supports.has(capability) ? [capability] : []))
}
