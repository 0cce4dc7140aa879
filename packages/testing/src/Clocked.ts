/**
 * The adapter's own timeouts by the Clock, so that TestClock drives them: what undici does by real time.
 *
 * @module
 */
import { type Adapter, Answer, Errors, type PreparedRequest } from "@effect-requests/core"
import { Duration, Effect, Option, Stream } from "effect"

/** A program under test keeps its settings: nothing is connected, so there is nothing to verify and no proxy to pass. */
export const everything: Adapter.Wire["supports"] = new Set([
  "proxy",
  "verify",
  "cert",
  "connectTimeout",
  "writeTimeout",
  "headersTimeout",
  "readTimeout"
])

/** Fails with `HeadersTimeout` where an answer takes longer than `timeout.headers`. */
export const headersWithin =
  (request: PreparedRequest.PreparedRequest) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | Errors.TransportError, R> => {
    const { headersTimeout } = request.transport
    return headersTimeout === Infinity
      ? work
      : Effect.timeoutFail(work, {
          duration: Duration.millis(headersTimeout),
          onTimeout: () => new Errors.TransportError({ reason: "HeadersTimeout", sent: "maybe", request, detail: "" })
        })
  }

/** Fails with `ReadTimeout` where a piece of a body takes longer than `timeout.read`. */
export const readWithin =
  (request: PreparedRequest.PreparedRequest) =>
  (answer: Answer.Answer): Answer.Answer => {
    const { readTimeout } = request.transport
    if (answer.content._tag === "Whole" || readTimeout === Infinity) return answer
    const duration = Duration.millis(readTimeout)
    const late = () =>
      Option.some(
        new Errors.BodyError({
          reason: "ReadTimeout",
          detail: `nothing for ${readTimeout} ms`,
          url: request.target.shown
        })
      )
    const pulls = Effect.map(Stream.toPull(answer.content.stream), (pull) =>
      Effect.timeoutFail(pull, { duration, onTimeout: late })
    )
    return { ...answer, content: Answer.live(Stream.fromPull(pulls)) }
  }
