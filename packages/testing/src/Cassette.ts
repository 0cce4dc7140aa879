/**
 * Records what an adapter answers, and replays it: a middleware over any wire. Secrets do not reach the file.
 *
 * @module
 */

import { FileSystem } from "@effect/platform"
import { Adapter, Answer, Body, Errors, Headers, PreparedRequest } from "@effect-requests/core"
import { Clock, Effect, Either, Layer, ParseResult, Redacted, Ref, Schema, Stream } from "effect"
import { CassetteError, NotRecorded } from "./CassetteErrors.js"
import * as Redaction from "./Redaction.js"
import { read, type Sent } from "./Sent.js"
import { bytesOf, type Exchange, empty, Tape, type TapeRequest, type TapeResponse, write } from "./Tape.js"

export { CassetteError, NotRecorded } from "./CassetteErrors.js"
export type { Shows } from "./Redaction.js"
export { Tape } from "./Tape.js"

/**
 * `"once"`: records where there is no file, else only replays. `"new episodes"`: replays what is there, records the rest.
 * `"all"`: records everything afresh. `"none"`: only replays, and a missing file is an error.
 */
export type Mode = "once" | "new episodes" | "all" | "none"

/** In what a recorded request differs from one that is asked, both without secrets; empty where it is the same. Pure. */
export type Matcher = (asked: TapeRequest, recorded: TapeRequest) => ReadonlyArray<string>

/** A cassette's file, and how it is used. */
export interface Options {
  /** The file; its folder must be there. */
  readonly path: string
  /** Default: `"once"`. */
  readonly mode?: Mode
  /** Default: `matching`: method, URL and body. */
  readonly match?: Matcher
  /** What may stand in the file besides the harmless. Default: nothing more. */
  readonly shows?: Redaction.Shows
  /** Secrets that must not occur in the file, besides those that the messages themselves carry. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted<string>>
}

/**
 * The usual matcher: method, URL and body, each without its secrets.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 *
 * const asked = { method: "GET", url: "https://a.test/", headers: [], body: { text: "" } }
 * console.assert(Cassette.matching(asked, { ...asked, method: "PUT" }).join() === "method: GET, but PUT was recorded")
 */
export const matching: Matcher = (asked, recorded) => [
  ...differs("method", asked.method, recorded.method),
  ...differs("URL", asked.url, recorded.url),
  ...differs("body", JSON.stringify(asked.body), JSON.stringify(recorded.body))
]

const differs = (what: string, asked: string, recorded: string): ReadonlyArray<string> =>
  asked === recorded ? [] : [`${what}: ${asked}, but ${recorded} was recorded`]

/** What a tape has for a request: a recording by its place, or what comes closest. */
export type Found = Either.Either<
  { readonly index: number; readonly response: TapeResponse },
  { readonly closest: TapeRequest | undefined; readonly differences: ReadonlyArray<string> }
>

/**
 * The first recording that fits and was not played yet. Pure.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const asked = { method: "GET", url: "https://a.test/", headers: [], body: { text: "" } }
 * const found = Cassette.find({ version: 1, exchanges: [] }, new Set(), asked, Cassette.matching)
 * console.assert(Either.isLeft(found))
 */
export const find = (tape: Tape, played: ReadonlySet<number>, asked: TapeRequest, match: Matcher): Found => {
  const judged = tape.exchanges.map(({ request, response }, index) => ({
    index,
    request,
    response,
    differences: match(asked, request)
  }))
  const fitting = judged.find(({ differences, index }) => differences.length === 0 && !played.has(index))
  if (fitting !== undefined) return Either.right(fitting)
  const [closest] = [...judged].sort((a, b) => a.differences.length - b.differences.length)
  return Either.left({ closest: closest?.request, differences: closest?.differences ?? [] })
}

interface Memory {
  readonly tape: Tape
  readonly played: ReadonlySet<number>
  readonly secrets: ReadonlySet<string>
}

/**
 * A cassette as a middleware. The file is written whole after each recorded hop, so that an interrupted test leaves what
 * it has learned. What it refuses fails the request that brought it, with the `CassetteError` or `NotRecorded` as `cause`.
 *
 * @example
 * import { Adapter, Session } from "@effect-requests/core"
 * import { Cassette, Route, Routes } from "@effect-requests/testing"
 * import { FileSystem } from "@effect/platform"
 * import { Effect } from "effect"
 *
 * const files = new Map<string, string>()
 * const disk = FileSystem.layerNoop({
 *   exists: (path) => Effect.succeed(files.has(path)),
 *   readFileString: (path) => Effect.succeed(files.get(path) ?? ""),
 *   writeFileString: (path, text) => Effect.sync(() => void files.set(path, text)),
 *   rename: (from, to) => Effect.sync(() => void files.set(to, files.get(from) ?? ""))
 * })
 * const ask = Effect.gen(function* () {
 *   const { wire } = yield* Routes.toAdapter(Routes.make(Route.get("/me").replies([{ json: { id: 1 } }], "fail")))
 *   const cassette = yield* Cassette.make({ path: "me.json" })
 *   const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, Adapter.wrap(cassette)(wire))
 *   return yield* (yield* session.get("https://api.example.test/me", { headers: { "X-Api-Key": "abcdefgh" } })).text
 * })
 * const recorded = Effect.runSync(Effect.provide(ask, disk))
 * console.assert(recorded === Effect.runSync(Effect.provide(ask, disk)) && !files.get("me.json")?.includes("abcdefgh"))
 */
export const make = (options: Options): Effect.Effect<Adapter.Middleware, CassetteError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { match = matching, mode = "once", path, shows = {} } = options
    const disk = yield* FileSystem.FileSystem
    const before = yield* load(disk, path, mode)
    const secrets = new Set((options.secrets ?? []).map(Redacted.value))
    const memory = yield* Ref.make<Memory>({ tape: before ?? empty, played: new Set(), secrets })
    const turn = yield* Effect.makeSemaphore(1)
    const records = mode === "all" || mode === "new episodes" || (mode === "once" && before === undefined)

    const play = (asked: TapeRequest): Effect.Effect<Found> =>
      Ref.modify(memory, (known): readonly [Found, Memory] => {
        const found = find(known.tape, known.played, asked, match)
        if (Either.isLeft(found)) return [found, known]
        return [found, { ...known, played: new Set([...known.played, found.right.index]) }]
      })

    const keep = (exchange: Exchange, found: ReadonlyArray<string>): Effect.Effect<void, CassetteError> =>
      turn.withPermits(1)(
        Effect.gen(function* () {
          const known = yield* Ref.get(memory)
          const tape: Tape = { version: 1, exchanges: [...known.tape.exchanges, exchange] }
          const secrets = new Set([...known.secrets, ...found])
          yield* refuse(tape, secrets, path)
          yield* save(disk, path, write(tape))
          // What was recorded now is not there to be replayed in the same run.
          yield* Ref.update(memory, ({ played }) => ({
            tape,
            secrets,
            played: new Set([...played, tape.exchanges.length - 1])
          }))
        })
      )

    return (send) => (request) =>
      Effect.gen(function* () {
        const sent = yield* read(request)
        const asked = Redaction.request(Redaction.plain(sent), shows)
        const found = mode === "all" ? undefined : yield* play(asked)
        if (found !== undefined && Either.isRight(found)) return answerOf(found.right.response)
        if (!records) {
          const cause = new NotRecorded({ path, asked, ...(found === undefined ? nothing : found.left) })
          return yield* failed(request, cause)
        }
        const at = yield* Clock.currentTimeMillis
        const answer = yield* Effect.flatMap(send(again(sent)), (came) => Answer.read(came, Infinity))
        const bytes = answer.content._tag === "Whole" ? answer.content.bytes : new Uint8Array()
        const millis = (yield* Clock.currentTimeMillis) - at
        const exchange = { at, millis, request: asked, response: Redaction.response(answer, bytes, shows) }
        yield* Effect.catchAll(keep(exchange, Redaction.secretsOf(sent, answer, shows)), (cause) =>
          failed(request, cause)
        )
        return answer
      })
  })

const nothing = { closest: undefined, differences: [] }

/**
 * A cassette over the adapter below.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Cassette.layer({ path: "tape.json", mode: "none" })))
 */
export const layer = (
  options: Options
): Layer.Layer<Adapter.Adapter, CassetteError, Adapter.Adapter | FileSystem.FileSystem> =>
  Layer.effect(
    Adapter.Adapter,
    Effect.zipWith(Adapter.Adapter, make(options), (wire, middleware) => Adapter.wrap(middleware)(wire))
  )

const failed = (request: PreparedRequest.PreparedRequest, cause: CassetteError | NotRecorded) =>
  Effect.fail(new Errors.TransportError({ reason: "Adapter", sent: "no", request, detail: cause.message, cause }))

/** The message with the body that was read from it: a one-shot body is gone otherwise. */
const again = ({ body, request }: Sent): PreparedRequest.PreparedRequest =>
  request.body._tag === "OneShot"
    ? new PreparedRequest.PreparedRequest(
        request.method,
        request.target,
        request.headers,
        Body.replayable(() => Stream.succeed(body), { length: request.body.length }),
        request.transport,
        request.deadline
      )
    : request

const answerOf = (response: TapeResponse): Answer.Answer => ({
  status: response.status,
  reason: response.reason,
  rawHeaders: Headers.fromPairs(response.headers),
  content: Answer.whole(bytesOf(response.body))
})

const refuse = (tape: Tape, secrets: ReadonlySet<string>, path: string): Effect.Effect<void, CassetteError> => {
  const found = tape.exchanges.flatMap((exchange) =>
    Redaction.leaks(exchange, secrets).map((place) => `${place} of ${exchange.request.method} ${exchange.request.url}`)
  )
  if (found.length === 0) return Effect.void
  const detail = `not written, a secret of this session stands in ${found.join(", and in ")}`
  return Effect.fail(new CassetteError({ reason: "Secret", path, detail }))
}

const load = (disk: FileSystem.FileSystem, path: string, mode: Mode): Effect.Effect<Tape | undefined, CassetteError> =>
  mode === "all"
    ? Effect.succeed(undefined)
    : Effect.flatMap(Effect.mapError(disk.exists(path), file(path)), (exists) =>
        exists
          ? Effect.flatMap(Effect.mapError(disk.readFileString(path), file(path)), parse(path))
          : mode === "none"
            ? Effect.fail(
                new CassetteError({
                  reason: "Missing",
                  path,
                  detail: 'there is no such file, and mode "none" records nothing'
                })
              )
            : Effect.succeed(undefined)
      )

const file = (path: string) => (cause: { readonly message: string }) =>
  new CassetteError({ reason: "File", path, detail: cause.message, cause })

const parse = (path: string) => (text: string) =>
  Effect.mapError(
    Schema.decodeUnknown(Schema.parseJson(Tape))(text),
    (cause) =>
      new CassetteError({
        reason: "Format",
        path,
        detail: `it is no cassette of version 1; record it again\n${ParseResult.TreeFormatter.formatErrorSync(cause)}`,
        cause
      })
  )

/** A reader never sees half a file: it is written beside it, and then takes its name. */
const save = (disk: FileSystem.FileSystem, path: string, text: string): Effect.Effect<void, CassetteError> =>
  Effect.mapError(
    Effect.zipRight(disk.writeFileString(`${path}.new`, text), disk.rename(`${path}.new`, path)),
    file(path)
  )
