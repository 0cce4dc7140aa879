/**
 * What `pnpm bench:load` puts on an adapter; each runs in a process of its own.
 *
 * @module
 */
import { Adapter, Body, Request, Session } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Either, Fiber, Random, Stream } from "effect"

const MiB = 1024 * 1024
const inMiB = (bytes: number): number => Math.round((bytes / MiB) * 10) / 10

/** A figure, the most that it may be, and what it is called. */
export interface Figure {
  readonly name: string
  readonly found: number
  readonly most: number
}

/** What a load has at hand. */
export interface Given {
  readonly session: Session.Service
  readonly wire: UndiciAdapter.UndiciWire
}

/** The most memory (RSS, MiB) above what it was before. */
const peak = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const idle = process.memoryUsage.rss()
      let most = idle
      const timer = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss())
      }, 2)
      return { above: () => Math.max(most, process.memoryUsage.rss()) - idle, stop: () => clearInterval(timer) }
    }),
    ({ above }) => Effect.map(effect, (result) => ({ result, above: inMiB(above()) })),
    ({ stop }) => Effect.sync(stop)
  )

/** Requests of the same kind first: code, buffers and sockets are there before memory is measured. */
const warm = ({ session }: Given) =>
  Effect.forEach(Array.from({ length: 20 }), () => session.get(`/bytes/${4 * MiB}`), { discard: true })

const counted = (stream: Stream.Stream<Uint8Array, unknown>) =>
  Stream.runFold(stream, 0, (sum, piece) => sum + piece.length)

/** All requests that are under way or queued. */
const busy = (wire: UndiciAdapter.UndiciWire) =>
  Effect.map(wire.sockets, (all) => all.reduce((sum, one) => sum + one.busy + one.queued, 0))

const timers = Effect.sync(() => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length)

/** What is left after a second at most: a socket that is torn down is told of by its next event. */
const settled = (count: Effect.Effect<number>, most: number) =>
  Effect.repeat(Effect.zipLeft(count, Effect.sleep(10)), { until: (n) => n <= most, times: 100 }).pipe(
    Effect.zipRight(count)
  )

const exactly = (name: string, found: number, wanted: number): Figure => ({
  name: `${name}: difference from ${wanted}`,
  found: Math.abs(found - wanted),
  most: 0
})

const download = (given: Given) =>
  Effect.gen(function* () {
    yield* warm(given)
    const size = 1024 * MiB
    const { above, result } = yield* peak(
      Effect.scoped(
        Effect.flatMap(given.session.stream(Request.get(`/bytes/${size}`)), ({ stream }) => counted(stream))
      )
    )
    return [{ name: "1 GiB down, peak MiB above idle", found: above, most: 64 }, exactly("bytes lost", result, size)]
  })

const upload = (given: Given) =>
  Effect.gen(function* () {
    const pieces = (count: number) => Stream.repeatValue(new Uint8Array(64 * 1024)).pipe(Stream.take(count))
    const send = (count: number) =>
      Effect.flatMap(
        given.session.post("/count", { body: Body.replayable(() => pieces(count), { length: count * 64 * 1024 }) }),
        ({ text }) => text
      )
    yield* warm(given)
    yield* send(1024)
    const { above, result } = yield* peak(send(16 * 1024))
    return [
      { name: "1 GiB up, peak MiB above idle", found: above, most: 64 },
      exactly("bytes lost", Number(result), 1024 * MiB)
    ]
  })

const whole = (given: Given) =>
  Effect.gen(function* () {
    yield* warm(given)
    const { above, result } = yield* peak(
      Effect.flatMap(given.session.get(`/bytes/${100 * MiB}`), ({ bytes }) => bytes)
    )
    return [
      { name: "100 MiB whole, peak MiB above idle", found: above, most: 220 },
      exactly("bytes lost", result.length, 100 * MiB)
    ]
  })

const crowd = ({ session, wire }: Given) =>
  Effect.gen(function* () {
    const asked = yield* Effect.forEach(Array.from({ length: 10_000 }), () => session.get("/wait/5"), {
      concurrency: "unbounded"
    })
    const sockets = yield* wire.sockets
    return [
      exactly("10,000 at once, answered 200", asked.filter(({ status }) => status === 200).length, 10_000),
      { name: "connections", found: sockets.reduce((sum, one) => sum + one.busy + one.free, 0), most: 64 },
      exactly("busy or queued after", yield* busy(wire), 0)
    ]
  })

const interrupted = ({ session, wire }: Given) =>
  Effect.gen(function* () {
    const before = yield* timers
    const one = Effect.gen(function* () {
      const fiber = yield* Effect.fork(session.get("/wait/40"))
      yield* Effect.sleep(yield* Random.nextRange(0, 60))
      yield* Fiber.interrupt(fiber)
    })
    yield* Effect.forEach(Array.from({ length: 1000 }), () => one, { concurrency: 200, discard: true })
    // The keeper of deadlines stays for a moment after the last request.
    const left = yield* settled(timers, before)
    const still = yield* settled(busy(wire), 0)
    const again = yield* session.get("/count")
    return [
      exactly("1,000 interrupted, busy or queued after", still, 0),
      { name: "timers beyond those of before", found: left - before, most: 0 },
      exactly("status of the next request", again.status, 200)
    ]
  })

const dripping = ({ session, wire }: Given) =>
  Effect.gen(function* () {
    const ended = yield* Effect.either(session.get("/drip", { timeout: { read: "10 seconds", total: "2500 millis" } }))
    const byDeadline = Either.isLeft(ended) && "reason" in ended.left && ended.left.reason === "Deadline"
    return [
      exactly("a byte a second, ended by its deadline", Number(byDeadline), 1),
      exactly("busy after it", yield* settled(busy(wire), 0), 0)
    ]
  })

/** The loads, by name. */
export const loads = { download, upload, whole, crowd, interrupted, dripping }

/** Runs one over an adapter of its own. */
export const run = (load: (given: Given) => Effect.Effect<ReadonlyArray<Figure>, unknown>, baseUrl: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const wire = yield* UndiciAdapter.make({ connections: 64 })
      const session = yield* Effect.provideService(Session.make({ baseUrl, trustEnv: false }), Adapter.Adapter, wire)
      return yield* load({ session, wire })
    })
  )
