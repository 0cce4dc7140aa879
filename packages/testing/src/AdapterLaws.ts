/**
 * What every adapter must do, as a list of laws that any test runner can run, and a suite of them for vitest.
 *
 * @module
 */
import { Data, Effect, Either } from "effect"
import { type Holds, laws, type Make } from "./Laws.js"

export type { Make, Subject } from "./Laws.js"

/** The name of a law. */
export type Name = keyof typeof laws

/** A law does not hold. */
export class LawBroken extends Data.TaggedError("LawBroken")<{ readonly law: Name; readonly detail: string }> {
  override get message(): string {
    return `${this.law}: ${this.detail}`
  }
}

/** A law of an adapter, to be run by any test runner. */
export interface Law {
  readonly name: Name
  /** Fails with `LawBroken`; ends within `patience`. It runs by the live Clock. */
  readonly holds: Effect.Effect<void, LawBroken>
}

/** Why an adapter does not keep a law, and what the failure says; one that says something else is a new fault. */
export interface Gap {
  readonly why: string
  readonly says: string
}

/** Laws that an adapter does not keep, each with its reason. A mere reason is for a law that may fail in any way. */
export type Gaps = { readonly [name in Name]?: string | Gap }

/** How long a law may take in milliseconds, and how long one that may be expected not to end. */
const patience = 15_000
const gapPatience = 1000

const run = (law: Name, holds: Holds, make: Make, duration: number): Effect.Effect<void, LawBroken> =>
  Effect.scoped(holds(make)).pipe(
    Effect.timeoutFail({ duration, onTimeout: () => `it did not end within ${duration} ms` }),
    Effect.mapError((why) => new LawBroken({ law, detail: String(why) }))
  )

/** A gap must be one: a law that holds after all is to be taken off the list, and one that fails in another way is none. */
const gap = (law: Name, holds: Effect.Effect<void, LawBroken>, says: string): Effect.Effect<void, LawBroken> =>
  Effect.flatMap(Effect.either(holds), (result) => {
    if (Either.isRight(result)) {
      return Effect.fail(new LawBroken({ law, detail: "it is declared as a gap, and holds: take it off the gaps" }))
    }
    const { detail } = result.left
    return detail.includes(says)
      ? Effect.void
      : Effect.fail(
          new LawBroken({
            law,
            detail: `it is declared as a gap that says ${JSON.stringify(says)}, but says: ${detail}`
          })
        )
  })

const judged = (law: Name, subject: Make, declared: string | Gap | undefined): Effect.Effect<void, LawBroken> => {
  if (declared === undefined) return run(law, laws[law], subject, patience)
  return typeof declared === "string"
    ? gap(law, run(law, laws[law], subject, gapPatience), "")
    : gap(law, run(law, laws[law], subject, patience), declared.says)
}

const isName = (name: string): name is Name => name in laws

/**
 * All laws, about an adapter. A declared gap is run too, and must fail.
 *
 * @example
 * import { AdapterLaws, Peer } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const [first] = AdapterLaws.make(Peer.stub)
 * if (first !== undefined) await Effect.runPromise(first.holds)
 * console.assert(first?.name === "every method arrives")
 */
export const make = (subject: Make, gaps: Gaps = {}): ReadonlyArray<Law> =>
  Object.keys(laws)
    .filter(isName)
    .map((name) => ({ name, holds: judged(name, subject, gaps[name]) }))

/** What is taken of vitest, of node:test, or of any other runner. */
export interface Runner {
  readonly describe: (name: string, tests: () => void) => unknown
  readonly it: (name: string, test: () => Promise<void>, timeout: number) => unknown
}

/**
 * The laws as a suite: `AdapterLaws.suite({ describe, it }, "my adapter", make, gaps)` in a test file of vitest. A gap is shown
 * in its test's title.
 *
 * @example
 * import { AdapterLaws, Peer } from "@effect-requests/testing"
 *
 * const titles: Array<string> = []
 * const runner: AdapterLaws.Runner = { describe: (_, tests) => tests(), it: (title) => titles.push(title) }
 * AdapterLaws.suite(runner, "the stub", Peer.stub, { "silence is ended by the deadline": "the session does it" })
 * console.assert(titles.includes("GAP (the session does it): silence is ended by the deadline"))
 */
export const suite = ({ describe, it }: Runner, title: string, subject: Make, gaps: Gaps = {}): void => {
  describe(`the laws of an adapter: ${title}`, () => {
    for (const { holds, name } of make(subject, gaps)) {
      const declared = gaps[name]
      const why = typeof declared === "string" ? declared : declared?.why
      it(why === undefined ? name : `GAP (${why}): ${name}`, () => Effect.runPromise(holds), 2 * patience)
    }
  })
}
