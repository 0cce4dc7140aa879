/**
 * The Digest challenges of a state as JSON. They are secrets: a nonce in use, and how often it was used.
 *
 * @module
 */
import { HashMap, Schema } from "effect"
import type { Challenges } from "./SessionState.js"

const text = Schema.NullOr(Schema.String)

/** Challenges by origin, sorted; `null` stands where a challenge said nothing. */
export const SavedChallenges = Schema.Array(
  Schema.Struct({
    origin: Schema.String,
    cnonce: Schema.String,
    count: Schema.NonNegativeInt,
    challenge: Schema.Struct({
      realm: Schema.String,
      nonce: Schema.String,
      opaque: text,
      algorithm: Schema.Literal("MD5", "SHA", "SHA-256", "SHA-512-256", "SHA-512"),
      algorithmGiven: text,
      session: Schema.Boolean,
      qop: Schema.Array(Schema.Literal("auth", "auth-int")),
      stale: Schema.Boolean,
      userhash: Schema.Boolean,
      utf8: Schema.Boolean
    })
  })
)

/** Challenges that are saved. */
export type SavedChallenges = typeof SavedChallenges.Type

/**
 * The challenges as a snapshot has them.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Snapshot.seal(SessionState.empty)).challenges.length === 0)
 */
export const saveChallenges = (challenges: Challenges): SavedChallenges =>
  Array.from(challenges)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([origin, { challenge, cnonce, count }]) => {
      const { algorithm, nonce, qop, realm, session, stale, userhash, utf8 } = challenge
      const [opaque, algorithmGiven] = [challenge.opaque ?? null, challenge.algorithmGiven ?? null]
      const saved = { realm, nonce, opaque, algorithm, algorithmGiven, session, qop, stale, userhash, utf8 }
      return { origin, cnonce, count, challenge: saved }
    })

/**
 * The challenges of a snapshot.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either, HashMap } from "effect"
 *
 * const { state } = Either.getOrThrow(Snapshot.restore(Either.getOrThrow(Snapshot.seal(SessionState.empty))))
 * console.assert(HashMap.isEmpty(state.challenges))
 */
export const loadChallenges = (saved: SavedChallenges): Challenges =>
  HashMap.fromIterable(
    saved.map(({ challenge, cnonce, count, origin }) => {
      const given = { opaque: challenge.opaque ?? undefined, algorithmGiven: challenge.algorithmGiven ?? undefined }
      return [origin, { challenge: { ...challenge, ...given }, cnonce, count }] as const
    })
  )
