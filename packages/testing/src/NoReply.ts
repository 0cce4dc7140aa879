/**
 * The failure of a message that a table has no reply for, written for whoever reads the test's output.
 *
 * @module
 */
import type { Errors } from "@effect-requests/core"
import { Data } from "effect"
import { type Difference, distance } from "./Difference.js"
import { linesOf, type Sent } from "./Sent.js"

/** A route that did not fit, and why. */
export interface Miss {
  readonly route: string
  readonly differences: ReadonlyArray<Difference>
}

/** No route fits (`misses` has all of them, the nearest first), or the sequence of the one that fits is used up. */
export class NoReply extends Data.TaggedError("NoReply")<{
  readonly reason: "NoRoute" | "UsedUp"
  readonly sent: Sent
  readonly misses: ReadonlyArray<Miss>
}> {
  /** Method and URL, then `details`; values that may be secrets are hidden. */
  override get message(): string {
    return `${this.sent.request.shown}\n${this.details}`
  }

  /** The fields, an outline of the body, and what came nearest. */
  get details(): string {
    const [, ...rest] = linesOf(this.sent)
    return [...rest.map((line) => `    ${line}`), ...this.said].join("\n")
  }

  private get said(): ReadonlyArray<string> {
    const { misses } = this
    if (this.reason === "UsedUp") return [`The replies of ${misses[0]?.route ?? "its route"} are used up.`]
    if (misses.length === 0) return ["The table has no routes."]
    return ["No route fits. The nearest:", ...misses.slice(0, shown).flatMap(missed), ...more(misses.length)]
  }
}

/** How many routes a person wants to read about. */
const shown = 3

const missed = ({ differences, route }: Miss): ReadonlyArray<string> => [
  `  ${route}`,
  ...differences.map(({ text }) => `    - ${text}`)
]

const more = (count: number): ReadonlyArray<string> => (count > shown ? [`  … and ${count - shown} more`] : [])

/** The nearest first; of equals, the first of the table. */
export const byDistance = (misses: ReadonlyArray<Miss>): ReadonlyArray<Miss> =>
  [...misses].sort((a, b) => distance(a.differences) - distance(b.differences))

/**
 * The `NoReply` behind an error of a session over a table, if that is what it is.
 *
 * @example
 * import { Http } from "@effect-requests/core"
 * import { Routes } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const error = Effect.runSync(Effect.flip(Effect.provide(Http.get("https://a.example.test/"), Routes.layer(Routes.make()))))
 * console.assert(error._tag === "TransportError" && Routes.noReply(error)?.reason === "NoRoute")
 */
export const noReply = (error: Errors.SendError): NoReply | undefined =>
  error._tag === "TransportError" && error.cause instanceof NoReply ? error.cause : undefined
