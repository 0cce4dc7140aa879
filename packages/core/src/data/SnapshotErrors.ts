/**
 * Why a state or a response cannot be saved, and why a text is no snapshot. Neither error shows a value: each may be a secret.
 *
 * @module
 */
import { Data } from "effect"
import type { ParseIssue } from "effect/ParseResult"

/** Something that JSON cannot hold, and that must not be lost unnoticed: a function, a secret that has been wiped. */
export class Unsaveable extends Data.TaggedError("Unsaveable")<{
  /** Where it stands: `"settings.hooks.response[0]"`, `"settings.auth.sign"`. */
  readonly path: string
  readonly problem: string
}> {
  override get message(): string {
    return `It cannot be saved: ${this.path} ${this.problem}.`
  }
}

/** No snapshot, one of another version, or a damaged one. */
export class InvalidSnapshot extends Data.TaggedError("InvalidSnapshot")<{
  /** Where it is wrong: `"settings.timeout"`; empty for all of it. */
  readonly path: string
  readonly problem: string
}> {
  override get message(): string {
    return `This is no snapshot that can be restored: ${this.path === "" ? "it" : this.path} ${this.problem}.`
  }
}

/** One thing that is wrong, and where. */
export interface Finding {
  readonly path: string
  readonly problem: string
}

/**
 * What an issue of a Schema is about, without the value that it found: the deepest place of all, since of the ways to
 * read a value the one that came farthest was meant.
 *
 * @example
 * import { Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const restored = Snapshot.restore({ version: 1, kind: "sealed", settings: { trustEnv: "s3cret" } })
 * console.assert(Either.isLeft(restored) && !restored.left.message.includes("s3cret"))
 */
export const finding = (issue: ParseIssue): Finding => {
  const { path, problem } = deepest(issue, [])
  return { path: written(path), problem }
}

/**
 * A path as code writes it.
 *
 * @example
 * import { Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const restored = Snapshot.restore({ version: 1, kind: "open", settings: {}, missing: [7] })
 * console.assert(Either.isLeft(restored) && restored.left.path === "missing[0]")
 */
export const written = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`)).join("")

interface Place {
  readonly path: ReadonlyArray<PropertyKey>
  readonly problem: string
}

const deepest = (issue: ParseIssue, path: ReadonlyArray<PropertyKey>): Place => {
  switch (issue._tag) {
    case "Pointer":
      // The name of a field that is not expected is itself a value of somebody's.
      return issue.issue._tag === "Unexpected"
        ? { path, problem: "has a field that is unknown here" }
        : deepest(issue.issue, [...path, ...[issue.path].flat()])
    case "Composite":
      return [issue.issues]
        .flat()
        .map((one) => deepest(one, path))
        .reduce((a, b) => (b.path.length > a.path.length ? b : a))
    case "Refinement":
    case "Transformation":
      return deepest(issue.issue, path)
    case "Missing":
      return { path, problem: "is missing" }
    case "Unexpected":
      return { path, problem: "is unknown here" }
    case "Forbidden":
      return { path, problem: issue.message ?? "cannot be read" }
    case "Type":
      return { path, problem: expected(String(issue.ast)) }
  }
}

const expected = (form: string): string => (form.length > 60 ? "has not the form that it must have" : `is not ${form}`)
