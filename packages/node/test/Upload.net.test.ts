import { describe, expect, it } from "@effect/vitest"
import { Body } from "@effect-requests/core"
import { UndiciAdapter } from "@effect-requests/node"
import { Effect, Fiber, Stream } from "effect"
import { failure, message, pattern, text } from "./Messages.js"
import { event, eventually, http, raw, received, tcp } from "./Servers.js"

const pieces = (...all: ReadonlyArray<string>) => Stream.fromIterable(all.map((one) => new TextEncoder().encode(one)))

/** Whoever sent it has gone away. */
const broken = (): void => {}

/** Says how the body was framed, and what it was. */
const mirror = http((request, response) => {
  received(request).then((all) => {
    const framing = request.headers["transfer-encoding"] ?? request.headers["content-length"] ?? "none"
    response.end(Buffer.from(`${framing} ${all.toString("latin1")}`, "latin1"))
  }, broken)
})

describe("an upload", () => {
  it.scopedLive.each([
    ["no body", Body.empty, "0 "],
    ["bytes", Body.text("caf\u00e9"), "5 caf\u00c3\u00a9"],
    ["no bytes", Body.bytes(new Uint8Array(0)), "0 "],
    ["a view into a larger buffer", Body.bytes(new TextEncoder().encode("<abc>").subarray(1, 4)), "3 abc"],
    ["a stream of known length", Body.oneShot(pieces("ab", "", "cd"), { length: 4 }), "4 abcd"],
    ["a stream of unknown length", Body.replayable(() => pieces("ab", "cd")), "chunked abcd"],
    // undici knows by then that nothing comes.
    ["an empty stream", Body.oneShot(Stream.empty), "0 "]
  ] as const)("goes out as it is framed: %s", ([, body, expected]) =>
    Effect.gen(function* () {
      const server = yield* mirror
      const wire = yield* UndiciAdapter.make()
      expect(yield* Effect.flatMap(wire.whole(message(server.url, { method: "POST", body })), text)).toBe(expected)
      expect(yield* Effect.flatMap(wire.live(message(server.url, { method: "POST", body })), text)).toBe(expected)
    })
  )

  it.scopedLive("[UPL-17] goes out in chunks: a hexadecimal length, the piece, and a last one of nought", () =>
    Effect.gen(function* () {
      let sent = ""
      const server = yield* tcp((socket) => {
        socket.on("data", (piece) => {
          sent += piece.toString("latin1")
          if (sent.endsWith("0\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        })
      })
      const wire = yield* UndiciAdapter.make()
      const body = Body.oneShot(Stream.rechunk(pieces("a".repeat(26), "", "bc"), 1))
      yield* wire.whole(message(server.url, { body }))
      expect(sent.slice(sent.indexOf("\r\n\r\n") + 4)).toBe(`1a\r\n${"a".repeat(26)}\r\n2\r\nbc\r\n0\r\n\r\n`)
    })
  )

  it.scopedLive("is as slow as its server", () =>
    Effect.gen(function* () {
      const go = yield* event()
      const server = yield* http((request, response) => {
        Effect.runFork(Effect.map(go.told, () => received(request).then((all) => response.end(String(all.length)))))
      })
      const piece = pattern(256 * 1024)
      const total = 256
      let made = 0
      const body = Body.oneShot(
        Stream.repeatEffect(
          Effect.sync(() => {
            made++
            return piece
          })
        ).pipe(Stream.rechunk(1), Stream.take(total))
      )
      const wire = yield* UndiciAdapter.make()
      const sending = yield* Effect.fork(Effect.flatMap(wire.whole(message(server.url, { body })), text))
      let seen = -1
      yield* Effect.iterate(0, {
        while: (turns) => turns < 2000,
        body: (turns) =>
          Effect.async<number>((resume) => {
            setImmediate(() => {
              const next = made === seen && made > 0 ? turns + 1 : 0
              seen = made
              resume(Effect.succeed(next))
            })
          })
      })
      expect(made).toBeLessThan(total / 2)
      go.tell()
      expect(yield* Fiber.join(sending)).toBe(String(total * piece.length))
    })
  )

  it.scopedLive("that fails ends the request, with its cause", () =>
    Effect.gen(function* () {
      const server = yield* mirror
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      const cause = { _tag: "DiskGone" }
      const failing = Stream.concat(pieces("ab"), Stream.fail(cause))
      for (const body of [
        Body.oneShot(failing),
        Body.oneShot(failing, { length: 9 }),
        Body.replayable(() => Stream.fail(cause))
      ]) {
        for (const send of [wire.whole, wire.live]) {
          const error = yield* failure(Effect.scoped(send(message(server.url, { body }))))
          expect(error).toMatchObject({ _tag: "TransportError", reason: "Upload", sent: "maybe", cause })
        }
      }
      const thrown = Body.replayable(() => {
        throw new Error("no stream today")
      })
      expect(yield* failure(wire.whole(message(server.url, { body: thrown })))).toMatchObject({ reason: "Upload" })
      const interrupted = Body.oneShot(Stream.fromEffect(Effect.interrupt))
      expect(yield* failure(wire.whole(message(server.url, { body: interrupted })))).toMatchObject({ reason: "Upload" })
      expect(yield* Effect.flatMap(wire.whole(message(server.url, { body: Body.text("on") })), text)).toBe("2 on")
    })
  )

  it.scopedLive.each([
    ["shorter", ["ab"]],
    ["empty", []],
    ["longer", ["abc", "def"]]
  ] as const)("of another length than announced is no request: %s", ([, all]) =>
    Effect.gen(function* () {
      let whole = 0
      const server = yield* http((request, response) => {
        received(request).then(() => {
          whole++
          response.end()
        }, broken)
      })
      const wire = yield* UndiciAdapter.make()
      const error = yield* failure(
        wire.whole(message(server.url, { body: Body.oneShot(pieces(...all), { length: 4 }) }))
      )
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Upload" })
      yield* wire.whole(message(server.url))
      expect(whole).toBe(1)
    })
  )

  it.scopedLive("runs its finalizers when the request is interrupted, before the interruption is over", () =>
    Effect.gen(function* () {
      const begun = yield* event()
      const server = yield* http((request) => {
        request.once("data", () => begun.tell())
      })
      let released = 0
      const body = Body.oneShot(
        Stream.concat(pieces("begun"), Stream.never).pipe(
          Stream.ensuring(
            Effect.sync(() => {
              released++
            })
          )
        )
      )
      const wire = yield* UndiciAdapter.make()
      const sending = yield* Effect.fork(wire.whole(message(server.url, { body })))
      yield* begun.told
      yield* Fiber.interrupt(sending)
      expect(released).toBe(1)
    })
  )

  it.scopedLive("is never begun while its request queues", () =>
    Effect.gen(function* () {
      const server = yield* http(() => {})
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      yield* Effect.forkScoped(wire.whole(message(server.url)))
      yield* eventually(wire.sockets, ([one]) => one?.busy === 1)
      let begun = false
      const body = Body.oneShot(
        Stream.fromEffect(
          Effect.sync(() => {
            begun = true
            return new Uint8Array(1)
          })
        )
      )
      const sending = yield* Effect.fork(wire.whole(message(server.url, { body })))
      yield* eventually(wire.sockets, ([one]) => one?.queued === 1)
      yield* Fiber.interrupt(sending)
      expect(begun).toBe(false)
    })
  )

  it.scopedLive("is ended by an early answer, which is the result", () =>
    Effect.gen(function* () {
      const server = yield* raw(() => "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
      const wire = yield* UndiciAdapter.make({ connections: 1 })
      for (const send of [wire.whole, wire.live]) {
        const ended = yield* event()
        const endless = Stream.concat(pieces("a"), Stream.never).pipe(Stream.ensuring(Effect.sync(() => ended.tell())))
        const [status, body] = yield* Effect.scoped(
          Effect.flatMap(send(message(server.url, { body: Body.oneShot(endless) })), (answer) =>
            Effect.map(text(answer), (all) => [answer.status, all] as const)
          )
        )
        expect([status, body]).toEqual([413, "big"])
        yield* ended.told
      }
    })
  )
})
