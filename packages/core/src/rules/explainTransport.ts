/**
 * Explains the proxy, TLS and the times of a request, and what an adapter makes of it.
 *
 * @module
 */
import { Duration, Either } from "effect"
import type { Limits } from "../data/Decompression.js"
import * as Disclosure from "../data/Disclosure.js"
import * as Environment from "../data/Environment.js"
import { holds, type Layer, removes, sets, type What, withholds } from "../data/Explanation.js"
import * as Headers from "../data/Headers.js"
import type { Capability } from "../data/PreparedRequest.js"
import type { Proxies } from "../data/Proxies.js"
import { partsOf, type Settings } from "../data/Settings.js"
import type { Policy, Verify } from "../data/Tls.js"
import { chooseProxy } from "./chooseProxy.js"
import { environmentVerify } from "./environment.js"
import {
  type Case,
  type Entries,
  ofFate,
  plainNames,
  recorded,
  type Said,
  spans,
  timeoutNames,
  tlsNames,
  told,
  trail
} from "./provenance.js"
import { lacking, proxyLayers, transport } from "./transport.js"

const { hidden } = Disclosure

const proxiesOf = (settings: Settings): Proxies => partsOf(settings.proxies) ?? {}

export const proxy = ({ call, facts, layers }: Case): Entries => {
  const { target, transport } = call.request
  const { environment, proxies, trustEnv } = call.settings
  const { variables } = facts.environment
  const scheme = target.scheme.slice(0, -1)
  // What would be, if nothing were limited: an empty list of one's own stands in for NO_PROXY. A text that is no URL is
  // a word too.
  const choose = (given: ReadonlyArray<Proxies>, asked?: Environment.Variables): string | undefined =>
    Either.getOrElse(chooseProxy(target, [{ noProxy: "" }, ...given], asked, environment.proxies), () => hidden)
  const upTo = (count: number) =>
    proxyLayers(
      layers
        .slice(0, count)
        .map(({ settings }) => settings)
        .reverse()
    )
  const asked = trustEnv ? variables : undefined
  const would = choose(proxies, asked)
  const explicit = choose(proxies)
  const speakers = layers.filter(({ settings }) => choose(proxyLayers([settings])) !== undefined)
  const named: ReadonlyArray<Layer> = choose([], variables) === undefined ? [] : ["environment"]
  const said = (except?: Said) => speakers.filter((one) => one !== except).map(({ layer }) => layer)
  if (would === undefined) {
    const remover = layers.findLast(
      (_one, at) => choose(upTo(at + 1), asked) === undefined && choose(upTo(at), asked) !== undefined
    )
    if (remover !== undefined) {
      const over = [...(trustEnv ? named : []), ...said()]
      return [
        removes("proxy", scheme, {
          layer: remover.layer,
          over,
          why: "direct, null or nothing there: no proxy for this URL"
        })
      ]
    }
    const fate = trail(layers, plainNames).get("trustEnv")
    return trustEnv || fate === undefined
      ? []
      : named.map((layer) => removes("proxy", scheme, { ...fate, over: [layer], why: "trustEnv is false" }))
  }
  // The variables may stand over what is said (`environment.proxies`).
  const byVariable = explicit === undefined || explicit !== (transport.proxy ?? would)
  const speaker = byVariable
    ? undefined
    : (speakers.findLast(({ settings }) => choose(proxyLayers([settings])) === explicit) ?? speakers.at(-1))
  const layer = speaker?.layer ?? "environment"
  if (transport.proxy === undefined) {
    const limits = trail(layers, (settings) => recorded(proxiesOf(settings)))
    const limit = [limits.get("noProxy"), limits.get("no_proxy")].find((fate) => fate?.live === true)
    const why = `${limit === undefined ? "NO_PROXY" : "noProxy"} names this URL`
    return [withholds("proxy", scheme, limit?.layer ?? "environment", [layer], Disclosure.url(would), why)]
  }
  const over = [...(trustEnv && !byVariable ? named : []), ...said(speaker)]
  const variable = Object.keys(variables).find((one) => choose(proxies, { ...variables, [one]: undefined }) !== would)
  return [
    sets(
      "proxy",
      scheme,
      layer,
      over,
      Disclosure.url(transport.proxy),
      `${byVariable ? (variable ?? "a *_PROXY variable") : "proxies"} names it`
    )
  ]
}

const shownVerify = (verify: Verify): string => {
  if (typeof verify !== "object") return String(verify)
  return "caFile" in verify ? verify.caFile : "certificates given as PEM"
}

const shownPart = (name: string, { minVersion, pins, serverName }: Policy): string =>
  name === "pins" ? pins.join(", ") : name === "serverName" ? (serverName ?? "") : minVersion

export const tls = ({ call, facts, layers }: Case): Entries => {
  const { home, settings } = call
  const { target, transport: sent } = call.request
  const { variables } = facts.environment
  const fates = trail(layers, plainNames)
  const [verify, cert] = [fates.get("verify"), fates.get("cert")]
  const shown = shownVerify(sent.verify)
  const untold = Either.map(transport(settings, target, home, Environment.empty), (one) => shownVerify(one.verify))
  const byVariable = Either.isRight(untold) && untold.right !== shown
  const variable = Object.keys(variables).find((one) => environmentVerify({ [one]: variables[one] })?.caFile === shown)
  const isAsked = settings.trustEnv && settings.environment.caBundle !== "ignore"
  const below: ReadonlyArray<Layer> = isAsked && environmentVerify(variables) !== undefined ? ["environment"] : []
  return [
    byVariable
      ? sets("verify", "verify", "environment", told(verify), shown, `${variable ?? "a variable"} names it`)
      : ofFate("verify", "verify", verify && { ...verify, over: [...below, ...verify.over] }, shown),
    ...(cert === undefined ? [] : [ofFate("cert", "cert", cert, hidden)]),
    ...Array.from(trail(layers, tlsNames), ([name, fate]) =>
      ofFate("tls", name, fate, shownPart(name, call.settings.tls))
    )
  ]
}

/** Beyond some 10^302 milliseconds there are no nanoseconds to count. */
const written = (millis: number): string =>
  Number.isFinite(millis * 1e6) ? Duration.format(Duration.millis(millis)) : "endless"

export const timeouts = ({ call, layers }: Case): Entries => {
  const fates = trail(layers, timeoutNames)
  return spans.map((span) => {
    const [fate, millis] = [fates.get(span), call.settings.timeout[span]]
    return fate !== undefined && millis === Infinity
      ? removes("timeout", span, { ...fate, why: fate.live ? "it is endless there" : fate.why })
      : ofFate("timeout", span, fate, written(millis))
  })
}

const shownLimits = ({ codings, ratio, size }: Limits): string =>
  `at most ${size} bytes, ${ratio} times what came, ${codings} codings`

/** Nothing is told where nothing can be decompressed and nobody spoke of it. */
export const decompression = ({ call, facts, layers }: Case): Entries => {
  const fate = trail(layers, plainNames).get("decompress")
  const { decompress } = call.settings
  const able = facts.codings !== undefined && facts.codings.length > 0
  if (fate === undefined && !able) return []
  const shown = decompress === undefined ? "false" : shownLimits(decompress)
  return [ofFate("decompress", "decompress", fate, able ? shown : `${shown}; nothing here can decompress`)]
}

const capabilities: Readonly<Record<Capability, readonly [what: What, name: string]>> = {
  proxy: ["proxy", "proxy"],
  verify: ["verify", "verify"],
  cert: ["cert", "cert"],
  tls: ["tls", "tls"],
  connectTimeout: ["timeout", "connect"],
  writeTimeout: ["timeout", "write"],
  headersTimeout: ["timeout", "headers"],
  readTimeout: ["timeout", "read"],
  deadline: ["timeout", "total"]
}

/** Every message of HTTP/1.1 names its host (RFC 9112 §3.2). */
const host = ({ call: { request } }: Case): Entries => {
  const { host, port, scheme } = request.target
  const isSaid = Headers.has(request.headers, "host") || !scheme.startsWith("http")
  const shown = port === "" ? host : `${host}:${port}`
  return isSaid ? [] : [sets("header", "Host", "adapter", [], shown, "it follows from the URL")]
}

/** What the adapter adds; and what it cannot honour, which is refused before anything is sent. */
export const adapter = (about: Case, entries: Entries, supports: ReadonlySet<Capability> | undefined): Entries => {
  const { target, transport } = about.call.request
  if (supports === undefined) {
    const why = `no adapter is mounted for ${target.scheme}//, so the request is refused`
    return [withholds("url", "url", "adapter", ["request"], target.shown, why)]
  }
  const refused = lacking(transport, supports).flatMap((capability) => {
    const [what, name] = capabilities[capability]
    return entries.filter((entry) => holds(entry) && entry.what === what && (what !== "timeout" || entry.name === name))
  })
  const why = "it cannot honour this, so the request is refused"
  return [
    ...host(about),
    ...refused.map(({ layer, name, shown, what }) => withholds(what, name, "adapter", [layer], shown, why))
  ]
}
