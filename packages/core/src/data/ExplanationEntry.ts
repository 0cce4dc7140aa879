/**
 * Who decided what in a request, and why. It holds no secret: a value stands in it only where it is harmless.
 *
 * @module
 */

/** Whose word it is. `url` is the query and the userinfo of the URL itself, `body` what follows from the body. */
export type Layer = "defaults" | "session" | "request" | "url" | "environment" | "netrc" | "jar" | "body" | "adapter"

/** What is decided. The last four are choices that a session leaves to its user; `environment`: also whether it is asked. */
export type What =
  | "url"
  | "header"
  | "param"
  | "cookie"
  | "credential"
  | "proxy"
  | "verify"
  | "cert"
  | "tls"
  | "timeout"
  | "decompress"
  | "limit"
  | "redirects"
  | "environment"
  | "authentication"
  | "jar"

/** `sets` and `overrides`: it is sent, or holds. `removes`: it was taken away. `withholds`: it is kept back. */
export type Does = "sets" | "overrides" | "removes" | "withholds"

/** One decision. */
export interface Entry {
  readonly what: What
  /** As it is sent or written; `Disclosure.hidden` for a text that is a name and a value in one. */
  readonly name: string
  /** The one whose word counts: who set it, took it away, or keeps it back. */
  readonly layer: Layer
  readonly does: Does
  /** The layers whose word it takes the place of, the weakest first; never empty for `overrides`, always for `sets`. */
  readonly over: ReadonlyArray<Layer>
  /** The value where it is harmless (`Disclosure`), else `Disclosure.hidden`; `""` for what is taken away. */
  readonly shown: string
  readonly why: string
}

/** All decisions about one request, before its first hop. */
export interface Explanation {
  readonly method: string
  /** Absolute, as `Disclosure.url` shows it. */
  readonly url: string
  readonly entries: ReadonlyArray<Entry>
}

/**
 * A value that is sent or holds: it overrides if any layer had another word, else it sets.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const entry = Explanation.sets("header", "Accept", "request", ["defaults"], "text/html", "set in its options")
 * console.assert(entry.does === "overrides")
 */
export const sets = (
  what: What,
  name: string,
  layer: Layer,
  over: ReadonlyArray<Layer>,
  shown: string,
  why: string
): Entry => ({
  what,
  name,
  layer,
  does: over.length === 0 ? "sets" : "overrides",
  over,
  shown,
  why
})

/**
 * Something that a layer took away.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const entry = Explanation.removes("header", "Accept", { layer: "request", over: ["defaults"], why: "null there" })
 * console.assert(entry.does === "removes" && entry.shown === "")
 */
export const removes = (
  what: What,
  name: string,
  { layer, over, why }: Pick<Entry, "layer" | "over" | "why">
): Entry => ({
  what,
  name,
  layer,
  does: "removes",
  over,
  shown: "",
  why
})

/**
 * Something that is there and does not travel: `over` is whose value it is, where another layer keeps it back.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const why = "noProxy names this URL"
 * const entry = Explanation.withholds("proxy", "http", "session", ["environment"], "http://proxy.test:3128", why)
 * console.assert(entry.does === "withholds")
 */
export const withholds = (
  what: What,
  name: string,
  layer: Layer,
  over: ReadonlyArray<Layer>,
  shown: string,
  why: string
): Entry => ({
  what,
  name,
  layer,
  does: "withholds",
  over,
  shown,
  why
})

/**
 * Whether what an entry is about is sent, or holds.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const entry = Explanation.sets("header", "Accept", "session", [], "text/html", "set in its settings")
 * console.assert(Explanation.holds(entry) && !Explanation.holds({ ...entry, does: "removes" }))
 */
export const holds = ({ does }: Entry): boolean => does === "sets" || does === "overrides"

/**
 * The entries about one thing, or about one name of it; names of header fields have no case.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const entry = Explanation.sets("header", "Accept", "session", [], "text/html", "set in its settings")
 * const told = { method: "GET", url: "https://h.test/", entries: [entry] }
 * console.assert(Explanation.about(told, "header", "accept")[0] === entry)
 */
export const about = (self: Explanation, what: What, name?: string): ReadonlyArray<Entry> => {
  const same = (other: string) => (what === "header" ? other.toLowerCase() === name?.toLowerCase() : other === name)
  return self.entries.filter((entry) => entry.what === what && (name === undefined || same(entry.name)))
}
