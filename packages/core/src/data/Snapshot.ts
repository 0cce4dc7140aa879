/**
 * A session's state as JSON, to be kept between runs or handed to another machine. *Sealed*: all of it, secrets in
 * plain, to be stored as passwords are. *Open*: no secret, and a list of what is missing where.
 *
 * requests pickles a `Session`; what cannot be pickled is lost there without a word, and loading may run code. Here
 * what cannot be saved fails with its path, and loading only reads.
 *
 * @module
 */
import { Either, ParseResult, Schema } from "effect"
import { type Missing, tell } from "./Outline.js"
import { loadChallenges, SavedChallenges, saveChallenges } from "./SavedChallenges.js"
import { SavedAttributes, SavedCookies } from "./SavedCookies.js"
import { load, SavedSettings } from "./SavedSettings.js"
import { save } from "./Saving.js"
import { make, SessionState } from "./SessionState.js"
import { finding, InvalidSnapshot, Unsaveable } from "./SnapshotErrors.js"

export type { Missing } from "./Outline.js"
export { SavedCookies } from "./SavedCookies.js"
export { InvalidSnapshot, Unsaveable } from "./SnapshotErrors.js"

const Sealed = Schema.Struct({
  version: Schema.Literal(1),
  kind: Schema.Literal("sealed"),
  settings: SavedSettings,
  cookies: SavedCookies,
  challenges: SavedChallenges
})

const Open = Schema.Struct({
  version: Schema.Literal(1),
  kind: Schema.Literal("open"),
  settings: SavedSettings,
  missing: Schema.Array(
    Schema.Struct({
      where: Schema.String,
      what: Schema.Literal(
        "header",
        "param",
        "cookie",
        "auth",
        "cert",
        "url",
        "userinfo",
        "query",
        "fragment",
        "challenge"
      ),
      cookie: Schema.optionalWith(SavedAttributes, { exact: true })
    })
  )
})

/** All of a state, every secret in plain. JSON as it is. */
export type SealedSnapshot = typeof Sealed.Encoded

/** A state without its secrets. JSON as it is. */
export type OpenSnapshot = typeof Open.Encoded

/** A state, and the secrets that it once had: none of a sealed snapshot. */
export interface Restored {
  readonly state: SessionState
  readonly missing: ReadonlyArray<Missing>
}

// What is unknown is refused: to ignore it would be to lose it.
const strict = { onExcessProperty: "error" } as const

const unsaveable = ({ issue }: ParseResult.ParseError): Unsaveable => new Unsaveable(finding(issue))

const parts = (state: SessionState): Either.Either<typeof Sealed.Type, Unsaveable> =>
  Either.map(save(state.settings), (settings) => ({
    version: 1,
    kind: "sealed",
    settings,
    cookies: state.cookies,
    challenges: saveChallenges(state.challenges)
  }))

/**
 * All of a state as JSON, secrets in plain. `restore` gives the same state again, with settings in their normal form:
 * params as entries, durations in milliseconds, a `baseUrl` as text, without what says `undefined`. Fails with the path
 * of what JSON cannot hold: hooks, `redirects.decide`, a custom signer, a source of tokens, an iterator, a wiped
 * secret.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const sealed = Snapshot.seal(SessionState.make({ settings: { auth: Auth.basic("ada", "pw") } }))
 * console.assert(Either.getOrThrow(sealed).kind === "sealed")
 * const hooked = Snapshot.seal(SessionState.make({ settings: { hooks: { response: () => undefined } } }))
 * console.assert(Either.isLeft(hooked) && hooked.left.path === "settings.hooks.response")
 */
export const seal = (state: SessionState): Either.Either<SealedSnapshot, Unsaveable> =>
  Either.flatMap(parts(state), (sealed) => Either.mapLeft(Schema.encodeEither(Sealed, strict)(sealed), unsaveable))

/**
 * A state as JSON without its secrets: no cookie values, credentials, client certificate or challenges, no header
 * fields and params but those that are known to be harmless, no userinfo in URLs. Each is listed in `missing`. Hooks
 * and `redirects.decide` fail as in `seal`.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const open = Either.getOrThrow(Snapshot.outline(SessionState.make({ settings: { auth: Auth.basic("ada", "pw") } })))
 * console.assert(open.missing[0]?.where === "settings.auth" && open.settings.auth === undefined)
 */
export const outline = (state: SessionState): Either.Either<OpenSnapshot, Unsaveable> => {
  const { missing, value } = tell(state)
  return Either.flatMap(save(value), (settings) =>
    Either.mapLeft(Schema.encodeEither(Open, strict)({ version: 1, kind: "open", settings, missing }), unsaveable)
  )
}

const loaded = (sealed: typeof Sealed.Type): SessionState =>
  make({ settings: load(sealed.settings), cookies: sealed.cookies, challenges: loadChallenges(sealed.challenges) })

const decodeSealed = Schema.decodeUnknownEither(Sealed, strict)
const decodeOpen = Schema.decodeUnknownEither(Open, strict)

// Decided before it is read: what is wrong is told of the kind that was meant.
const isOpen = (json: unknown): boolean =>
  typeof json === "object" && json !== null && "kind" in json && json.kind === "open"

/**
 * The state of a snapshot, and what is missing of it. Takes any value; no error shows what it found.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const before = SessionState.make({ settings: { maxRedirects: 3, auth: Auth.bearer("abc") } })
 * const text = JSON.stringify(Either.getOrThrow(Snapshot.outline(before)))
 * const { missing, state } = Either.getOrThrow(Snapshot.restore(JSON.parse(text)))
 * console.assert(state.settings.maxRedirects === 3 && missing[0]?.what === "auth")
 * console.assert(Either.isLeft(Snapshot.restore({ version: 2 })))
 */
export const restore = (json: unknown): Either.Either<Restored, InvalidSnapshot> =>
  Either.mapLeft(
    isOpen(json)
      ? Either.map(decodeOpen(json), ({ missing, settings }) => ({
          state: make({ settings: load(settings) }),
          missing
        }))
      : Either.map(decodeSealed(json), (sealed) => ({ state: loaded(sealed), missing: [] })),
    ({ issue }) => new InvalidSnapshot(finding(issue))
  )

/**
 * The Schema of a state: its sealed snapshot, and back. For `KeyValueStore.forSchema`, `Schema.parseJson` and their
 * like.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Schema } from "effect"
 *
 * const text = Schema.parseJson(Snapshot.schema)
 * const saved = Schema.encodeSync(text)(SessionState.make({ settings: { maxRedirects: 3 } }))
 * console.assert(Schema.decodeSync(text)(saved).settings.maxRedirects === 3)
 */
export const schema: Schema.Schema<SessionState, SealedSnapshot> = Schema.transformOrFail(
  Sealed.annotations({ parseOptions: strict }),
  Schema.instanceOf(SessionState),
  {
    strict: true,
    decode: (sealed) => ParseResult.succeed(loaded(sealed)),
    encode: (state, _options, ast) =>
      Either.mapLeft(
        parts(state),
        ({ path, problem }) => new ParseResult.Pointer(path, state, new ParseResult.Forbidden(ast, state, problem))
      )
  }
).annotations({
  identifier: "SessionState",
  // The messages of a Schema show what they found.
  message: (issue) => {
    const { path, problem } = finding(issue)
    return { message: `${path === "" ? "the snapshot" : path} ${problem}`, override: true }
  }
})
