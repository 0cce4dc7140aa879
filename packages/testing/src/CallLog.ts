/**
 * What a table was asked, and questions about it that fail with the log itself.
 *
 * @module
 */
import { Data, Either } from "effect"
import { logLines, Message, type Sent } from "./Sent.js"

/** One message that came. It shows itself without secrets. */
export class Call extends Message {
  constructor(
    sent: Sent,
    /** The name of the route that fits; absent when none does. */
    readonly route: string | undefined,
    /** Milliseconds of the Clock. */
    readonly at: number
  ) {
    super(sent.request, sent.body)
  }
}

/** All calls in the order of sending, and the names that routes have. */
export interface CallLog {
  readonly routes: ReadonlyArray<string>
  readonly calls: ReadonlyArray<Call>
}

/** Which calls are meant: those of a route, by itself or by its name, or those that a question accepts. */
export type Which = string | Named | ((call: Call) => boolean)

/** A route, as far as the log knows it. */
export interface Named {
  readonly name: string
  readonly judge: unknown
}

/** The log is not what was expected. Its message has every call, secrets hidden. */
export class CallsDiffer extends Data.TaggedError("CallsDiffer")<{
  readonly problem: string
  readonly calls: ReadonlyArray<Call>
}> {
  override get message(): string {
    return [this.problem, ...logLines(this.calls)].join("\n")
  }
}

type Checked = Either.Either<ReadonlyArray<Call>, CallsDiffer>

/**
 * The calls that are meant. A name that no route has is refused: it would be a test that can never fail.
 *
 * @example
 * import { CallLog } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * console.assert(Either.isLeft(CallLog.of({ routes: ["GET /a"], calls: [] }, "GET /b")))
 */
export const of = (self: CallLog, which: Which): Checked => {
  const name = nameOf(which)
  if (name === undefined) return Either.right(self.calls.filter((call) => accepts(which, call)))
  return self.routes.includes(name)
    ? Either.right(self.calls.filter(({ route }) => route === name))
    : differs(self, `No route is called ${name}. There are: ${self.routes.join(", ") || "none"}.`)
}

const nameOf = (which: Which): string | undefined =>
  typeof which === "string" ? which : "judge" in which ? which.name : undefined

const accepts = (which: Which, call: Call): boolean => typeof which !== "string" && !("judge" in which) && which(call)

const told = (which: Which): string => nameOf(which) ?? "What the question accepts"

const differs = (self: CallLog, problem: string): Checked =>
  Either.left(new CallsDiffer({ problem, calls: self.calls }))

/**
 * At least once.
 *
 * @example
 * import { CallLog } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const log = { routes: ["GET /a"], calls: [] }
 * const message = Either.match(CallLog.called(log, "GET /a"), { onLeft: (error) => error.message, onRight: () => "" })
 * console.assert(message === "GET /a was never called.\nNothing was sent.")
 */
export const called = (self: CallLog, which: Which): Checked =>
  Either.flatMap(of(self, which), (calls) =>
    calls.length > 0 ? Either.right(calls) : differs(self, `${told(which)} was never called.`)
  )

/**
 * Exactly so many times; 0 for never.
 *
 * @example
 * import { CallLog } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * console.assert(Either.isRight(CallLog.calledTimes({ routes: ["GET /a"], calls: [] }, "GET /a", 0)))
 */
export const calledTimes = (self: CallLog, which: Which, times: number): Checked =>
  Either.flatMap(of(self, which), (calls) =>
    calls.length === times
      ? Either.right(calls)
      : differs(self, `${told(which)} was called ${often(calls.length)}, not ${often(times)}.`)
  )

const often = (times: number): string => (times === 0 ? "never" : times === 1 ? "once" : `${times} times`)

/**
 * In this order; other calls may stand between. Gives the calls that were found.
 *
 * @example
 * import { CallLog } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * console.assert(Either.isRight(CallLog.inOrder({ routes: [], calls: [] }, [])))
 */
export const inOrder = (self: CallLog, whiches: ReadonlyArray<Which>): Checked => {
  const found: Array<Call> = []
  let from = 0
  for (const which of whiches) {
    const meant = of(self, which)
    if (Either.isLeft(meant)) return meant
    const at = self.calls.findIndex((call, i) => i >= from && meant.right.includes(call))
    const call = self.calls[at]
    if (call === undefined) {
      const before = found.length === 0 ? "" : ` after call ${from}`
      return differs(
        self,
        `Not in this order: ${whiches.map(told).join(", then ")}. ${told(which)} was not called${before}.`
      )
    }
    found.push(call)
    from = at + 1
  }
  return Either.right(found)
}
