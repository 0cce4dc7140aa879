/**
 * Explains the proxy, TLS, the times and the limits of a request.
 *
 * @module
 */
import { Duration, Either } from "effect"
import * as Disclosure from "../data/Disclosure.js"
import type { Variables } from "../data/Environment.js"
import { holds, type Layer, removes, sets, type What, withholds } from "../data/Explanation.js"
import type { Capability } from "../data/PreparedRequest.js"
import type { Proxies } from "../data/Proxies.js"
import { partsOf, type Settings } from "../data/Settings.js"
import type { Verify } from "../data/Tls.js"
import { environmentVerify } from "./environment.js"
import {
  type Case,
  type Entries,
  ofFate,
  plainNames,
  policies,
  policyNames,
  recorded,
  type Said,
  spans,
  timeoutNames,
  trail
} from "./provenance.js"
import { chooseProxy } from "./proxies.js"
import { lacking, proxyLayers } from "./transport.js"

const { hidden } = Disclosure

const proxiesOf = (settings: Settings): Proxies => partsOf(settings.proxies) ?? {}

export const proxy = ({ call, facts, layers }: Case): Entries => {
  const { target, transport } = call.request
  const { proxies, trustEnv } = call.settings
  const { variables } = facts.environment
  const scheme = target.scheme.slice(0, -1)
  // What would be, if nothing were limited: an empty list of one's own stands in for NO_PROXY. A text that is no URL is
  // a word too.
  const choose = (given: ReadonlyArray<Proxies>, asked?: Variables): string | undefined =>
    Either.getOrElse(chooseProxy(target, [{ noProxy: "" }, ...given], asked), () => hidden)
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
  const environment: ReadonlyArray<Layer> = choose([], variables) === undefined ? [] : ["environment"]
  const said = (except?: Said) => speakers.filter((one) => one !== except).map(({ layer }) => layer)
  if (would === undefined) {
    const remover = layers.findLast(
      (_one, at) => choose(upTo(at + 1), asked) === undefined && choose(upTo(at), asked) !== undefined
    )
    if (remover !== undefined) {
      const over = [...(trustEnv ? environment : []), ...said()]
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
      : environment.map((layer) => removes("proxy", scheme, { ...fate, over: [layer], why: "trustEnv is false" }))
  }
  const speaker =
    explicit === undefined
      ? undefined
      : (speakers.findLast(({ settings }) => choose(proxyLayers([settings])) === explicit) ?? speakers.at(-1))
  const layer = speaker?.layer ?? "environment"
  if (transport.proxy === undefined) {
    const limits = trail(layers, (settings) => recorded(proxiesOf(settings)))
    const limit = [limits.get("noProxy"), limits.get("no_proxy")].find((fate) => fate?.live === true)
    const why = `${limit === undefined ? "NO_PROXY" : "noProxy"} names this URL`
    return [withholds("proxy", scheme, limit?.layer ?? "environment", [layer], Disclosure.url(would), why)]
  }
  const over = [...(trustEnv && explicit !== undefined ? environment : []), ...said(speaker)]
  const variable = Object.keys(variables).find((one) => choose(proxies, { ...variables, [one]: undefined }) !== would)
  return [
    sets(
      "proxy",
      scheme,
      layer,
      over,
      Disclosure.url(transport.proxy),
      `${explicit === undefined ? (variable ?? "a *_PROXY variable") : "proxies"} names it`
    )
  ]
}

const shownVerify = (verify: Verify): string => {
  if (typeof verify !== "object") return String(verify)
  return "caFile" in verify ? verify.caFile : "certificates given as PEM"
}

export const tls = ({ call, facts, layers }: Case): Entries => {
  const { transport } = call.request
  const { trustEnv } = call.settings
  const { variables } = facts.environment
  const fates = trail(layers, plainNames)
  const [verify, cert] = [fates.get("verify"), fates.get("cert")]
  const bundle = trustEnv && environmentVerify(variables) !== undefined
  const variable = Object.keys(variables).find(
    (one) => environmentVerify({ [one]: variables[one] })?.caFile === environmentVerify(variables)?.caFile
  )
  const shown = shownVerify(transport.verify)
  const fromEnvironment: ReadonlyArray<Layer> = bundle ? ["environment"] : []
  return [
    bundle && verify === undefined
      ? sets("verify", "verify", "environment", [], shown, `${variable ?? "a variable"} names it`)
      : ofFate(
          "verify",
          "verify",
          verify === undefined ? undefined : { ...verify, over: [...fromEnvironment, ...verify.over] },
          shown
        ),
    ...(cert === undefined ? [] : [ofFate("cert", "cert", cert, hidden)])
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

export const redirects = ({ call, layers }: Case): Entries => {
  const { request, settings } = call
  const [plain, policy] = [trail(layers, plainNames), trail(layers, policyNames)]
  const kept = plain.get("keepAcrossOrigins")
  const byMethod =
    request.method === "HEAD" ? "HEAD asks about this resource, so it follows none" : "all methods but HEAD follow"
  const { redirectBody } = request.transport
  return [
    ofFate("limit", "maxRedirects", plain.get("maxRedirects"), String(settings.maxRedirects)),
    ...(redirectBody === Infinity
      ? []
      : [
          sets("limit", "redirectBody", "defaults", [], `${redirectBody} bytes`, "of a redirect's body no more is read")
        ]),
    ofFate("redirects", "allowRedirects", plain.get("allowRedirects"), String(settings.allowRedirects), byMethod),
    ...policies.map((name) => ofFate("redirects", name, policy.get(name), settings.redirects[name])),
    ...(kept === undefined
      ? []
      : [ofFate("redirects", "keepAcrossOrigins", kept, Array.from(settings.keepAcrossOrigins).join(", "))]),
    ofFate("environment", "trustEnv", plain.get("trustEnv"), String(settings.trustEnv))
  ]
}

const capabilities: Readonly<Record<Capability, readonly [what: What, name: string]>> = {
  proxy: ["proxy", "proxy"],
  verify: ["verify", "verify"],
  cert: ["cert", "cert"],
  connectTimeout: ["timeout", "connect"],
  headersTimeout: ["timeout", "headers"],
  readTimeout: ["timeout", "read"],
  deadline: ["timeout", "total"]
}

/** What an adapter cannot honour it refuses, before anything is sent. */
export const refused = ({ call }: Case, entries: Entries, supports: ReadonlySet<Capability>): Entries =>
  lacking(call.request.transport, supports).flatMap((capability) => {
    const [what, name] = capabilities[capability]
    return entries
      .filter((entry) => holds(entry) && entry.what === what && (what !== "timeout" || entry.name === name))
      .map((entry) =>
        withholds(
          what,
          entry.name,
          "adapter",
          [entry.layer],
          entry.shown,
          "it cannot honour this, so the request is refused"
        )
      )
  })
