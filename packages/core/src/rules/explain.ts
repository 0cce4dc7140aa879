/**
 * Who decided what in a request. What is sent is read from the call that `prepare` gives; who said it, from the layers,
 * merged one by one with the same `merge`. No precedence is decided here a second time.
 *
 * @module
 */
import { Either } from "effect"
import * as Disclosure from "../data/Disclosure.js"
import { type Entry, type Explanation, holds, type Layer, removes, sets, withholds } from "../data/Explanation.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import type { Capability, InvalidRequest } from "../data/PreparedRequest.js"
import type { Call, Request } from "../data/Request.js"
import { partsOf } from "../data/Settings.js"
import { parse } from "../data/Target.js"
import { baseline } from "./contentCoding.js"
import { cookies, credentials } from "./explainSecrets.js"
import { settings } from "./explainSettings.js"
import { adapter, decompression, proxy, timeouts, tls } from "./explainTransport.js"
import { merge } from "./merge.js"
import { passage, proxyField } from "./passage.js"
import { prepare } from "./prepare.js"
import {
  type Case,
  distinct,
  type Entries,
  headerNames,
  ofFate,
  paramNames,
  plainNames,
  type Said,
  text,
  told,
  trail
} from "./provenance.js"
import { proxyUser } from "./proxyUser.js"
import { publicPart } from "./secrets.js"
import { parseUrl } from "./url.js"

const { hidden } = Disclosure

/**
 * For every part of a request, which layer set or removed it, and why: the call of `prepare`, told. It fails as
 * `prepare` does. `adapters` says what the adapter of a URL can do, `undefined` for no adapter: with it, what the adapter
 * adds and what it would refuse is told too.
 *
 * @example
 * import { Environment, Explanation, Request, Rules, SessionState } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const settings = { baseUrl: "https://api.example.test", headers: { "X-Api-Key": "abc" } }
 * const facts = { state: SessionState.make({ settings }), environment: Environment.empty, now: 0, nonce: "" }
 * const abroad = Either.getOrThrow(Rules.explain(Request.get("https://other.test/"), facts))
 * console.assert(Explanation.about(abroad, "header", "X-Api-Key")[0]?.does === "withholds")
 * console.assert(!Explanation.toText(abroad).includes("abc"))
 */
export const explain = (
  request: Request,
  facts: Facts,
  adapters?: (url: string) => ReadonlySet<Capability> | undefined
): Either.Either<Explanation, InvalidRequest> =>
  Either.gen(function* () {
    const call = yield* prepare(request, facts)
    const { baseUrl } = call.settings
    const base = baseUrl === undefined ? undefined : yield* parseUrl(baseUrl, undefined, "baseUrl")
    const url = yield* parseUrl(request.url, base, "url")
    const about: Case = { request, facts, call, url, layers: layersOf(request, facts, call) }
    const entries = chapters.flatMap((chapter) => chapter(about))
    return {
      method: call.request.method,
      url: call.request.target.shown,
      entries: adapters === undefined ? entries : [...entries, ...adapter(about, entries, adapters(call.request.url))]
    }
  })

const layersOf = ({ options }: Request, { codings, state }: Facts, { foreign }: Call): ReadonlyArray<Said> => {
  // Where nothing is withheld, the public part says the same.
  const session = foreign ? publicPart(state.settings, options.keepAcrossOrigins).settings : state.settings
  const base = baseline(codings ?? [], session, options)
  const below = merge(base, session)
  return [
    { layer: "defaults", settings: base, merged: base },
    { layer: "session", settings: session, merged: below },
    { layer: "request", settings: options, merged: merge(below, options) }
  ]
}

const location = ({ call, layers, request }: Case): Entries => {
  const { baseUrl } = call.settings
  const fate = trail(layers, plainNames).get("baseUrl")
  const absolute = parse(request.url) !== undefined
  const why = absolute ? "the request gives it whole" : "the request's URL, resolved against the baseUrl"
  return [
    sets("url", "url", "request", [], call.request.target.shown, why),
    ...(fate === undefined ? [] : [ofFate("url", "baseUrl", fate, Disclosure.url(baseUrl ?? ""))])
  ]
}

/** Names and harmless values of a query, as `Disclosure` shows them. */
const shownQuery = (search: string): ReadonlyArray<readonly [name: string, shown: string]> =>
  Disclosure.url(search)
    .slice(1)
    .split("&")
    .flatMap((piece) => Array.from(new URLSearchParams(piece)))
    .map(([name, shown]) => [name, name === hidden ? hidden : shown])

const params = ({ call, layers, url }: Case): Entries => {
  const { href, scheme } = call.request.target
  const fates = trail(layers, paramNames)
  const own = shownQuery(url.search)
  const added = shownQuery(/\?[^#]*/.exec(href.replace(/#.*$/s, ""))?.[0] ?? "").slice(own.length)
  const valuesOf = (query: typeof own, name: string) =>
    query.flatMap(([other, shown]) => (other === name ? [shown] : [])).join(", ")
  const sent = distinct(added.map(([name]) => name))
  const alive = (key: string) => (fates.get(key)?.live === true ? fates.get(key) : undefined)
  const nameOf = (key: string) => (key === text ? hidden : key.slice(1))
  return [
    ...distinct(own.map(([name]) => name)).map((name) =>
      sets("param", name, "url", [], valuesOf(own, name), "it is in the URL")
    ),
    ...sent.map((name) => ofFate("param", name, alive(`=${name}`) ?? alive(text), valuesOf(added, name))),
    ...Array.from(fates).flatMap(([key, fate]) => {
      if (fate.live) {
        return scheme.startsWith("http")
          ? []
          : [withholds("param", nameOf(key), "url", [fate.layer], hidden, `a URL of ${scheme} takes no params`)]
      }
      return sent.includes(nameOf(key)) ? [] : [removes("param", nameOf(key), fate)]
    })
  ]
}

const headers = (about: Case): Entries => {
  const { call, layers } = about
  const fields = call.request.headers
  const fates = trail(layers, headerNames)
  const shown = (name: string) =>
    Disclosure.headers(Headers.filter(fields, (other) => sameName(name, other)))
      .map(([, value]) => value)
      .join(", ")
  const spelled = (key: string) =>
    layers
      .flatMap(({ settings }) => Object.keys(partsOf(settings.headers) ?? {}))
      .findLast((name) => sameName(name, key)) ?? key
  const entryOf = (name: string): Entry => {
    const fate = fates.get(name.toLowerCase())
    const [said, sent] = [Headers.getAll(call.own, name), Headers.getAll(fields, name)]
    if (said.length === sent.length && said.every((value, at) => value === sent[at])) {
      return fate?.live === true
        ? ofFate("header", name, fate, shown(name))
        : sets("header", name, "body", told(fate), shown(name), "it follows from the body")
    }
    if (name.toLowerCase() !== "cookie")
      return sets("header", name, holder(credentials(about)), told(fate), shown(name), "the credentials put it there")
    return fate?.live === true
      ? sets("header", name, fate.layer, fate.over, shown(name), `${fate.why}; further cookies join it`)
      : sets("header", name, holder(cookies(about)), told(fate), shown(name), "it is made of the cookies below")
  }
  const sent = Headers.pairs(fields).map(([name]) => name)
  const first = sent.filter((name, at) => sent.findIndex((other) => sameName(name, other)) === at)
  const gone = Array.from(fates).filter(([key, { live }]) => !live && !Headers.has(fields, key))
  return [...first.map(entryOf), ...gone.map(([key, fate]) => removes("header", spelled(key), fate))]
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const holder = (entries: Entries): Layer => entries.find(holds)?.layer ?? "request"

/** What a session keeps for the origin of its baseUrl, and what is for a proxy alone. */
const withheld = ({ call, layers }: Case): Entries => {
  const told = trail(layers, headerNames).get("proxy-authorization")?.layer ?? "request"
  return call.withheld.map(({ name, what, why }) =>
    withholds(
      what === "auth" ? "credential" : what === "body" ? "header" : what,
      name === "" ? hidden : name,
      why === "NoProxy" ? told : "session",
      [],
      hidden,
      why === "NoProxy"
        ? "no proxy reads what goes over https, and no origin is to read it"
        : "the URL is of another origin than the session's baseUrl"
    )
  )
}

/** A Proxy-Authorization field leaves the message for the CONNECT of its tunnel, unless the proxy's URL has a user. */
const toProxy = ({ call, layers }: Case): Entries => {
  if (passage(call.request) !== "Tunnel" || !Headers.has(call.own, proxyField)) return []
  const { layer, over } = trail(layers, headerNames).get(proxyField.toLowerCase()) ?? { layer: "request", over: [] }
  return proxyUser(call.request) === undefined
    ? [
        withholds("header", proxyField, layer, [], hidden, "it goes to the proxy with CONNECT, and not to the origin"),
        sets("proxy", proxyField, layer, over, hidden, "CONNECT says it to the proxy")
      ]
    : [withholds("header", proxyField, layer, [], hidden, "the proxy is told the user of its URL, the origin neither")]
}

/** The order in which it is told. */
const chapters: ReadonlyArray<(about: Case) => Entries> = [
  location,
  headers,
  params,
  cookies,
  credentials,
  withheld,
  proxy,
  toProxy,
  tls,
  timeouts,
  decompression,
  settings
]
