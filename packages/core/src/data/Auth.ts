/**
 * Credentials as data: they can be merged, compared and bound to origins. Secrets are `Redacted` and never show.
 *
 * @module
 */
import { Data, type Effect, Redacted } from "effect"
import type { Body } from "./Body.js"
import type { Headers } from "./Headers.js"

/** What a `custom` signer may look at. */
export interface Signable {
  readonly method: string
  /** The absolute URL, with its query and without a fragment. */
  readonly url: string
  readonly headers: Headers
  readonly body: Body
}

/** Header fields to set, replacing those of the same name. Pure: a time or a nonce is an argument of whoever makes it. */
export type Sign = (request: Signable) => Headers

/** Where credentials may go. Absent: the session's or the request's own origin (see docs/guide, "Secrets have an origin"). */
interface Bound {
  readonly origins: ReadonlyArray<string> | undefined
}

/** A token could not be had. Everybody who waited for it is told the same. */
export class TokenError extends Data.TaggedError("TokenError")<{ readonly cause: unknown }> {
  override get message(): string {
    return "The token could not be refreshed; its cause says why"
  }
}

/** Where tokens come from (`Refreshing.make`). */
export interface TokenSource {
  /** The token to use now. */
  readonly current: Effect.Effect<Redacted.Redacted<string>, TokenError>
  /** A server refused this one: it is not to be given out again. */
  readonly refused: (token: Redacted.Redacted<string>) => Effect.Effect<void>
}

/** Credentials. */
export type Auth = Data.TaggedEnum<{
  /** RFC 7617, in UTF-8. */
  Basic: Bound & { readonly username: string; readonly password: Redacted.Redacted<string> }
  /** RFC 6750. */
  Bearer: Bound & { readonly token: Redacted.Redacted<string> }
  /** RFC 7616: answers the challenge of the origin that was asked, and signs later requests at once. */
  Digest: Bound & { readonly username: string; readonly password: Redacted.Redacted<string> }
  /** A token that somebody renews: asked for each message, given up after a 401. */
  Refreshing: Bound & { readonly source: TokenSource }
  /** A signature of one's own, made afresh for every hop. */
  Custom: Bound & { readonly sign: Sign }
}>

const constructors = Data.taggedEnum<Auth>()

/** A question and a case analysis over the variants. */
export const { $is: is, $match: match } = constructors

const redacted = (secret: string | Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.isRedacted(secret) ? secret : Redacted.make(secret)

/**
 * A user and a password (RFC 7617, UTF-8; requests' `HTTPBasicAuth`). A colon in the user is refused when it is prepared.
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 *
 * console.assert(!JSON.stringify(Auth.basic("ada", "secret")).includes("secret"))
 */
export const basic = (username: string, password: string | Redacted.Redacted<string>): Auth =>
  constructors.Basic({ username, password: redacted(password), origins: undefined })

/**
 * A user and a password that are never sent, only proved (RFC 7616; requests' `HTTPDigestAuth`). The first request of a
 * session goes out without; the challenge is remembered, so that later ones are signed at once.
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 *
 * console.assert(Auth.digest("ada", "secret")._tag === "Digest")
 */
export const digest = (username: string, password: string | Redacted.Redacted<string>): Auth =>
  constructors.Digest({ username, password: redacted(password), origins: undefined })

/**
 * A token (RFC 6750 §2.1).
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 *
 * console.assert(Auth.bearer("abc")._tag === "Bearer")
 */
export const bearer = (token: string | Redacted.Redacted<string>): Auth =>
  constructors.Bearer({ token: redacted(token), origins: undefined })

/**
 * Tokens of a source, sent as Bearer: `Refreshing.make` makes one from an Effect.
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 * import { Effect, Redacted } from "effect"
 *
 * const auth = Auth.refreshing({ current: Effect.succeed(Redacted.make("abc")), refused: () => Effect.void })
 * console.assert(auth._tag === "Refreshing")
 */
export const refreshing = (source: TokenSource): Auth => constructors.Refreshing({ source, origins: undefined })

/**
 * A pure signer: it sees each hop as it will be sent, and answers the fields to set.
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 *
 * const auth = Auth.custom(({ method, url }) => ["X-Signature", `${method} ${url}`])
 * console.assert(auth._tag === "Custom")
 */
export const custom = (sign: Sign): Auth => constructors.Custom({ sign, origins: undefined })

/**
 * The same credentials, for these origins and no other, on the first hop and on every redirect.
 *
 * @example
 * import { Auth } from "@effect-requests/core"
 *
 * const auth = Auth.forOrigins(Auth.bearer("abc"), ["https://api.example.test", "https://files.example.test"])
 * console.assert(auth.origins?.length === 2)
 */
export const forOrigins = (self: Auth, origins: ReadonlyArray<string>): Auth => {
  switch (self._tag) {
    case "Basic":
      return constructors.Basic({ ...self, origins })
    case "Bearer":
      return constructors.Bearer({ ...self, origins })
    case "Digest":
      return constructors.Digest({ ...self, origins })
    case "Refreshing":
      return constructors.Refreshing({ ...self, origins })
    case "Custom":
      return constructors.Custom({ ...self, origins })
  }
}
