/**
 * Who decided what in a request. What is sent is read from the call that `prepare` gives; who said it, from the layers,
 * merged one by one with the same `merge`. No precedence is decided here a second time.
 *
 * @module
 */
import { Either } from "effect"
import { hidden } from "../data/Disclosure.js"
import { type Explanation, withholds } from "../data/Explanation.js"
import type { Facts } from "../data/Facts.js"
import type { Capability, InvalidRequest } from "../data/PreparedRequest.js"
import type { Call, Request } from "../data/Request.js"
import { baseline } from "./contentCoding.js"
import { headers, toProxy } from "./explainHeaders.js"
import { cookies, credentials } from "./explainSecrets.js"
import { settings } from "./explainSettings.js"
import { location, params } from "./explainTarget.js"
import { adapter, decompression, proxy, timeouts, tls } from "./explainTransport.js"
import { merge } from "./merge.js"
import { prepare } from "./prepare.js"
import { type Case, type Entries, headerNames, type Said, trail } from "./provenance.js"
import { publicPart } from "./secrets.js"
import { parseUrl } from "./url.js"

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
