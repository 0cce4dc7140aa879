/**
 * Credentials and client certificates as JSON: what a sealed snapshot holds of them, secrets in plain.
 *
 * @module
 */
import { Either, Redacted, Schema } from "effect"
import * as Auth from "./Auth.js"
import { Unsaveable } from "./SnapshotErrors.js"
import type { Cert } from "./Tls.js"

const bound = { origins: Schema.optionalWith(Schema.Array(Schema.String), { exact: true }) }

/** Basic, Bearer and Digest. A `custom` signer and a source of tokens are functions and have no JSON. */
export const SavedAuth = Schema.Union(
  Schema.Struct({ _tag: Schema.Literal("Basic"), username: Schema.String, password: Schema.String, ...bound }),
  Schema.Struct({ _tag: Schema.Literal("Bearer"), token: Schema.String, ...bound }),
  Schema.Struct({ _tag: Schema.Literal("Digest"), username: Schema.String, password: Schema.String, ...bound })
)

const locked = { passphrase: Schema.optionalWith(Schema.String, { exact: true }) }

/** PEM, or PKCS#12 in base64. */
export const SavedCert = Schema.Union(
  Schema.Struct({ cert: Schema.String, key: Schema.String, ...locked }),
  Schema.Struct({ pfx: Schema.Uint8ArrayFromBase64, ...locked })
)

/** Credentials that can be saved. */
export type SavedAuth = typeof SavedAuth.Type

/** A client certificate that can be saved. */
export type SavedCert = typeof SavedCert.Type

const secret = (path: string, value: Redacted.Redacted<string>): Either.Either<string, Unsaveable> =>
  Either.try({
    try: () => Redacted.value(value),
    catch: () => new Unsaveable({ path, problem: "is a secret that has been wiped" })
  })

/**
 * Credentials with their secrets revealed; a signer or a source of tokens fails.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const saved = Snapshot.seal(SessionState.make({ settings: { auth: Auth.custom(() => []) } }))
 * console.assert(Either.isLeft(saved) && saved.left.path === "settings.auth.sign")
 */
export const saveAuth = (auth: Auth.Auth): Either.Either<SavedAuth, Unsaveable> => {
  const origins = auth.origins === undefined ? {} : { origins: auth.origins }
  switch (auth._tag) {
    case "Basic":
    case "Digest": {
      const { _tag, username } = auth
      return Either.map(secret("settings.auth.password", auth.password), (password) => ({
        _tag,
        username,
        password,
        ...origins
      }))
    }
    case "Bearer":
      return Either.map(secret("settings.auth.token", auth.token), (token) => ({ _tag: "Bearer", token, ...origins }))
    case "Refreshing":
      return Either.left(
        new Unsaveable({ path: "settings.auth.source", problem: "is a source of tokens, made of functions" })
      )
    case "Custom":
      return Either.left(new Unsaveable({ path: "settings.auth.sign", problem: "is a function" }))
  }
}

/**
 * The credentials again, their secrets hidden.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const saved = Either.getOrThrow(Snapshot.seal(SessionState.make({ settings: { auth: Auth.bearer("abc") } })))
 * console.assert(Either.getOrThrow(Snapshot.restore(saved)).state.settings.auth?._tag === "Bearer")
 */
export const loadAuth = (saved: SavedAuth): Auth.Auth => {
  const auth = unbound(saved)
  return saved.origins === undefined ? auth : Auth.forOrigins(auth, saved.origins)
}

const unbound = (saved: SavedAuth): Auth.Auth => {
  switch (saved._tag) {
    case "Basic":
      return Auth.basic(saved.username, saved.password)
    case "Bearer":
      return Auth.bearer(saved.token)
    case "Digest":
      return Auth.digest(saved.username, saved.password)
  }
}

/**
 * A client certificate with its secrets revealed.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const state = SessionState.make({ settings: { cert: { pfx: new Uint8Array([1, 2, 3]) } } })
 * console.assert(JSON.stringify(Either.getOrThrow(Snapshot.seal(state))).includes('"pfx":"AQID"'))
 */
export const saveCert = (cert: Cert): Either.Either<SavedCert, Unsaveable> =>
  Either.gen(function* () {
    const locked =
      cert.passphrase === undefined ? {} : { passphrase: yield* secret("settings.cert.passphrase", cert.passphrase) }
    return "pfx" in cert
      ? { pfx: cert.pfx, ...locked }
      : { cert: cert.cert, key: yield* secret("settings.cert.key", cert.key), ...locked }
  })

/**
 * The client certificate again, its secrets hidden.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const state = SessionState.make({ settings: { cert: { pfx: new Uint8Array([1, 2, 3]) } } })
 * const { cert } = Either.getOrThrow(Snapshot.restore(Either.getOrThrow(Snapshot.seal(state)))).state.settings
 * console.assert(cert !== undefined && cert !== null && "pfx" in cert && cert.pfx.length === 3)
 */
export const loadCert = (saved: SavedCert): Cert => {
  const locked = saved.passphrase === undefined ? {} : { passphrase: Redacted.make(saved.passphrase) }
  return "pfx" in saved ? { pfx: saved.pfx, ...locked } : { cert: saved.cert, key: Redacted.make(saved.key), ...locked }
}
