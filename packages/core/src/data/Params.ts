/**
 * Query parameters, and the fields of a form: ordered, repeatable, names with case.
 *
 * @module
 */

/** What one value may be; numbers and booleans are written as JavaScript writes them. */
export type Value = string | number | boolean | bigint

/** What users write: a record (`null` takes a name away), pairs (repeats keep their places), or a text that is appended as it is. */
export type Input =
  | string
  | Params
  | { readonly [name: string]: Value | ReadonlyArray<Value> | null | undefined }
  | Iterable<readonly [name: string, value: Value | null]>

/**
 * One entry: `name: undefined` is a text to append as it is, `value: null` takes a name away, `value: undefined` is
 * something that no query can hold (an object, a function): it is kept, so that `prepare` can refuse it with its name.
 */
export interface Param {
  readonly name: string | undefined
  readonly value: string | null | undefined
}

/** The normal form of every input. */
export class Params {
  constructor(readonly entries: ReadonlyArray<Param>) {}
}

/** No parameter at all. */
export const empty = new Params([])

/**
 * The normal form of an input.
 *
 * @example
 * import { Params } from "@effect-requests/core"
 *
 * const params = Params.make({ fields: ["id", "name"], page: 2, debug: null })
 * console.assert(params.entries.length === 4 && params.entries[2]?.value === "2")
 */
export const make = (input: Input): Params => {
  if (input instanceof Params) return input
  if (typeof input === "string") return new Params(text(input))
  if (typeof input !== "object" || input === null) return new Params([{ name: undefined, value: undefined }])
  return new Params(
    isPairs(input)
      ? Array.from(input).flatMap((pair) =>
          isPair(pair) ? entries(pair[0], pair[1]) : [{ name: undefined, value: undefined }]
        )
      : Object.keys(input).flatMap((name) => entries(name, input[name]))
  )
}

/** A query as `location.search` has it: one question mark before it is none of its own. */
const text = (input: string): ReadonlyArray<Param> => {
  const value = input.startsWith("?") ? input.slice(1) : input
  return value === "" ? [] : [{ name: undefined, value }]
}

const isPairs = (input: Exclude<Input, string | Params>): input is Iterable<readonly [string, Value | null]> =>
  Symbol.iterator in input

const isPair = (pair: unknown): pair is readonly [name: string, value: unknown] =>
  Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string"

const entries = (name: string, value: unknown): ReadonlyArray<Param> => {
  if (value === undefined) return []
  return Array.isArray(value) ? value.map((one) => ({ name, value: written(one) })) : [{ name, value: written(value) }]
}

const written = (value: unknown): string | null | undefined => {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return String(value)
    default:
      return value === null ? null : undefined
  }
}
