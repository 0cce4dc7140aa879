/**
 * Explains the URL of a request and its params.
 *
 * @module
 */
import * as Disclosure from "../data/Disclosure.js"
import { removes, sets, withholds } from "../data/Explanation.js"
import { parse } from "../data/Target.js"
import { type Case, distinct, type Entries, ofFate, paramNames, plainNames, text, trail } from "./provenance.js"

const { hidden } = Disclosure

export const location = ({ call, layers, request }: Case): Entries => {
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

export const params = ({ call, layers, url }: Case): Entries => {
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
