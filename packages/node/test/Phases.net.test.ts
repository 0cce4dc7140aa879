import { describe, expect, it } from "@effect/vitest"
import { Answer, Body, type Errors, type PreparedRequest } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Clock, Effect, Fiber, type Scope, Stream, TestClock } from "effect"
import { failure, message, type Parts, text } from "./Messages.js"
import { event, eventually, h2c, http, received, tcp, until } from "./Servers.js"

type Message = PreparedRequest.PreparedRequest
type Given = { readonly wire: UndiciAdapter.UndiciWire; readonly request: (parts: Parts) => Message }
type Case = Effect.Effect<Given, never, Scope.Scope>

const big = new Uint8Array(32 * 1024 * 1024)
const endless = Body.replayable(() => Stream.repeatValue(new Uint8Array(64 * 1024)))

const to = (url: string, options: UndiciAdapter.Options, more: Parts = {}) =>
  Effect.map(
    UndiciAdapter.make(options),
    (wire): Given => ({ wire, request: (parts) => message(url, { ...more, ...parts }) })
  )

/** Takes the connection, and never reads from it. */
const deaf = tcp((socket) => socket.pause())
const silent = http((request) => request.resume())
const stalls = http((_request, response) => {
  response.write("begun")
})

/** One connection, which another request has. */
const queued: Case = Effect.gen(function* () {
  const server = yield* silent
  const given = yield* to(server.url, { connections: 1 })
  yield* Effect.forkScoped(given.wire.whole(given.request({})))
  yield* eventually(given.wire.stats, ({ busy }) => busy === 1)
  return given
})
const connecting: Case = Effect.flatMap(deaf, ({ port }) => to(`https://127.0.0.1:${port}`, {}))
const writing = (body: Body.Body): Case => Effect.flatMap(deaf, ({ url }) => to(url, {}, { body }))
/** Grants no more than the first window. */
const writing2: Case = Effect.flatMap(
  h2c((stream) => stream.pause()),
  ({ url }) => to(url, { http2: "prior-knowledge" }, { body: Body.bytes(big) })
)
const waiting: Case = Effect.flatMap(silent, ({ url }) => to(url, {}))
const waitingLong: Case = Effect.flatMap(silent, ({ url }) => to(url, {}, { body: Body.bytes(big) }))
const waiting2: Case = Effect.flatMap(
  h2c((stream) => stream.resume()),
  ({ url }) => to(url, { http2: "prior-knowledge" }, { body: Body.text("short") })
)
const reading: Case = Effect.flatMap(stalls, ({ url }) => to(url, {}))

const error = ({ request, wire }: Given, parts: Parts) => failure(wire.whole(request(parts)))
const live = ({ request, wire }: Given, parts: Parts) =>
  failure(Effect.scoped(Effect.flatMap(wire.live(request(parts)), text)))

describe("each part of the time ends its own phase, and says so", () => {
  it.scopedLive.each([
    ["connect", { connectTimeout: 50 }, connecting, "ConnectTimeout", "no", "connect"],
    ["write, of bytes", { writeTimeout: 50 }, writing(Body.bytes(big)), "WriteTimeout", "maybe", "write"],
    ["write, of a stream", { writeTimeout: 50 }, writing(endless), "WriteTimeout", "maybe", "write"],
    ["write, over HTTP/2", { writeTimeout: 50 }, writing2, "WriteTimeout", "maybe", "write"],
    ["headers", { headersTimeout: 50 }, waiting, "HeadersTimeout", "maybe", "headers"],
    ["headers, after a long body", { headersTimeout: 50 }, waitingLong, "HeadersTimeout", "maybe", "headers"],
    ["headers, over HTTP/2", { headersTimeout: 50 }, waiting2, "HeadersTimeout", "maybe", "headers"]
  ] as const)("%s", ([, transport, make, reason, sent, phase]) =>
    Effect.gen(function* () {
      const given = yield* make
      for (const ended of [yield* error(given, { transport }), yield* live(given, { transport })]) {
        expect(ended).toMatchObject({ _tag: "TransportError", reason, sent, phase })
      }
      yield* eventually(given.wire.stats, ({ busy }) => busy === 0)
    })
  )

  it.scopedLive("[TMO-06] read: between two pieces, whole and live", () =>
    Effect.gen(function* () {
      const given = yield* reading
      const transport = { readTimeout: 50 }
      expect(yield* error(given, { transport })).toMatchObject({ _tag: "BodyError", reason: "ReadTimeout" })
      expect(yield* live(given, { transport })).toMatchObject({ _tag: "BodyError", reason: "ReadTimeout" })
    })
  )

  it.scopedLive("[TMO-10] connect is one time for all addresses of a host, its name among it", () =>
    Effect.gen(function* () {
      const server = yield* deaf
      const address = { address: "127.0.0.1", family: 4 }
      const many = yield* UndiciAdapter.make({
        lookup: (_name, _options, done) => done(null, [address, address, address])
      })
      const request = message(`https://many.test:${server.port}`, { transport: { connectTimeout: 50 } })
      expect(yield* failure(many.whole(request))).toMatchObject({ reason: "ConnectTimeout", sent: "no" })
      expect(server.accepted()).toBe(1)
      const nameless = yield* UndiciAdapter.make({ lookup: () => {} })
      expect(yield* failure(nameless.whole(request))).toMatchObject({ reason: "ConnectTimeout", sent: "no" })
    })
  )
})

describe("the total", () => {
  it.scoped.each([
    ["in the queue", queued, "no", "queue"],
    ["while connecting", connecting, "no", "connect"],
    ["while writing bytes", writing(Body.bytes(big)), "maybe", "write"],
    ["while writing a stream", writing(endless), "maybe", "write"],
    ["while writing over HTTP/2", writing2, "maybe", "write"],
    ["while waiting for the answer", waiting, "maybe", "headers"],
    ["while waiting for the answer to a long body", waitingLong, "maybe", "headers"],
    ["while waiting over HTTP/2", waiting2, "maybe", "headers"],
    ["within the body", reading, "yes", "read"]
  ] as const)("says what it ended, and whether it was sent: %s", ([, make, sent, phase]) =>
    Effect.gen(function* () {
      const given = yield* make
      const deadline = (yield* Clock.currentTimeMillis) + 5000
      const asking = yield* Effect.fork(error(given, { deadline }))
      yield* inPhase(given, phase)
      yield* TestClock.adjust("5 seconds")
      const ended = yield* Fiber.join(asking)
      expect(ended).toMatchObject({ _tag: "TransportError", reason: "Deadline", sent, phase })
      expect(ended.message).toContain(`no answer within timeout.total; ${says[phase]}`)
    })
  )
})

const says: Readonly<Record<Errors.Phase, string>> = {
  queue: "it waited for a connection",
  connect: "it was connecting",
  write: "its body was being written",
  headers: "it was sent, and waited for the answer",
  read: "the answer's body was being read"
}

/** Turns of the event loop until nothing moves: what there is no event for. */
const inPhase = ({ wire }: Given, phase: Errors.Phase) =>
  Effect.zipRight(
    eventually(wire.stats, ({ busy, waiting: still }) =>
      phase === "queue" || phase === "connect" ? still > 0 : busy > 0
    ),
    Effect.iterate(0, {
      while: (turns) => turns < 3000,
      body: (turns) =>
        Effect.async<number>((resume) => {
          setImmediate(() => resume(Effect.succeed(turns + 1)))
        })
    })
  )

describe("a write timeout", () => {
  it.scopedLive("does not mind a body that is slow to be made", () =>
    Effect.gen(function* () {
      const go = yield* event()
      const begun = yield* event()
      const server = yield* http((request, response) => {
        request.once("data", () => begun.tell())
        received(request).then(
          (all) => response.end(String(all.length)),
          () => {}
        )
      })
      const wire = yield* UndiciAdapter.make()
      const second = Stream.fromEffect(Effect.as(go.told, new Uint8Array(2)))
      const body = Body.oneShot(Stream.concat(Stream.make(new Uint8Array(1)), second))
      const transport = { writeTimeout: 1, headersTimeout: 30_000 }
      const sending = yield* Effect.fork(Effect.flatMap(wire.whole(message(server.url, { body, transport })), text))
      yield* begun.told
      // Long enough for the timer to have looked several times.
      yield* Effect.iterate(0, {
        while: (turns) => turns < 20,
        body: (turns) =>
          Effect.async<number>((resume) => {
            setTimeout(() => resume(Effect.succeed(turns + 1)), 1)
          })
      })
      go.tell()
      expect(yield* Fiber.join(sending)).toBe("3")
    })
  )

  it.scopedLive("is over with the body: no timer is left on the connection", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        received(request).then(
          () => response.end("hi"),
          () => {}
        )
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const before = process.getActiveResourcesInfo().filter((one) => one === "Timeout").length
      for (const body of [Body.bytes(big.subarray(0, 1024 * 1024)), Body.empty]) {
        const answer = yield* wire.whole(message(server.url, { method: "POST", body }))
        expect(Answer.is("Whole")(answer.content)).toBe(true)
      }
      yield* until(() => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length <= before + 1)
      expect(server.accepted()).toBe(1)
    })
  )
})
