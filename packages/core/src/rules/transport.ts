/**
 * What an adapter is told besides the message, for one hop.
 *
 * @module
 */
import type { Capability, Transport } from "../data/PreparedRequest.js"
import type { Resolved } from "../data/Settings.js"
import * as Timeout from "../data/Timeout.js"

/** How much of a redirect's body is worth reading to keep its connection. */
const drained = 64 * 1024

/**
 * The transport of a hop. A client certificate is a secret and stays at home.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const settings = Either.getOrThrow(Rules.settle(Settings.defaults, "GET"))
 * console.assert(Rules.transport(settings, true).verify === true)
 */
export const transport = (settings: Resolved, home: boolean): Transport => ({
  connectTimeout: settings.timeout.connect,
  headersTimeout: settings.timeout.headers,
  readTimeout: settings.timeout.read,
  verify: settings.verify,
  cert: home ? settings.cert : undefined,
  proxy: undefined,
  redirectBody: settings.allowRedirects ? drained : Infinity
})

/**
 * What this transport needs of an adapter beyond the defaults, and the adapter lacks: such a request is refused before
 * sending, since an option that is ignored is worse than one that fails.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const settings = Either.getOrThrow(Rules.settle({ verify: false }, "GET"))
 * console.assert(Rules.lacking(Rules.transport(settings, true), new Set()).join() === "verify")
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
