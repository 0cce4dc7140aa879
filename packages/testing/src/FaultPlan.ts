/**
 * Which faults come when: a plan as data, and what is wrong with one.
 *
 * @module
 */
import type { PreparedRequest } from "@effect-requests/core"
import { Data, Duration, Option } from "effect"
import type { Fault } from "./Fault.js"

/** Which messages a fault meets. Messages are counted from 1, those that this rule may meet alone. */
export interface When {
  /** Every n-th message. Default: each. */
  readonly every?: number
  /** None before this one. Default: 1. */
  readonly from?: number
  /** None after this one. Default: no end. */
  readonly until?: number
  /** How likely it is, from 0 to 1, by the plan's seed. Default: 1. */
  readonly probability?: number
  /** Which messages it may meet at all. Default: all. */
  readonly where?: (request: PreparedRequest.PreparedRequest) => boolean
}

/** A fault, and when it comes. */
export interface Rule extends When {
  readonly fault: Fault
}

/** Rules in order: the first whose time it is decides. The same seed and the same messages have the same faults. */
export interface Plan {
  readonly seed: number
  readonly rules: ReadonlyArray<Rule>
}

/** A plan that cannot be meant: a test with it would pass for nothing. */
export class InvalidPlan extends Data.TaggedError("InvalidPlan")<{
  /** Each with the rule's place from 1 on, its fault, and what it should be. */
  readonly problems: ReadonlyArray<string>
}> {
  override get message(): string {
    return ["this plan of faults cannot be carried out:", ...this.problems.map((one) => `  - ${one}`)].join("\n")
  }
}

/** What is wrong with a plan, if anything. */
export const judge = ({ rules, seed }: Plan): Option.Option<InvalidPlan> => {
  const problems = [
    ...(Number.isSafeInteger(seed) ? [] : [`seed: ${seed} is no whole number`]),
    ...rules.flatMap((rule, i) => faultsOf(rule).map((one) => `rule ${i + 1}, ${rule.fault._tag}: ${one}`))
  ]
  return problems.length === 0 ? Option.none() : Option.some(new InvalidPlan({ problems }))
}

const faultsOf = ({ every, fault, from, probability, until }: Rule): ReadonlyArray<string> => [
  ...atLeast("every", every, 1),
  ...atLeast("from", from, 1),
  ...(until === Infinity ? [] : atLeast("until", until, from ?? 1)),
  ...(probability === undefined || (probability >= 0 && probability <= 1)
    ? []
    : [`probability is ${probability}, and goes from 0 to 1`]),
  ...("after" in fault ? atLeast("after", fault.after, 0) : []),
  ...("by" in fault ? atLeast("by", fault.by, 1) : []),
  ...("size" in fault ? atLeast("size", fault.size, 1) : []),
  ...("wait" in fault && !isDuration(fault.wait) ? [`wait is ${String(fault.wait)}, which is no duration`] : [])
]

/** A number that is none, or less than nothing, would be no time at all. */
const isDuration = (wait: Duration.DurationInput): boolean =>
  typeof wait === "number" ? wait >= 0 : Option.isSome(Duration.decodeUnknown(wait))

const atLeast = (name: string, value: number | undefined, least: number): ReadonlyArray<string> =>
  value === undefined || (Number.isSafeInteger(value) && value >= least)
    ? []
    : [`${name} is ${value}, and is a whole number from ${least} on`]
