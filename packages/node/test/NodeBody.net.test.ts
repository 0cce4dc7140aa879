import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Adapter, Body, Session } from "@effect-requests/core"
import { NodeBody, UndiciAdapter } from "@effect-requests/node"
import { Effect, Fiber } from "effect"
import { failure, message, pattern, text } from "./Messages.js"
import { event, http, received } from "./Servers.js"

const gone = (): void => {}

/** A folder of its own for a test. */
const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "body-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true }))
)

const written = (bytes: Uint8Array) =>
  Effect.flatMap(folder, (path) => {
    const name = join(path, "file.bin")
    return Effect.as(
      Effect.promise(() => writeFile(name, bytes)),
      name
    )
  })

/** Says how it was framed, and whether the bytes are those of the pattern. */
const mirror = http((request, response) => {
  received(request).then((all) => {
    const isSame = Buffer.compare(all, Buffer.from(pattern(all.length))) === 0
    if (request.url === "/moved") response.writeHead(307, { Location: "/" }).end()
    else response.end(`${request.headers["content-length"] ?? "chunked"} ${all.length} ${isSame}`)
  }, gone)
})

describe("a file as a body", () => {
  it.scopedLive.each([0, 1, 65_536, 65_537, 5_000_000])("goes out whole, with its length: %i bytes", (length) =>
    Effect.gen(function* () {
      const server = yield* mirror
      const wire = yield* UndiciAdapter.make()
      const body = yield* Effect.flatMap(written(pattern(length)), NodeBody.file)
      expect(Body.length(body)).toBe(length)
      for (const send of [wire.whole, wire.live]) {
        const answer = yield* Effect.scoped(Effect.flatMap(send(message(server.url, { body })), text))
        expect(answer).toBe(`${length} ${length} true`)
      }
    })
  )

  it.scopedLive("goes out again where a redirect asks for it", () =>
    Effect.gen(function* () {
      const server = yield* mirror
      const wire = yield* UndiciAdapter.make()
      const session = yield* Effect.provideService(Session.make({ baseUrl: server.url }), Adapter.Adapter, wire)
      const body = yield* Effect.flatMap(written(pattern(100_000)), NodeBody.file)
      expect(yield* Effect.flatMap(session.post("/moved", { body }), (response) => response.text)).toBe(
        "100000 100000 true"
      )
    })
  )

  it.scopedLive("that is not there, or is none, is an error that names the path", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const missing = join(path, "missing")
      const error = yield* Effect.flip(NodeBody.file(missing))
      expect(error).toMatchObject({ _tag: "InvalidRequest", reason: "Body", where: "file" })
      expect(error.message).toContain(`${missing}: it does not exist`)
      expect((yield* Effect.flip(NodeBody.file(path))).message).toContain(`${path}: it is no file`)
    })
  )

  it.scopedLive.each([
    ["longer", (path: string) => appendFile(path, "more"), "and has 1000004 now"],
    ["shorter", (path: string) => truncate(path, 10), "and has 10 now"],
    ["empty", (path: string) => truncate(path, 0), "and has 0 now"],
    ["gone", (path: string) => rm(path), "it does not exist"]
  ] as const)("that is %s when it is sent is an error, and no request", ([, change, problem]) =>
    Effect.gen(function* () {
      let whole = 0
      const server = yield* http((request, response) => {
        received(request).then(() => {
          whole++
          response.end()
        }, gone)
      })
      const wire = yield* UndiciAdapter.make()
      const path = yield* written(pattern(1_000_000))
      const body = yield* NodeBody.file(path)
      yield* Effect.promise(() => change(path))
      const error = yield* failure(wire.whole(message(server.url, { body })))
      expect(error).toMatchObject({ _tag: "TransportError", reason: "Upload", cause: { _tag: "FileChanged", path } })
      expect(error.message).toContain(problem)
      yield* wire.whole(message(server.url))
      expect(whole).toBe(1)
    })
  )

  it.scopedLive("that changes while it is sent is an error too", () =>
    Effect.gen(function* () {
      const begun = yield* event()
      const go = yield* event()
      const server = yield* http((request) => {
        request.once("data", () => {
          request.pause()
          begun.tell()
          Effect.runFork(Effect.map(go.told, () => request.resume()))
        })
      })
      const wire = yield* UndiciAdapter.make()
      const path = yield* written(pattern(32 * 1024 * 1024))
      const body = yield* NodeBody.file(path)
      const sending = yield* Effect.fork(failure(wire.whole(message(server.url, { body }))))
      yield* begun.told
      yield* Effect.promise(() => truncate(path, 31 * 1024 * 1024))
      go.tell()
      expect(yield* Fiber.join(sending)).toMatchObject({ reason: "Upload", cause: { _tag: "FileChanged" } })
    })
  )
})
