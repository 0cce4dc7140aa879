/**
 * URL patterns: `/users/:id`, `/files/*`, `https://api.example.test/users?page=2`.
 *
 * @module
 */
import { Disclosure, Target } from "@effect-requests/core"
import { Either } from "effect"
import { both, type Difference, type Expectations, expecting, type Judged } from "./Difference.js"

/** A path, or a URL of one origin. `"*"` is any URL. */
export type Path = "*" | `/${string}` | `http://${string}` | `https://${string}`

type Named<Segment extends string> = Segment extends `:${infer Name}` ? Name : never

type NamesOf<Place extends string> = Place extends `${infer Head}/${infer Tail}`
  ? Named<Head> | NamesOf<Tail>
  : Place extends "*"
    ? "*"
    : Named<Place>

/** The names of a pattern's parameters; what a `*` at the end stands for goes by the name `"*"`. */
export type Names<P extends string> = P extends "*"
  ? never
  : P extends `${infer Place}?${string}`
    ? NamesOf<Place>
    : NamesOf<P>

/** A pattern's parameters, percent-decoded. */
export type Params<P extends string> = { readonly [Name in Names<P>]: string }

interface Pattern {
  readonly origin: string | undefined
  readonly segments: ReadonlyArray<string>
  readonly query: Expectations
}

const parse = (text: string): Pattern => {
  const [place = "", query = ""] = cut(text, "?")
  const absolute = /^https?:\/\/[^/]*/i.exec(place)?.[0]
  return {
    origin: absolute === undefined ? undefined : (Target.parse(absolute)?.origin ?? absolute),
    segments: place
      .slice(absolute?.length ?? 0)
      .split("/")
      .slice(1),
    query: grouped(query)
  }
}

const cut = (text: string, at: string): ReadonlyArray<string> => {
  const index = text.indexOf(at)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

const grouped = (query: string): Expectations => {
  const params = new URLSearchParams(query)
  return Object.fromEntries(Array.from(new Set(params.keys()), (name) => [name, params.getAll(name)]))
}

/** Judges URLs by a pattern; the parameters come back by their names. */
export const judge = <P extends string>(pattern: P): ((target: Target.Target) => Judged<Params<P>>) => {
  if (pattern === "*") return () => checked(pattern, {})
  const known = parse(pattern)
  return (target) =>
    both(
      both(originOf(known, target), pathOf(known, target, pattern), (_, params) => params),
      expecting("query", known.query, (name) => queryOf(target).getAll(name)),
      (params) => params
    ).pipe(Either.flatMap((params) => checked(pattern, params)))
}

/** The query of a URL. */
export const queryOf = ({ path, pathname }: Target.Target): URLSearchParams =>
  new URLSearchParams(path.slice(pathname.length))

const originOf = ({ origin }: Pattern, target: Target.Target): Judged<void> =>
  origin === undefined || origin === target.origin
    ? Either.void
    : differs({ part: "origin", far: 4, text: `origin: ${target.origin}, but the route wants ${origin}` })

const differs = (difference: Difference): Judged<never> => Either.left([difference])

const pathOf = ({ segments }: Pattern, target: Target.Target, pattern: string): Judged<Record<string, string>> => {
  const actual = target.pathname.split("/").slice(1)
  const open = segments.at(-1) === "*"
  const fixed = open ? segments.slice(0, -1) : segments
  const wrong = fixed.filter((segment, i) => !fits(segment, actual[i])).length
  const surplus = open ? 0 : Math.max(0, actual.length - fixed.length)
  if (wrong + surplus > 0) {
    const far = 2 + (6 * (wrong + surplus)) / Math.max(actual.length, fixed.length)
    const shown = Disclosure.url(pattern.slice(pattern.length - pathText(pattern).length))
    return differs({ part: "path", far, text: `path: ${target.pathname}, but the route wants ${shown}` })
  }
  const named = fixed.flatMap((segment, i) =>
    segment.startsWith(":") ? [[segment.slice(1), decoded(actual[i] ?? "")]] : []
  )
  return Either.right(
    Object.fromEntries(open ? [...named, ["*", decoded(actual.slice(fixed.length).join("/"))]] : named)
  )
}

const pathText = (pattern: string): string => pattern.replace(/^https?:\/\/[^/?]*/i, "")

const fits = (segment: string, actual: string | undefined): boolean => {
  if (actual === undefined) return false
  return segment.startsWith(":") ? actual !== "" : segment === actual || decoded(segment) === decoded(actual)
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const checked = <P extends string>(pattern: P, params: Readonly<Record<string, string>>): Judged<Params<P>> =>
  isComplete(pattern, params) ? Either.right(params) : Either.left([])

/** Says to the compiler what `pathOf` has done: every name of the pattern is there. */
const isComplete = <P extends string>(pattern: P, params: Readonly<Record<string, string>>): params is Params<P> =>
  pattern === "*" || namesOf(parse(pattern)).every((name) => Object.hasOwn(params, name))

const namesOf = ({ segments }: Pattern): ReadonlyArray<string> => [
  ...segments.flatMap((segment) => (segment.startsWith(":") ? [segment.slice(1)] : [])),
  ...(segments.at(-1) === "*" ? ["*"] : [])
]
