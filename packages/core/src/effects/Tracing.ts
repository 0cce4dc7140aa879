/**
 * A span a hop, where somebody listens.
 *
 * @module
 */
import { Effect } from "effect"
import type { Answer } from "../data/Answer.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"

/** A span a hop, as a child of the caller's; nothing in it is a secret (OpenTelemetry's names). */
export const traced = <A, E, R>(
  request: PreparedRequest,
  send: (onAnswer: (answer: Answer) => void) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.useSpan(`http.client ${request.method}`, { kind: "client", captureStackTrace: false }, (span) => {
    span.attribute("http.request.method", request.method)
    span.attribute("url.full", request.target.shown)
    span.attribute("server.address", request.target.host)
    if (request.target.port !== "") span.attribute("server.port", Number(request.target.port))
    return send((answer) => span.attribute("http.response.status_code", answer.status))
  })
