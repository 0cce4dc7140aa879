/**
 * A mutant: one line of a rule, made wrong. What it breaks, a test of that rule must see.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs"
import { Schema } from "effect"

/** `find` is there once in `file`, a path from the root. */
export const Mutant = Schema.Struct({
  rule: Schema.String,
  file: Schema.String,
  find: Schema.String,
  replace: Schema.String,
  why: Schema.String
})

/** One of them. */
export type Mutant = typeof Mutant.Type

const decode = Schema.decodeUnknownSync(Schema.parseJson(Mutant), { onExcessProperty: "error" })
const folder = new URL("../mutants/", import.meta.url)

/** The files of mutants, by the rule that they are named after. */
export const readMutants = (): ReadonlyMap<string, Mutant> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => [name.slice(0, -".json".length), decode(readFileSync(new URL(name, folder), "utf8"))] as const)
      .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
  )

/** How often a text is in another one. */
export const occurrences = (text: string, part: string): number => text.split(part).length - 1

/** The source with its mutation, or nothing where it does not say which place it means. */
export const mutated = (source: string, { find, replace }: Mutant): string | undefined =>
  occurrences(source, find) === 1 ? source.split(find).join(replace) : undefined

/** What the titles of a rule's tests have in them: `[RED-01]`, `[SEC 1]`. */
export const marker = (rule: string): string => `[${rule.replace(/^SEC-/, "SEC ")}]`
