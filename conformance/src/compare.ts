/**
 * When two answers are the same.
 *
 * @module
 */
import { Target } from "@effect-requests/core"

/** Whether our answer says what another one says. */
export type Same = (ours: unknown, other: unknown) => boolean

/** A value with objects for its fields, and nothing else. */
export type Fields = { readonly [name: string]: unknown }

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Equal as JSON: lists in order, the fields of an object in any. */
export const sameJson: Same = (ours, other) => {
  if (Array.isArray(ours) && Array.isArray(other)) {
    return ours.length === other.length && ours.every((value, at) => sameJson(value, other[at]))
  }
  if (isFields(ours) && isFields(other)) return sameFields(sameJson)(ours, other)
  return Object.is(ours, other)
}

/** Equal field by field, each by its own rule where there is one. */
export const sameFields =
  (rest: Same, rules: { readonly [name: string]: Same } = {}): Same =>
  (ours, other) => {
    if (!isFields(ours) || !isFields(other)) return rest(ours, other)
    const names = Object.keys(ours)
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => Object.hasOwn(other, name) && (rules[name] ?? rest)(ours[name], other[name]))
    )
  }

/** Equal after WHATWG parsing, decoding of unreserved escapes only, and hex without case. */
export const sameUrl: Same = (ours, other) =>
  typeof ours === "string" && typeof other === "string" && normal(ours) === normal(other)

const normal = (url: string): string =>
  (Target.parse(url)?.href ?? url).replace(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(char) ? char : escape.toUpperCase()
  })

/** Equal as sets of entries, names without case. */
export const sameHeaders: Same = (ours, other) => {
  if (!isFields(ours) || !isFields(other)) return sameJson(ours, other)
  const [mine, theirs] = [entries(ours), entries(other)]
  return mine.size === theirs.size && [...mine].every((entry) => theirs.has(entry))
}

const entries = (headers: Fields): ReadonlySet<string> =>
  new Set(Object.entries(headers).map(([name, value]) => JSON.stringify([name.toLowerCase(), value])))

/**
 * Equal as `{ error }`: each reason of ours stands for some exceptions of requests, since neither has a class for each
 * of the other's.
 */
export const sameError =
  (exceptions: { readonly [reason: string]: ReadonlyArray<string> }): Same =>
  (ours, other) =>
    typeof ours === "string" &&
    typeof other === "string" &&
    (ours === other || (exceptions[ours] ?? []).includes(other))
