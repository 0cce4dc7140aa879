/**
 * May this be sent again, and when?
 *
 * @module
 */
import { Option } from "effect"
import type { Answer } from "../data/Answer.js"
import type { BodyError } from "../data/Body.js"
import { isReplayable } from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import type { InvalidRequest, PreparedRequest, TransportError } from "../data/PreparedRequest.js"
import type { Policy } from "../data/Retry.js"

/** What came of sending. */
export type Outcome = Answer | InvalidRequest | TransportError | BodyError

/**
 * How long to wait before the message is sent again, in milliseconds; nothing when this outcome stands. `attempt` counts
 * from 0, `jitter` is a random number from 0 to 1. A server's Retry-After is taken at its word. The wait must end before
 * the message's deadline.
 *
 * @example
 * import { Retry, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const { call, response } = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 503, headers: { "Retry-After": "2" } })
 * const wait = Rules.retry(Retry.standard, call.request, response.answer, 0, 0, 0.5)
 * console.assert(Option.getOrNull(wait) === 2000)
 */
export const retry = (
  policy: Policy,
  request: PreparedRequest,
  outcome: Outcome,
  attempt: number,
  now: number,
  jitter: number
): Option.Option<number> => {
  if (attempt >= policy.retries || !isReplayable(request.body) || !isWorthIt(policy, request, outcome))
    return Option.none()
  const wait = asked(outcome, now) ?? backoff(policy, attempt, jitter)
  return now + wait < request.deadline ? Option.some(wait) : Option.none()
}

const isWorthIt = (policy: Policy, { method }: PreparedRequest, outcome: Outcome): boolean => {
  const mayRepeat = policy.methods === "any" || policy.methods.has(method)
  if ("status" in outcome) return policy.statuses.has(outcome.status) && (mayRepeat || outcome.status === 429)
  switch (outcome._tag) {
    case "InvalidRequest":
      return false
    case "BodyError":
      return (
        mayRepeat && (outcome.reason === "Truncated" || outcome.reason === "Reset" || outcome.reason === "ReadTimeout")
      )
    case "TransportError":
      return passing.has(outcome.reason) && (mayRepeat || outcome.sent === "no")
  }
}

/** What another try may mend. A certificate, a wrong answer or an end of time are not among them. */
const passing: ReadonlySet<TransportError["reason"]> = new Set([
  "Dns",
  "Refused",
  "Unreachable",
  "ConnectTimeout",
  "WriteTimeout",
  "HeadersTimeout",
  "Reset"
])

const backoff = ({ firstWait, longestWait }: Policy, attempt: number, jitter: number): number =>
  Math.min(longestWait, firstWait * 2 ** attempt) * jitter

const asked = (outcome: Outcome, now: number): number | undefined =>
  "status" in outcome ? retryAfter(Headers.get(outcome.rawHeaders, "retry-after"), now) : undefined

/**
 * A Retry-After in milliseconds from now: seconds, or a date (RFC 9110 §10.2.3); `undefined` for none and for nonsense.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.retryAfter("120", 0) === 120_000)
 * console.assert(Rules.retryAfter("Thu, 01 Jan 1970 00:01:00 GMT", 0) === 60_000)
 */
export const retryAfter = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined
  if (/^[0-9]{1,10}$/.test(value)) return Number(value) * 1000
  if (!/^[A-Z][a-z]{2,8}, |^[A-Z][a-z]{2} [A-Z][a-z]{2} /.test(value)) return undefined
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
