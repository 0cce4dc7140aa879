/**
 * A value as a JSON text, or where it has none.
 *
 * @module
 */
import { Either } from "effect"
import { InvalidRequest } from "../data/PreparedRequest.js"

/** What JSON.stringify would turn into null, drop, or throw at, is refused with its path. */
export const jsonText = (value: unknown): Either.Either<string, InvalidRequest> => {
  try {
    return isPlain(value, deepest) ? Either.right(JSON.stringify(value)) : watched(value)
  } catch {
    return watched(value)
  }
}

const watched = (value: unknown): Either.Either<string, InvalidRequest> => {
  const refused = new Refusal()
  try {
    const text = JSON.stringify(value, refused.replacer)
    return refused.problem === undefined && text !== undefined ? Either.right(text) : refuseJson(refused)
  } catch (cause) {
    refused.problem ??= cause instanceof Error ? cause.message.split("\n")[0] : String(cause)
    return refuseJson(refused)
  }
}

const refuseJson = (refused: Refusal) =>
  Either.left(
    new InvalidRequest({
      reason: "Json",
      where: refused.path,
      problem: refused.problem ?? "it has no JSON",
      remedy: "Encode it as a text, a number, or null"
    })
  )

/** Deeper values are watched: one of them may be within itself. */
const deepest = 16

/** Whether it is made of nothing but records, lists and what JSON has: then nothing of it can be lost. */
const isPlain = (value: unknown, depth: number): boolean => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true
    case "number":
      return Number.isFinite(value)
    case "object":
      return value === null || (depth > 0 && !("toJSON" in value) && isPlainWithin(value, depth - 1))
    default:
      return false
  }
}

const isPlainWithin = (value: object, depth: number): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value)) return prototype === Array.prototype && isPlainList(value, depth)
  return (prototype === Object.prototype || prototype === null) && isPlainRecord(value, depth)
}

/** A hole in a list is undefined, where `every` would pass it by. */
const isPlainList = (list: ReadonlyArray<unknown>, depth: number): boolean => {
  for (const value of list) if (!isPlain(value, depth)) return false
  return true
}

/** A getter is asked once, by JSON.stringify alone: it may answer otherwise the next time. */
const isPlainRecord = (record: object, depth: number): boolean => {
  for (const name of Object.keys(record)) {
    const property = Object.getOwnPropertyDescriptor(record, name)
    if (property === undefined || property.get !== undefined || !isPlain(property.value, depth)) return false
  }
  return true
}

/** Follows JSON.stringify: it visits a holder before what the holder holds, so that paths are known. */
class Refusal {
  problem: string | undefined = undefined
  path = "json"
  private readonly paths = new WeakMap<object, string>()

  readonly replacer = this.replace()

  private replace() {
    const visit = (holder: object, key: string, value: unknown): unknown => this.visit(holder, key, value)
    return function (this: object, key: string, value: unknown): unknown {
      return visit(this, key, value)
    }
  }

  private visit(holder: object, key: string, value: unknown): unknown {
    const above = this.paths.get(holder)
    const path = above === undefined ? "json" : Array.isArray(holder) ? `${above}[${key}]` : `${above}.${key}`
    if (this.problem !== undefined) return null
    const problem = problemOf(value, above === undefined || Array.isArray(holder))
    if (problem !== undefined) {
      this.problem = problem
      this.path = path
      return null
    }
    if (typeof value === "object" && value !== null) {
      this.path = path
      this.paths.set(value, path)
    }
    return value
  }
}

const problemOf = (value: unknown, needed: boolean): string | undefined => {
  switch (typeof value) {
    case "bigint":
      return "a BigInt is no JSON"
    case "number":
      return Number.isFinite(value) ? undefined : `${value} is no JSON`
    case "function":
    case "symbol":
      return `a ${typeof value} is no JSON`
    case "undefined":
      return needed ? "undefined is no JSON" : undefined
    default:
      return undefined
  }
}
