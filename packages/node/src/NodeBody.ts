/**
 * Request bodies from files.
 *
 * @module
 */
import { type FileHandle, open, stat } from "node:fs/promises"
import { Body, Errors } from "@effect-requests/core"
import { Chunk, Data, Effect, Option, Stream } from "effect"
import { codeOf } from "./Reasons.js"

/** Read at once, in bytes. */
const piece = 64 * 1024

/**
 * A file is no longer what it was when its body was made: the `cause` of a `TransportError`, reason `"Upload"`. The server got
 * no whole request.
 */
export class FileChanged extends Data.TaggedError("FileChanged")<{
  readonly path: string
  readonly problem: string
}> {
  override get message(): string {
    return `${this.path}: ${this.problem}`
  }
}

const unread: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "it does not exist",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it"
}

const why = (error: unknown): string => unread[codeOf(error)] ?? `it cannot be read (${codeOf(error)})`

const invalid = (path: string, problem: string) =>
  new Errors.InvalidRequest({
    reason: "Body",
    where: "file",
    problem: `${path}: ${problem}`,
    remedy: "Give the path of a readable file"
  })

/**
 * A file as a body: sent with its Content-Length, read as fast as the socket takes it, and again where a redirect, a challenge
 * or a retry asks for it. A file that is missing, that is a folder, or that may not be read is an `InvalidRequest` here, which
 * names the path; one that is of another length when it is sent is a `TransportError`, reason `"Upload"`, whose `cause` is a
 * `FileChanged`. No Content-Type comes with it, as in requests.
 *
 * @example
 * import { Body, Request } from "@effect-requests/core"
 * import { NodeBody } from "@effect-requests/node"
 * import { Effect } from "effect"
 *
 * const missing = await Effect.runPromise(Effect.flip(NodeBody.file("/no/such/file")))
 * console.assert(missing.message.includes("/no/such/file: it does not exist"))
 *
 * const upload = Effect.map(NodeBody.file("report.pdf"), (body) => Request.post("https://api.example.test/echo", { body }))
 * console.assert(Effect.isEffect(upload) && Body.isBody(Body.empty))
 */
export const file = (path: string): Effect.Effect<Body.Body, Errors.InvalidRequest> =>
  Effect.flatMap(
    Effect.tryPromise({
      // Opened as well: whether it may be read is to be known before anything is sent.
      try: async () => {
        const found = await stat(path)
        if (found.isFile()) await (await open(path)).close()
        return found
      },
      catch: (error) => invalid(path, why(error))
    }),
    (found) =>
      found.isFile()
        ? Effect.succeed(Body.replayable(() => contents(path, found.size), { length: found.size }))
        : Effect.fail(invalid(path, "it is no file"))
  )

const attempt = <A>(path: string, work: () => Promise<A>) =>
  Effect.tryPromise({ try: work, catch: (error) => new FileChanged({ path, problem: why(error) }) })

const contents = (path: string, size: number): Stream.Stream<Uint8Array, FileChanged> =>
  Stream.unwrapScoped(
    Effect.map(
      Effect.acquireRelease(
        attempt(path, () => open(path)),
        (handle) => Effect.ignore(attempt(path, () => handle.close()))
      ),
      (handle) => Stream.unfoldChunkEffect(0, (at) => next(handle, { path, size, at }))
    )
  )

interface Reading {
  readonly path: string
  readonly size: number
  readonly at: number
}

const changed = ({ path, size }: Reading, now: number) =>
  Effect.fail(new FileChanged({ path, problem: `it had ${size} bytes when the body was made, and has ${now} now` }))

/** The last piece is held back until the length was looked at once more: a server that has all cannot be told otherwise. */
const next = (handle: FileHandle, reading: Reading) =>
  Effect.gen(function* () {
    const { at, path, size } = reading
    if (at >= size) {
      const { size: now } = yield* attempt(path, () => handle.stat())
      return at === 0 && now !== size ? yield* changed(reading, now) : Option.none()
    }
    const buffer = new Uint8Array(Math.min(piece, size - at))
    const { bytesRead } = yield* attempt(path, () => handle.read(buffer, 0, buffer.length, at))
    const end = at + bytesRead
    if (bytesRead === 0 || end === size) {
      const { size: now } = yield* attempt(path, () => handle.stat())
      if (now !== size || bytesRead === 0) return yield* changed(reading, now)
    }
    return Option.some([Chunk.of(buffer.subarray(0, bytesRead)), end] as const)
  })
