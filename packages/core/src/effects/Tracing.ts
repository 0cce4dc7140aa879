/**
 * A span a hop, where somebody listens.
 *
 * @module
 */
import { HttpTraceContext } from "@effect/platform"
import { Context, type Effect } from "effect"
import type { Answer } from "../data/Answer.js"
import * as Headers from "../data/Headers.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import * as HopSpan from "./HopSpan.js"

/** How hops are traced. */
export interface Traces {
  /** Whether a hop at the origin that was asked tells its span in `traceparent` and `b3`. Another origin hears nothing. */
  readonly propagate: boolean
  /** Whether hops at other origins tell it too. Default: no; a trace says who asked whom. */
  readonly toOtherOrigins?: boolean
  readonly nameOf: (request: PreparedRequest) => string
}

/**
 * How the hops of this fiber are traced. Default: `http.client GET`, and nothing of it is sent.
 *
 * @example
 * import { Http, Tracing } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const told = Effect.provideService(Tracing.TraceContext, { propagate: true, nameOf: () => "api" })
 * console.assert(Effect.isEffect(told(Http.get("https://api.example.test/me"))))
 */
export class TraceContext extends Context.Reference<TraceContext>()("@effect-requests/core/TraceContext", {
  defaultValue: (): Traces => ({ propagate: false, nameOf: ({ method }) => `http.client ${method}` })
}) {}

/** What a hop does inside its span: sends the message, and says when the answer is there. */
export type Sent<A, E, R> = (request: PreparedRequest, onAnswer: (answer: Answer) => void) => Effect.Effect<A, E, R>

/**
 * A span a hop, as a child of the caller's; nothing in it is a secret (OpenTelemetry's names). `home`: the hop is at the
 * origin that was asked.
 *
 * @example
 * import { Tracing } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const { request } = Hops.call("GET", "https://api.example.test/me?token=secret")
 * const traces = { propagate: true, nameOf: () => "api" }
 * const told = Tracing.traced(request, true, traces, (message) => Effect.succeed(message.headers.includes("traceparent")))
 * console.assert(Effect.runSync(told))
 */
export const traced = <A, E, R>(
  request: PreparedRequest,
  home: boolean,
  { nameOf, propagate, toOtherOrigins = false }: Traces,
  send: Sent<A, E, R>
): Effect.Effect<A, E, R> =>
  HopSpan.use(nameOf(request), (span) => {
    span.attribute("http.request.method", request.method)
    span.attribute("url.full", request.target.shown)
    span.attribute("server.address", request.target.host)
    if (request.target.port !== "") span.attribute("server.port", Number(request.target.port))
    const message =
      propagate && (home || toOtherOrigins) ? withTrace(request, HttpTraceContext.toHeaders(span)) : request
    return send(message, (answer) => span.attribute("http.response.status_code", answer.status))
  })

/** A trace that the user gave himself stays. */
const withTrace = (request: PreparedRequest, trace: Readonly<Record<string, string>>): PreparedRequest => {
  const missing = Object.entries(trace).filter(([name]) => !Headers.has(request.headers, name))
  return missing.length === 0 ? request : request.withHeaders([...request.headers, ...missing.flat()])
}
