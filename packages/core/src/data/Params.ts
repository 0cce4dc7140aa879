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

/** One entry: `name: undefined` is a text to append as it is, `value: null` takes a name away. */
export interface Param {
  readonly name: string | undefined
  readonly value: string | null
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
  if (typeof input === "string") return new Params(input === "" ? [] : [{ name: undefined, value: input }])
  if (isPairs(input)) return new Params(Array.from(input, ([name, value]) => ({ name, value: written(value) })))
  return new Params(Object.keys(input).flatMap((name) => fromRecord(name, input[name])))
}

const isPairs = (input: Exclude<Input, string | Params>): input is Iterable<readonly [string, Value | null]> =>
  Symbol.iterator in input

const fromRecord = (name: string, value: Value | ReadonlyArray<Value> | null | undefined): ReadonlyArray<Param> => {
  if (value === undefined) return []
  return typeof value === "object" && value !== null
    ? value.map((one) => ({ name, value: written(one) }))
    : [{ name, value: written(value) }]
}

const written = (value: Value | null): string | null => (value === null ? null : String(value))
