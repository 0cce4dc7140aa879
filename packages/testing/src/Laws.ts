/**
 * What every adapter must do: each law by its name.
 *
 * @module
 */
import { type Adapter, Answer, Body, type Errors, type PreparedRequest, type Request } from "@effect-requests/core"
import { Effect, Either, type Scope, Stream } from "effect"
import * as Hops from "./Hops.js"
import { type Peer, Reply } from "./Peer.js"
import { unsupported } from "./UnsupportedLaw.js"

/** An adapter and the other side of its wire. */
export interface Subject {
  readonly wire: Adapter.Wire
  readonly peer: Peer
}

/** Opens an adapter before a peer that replies so to every message. */
export type Make = (reply: Reply) => Effect.Effect<Subject, never, Scope.Scope>

type Send = Adapter.Send<Scope.Scope>
/** Fails with a sentence, or with the error that came in its way, where it does not hold. */
export type Holds = (make: Make) => Effect.Effect<void, unknown, Scope.Scope>

const same = (found: unknown, expected: unknown): Effect.Effect<void, string> => {
  const [is, was] = [JSON.stringify(found), JSON.stringify(expected)]
  return is === was ? Effect.void : Effect.fail(`expected ${was?.slice(0, 300)}, found ${is?.slice(0, 300)}`)
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255)
const answers = (status: number, headers: Seen = [], body: Uint8Array = new Uint8Array()) =>
  Reply.Answers({ status, headers, body })
type Seen = ReadonlyArray<readonly [name: string, value: string]>

const ask = ({ url }: Peer, method = "GET", path = "/", options: Request.Options = {}, timeout = {}) =>
  Hops.call(method, url + path, options, { settings: { timeout } }).request

/** Both ways to send. */
const ways = ({ wire }: Subject): ReadonlyArray<Send> => [wire.whole, wire.live]

const read = (answer: Answer.Answer): Effect.Effect<Uint8Array, Errors.BodyError> =>
  answer.content._tag === "Whole" ? Effect.succeed(answer.content.bytes) : Answer.collect(answer.content.stream)

const sameBytes = (found: Uint8Array, expected: Uint8Array): Effect.Effect<void, string> =>
  found.length === expected.length && found.every((byte, i) => byte === expected[i])
    ? Effect.void
    : Effect.fail(`${found.length} bytes are not the ${expected.length} that were sent`)

/** The body of what comes back, by a scope of its own. */
const exchange = (send: Send, request: PreparedRequest.PreparedRequest) =>
  Effect.scoped(Effect.flatMap(send(request), (answer) => Effect.map(read(answer), (body) => ({ ...answer, body }))))

/** What it fails with is of that reason. */
const failsAs = (effect: Effect.Effect<unknown, Adapter.WireError>, ...reasons: ReadonlyArray<string>) =>
  Effect.flatMap(Effect.either(effect), (result) =>
    Either.isLeft(result) && reasons.includes(result.left.reason)
      ? Effect.void
      : Effect.fail(
          `expected ${reasons.join(" or ")}, found ${Either.isLeft(result) ? result.left.message : "an answer"}`
        )
  )

/** For each way to send, a peer of its own. */
const both =
  (reply: Reply, holds: (send: Send, subject: Subject) => Effect.Effect<void, unknown, Scope.Scope>): Holds =>
  (make) =>
    Effect.forEach(
      [0, 1],
      (way) =>
        Effect.flatMap(make(reply), (subject) => {
          const send = ways(subject)[way]
          return send === undefined ? Effect.void : holds(send, subject)
        }),
      { discard: true }
    )

/** Waits, turn by turn, until the peer has so many open exchanges. */
const untilOpen = ({ open }: Peer, count: number) =>
  Effect.repeat(Effect.zipLeft(open, Effect.sleep("1 millis")), { until: (n) => n === count })

const own = (headers: Seen) =>
  headers.flatMap(([name, value]) => (/^(x-|set-cookie)/i.test(name) ? [`${name.toLowerCase()}: ${value}`] : []))

/** The laws. Each opens the adapter as often as it needs a peer. */
export const laws = {
  "every method arrives": both(answers(204), (send, { peer }) =>
    Effect.gen(function* () {
      const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
      for (const method of methods) yield* exchange(send, ask(peer, method))
      yield* same(
        (yield* peer.seen).map(({ method }) => method),
        methods
      )
    })
  ),
  "path and query arrive as they are": both(answers(204), (send, { peer }) =>
    Effect.gen(function* () {
      const path = "/a%2Fb/%7e/c;d=1?q=%20+x&q=&=1"
      yield* exchange(send, ask(peer, "GET", path))
      yield* same((yield* peer.seen)[0]?.path, ask(peer, "GET", path).target.path)
    })
  ),
  "request headers keep their order, repeats and bytes": both(answers(204), (send, { peer }) =>
    Effect.gen(function* () {
      const headers = { "X-Zulu": "1", "X-Same": ["a", "b"], "X-Latin": "caf\u00e9", "X-Empty": "" }
      yield* exchange(send, ask(peer, "GET", "/", { headers }))
      const expected = ["x-zulu: 1", "x-same: a", "x-same: b", "x-latin: caf\u00e9", "x-empty: "]
      yield* same(own((yield* peer.seen)[0]?.headers ?? []), expected)
    })
  ),
  "response headers keep their order, repeats and bytes": (make: Make) => {
    const headers = [
      ["X-B", "1"],
      ["Set-Cookie", "a=1"],
      ["X-Latin", "\u00e9\u00ff"],
      ["Set-Cookie", "b=2"]
    ] as const
    return both(answers(200, headers), (send, { peer }) =>
      Effect.gen(function* () {
        const { rawHeaders } = yield* exchange(send, ask(peer))
        const found = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ""] as const] : []))
        yield* same(own(found), own(headers))
      })
    )(make)
  },
  "request bodies arrive byte for byte, whole or streamed, with a length or without": both(
    answers(204),
    (send, { peer }) =>
      Effect.gen(function* () {
        const sent = bytes(70_000)
        const pieces = () => Stream.make(sent.subarray(0, 1), sent.subarray(1))
        const length = { length: sent.length }
        const bodies = [sent, Body.replayable(pieces), Body.replayable(pieces, length), Body.oneShot(pieces(), length)]
        for (const body of bodies) yield* exchange(send, ask(peer, "POST", "/", { body }))
        for (const { body } of yield* peer.seen) yield* sameBytes(body, sent)
      })
  ),
  "response bodies arrive byte for byte": (make: Make) =>
    Effect.forEach([0, 1, 300_000], (length) =>
      both(answers(200, [], bytes(length)), (send, { peer }) =>
        Effect.flatMap(exchange(send, ask(peer)), ({ body }) => sameBytes(body, bytes(length)))
      )(make)
    ),
  "an encoded body is handed on as it came": both(
    answers(200, [["Content-Encoding", "gzip"]], bytes(100)),
    (send, { peer }) => Effect.flatMap(exchange(send, ask(peer)), ({ body }) => sameBytes(body, bytes(100)))
  ),
  "a redirect is an answer, and followed by nobody": both(answers(302, [["Location", "/next"]]), (send, { peer }) =>
    Effect.gen(function* () {
      yield* same((yield* exchange(send, ask(peer))).status, 302)
      yield* same((yield* peer.seen).length, 1)
    })
  ),
  "every status is an answer": (make: Make) =>
    Effect.forEach([200, 201, 299, 400, 401, 404, 407, 418, 500, 503, 599], (status) =>
      both(answers(status), (send, { peer }) =>
        Effect.flatMap(exchange(send, ask(peer)), (answer) => same(answer.status, status))
      )(make)
    ),
  "silence is ended by timeout.headers": both(Reply.Silent(), (send, { peer }) =>
    failsAs(exchange(send, ask(peer, "GET", "/", {}, { headers: 100 })), "HeadersTimeout")
  ),
  "a body that stalls is ended by timeout.read": both(Reply.Stalls({ first: bytes(10) }), (send, { peer }) =>
    failsAs(exchange(send, ask(peer, "GET", "/", {}, { read: 100 })), "ReadTimeout")
  ),
  "silence is ended by the deadline": both(Reply.Silent(), (send, { peer }) =>
    Effect.clockWith((clock) =>
      failsAs(exchange(send, ask(peer).withDeadline(clock.unsafeCurrentTimeMillis() + 100)), "Deadline")
    )
  ),
  "a body that breaks off is an error": both(Reply.Breaks({ first: bytes(10) }), (send, { peer }) =>
    failsAs(exchange(send, ask(peer)), "Truncated", "Reset")
  ),
  "an interruption closes the exchange": both(Reply.Silent(), (send, { peer }) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(exchange(send, ask(peer)))
      yield* untilOpen(peer, 1)
      yield* fiber.interruptAsFork(fiber.id())
      yield* untilOpen(peer, 0)
    })
  ),
  "the end of the scope closes the exchange": (make: Make) =>
    Effect.flatMap(make(Reply.Stalls({ first: bytes(10) })), ({ peer, wire }) =>
      Effect.gen(function* () {
        const first = Effect.gen(function* () {
          const { content } = yield* wire.live(ask(peer))
          if (content._tag === "Whole") return yield* Effect.fail("a stalled body came whole")
          return yield* Stream.runHead(content.stream)
        })
        yield* Effect.scoped(first)
        yield* untilOpen(peer, 0)
      })
    ),
  "a body that nobody reads frees its connection": (make: Make) =>
    Effect.flatMap(make(answers(200, [], bytes(20_000))), ({ peer, wire }) =>
      Effect.gen(function* () {
        for (let i = 0; i < 20; i++) yield* Effect.scoped(wire.live(ask(peer)))
        yield* same((yield* exchange(wire.whole, ask(peer))).body.length, 20_000)
      })
    ),
  "what is not supported is refused before anything is sent": unsupported
} satisfies Readonly<Record<string, Holds>>
