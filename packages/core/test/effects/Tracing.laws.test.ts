import { Tracing } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Clock, Context, Effect, Exit, Fiber, Option, TestClock, TestContext, Tracer } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

/** What a tracer is told of a span, from its beginning to its end. */
const recording = () => {
  const told: Array<unknown> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const above = Option.map(parent, ({ spanId }) => spanId)
      told.push(["span", name, above, links.length, startTime, kind, Context.isContext(context)])
      let status: Tracer.SpanStatus = { _tag: "Started", startTime }
      const attributes = new Map<string, unknown>()
      return {
        _tag: "Span",
        name,
        parent,
        context,
        links,
        kind,
        attributes,
        sampled: true,
        spanId: `${name}-${told.length}`,
        traceId: "trace",
        get status() {
          return status
        },
        end: (endTime, exit) => {
          told.push(["end", name, endTime, Exit.isSuccess(exit), Exit.isInterrupted(exit), Array.from(attributes)])
          status = { _tag: "Ended", startTime, endTime, exit }
        },
        attribute: (key, value) => void attributes.set(key, value),
        event: () => {},
        addLinks: () => {}
      }
    },
    context: (run) => run()
  })
  return { told, tracer }
}

type Around = <A, E>(self: Effect.Effect<A, E>) => Effect.Effect<A, E>

const above = Tracer.externalSpan({ spanId: "above", traceId: "trace" })
const secretive = Tracer.externalSpan({
  spanId: "secretive",
  traceId: "trace",
  context: Context.make(Tracer.DisablePropagation, true)
})

const surroundings: Readonly<Record<string, Around>> = {
  nothing: (self) => self,
  "a parent": Effect.withParentSpan(above),
  "a parent that keeps to itself": Effect.withParentSpan(secretive),
  "a span of the program": Effect.withSpan("program"),
  "a span that keeps to itself": (self) =>
    Effect.withSpan(
      Effect.withSpan(self, "inner", { context: Context.make(Tracer.DisablePropagation, true) }),
      "outer"
    ),
  annotations: Effect.annotateSpans({ tenant: "a" }),
  links: Effect.linkSpans(above),
  "no timing": Effect.withTracerTiming(false),
  "no tracing": Effect.withTracerEnabled(false)
}

const outcomes: Readonly<Record<string, Effect.Effect<string, string>>> = {
  success: Effect.delay(Effect.succeed("done"), "1 second"),
  failure: Effect.fail("no"),
  defect: Effect.die("oh"),
  "an end from within": Effect.interrupt,
  "an interruption from outside": Effect.never
}

const { request } = Hops.call("GET", "https://api.example.test:8443/me")

const seen = (around: Around, work: Effect.Effect<string, string>, span: (self: typeof work) => typeof work) => {
  const { told, tracer } = recording()
  const program = Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.withTracer(around(span(work)), tracer))
    yield* TestClock.adjust("5 seconds")
    const exit = yield* Fiber.interrupt(fiber)
    return [told, Exit.isSuccess(exit), Exit.isInterrupted(exit), yield* Clock.currentTimeMillis]
  })
  return Effect.runPromise(Effect.provide(program, TestContext.TestContext))
}

const attributes = (span: Tracer.Span): void => {
  span.attribute("http.request.method", "GET")
  span.attribute("url.full", request.target.shown)
  span.attribute("server.address", "api.example.test")
  span.attribute("server.port", 8443)
}

describe("traced", () => {
  it("law: a tracer sees what Effect.useSpan would show it", () =>
    fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(Object.keys(surroundings), { minLength: 1 }),
        fc.constantFrom(...Object.values(outcomes)),
        async (names, work) => {
          const around: Around = (self) => names.reduce((inner, name) => surroundings[name]?.(inner) ?? inner, self)
          const traces = { propagate: false, nameOf: () => "hop" }
          const ours = await seen(around, work, (self) => Tracing.traced(request, true, traces, () => self))
          const effects = await seen(around, work, (self) =>
            Effect.useSpan("hop", { kind: "client", captureStackTrace: false }, (span) => {
              attributes(span)
              return self
            })
          )
          expect(ours).toEqual(effects)
        }
      )
    ))

  it.each(Object.entries(outcomes))("%s ends the span, once", async (_name, work) => {
    const [told] = await seen(
      (self) => self,
      work,
      (self) => Tracing.traced(request, true, { propagate: false, nameOf: () => "hop" }, () => self)
    )
    expect(told).toHaveLength(2)
  })
})
