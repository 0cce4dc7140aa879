/**
 * Explains the settings that stand for themselves: limits and choices. A new one is a line of one table.
 *
 * @module
 */
import { sets, type What } from "../data/Explanation.js"
import type { Call } from "../data/Request.js"
import type { Settings } from "../data/Settings.js"
import { type Case, choiceNames, choices, type Entries, ofFate, plainNames, trail } from "./provenance.js"

interface Row {
  readonly what: What
  readonly name: string
  /** The names of which a layer speaks. */
  readonly names: Parameters<typeof trail>[1]
  /** What is used, in words. */
  readonly shown: (call: Call) => string
  /** Why, where no layer says anything. */
  readonly absent?: (call: Call) => string
  /** It is told only where somebody says it. */
  readonly onlySaid?: boolean
}

/** A setting that is one value. */
const plain = (
  what: What,
  name: keyof Settings,
  shown: Row["shown"],
  more: Pick<Row, "absent" | "onlySaid"> = {}
): Row => ({ what, name, names: plainNames, shown, ...more })

/** Every choice of a setting, in the order of its defaults. */
const choicesOf = (setting: keyof typeof choices, what: What): ReadonlyArray<Row> =>
  Object.keys(choices[setting]).map((name) => ({
    what: name.startsWith("most") || name.startsWith("largest") ? "limit" : what,
    name,
    names: choiceNames(setting),
    shown: ({ settings }) => String(new Map(Object.entries(settings[setting])).get(name))
  }))

const byMethod = ({ request: { method } }: Call): string =>
  method === "HEAD" ? "HEAD asks about this resource, so it follows none" : "all methods but HEAD follow"

/** Told in chapters of their own, but for hooks, which are functions. */
type Elsewhere =
  | "baseUrl"
  | "headers"
  | "params"
  | "cookies"
  | "hooks"
  | "auth"
  | "timeout"
  | "decompress"
  | "verify"
  | "cert"
  | "tls"
  | "proxies"

/** In the order of telling. A setting that has no line here does not compile. */
const rows: { readonly [K in Exclude<keyof Settings, Elsewhere>]-?: ReadonlyArray<Row> } = {
  maxRedirects: [plain("limit", "maxRedirects", ({ settings }) => String(settings.maxRedirects))],
  allowRedirects: [
    plain("redirects", "allowRedirects", ({ settings }) => String(settings.allowRedirects), { absent: byMethod })
  ],
  redirects: choicesOf("redirects", "redirects"),
  keepAcrossOrigins: [
    plain("redirects", "keepAcrossOrigins", ({ settings }) => Array.from(settings.keepAcrossOrigins).join(", "), {
      onlySaid: true
    })
  ],
  trustEnv: [plain("environment", "trustEnv", ({ settings }) => String(settings.trustEnv))],
  environment: choicesOf("environment", "environment"),
  authentication: choicesOf("authentication", "authentication"),
  jar: choicesOf("jar", "jar")
}

const ofRow = ({ call, layers }: Case, { absent, name, names, onlySaid, shown, what }: Row): Entries => {
  const fate = trail(layers, names).get(name)
  return onlySaid === true && fate === undefined ? [] : [ofFate(what, name, fate, shown(call), absent?.(call))]
}

const drained = ({ call }: Case): Entries => {
  const { redirectBody } = call.request.transport
  const why = "of a redirect's body no more is read"
  return redirectBody === Infinity ? [] : [sets("limit", "redirectBody", "defaults", [], `${redirectBody} bytes`, why)]
}

export const settings = (about: Case): Entries => [
  ...drained(about),
  ...Object.values(rows)
    .flat()
    .flatMap((row) => ofRow(about, row))
]
