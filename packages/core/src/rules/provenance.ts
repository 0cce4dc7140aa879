import { type Entry, type Layer, removes, sets, type What } from "../data/Explanation.js"
import type { Facts } from "../data/Facts.js"
import * as Params from "../data/Params.js"
import { safeAuthentication, safeEnvironment, safeJar } from "../data/Policies.js"
import type { Call, Request } from "../data/Request.js"
import { Only, partsOf, type Settings, safeRedirects } from "../data/Settings.js"
import * as Timeout from "../data/Timeout.js"

/** What one layer says, and what all layers up to it come to. */
export interface Said {
  readonly layer: "defaults" | "session" | "request"
  readonly settings: Settings
  readonly merged: Settings
}

export interface Case {
  readonly request: Request
  readonly facts: Facts
  readonly call: Call
  readonly layers: ReadonlyArray<Said>
  /** The URL before params were added to it, with its userinfo. */
  readonly url: URL
}

export type Entries = ReadonlyArray<Entry>

/** The names of which a layer speaks: `true` with a value, `false` to take it away. */
type Names = ReadonlyMap<string, boolean>

/** Who had the last word on a name. */
interface Fate {
  readonly layer: Layer
  readonly live: boolean
  readonly over: ReadonlyArray<Layer>
  readonly why: string
}

export const trail = (layers: ReadonlyArray<Said>, names: (settings: Settings) => Names): ReadonlyMap<string, Fate> => {
  const fates = new Map<string, Fate>()
  let before: Names = new Map()
  for (const { layer, merged, settings } of layers) {
    const said = names(settings)
    const after = names(merged)
    for (const name of new Set([...before.keys(), ...said.keys()])) {
      if (!said.has(name) && before.get(name) === after.get(name)) continue
      const older = fates.get(name)
      const live = after.get(name) === true
      // A tombstone that went with all the rest: nobody says anything any more.
      if (!said.has(name) && older?.live === false) fates.delete(name)
      else fates.set(name, { layer, live, over: told(older), why: reason(layer, live, said.has(name)) })
    }
    before = after
  }
  return fates
}

export const told = (fate: Fate | undefined): ReadonlyArray<Layer> =>
  fate === undefined ? [] : [...fate.over, fate.layer]

const untold = "every session starts from it"

const reason = (layer: Said["layer"], live: boolean, named: boolean): string => {
  if (!live) return named ? "null there, or no value" : "Settings.only or null there leaves out what was said below"
  return layer === "defaults" ? untold : `set in its ${layer === "session" ? "settings" : "options"}`
}

/** Of a name that is there twice, one value is enough. */
const named = (pairs: Iterable<readonly [name: string, live: boolean]>): Names => {
  const names = new Map<string, boolean>()
  for (const [name, live] of pairs) names.set(name, live || names.get(name) === true)
  return names
}

export const recorded = (record: { readonly [name: string]: unknown }): Names =>
  named(Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value !== null]])))

export const headerNames = ({ headers }: Settings): Names =>
  named(
    Object.entries(partsOf(headers) ?? {}).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name.toLowerCase(), typeof value === "string" || (value !== null && value.length > 0)]]
    )
  )

export const cookieNames = ({ cookies }: Settings): Names => recorded(partsOf(cookies) ?? {})

/** A text of params is one thing, of whatever names. */
export const text = "a text of params"
const keyOf = ({ name }: Params.Param): string => (name === undefined ? text : `=${name}`)
export const paramNames = ({ params }: Settings): Names =>
  named(Params.make(partsOf(params) ?? Params.empty).entries.map((param) => [keyOf(param), param.value !== null]))

export const spans = ["connect", "write", "headers", "read", "total"] as const
export const timeoutNames = ({ timeout }: Settings): Names => {
  if (timeout === undefined) return new Map()
  const parts = timeout === null ? {} : Timeout.parts(timeout instanceof Only ? timeout.value : timeout)
  const whole = timeout === null || timeout instanceof Only
  return named(
    spans.flatMap((span) => (parts[span] === undefined && !whole ? [] : [[span, (parts[span] ?? null) !== null]]))
  )
}

export const tlsNames = ({ tls }: Settings): Names => recorded({ ...partsOf(tls) })

/** The settings that are made of choices, and what each choice is where nobody makes it. */
export const choices = {
  redirects: safeRedirects,
  environment: safeEnvironment,
  authentication: safeAuthentication,
  jar: safeJar
}

/** Without an opinion a choice is the safe one again. */
export const choiceNames =
  (setting: keyof typeof choices) =>
  (settings: Settings): Names => {
    const made = settings[setting]
    return made === null || made instanceof Only ? recorded({ ...choices[setting] }) : recorded({ ...made })
  }

/** The settings that are one value each. */
export const plainNames = ({
  cookies: _cookies,
  environment: _environment,
  authentication: _authentication,
  headers: _headers,
  hooks: _hooks,
  jar: _jar,
  params: _params,
  proxies: _proxies,
  redirects: _redirects,
  timeout: _timeout,
  tls: _tls,
  ...plain
}: Settings): Names => recorded(plain)

/** What the settings alone decide. */
export const ofFate = (what: What, name: string, fate: Fate | undefined, shown: string, absent = untold): Entry => {
  if (fate === undefined) return sets(what, name, "defaults", [], shown, absent)
  return fate.live ? sets(what, name, fate.layer, fate.over, shown, fate.why) : removes(what, name, fate)
}

export const distinct = (names: Iterable<string>): ReadonlyArray<string> => Array.from(new Set(names))
