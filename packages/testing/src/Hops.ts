/**
 * Calls and hops as values: what tests of rules and policies start from.
 *
 * @module
 */
import { Environment, Request, Response, Rules, SessionState, type Settings } from "@effect-requests/core"
import { Either } from "effect"
import { answer, type Reply } from "./StubAdapter.js"

/** What a call may start from besides its request. */
export interface Given {
  readonly settings?: Settings.Settings
  readonly environment?: Environment.Environment
  /** Milliseconds since 1970. Default: 0. */
  readonly now?: number
}

/**
 * The facts of a session that has seen nothing yet.
 *
 * @example
 * import { Request, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const facts = Hops.facts({ settings: { baseUrl: "https://api.example.test" } })
 * console.assert(Either.getOrThrow(Rules.prepare(Request.get("/me"), facts)).request.url === "https://api.example.test/me")
 */
export const facts = ({ environment = Environment.empty, now = 0, settings = {} }: Given = {}) => ({
  state: SessionState.make({ settings }),
  environment,
  now,
  nonce: "boundary"
})

/**
 * A call that is ready to be sent. A request that cannot be prepared is a mistake of the test, and is thrown.
 *
 * @example
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(Hops.call("POST", "https://api.example.test/", { json: 1 }).request.method === "POST")
 */
export const call = (method: string, url: string, options: Request.Options = {}, given: Given = {}): Request.Call =>
  Either.getOrThrowWith(Rules.prepare(Request.make(method, url, options), facts(given)), (refused) => refused)

/**
 * A call with its answer.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const hop = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 302, headers: { Location: "/next" } })
 * console.assert(Option.isSome(Rules.redirect(hop)))
 */
export const answered = (
  call: Request.Call,
  reply: Reply,
  history: ReadonlyArray<Response.Response> = []
): Request.Hop => ({ call, response: new Response.Response(call, answer(reply), history, 0n) })
