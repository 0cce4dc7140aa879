/**
 * Where a message is not what a route asks for, in words that a person reads and without secrets.
 *
 * @module
 */
import { Disclosure } from "@effect-requests/core"
import { Either, ParseResult, type Schema } from "effect"

/** One difference. `far` orders routes by how near they came: the least sum is the nearest. */
export interface Difference {
  readonly part: "origin" | "path" | "method" | "query" | "header" | "form" | "json" | "params" | "where"
  readonly text: string
  readonly far: number
}

/** What fits, or every way in which it does not. */
export type Judged<A> = Either.Either<A, ReadonlyArray<Difference>>

/** Both questions are asked, so that all differences are told. */
export const both = <A, B, C>(left: Judged<A>, right: Judged<B>, f: (a: A, b: B) => C): Judged<C> => {
  if (Either.isLeft(left)) return Either.left(Either.isLeft(right) ? [...left.left, ...right.left] : left.left)
  return Either.map(right, (b) => f(left.right, b))
}

/** The sum of a route's differences. */
export const distance = (differences: ReadonlyArray<Difference>): number =>
  differences.reduce((sum, { far }) => sum + far, 0)

/**
 * What a value has to be: exactly this text; a pattern; one of several values in order; nothing at all (`null`); or
 * whatever a question accepts (it is asked about the first value).
 */
export type Expected =
  | string
  | number
  | boolean
  | RegExp
  | null
  | ReadonlyArray<string>
  | ((value: string | undefined) => boolean)

/** Names, and what is expected of each. Names that are not mentioned may be anything. */
export type Expectations = Readonly<Record<string, Expected>>

/** Judges the values of every name that is mentioned. */
export const expecting = (
  part: "query" | "header" | "form",
  expectations: Expectations,
  values: (name: string) => ReadonlyArray<string>
): Judged<void> => {
  const found = Object.entries(expectations).flatMap(([name, expected]): ReadonlyArray<Difference> => {
    const actual = values(name)
    return accepts(expected, actual)
      ? []
      : [{ part, far: 1, text: `${part} ${name}: ${told(part, name, expected, actual)}` }]
  })
  return found.length === 0 ? Either.void : Either.left(found)
}

const accepts = (expected: Expected, actual: ReadonlyArray<string>): boolean => {
  if (expected === null) return actual.length === 0
  if (typeof expected === "function") return expected(actual[0])
  // `search` looks from the start each time, also where the pattern is global.
  if (expected instanceof RegExp) return actual.some((one) => one.search(expected) >= 0)
  const wanted = typeof expected === "object" ? expected : [String(expected)]
  return wanted.length === actual.length && wanted.every((one, i) => one === actual[i])
}

const told = (part: string, name: string, expected: Expected, actual: ReadonlyArray<string>): string => {
  const shows = isHarmless(part, name)
  const was = actual.length === 0 ? "missing" : shows ? actual.map(quoted).join(", ") : "another value"
  if (expected === null) return `${shows ? was : Disclosure.hidden}, but the route wants none`
  if (typeof expected === "function") return `${was}, which the route's question refuses`
  const wants =
    typeof expected === "object" && !(expected instanceof RegExp) ? expected.map(quoted).join(", ") : written(expected)
  return `${was}, but the route wants ${shows ? wants : Disclosure.hidden}`
}

const written = (expected: string | number | boolean | RegExp): string =>
  expected instanceof RegExp ? String(expected) : quoted(String(expected))

const quoted = (text: string): string => JSON.stringify(text)

/** By what core shows: header fields and parameters that are known to hold no secrets. A form's values never show. */
const isHarmless = (part: string, name: string): boolean => {
  if (part === "header") return Disclosure.headers([name, "x"])[0]?.[1] === "x"
  return part === "query" && !Disclosure.url(`?${encodeURIComponent(name)}=x`).endsWith(Disclosure.hidden)
}

/** A value through a Schema; what is wrong is told by its place and its kind, never by the value. */
export const decoding = <A, I>(part: "json" | "params", schema: Schema.Schema<A, I>, value: unknown): Judged<A> =>
  Either.mapLeft(ParseResult.decodeUnknownEither(schema, { errors: "all" })(value), (issue) =>
    faults(issue, "").map(({ path, problem }) => ({
      part,
      far: 1,
      text: `${part}${path === "" ? "" : ` at ${path}`}: ${problem}`
    }))
  )

interface Fault {
  readonly path: string
  readonly problem: string
}

const faults = (issue: ParseResult.ParseIssue, path: string): ReadonlyArray<Fault> => {
  switch (issue._tag) {
    case "Pointer": {
      const steps = Array.isArray(issue.path) ? issue.path : [issue.path]
      return faults(issue.issue, [path, ...steps.map(String)].filter((step) => step !== "").join("."))
    }
    case "Composite":
      return (Array.isArray(issue.issues) ? issue.issues : [issue.issues]).flatMap((one) => faults(one, path))
    case "Refinement":
    case "Transformation":
      return issue.issue._tag === "Type"
        ? [{ path, problem: `${kindOf(issue.actual)} that is no ${String(issue.ast)}` }]
        : faults(issue.issue, path)
    case "Missing":
      return [{ path, problem: "missing" }]
    case "Unexpected":
      return [{ path, problem: "not expected here" }]
    case "Forbidden":
      return [{ path, problem: "cannot be decoded at once: the Schema needs an Effect" }]
    case "Type":
      return [{ path, problem: `${kindOf(issue.actual)}, but the route wants ${String(issue.ast)}` }]
  }
}

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`
}
