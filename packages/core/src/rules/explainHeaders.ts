/**
 * Explains the header fields of a request.
 *
 * @module
 */
import * as Disclosure from "../data/Disclosure.js"
import { type Entry, holds, type Layer, removes, sets, withholds } from "../data/Explanation.js"
import * as Headers from "../data/Headers.js"
import { partsOf } from "../data/Settings.js"
import { cookies, credentials } from "./explainSecrets.js"
import { passage, proxyField } from "./passage.js"
import { type Case, type Entries, headerNames, ofFate, told, trail } from "./provenance.js"
import { proxyUser } from "./proxyUser.js"

const { hidden } = Disclosure

export const headers = (about: Case): Entries => {
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

/** A Proxy-Authorization field leaves the message for the CONNECT of its tunnel, unless the proxy's URL has a user. */
export const toProxy = ({ call, layers }: Case): Entries => {
  if (passage(call.request) !== "Tunnel" || !Headers.has(call.own, proxyField)) return []
  const { layer, over } = trail(layers, headerNames).get(proxyField.toLowerCase()) ?? { layer: "request", over: [] }
  return proxyUser(call.request) === undefined
    ? [
        withholds("header", proxyField, layer, [], hidden, "it goes to the proxy with CONNECT, and not to the origin"),
        sets("proxy", proxyField, layer, over, hidden, "CONNECT says it to the proxy")
      ]
    : [withholds("header", proxyField, layer, [], hidden, "the proxy is told the user of its URL, the origin neither")]
}
