import type { ServerResponse } from "node:http"
import { describe, expect, it } from "@effect/vitest"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Exit, Fiber, Scope } from "effect"
import { failure, message, text } from "./Messages.js"
import { event, eventually, http, raw, until } from "./Servers.js"

const many = (n: number) => Array.from({ length: n }, (_, i) => i)

/** Holds every answer until it is told to let go; says who was asked for what, in order. */
const holding = (seen: Array<string> = []) =>
  Effect.gen(function* () {
    const held: Array<ServerResponse> = []
    const server = yield* http((request, response) => {
      seen.push(request.url ?? "")
      held.push(response)
    })
    const release = (): void => {
      held.shift()?.end("hi")
    }
    return { ...server, seen, held, release }
  })

const waits = (wire: UndiciAdapter.UndiciWire, n: number) => eventually(wire.stats, ({ waiting }) => waiting === n)
const isQuiet = (wire: UndiciAdapter.UndiciWire) =>
  eventually(wire.stats, ({ busy, waiting }) => busy === 0 && waiting === 0)

describe("one request after the other", () => {
  it.scopedLive("needs one connection, by HTTP/1.1", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("hi"))
      const wire = yield* UndiciAdapter.make()
      for (const _ of many(20)) {
        expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("hi")
        expect(yield* Effect.scoped(Effect.flatMap(wire.live(message(server.url)), text))).toBe("hi")
      }
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("needs as many as there are callers, and no more", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("hi"))
      const wire = yield* UndiciAdapter.make()
      const caller = Effect.forEach(many(30), () => wire.whole(message(server.url)), { discard: true })
      yield* Effect.forEach(many(3), () => caller, { concurrency: 3, discard: true })
      expect(server.accepted()).toBeLessThanOrEqual(3)
    })
  )

  it.scopedLive("goes on over the connection that was used last, so that the others rest", () =>
    Effect.gen(function* () {
      const ports: Array<number | undefined> = []
      const held: Array<ServerResponse> = []
      const server = yield* http((request, response) => {
        ports.push(request.socket.remotePort)
        if (ports.length <= 3) held.push(response)
        else response.end("hi")
      })
      const wire = yield* UndiciAdapter.make()
      const three = yield* Effect.forEach(many(3), () => Effect.fork(wire.whole(message(server.url))))
      yield* until(() => held.length === 3)
      for (const response of held) response.end("hi")
      yield* Fiber.joinAll(three)
      yield* isQuiet(wire)
      for (const _ of many(6)) yield* wire.whole(message(server.url))
      expect(new Set(ports.slice(0, 3)).size).toBe(3)
      expect(new Set(ports.slice(3)).size).toBe(1)
    })
  )

  it.scopedLive("goes on over a new connection where the server closes", () =>
    Effect.gen(function* () {
      const server = yield* raw((_head, socket, n) => {
        if (n % 2 === 1) return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
        return undefined
      })
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (const _ of many(8)) expect(yield* Effect.flatMap(wire.whole(message(server.url)), text)).toBe("hi")
      expect(server.accepted()).toBe(4)
    })
  )
})

describe("who queues", () => {
  it.scopedLive("is served in order, and nobody overtakes", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const ask = (i: number) => Effect.fork(wire.whole(message(`${server.url}/${i}`)))
      const fibers = yield* Effect.forEach(many(10), (i) => Effect.zipLeft(ask(i), waits(wire, Math.max(0, i))))
      for (const _ of many(10)) {
        yield* until(() => server.held.length > 0)
        server.release()
      }
      yield* Fiber.joinAll(fibers)
      expect(server.seen).toEqual(many(10).map((i) => `/${i}`))
      expect(server.accepted()).toBe(1)
    })
  )

  it.scopedLive("leaves its place when it is interrupted, wherever it stands, and the others go on", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1, maxWaiting: 4 })
      const ask = (i: number) => Effect.fork(wire.whole(message(`${server.url}/${i}`)))
      const first = yield* Effect.zipLeft(
        ask(0),
        until(() => server.held.length === 1)
      )
      for (const round of many(20)) {
        const fibers = yield* Effect.forEach(many(4), (i) => Effect.zipLeft(ask(i + 1), waits(wire, i + 1)))
        yield* Fiber.interruptAll(fibers.filter((_, i) => i !== round % 4))
        expect((yield* wire.stats).waiting).toBe(1)
        yield* Fiber.interruptAll(fibers)
        expect((yield* wire.stats).waiting).toBe(0)
      }
      server.release()
      yield* Fiber.join(first)
      expect(server.seen).toEqual(["/0"])
      yield* isQuiet(wire)
    })
  )

  it.scopedLive("is refused beyond the limit of the queue, by an error that names it; nothing was sent", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1, maxWaiting: 2 })
      const fibers = yield* Effect.forEach(many(3), (i) =>
        Effect.zipLeft(Effect.fork(wire.whole(message(server.url))), waits(wire, i))
      )
      const error = yield* failure(wire.whole(message(server.url)))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Limit", limit: "maxWaiting", sent: "no" })
      expect(error.message).toContain("a limit of the adapter was reached (maxWaiting): 2 requests wait already")
      for (const _ of many(3)) {
        yield* until(() => server.held.length > 0)
        server.release()
      }
      yield* Fiber.joinAll(fibers)
      // There is room again.
      const last = yield* Effect.fork(wire.whole(message(server.url)))
      yield* until(() => server.held.length > 0)
      server.release()
      yield* Fiber.join(last)
    })
  )

  it.scopedLive("goes on when the one before it cannot be sent at all", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const first = yield* Effect.fork(wire.whole(message(server.url)))
      yield* until(() => server.held.length === 1)
      const wrong = yield* Effect.forEach(many(5), (i) =>
        Effect.zipLeft(Effect.fork(failure(wire.whole(message(server.url, { method: "G T" })))), waits(wire, i + 1))
      )
      const last = yield* Effect.fork(wire.whole(message(server.url)))
      yield* waits(wire, 6)
      server.release()
      yield* Fiber.join(first)
      for (const error of yield* Fiber.joinAll(wrong)) expect(error._tag).toBe("InvalidRequest")
      yield* until(() => server.held.length === 1)
      server.release()
      yield* Fiber.join(last)
    })
  )

  it.scopedLive("goes on when the connection before it breaks", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const first = yield* Effect.fork(failure(wire.whole(message(server.url))))
      yield* until(() => server.held.length === 1)
      const second = yield* Effect.fork(wire.whole(message(server.url)))
      yield* waits(wire, 1)
      server.held.shift()?.destroy()
      expect(yield* Fiber.join(first)).toMatchObject({ reason: "Reset" })
      yield* until(() => server.held.length === 1)
      server.release()
      expect((yield* Fiber.join(second)).status).toBe(200)
    })
  )
})

describe("the limit over all origins", () => {
  it.scopedLive("[ADP-09] closes the connection that is free for longest, and opens no more than it says", () =>
    Effect.gen(function* () {
      const [a, b, c] = yield* Effect.all(many(3).map(() => http((_request, response) => response.end("hi"))))
      if (a === undefined || b === undefined || c === undefined) return
      const wire = yield* UndiciAdapter.make({ totalConnections: 2 })
      for (const { url } of [a, b, a, c]) yield* wire.whole(message(url))
      yield* until(() => b.open() === 0)
      expect([a.open(), b.open(), c.open()]).toEqual([1, 0, 1])
      const { connected, pools } = yield* wire.stats
      expect(connected).toBe(2)
      expect(pools.filter((one) => one.connected > 0).map(({ origin }) => origin)).toEqual([a.url, c.url])
    })
  )

  it.scopedLive("serves who came first, also where an origin has enough to do for itself", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const busy = yield* holding(seen)
      const other = yield* holding(seen)
      const wire = yield* UndiciAdapter.make({ totalConnections: 1 })
      const ask = (url: string) => Effect.fork(wire.whole(message(url)))
      const first = yield* ask(`${busy.url}/1`)
      yield* until(() => busy.held.length === 1)
      const asked = yield* Effect.forEach(
        [`${busy.url}/2`, `${other.url}/3`, `${busy.url}/4`, `${other.url}/5`].entries(),
        ([i, url]) => Effect.zipLeft(ask(url), waits(wire, i + 1))
      )
      for (const { held, release } of [busy, busy, other, busy, other]) {
        yield* until(() => held.length === 1)
        expect((yield* wire.stats).connected).toBeLessThanOrEqual(1)
        release()
      }
      yield* Fiber.joinAll([first, ...asked])
      expect(seen).toEqual(["/1", "/2", "/3", "/4", "/5"])
      yield* isQuiet(wire)
    })
  )

  it.scopedLive("holds for a caller who never stops asking: the other origin has its turn", () =>
    Effect.gen(function* () {
      const [one, two] = yield* Effect.all(many(2).map(() => http((_request, response) => response.end("hi"))))
      if (one === undefined || two === undefined) return
      const wire = yield* UndiciAdapter.make({ totalConnections: 1 })
      yield* Effect.forkScoped(Effect.forever(wire.whole(message(one.url))))
      yield* until(() => one.open() === 1)
      for (const _ of many(5)) expect(yield* Effect.flatMap(wire.whole(message(two.url)), text)).toBe("hi")
    })
  )

  it.scopedLive("loses no place to interruptions, refusals and connections that fail", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        if (request.url !== "/never") response.end("hi")
      })
      const gone = yield* Effect.scoped(
        Effect.map(
          http(() => {}),
          ({ url }) => url
        )
      )
      const wire = yield* UndiciAdapter.make({ totalConnections: 2, connections: 2 })
      const one = (i: number) =>
        Effect.gen(function* () {
          const url = [`${server.url}/never`, gone, `${server.url}/`][i % 3] ?? ""
          const fiber = yield* Effect.fork(Effect.either(wire.whole(message(url))))
          yield* Effect.iterate((i * 7919) % 20, {
            while: (turns) => turns > 0,
            body: (turns) =>
              Effect.async<number>((resume) => {
                setImmediate(() => resume(Effect.succeed(turns - 1)))
              })
          })
          yield* Fiber.interrupt(fiber)
        })
      yield* Effect.forEach(many(300), one, { concurrency: 20, discard: true })
      yield* isQuiet(wire)
      // Both places are there.
      const [left, right] = yield* Effect.all(many(2).map(() => holding()))
      if (left === undefined || right === undefined) return
      const both = yield* Effect.forEach([left, right], ({ url }) => Effect.fork(wire.whole(message(url))))
      yield* until(() => left.held.length === 1 && right.held.length === 1)
      expect((yield* wire.stats).connected).toBe(2)
      left.release()
      right.release()
      yield* Fiber.joinAll(both)
    })
  )

  it.scopedLive("ends with the scope: whoever waits for a place is told", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const other = yield* holding()
      const scope = yield* Scope.make()
      const wire = yield* Scope.extend(UndiciAdapter.make({ totalConnections: 1 }), scope)
      const first = yield* Effect.fork(failure(wire.whole(message(server.url))))
      yield* until(() => server.held.length === 1)
      const second = yield* Effect.fork(failure(wire.whole(message(other.url))))
      const third = yield* Effect.fork(failure(wire.whole(message(server.url))))
      yield* waits(wire, 2)
      yield* Scope.close(scope, Exit.void)
      expect(yield* Fiber.join(first)).toMatchObject({ reason: "Closed", sent: "maybe" })
      expect(yield* Fiber.join(second)).toMatchObject({ reason: "Closed", sent: "no" })
      expect(yield* Fiber.join(third)).toMatchObject({ reason: "Closed", sent: "no" })
      yield* until(() => server.open() === 0)
      expect(other.accepted()).toBe(0)
    })
  )
})

describe("what is open, as data", () => {
  it.scopedLive("is told pool by pool, in all, and with the limits", () =>
    Effect.gen(function* () {
      const server = yield* holding()
      const wire = yield* UndiciAdapter.make({ connections: 1, totalConnections: 5, maxWaiting: 9 })
      const begun = yield* event()
      const asked = yield* Effect.fork(Effect.zipRight(Effect.sync(begun.tell), wire.whole(message(server.url))))
      yield* begun.told
      yield* until(() => server.held.length === 1)
      const second = yield* Effect.fork(wire.whole(message(server.url)))
      const slow = { transport: { connectTimeout: 5000 } }
      const third = yield* Effect.fork(wire.whole(message(server.url, slow)))
      yield* until(() => server.held.length === 2)
      const pool = { origin: server.url, protocol: "HTTP/1.1", connected: 1, free: 0, busy: 1 }
      expect(yield* wire.stats).toEqual({
        connected: 2,
        free: 0,
        busy: 2,
        waiting: 1,
        pools: [
          { ...pool, way: 1, waiting: 1 },
          { ...pool, way: 2, waiting: 0 }
        ],
        limits: { perOrigin: 1, total: 5, waiting: 9 }
      })
      for (const _ of many(3)) {
        yield* until(() => server.held.length > 0)
        server.release()
      }
      yield* Fiber.joinAll([asked, second, third])
    })
  )
})

describe("the address that answered", () => {
  it.scopedLive("is that of the socket", () =>
    Effect.gen(function* () {
      const server = yield* http((_request, response) => response.end("hi"))
      const wire = yield* UndiciAdapter.make()
      for (const _ of many(2)) {
        expect((yield* wire.whole(message(server.url))).remoteAddress).toBe(`127.0.0.1:${server.port}`)
      }
    })
  )
})
