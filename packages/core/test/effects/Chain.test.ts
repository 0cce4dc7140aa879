import { describe, expect, it } from "@effect/vitest"
import { Auth, Session } from "@effect-requests/core"
import { StubAdapter } from "@effect-requests/testing"
import { Effect, Exit, Option, Tracer } from "effect"
import { world } from "./server.js"

interface Seen {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: Map<string, unknown>
  exit: string
}

/** Remembers spans. */
const recorder = (spans: Array<Seen>) =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const above = Option.getOrUndefined(parent)
      const seen: Seen = { name, parent: above?._tag === "Span" ? above.name : undefined, attributes, exit: "" }
      spans.push(seen)
      return {
        _tag: "Span",
        name,
        spanId: String(spans.length),
        traceId: "t",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: (_time, exit) => {
          seen.exit = Exit.isSuccess(exit) ? "ok" : "failed"
        },
        attribute: (key, value) => void attributes.set(key, value),
        event: () => {},
        addLinks: () => {}
      }
    },
    context: (run) => run()
  })

const session = (settings: Parameters<typeof Session.make>[0] = {}) =>
  Effect.provide(Session.make({ baseUrl: "https://h.test:8443", ...settings }), StubAdapter.layer(world))

describe("a span a hop", () => {
  it.effect("with the caller's span as parent, and no secret in it", () =>
    Effect.gen(function* () {
      const spans: Array<Seen> = []
      const { get } = yield* session({ headers: { "X-Api-Key": "SECRET" }, auth: Auth.bearer("SECRET") })
      yield* get("/chain/1?token=SECRET").pipe(Effect.withSpan("caller"), Effect.withTracer(recorder(spans)))
      const hops = spans.filter(({ name }) => name !== "caller")
      expect(hops.map(({ exit, name, parent }) => [name, parent, exit])).toEqual([
        ["http.client GET", "caller", "ok"],
        ["http.client GET", "caller", "ok"]
      ])
      expect(Object.fromEntries(hops[0]?.attributes ?? [])).toEqual({
        "http.request.method": "GET",
        "url.full": "https://h.test:8443/chain/1?token=<hidden>",
        "server.address": "h.test",
        "server.port": 8443,
        "http.response.status_code": 302
      })
    })
  )
  it.effect("failed where the hop fails", () =>
    Effect.gen(function* () {
      const spans: Array<Seen> = []
      const { get } = yield* session({ hooks: { response: () => Effect.fail("no") } })
      yield* Effect.flip(get("/x")).pipe(Effect.withTracer(recorder(spans)))
      expect(spans.map(({ exit }) => exit)).toEqual(["failed"])
    })
  )
  it.effect("none where tracing is off", () =>
    Effect.gen(function* () {
      const spans: Array<Seen> = []
      const { get } = yield* session()
      yield* get("/chain/1").pipe(Effect.withTracerEnabled(false), Effect.withTracer(recorder(spans)))
      expect(spans).toEqual([])
    })
  )
})
