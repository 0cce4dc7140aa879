/**
 * Records what an adapter answers, and replays it: a middleware over any wire. Secrets do not reach the file.
 *
 * @module
 */

import { FileSystem } from "@effect/platform"
import { Adapter, World } from "@effect-requests/core"
import { Effect, Either, Layer, Redacted } from "effect"
import { CassetteError, NotRecorded } from "./CassetteErrors.js"
import { everything } from "./Clocked.js"
import * as Recorder from "./Recorder.js"
import { answerOf, failed, plainOf, type Recording, recorded } from "./Recording.js"
import * as Redaction from "./Redaction.js"
import { read } from "./Sent.js"
import type { Shows } from "./Shows.js"
import type { Tape, TapeRequest } from "./Tape.js"
import { load, save } from "./TapeFile.js"
import * as Matching from "./TapeMatching.js"

export { CassetteError, NotRecorded } from "./CassetteErrors.js"
export { secretsOf } from "./SessionSecrets.js"
export type { Shows } from "./Shows.js"
export { Tape } from "./Tape.js"
export type { Found, Matcher } from "./TapeMatching.js"

/**
 * `"once"`: records where there is no file, else only replays. `"new episodes"`: replays what is there, records the rest.
 * `"all"`: records everything afresh. `"none"`: only replays, and a missing file is an error.
 */
export type Mode = "once" | "new episodes" | "all" | "none"

/** A cassette's file, and how it is used. */
export interface Options {
  /** The file; its folder must be there. */
  readonly path: string
  /** Default: `"once"`. */
  readonly mode?: Mode
  /** Default: `matching`: method, URL and body. */
  readonly match?: Matching.Matcher
  /** What may stand in the file besides the harmless. Default: nothing more. */
  readonly shows?: Shows
  /**
   * Secrets that must not occur in the file, of any length, besides those that the messages themselves carry: `secretsOf` has
   * those of a session.
   */
  readonly secrets?: ReadonlyArray<Redacted.Redacted<string>>
  /** Values that are no secrets although a cookie or a hidden field has them, such as a language. */
  readonly harmless?: ReadonlyArray<string>
}

/**
 * The usual matcher: method, URL and body, each without its secrets. Requests that differ in nothing else are the same to
 * it, and are played in the order in which they were recorded.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 *
 * const asked = { method: "GET", url: "https://a.test/", headers: [], body: { text: "" } }
 * console.assert(Cassette.matching(asked, { ...asked, method: "PUT" }).join() === "method: GET, but PUT was recorded")
 */
export const matching: Matching.Matcher = Matching.matching

/**
 * The first recording that fits and was not played yet, or what comes closest. Pure.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const asked = { method: "GET", url: "https://a.test/", headers: [], body: { text: "" } }
 * const found = Cassette.find({ version: 1, exchanges: [] }, new Set(), asked, Cassette.matching)
 * console.assert(Either.isLeft(found))
 */
export const find = (
  tape: Tape,
  played: ReadonlySet<number>,
  asked: TapeRequest,
  match: Matching.Matcher
): Matching.Found => Matching.find(tape, played, asked, match)

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
 *   const cassette = yield* Cassette.make({ path: "me.json", shows: { fields: ["id"] } })
 *   const session = yield* Effect.provideService(Session.make(), Adapter.Adapter, Adapter.wrap(cassette)(wire))
 *   return yield* (yield* session.get("https://api.example.test/me", { headers: { "X-Api-Key": "abcdefgh" } })).text
 * })
 * const recorded = Effect.runSync(Effect.provide(ask, disk))
 * console.assert(recorded === Effect.runSync(Effect.provide(ask, disk)) && !files.get("me.json")?.includes("abcdefgh"))
 */
export const make = (options: Options): Effect.Effect<Adapter.Middleware, CassetteError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { harmless = [], match = matching, mode = "once", path, secrets = [], shows = {} } = options
    const disk = yield* FileSystem.FileSystem
    const unpacker = { decoders: yield* World.Decoders }
    const before = mode === "all" ? undefined : yield* load(disk, path)
    if (mode === "none" && before === undefined) return yield* missing(path)
    const recorder = yield* Recorder.make({
      path,
      tape: before,
      secrets: secrets.map(Redacted.value).flatMap((value) => (value === "" ? [] : [{ value, from: "`secrets`" }])),
      match,
      unpacker,
      save: (tape) => save(disk, path, tape)
    })
    const recording: Recording = { path, shows, harmless: new Set(harmless), unpacker, recorder }
    const records = mode === "all" || mode === "new episodes" || (mode === "once" && before === undefined)

    return (send) => (request) =>
      Effect.gen(function* () {
        const sent = yield* read(request)
        const plain = yield* plainOf(sent, unpacker)
        const asked = Redaction.request(plain, shows)
        const found = mode === "all" ? Either.left(nothing) : yield* recorder.play(asked)
        if (Either.isRight(found)) {
          return yield* Either.mapLeft(answerOf(found.right.response, asked, path), failed(request, "no"))
        }
        return records
          ? yield* recorded(recording, sent, plain, send)
          : yield* failed(request, "no")(new NotRecorded({ path, asked, ...found.left }))
      })
  })

const nothing = { closest: undefined, differences: [] }

const missing = (path: string) =>
  new CassetteError({
    reason: "Missing",
    path,
    detail: 'there is no such file, and mode "none" records nothing; record it with mode "once"'
  })

/**
 * A cassette over the adapter below.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Cassette.layer({ path: "tape.json" })))
 */
export const layer = (
  options: Options
): Layer.Layer<Adapter.Adapter, CassetteError, Adapter.Adapter | FileSystem.FileSystem> =>
  Layer.effect(
    Adapter.Adapter,
    Effect.zipWith(Adapter.Adapter, make(options), (wire, middleware) => Adapter.wrap(middleware)(wire))
  )

/**
 * A cassette that is only replayed (mode `"none"`): there is no adapter below, so that nothing can leave the machine.
 *
 * @example
 * import { Cassette } from "@effect-requests/testing"
 * import { Layer } from "effect"
 *
 * console.assert(Layer.isLayer(Cassette.layerReplay({ path: "tape.json" })))
 */
export const layerReplay = (
  options: Omit<Options, "mode">
): Layer.Layer<Adapter.Adapter, CassetteError, FileSystem.FileSystem> =>
  Layer.effect(
    Adapter.Adapter,
    Effect.map(make({ ...options, mode: "none" }), (middleware) =>
      Adapter.wrap(middleware)(Adapter.fromWhole(() => Effect.dieMessage("mode none has sent something"), everything))
    )
  )
