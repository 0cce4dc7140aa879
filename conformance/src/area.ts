/**
 * An area: how its input becomes our answer, and where that answer differs on purpose.
 *
 * @module
 */
import { Either, Schema } from "effect"
import { type Same, sameJson } from "./compare.js"

/** A difference on purpose. It counts where our answer is this one and requests has another. */
export interface Deviation<Input> {
  readonly name: string
  readonly reason: string
  /** Our answer, found in another way than ours is; `undefined` where there is no difference. Never by a case's number. */
  readonly answer: (input: Input) => unknown
  /** A case recorded from requests in which it is of use, where the default folder has none. */
  readonly seenIn?: { readonly input: unknown; readonly expected: unknown }
}

/** What became of one case. */
export type Verdict =
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Deviates"; readonly deviation: string }
  | { readonly _tag: "Failed"; readonly got: unknown }

/** An area as the runner sees it. */
export interface Area {
  readonly name: string
  readonly deviations: ReadonlyArray<{ readonly name: string; readonly reason: string; readonly isSeen: boolean }>
  /** Whether more than a tenth of its cases may deviate. */
  readonly deviatesMuch: boolean
  /** What the core lacks for it; nothing can pass. */
  readonly missing: string | undefined
  readonly judge: (input: unknown, expected: unknown) => Verdict
}

/** What an area is made of. */
export interface Spec<Input> {
  readonly name: string
  readonly input: Schema.Schema<Input>
  readonly answer: (input: Input) => unknown
  readonly same?: Same
  readonly deviations?: ReadonlyArray<Deviation<Input>>
  readonly deviatesMuch?: boolean
}

const passed: Verdict = { _tag: "Passed" }

/** An area from its parts. */
export const area = <Input>(spec: Spec<Input>): Area => {
  const { deviations = [], same = sameJson } = spec
  const read = Schema.decodeUnknownEither(spec.input)
  const decide = (input: Input, expected: unknown): Verdict => {
    const got = spec.answer(input)
    if (same(got, expected)) return passed
    const deviation = deviations.find(({ answer }) => {
      const ours = answer(input)
      return ours !== undefined && same(got, ours)
    })
    return deviation === undefined ? { _tag: "Failed", got } : { _tag: "Deviates", deviation: deviation.name }
  }
  const judge = (input: unknown, expected: unknown): Verdict => {
    const known = read(input)
    if (Either.isLeft(known)) return { _tag: "Failed", got: { unreadable: known.left.message } }
    try {
      return decide(known.right, expected)
    } catch (cause) {
      return { _tag: "Failed", got: { threw: String(cause) } }
    }
  }
  return {
    name: spec.name,
    deviations: deviations.map(({ name, reason, seenIn }) => {
      const verdict = seenIn && judge(seenIn.input, seenIn.expected)
      return { name, reason, isSeen: verdict?._tag === "Deviates" && verdict.deviation === name }
    }),
    deviatesMuch: spec.deviatesMuch ?? false,
    missing: undefined,
    judge
  }
}

/** An area that the core has nothing for yet: all of its cases fail. */
export const missing = (name: string, what: string): Area => ({
  name,
  deviations: [],
  deviatesMuch: false,
  missing: what,
  judge: () => ({ _tag: "Failed", got: { missing: what } })
})
