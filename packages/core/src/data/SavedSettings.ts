/**
 * Settings as a snapshot has them. Records travel as pairs: an object would lose a field named `__proto__` on its way.
 *
 * @module
 */
import { Schema } from "effect"
import * as Params from "./Params.js"
import type { AuthenticationPolicy, EnvironmentPolicy, JarPolicy } from "./Policies.js"
import { loadAuth, loadCert, SavedAuth, SavedCert } from "./SavedAuth.js"
import { SavedNumber } from "./SavedNumber.js"
import { type Hooks, Only, type RedirectPolicy, type Settings } from "./Settings.js"
import type * as Timeout from "./Timeout.js"
import type * as Tls from "./Tls.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** The parts, exactly these (`Only`), or none: told apart by name. */
const layered = <A, I>(parts: Schema.Schema<A, I>) =>
  optional(Schema.NullOr(Schema.Union(Schema.Struct({ parts }), Schema.Struct({ only: parts }))))

const pairs = <A, I>(value: Schema.Schema<A, I>) => Schema.Array(Schema.Tuple(Schema.String, value))

const text = Schema.NullOr(Schema.String)
const duration = optional(Schema.NullOr(SavedNumber))
const noFunctions = optional(Schema.Tuple())

/** Settings in their normal form: no function, no `undefined`, durations in milliseconds, params as entries. */
export const SavedSettings = Schema.Struct({
  baseUrl: optional(text),
  headers: layered(pairs(Schema.Union(text, Schema.Array(Schema.String)))),
  params: layered(Schema.Array(Schema.Struct({ name: optional(Schema.String), value: text }))),
  auth: optional(Schema.NullOr(SavedAuth)),
  cookies: layered(pairs(text)),
  hooks: layered(Schema.Struct({ response: noFunctions, append: noFunctions })),
  timeout: layered(
    Schema.Union(
      SavedNumber,
      Schema.Struct({ connect: duration, write: duration, headers: duration, read: duration, total: duration })
    )
  ),
  allowRedirects: optional(Schema.Boolean),
  maxRedirects: optional(SavedNumber),
  redirects: layered(
    Schema.Struct({
      downgrade: optional(Schema.Literal("refuse", "follow")),
      severalLocations: optional(Schema.Literal("refuse", "join")),
      bodyToOtherOrigin: optional(Schema.Literal("refuse", "sameSite", "follow")),
      secrets: optional(Schema.Literal("allButHarmless", "authorizationOnly")),
      bodyOfKeptMethod: optional(Schema.Literal("keep", "drop"))
    })
  ),
  keepAcrossOrigins: optional(Schema.NullOr(Schema.Array(Schema.String))),
  verify: optional(
    Schema.Union(
      Schema.Boolean,
      Schema.Literal("system"),
      Schema.Struct({ ca: Schema.String }),
      Schema.Struct({ caFile: Schema.String })
    )
  ),
  cert: optional(Schema.NullOr(SavedCert)),
  tls: layered(
    Schema.Struct({
      pins: optional(Schema.NullOr(Schema.Array(Schema.String))),
      serverName: optional(text),
      minVersion: optional(Schema.NullOr(Schema.Literal("TLSv1.2", "TLSv1.3")))
    })
  ),
  proxies: layered(pairs(text)),
  trustEnv: optional(Schema.Boolean),
  environment: layered(
    Schema.Struct({
      proxies: optional(Schema.Literal("last", "byKey")),
      caBundle: optional(Schema.Literal("last", "overSession", "ignore")),
      netrc: optional(Schema.Literal("last", "overrides")),
      netrcDefault: optional(Schema.Literal("askedOverHttps", "everyHost")),
      netrcEntry: optional(Schema.Literal("first", "last")),
      netrcReading: optional(Schema.Literal("tolerant", "asPython")),
      proxiesOfHop: optional(Schema.Literal("afresh", "carried"))
    })
  ),
  authentication: layered(
    Schema.Struct({
      field: optional(Schema.Literal("wins", "isReplaced")),
      sha1: optional(Schema.Literal("refuse", "answer")),
      challengedBy: optional(Schema.Literal("only401", "any4xx"))
    })
  ),
  jar: layered(
    Schema.Struct({
      field: optional(Schema.Literal("joined", "alone")),
      sameSite: optional(Schema.Literal("honour", "ignore")),
      own: optional(Schema.Literal("home", "everyHost")),
      afterRedirect: optional(Schema.Literal("request", "session")),
      largestCookie: optional(SavedNumber),
      mostOfDomain: optional(SavedNumber),
      mostOfAll: optional(SavedNumber)
    })
  ),
  decompress: optional(
    Schema.Union(
      Schema.Boolean,
      Schema.Struct({ size: optional(SavedNumber), ratio: optional(SavedNumber), codings: optional(SavedNumber) })
    )
  )
})

/** Settings that can be saved. */
export type SavedSettings = typeof SavedSettings.Type

/** A setting made of parts: its parts, exactly these, or none. */
export type SavedLayer<A> = { readonly parts: A } | { readonly only: A } | null

/** Every setting has a line where it is saved and one where it is loaded, or that does not compile. */
export type EveryField<S> = { readonly [K in keyof Settings]-?: (K extends keyof S ? S[K] : never) | undefined }

/**
 * The settings of a snapshot.
 *
 * @example
 * import { SessionState, Settings, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const state = SessionState.make({ settings: { headers: Settings.only({ Accept: "a", "X-A": null }) } })
 * const { headers } = Either.getOrThrow(Snapshot.restore(Either.getOrThrow(Snapshot.seal(state)))).state.settings
 * console.assert(headers instanceof Settings.Only && headers.value["X-A"] === null)
 */
export const load = (saved: SavedSettings): Settings => {
  const fields: EveryField<Settings> = {
    baseUrl: saved.baseUrl,
    headers: layer(saved.headers, record),
    params: layer(saved.params, (list) => new Params.Params(list.map(({ name, value }) => ({ name, value })))),
    auth: saved.auth ? loadAuth(saved.auth) : saved.auth,
    cookies: layer(saved.cookies, record),
    hooks: layer(saved.hooks, (none): Hooks => none),
    timeout: layer(saved.timeout, (input): Timeout.Input => input),
    allowRedirects: saved.allowRedirects,
    maxRedirects: saved.maxRedirects,
    redirects: layer(saved.redirects, (policy): Partial<RedirectPolicy> => policy),
    keepAcrossOrigins: saved.keepAcrossOrigins,
    verify: saved.verify,
    cert: saved.cert ? loadCert(saved.cert) : saved.cert,
    tls: layer(saved.tls, (parts): Tls.Parts => parts),
    proxies: layer(saved.proxies, record),
    trustEnv: saved.trustEnv,
    environment: layer(saved.environment, (policy): Partial<EnvironmentPolicy> => policy),
    authentication: layer(saved.authentication, (policy): Partial<AuthenticationPolicy> => policy),
    jar: layer(saved.jar, (policy): Partial<JarPolicy> => policy),
    decompress: saved.decompress
  }
  return present(fields)
}

const layer = <A, B>(saved: SavedLayer<A> | undefined, f: (value: A) => B): B | Only<B> | null | undefined =>
  saved === undefined || saved === null ? saved : "only" in saved ? new Only(f(saved.only)) : f(saved.parts)

const record = <A>(pairs: ReadonlyArray<readonly [string, A]>): { readonly [name: string]: A } =>
  Object.fromEntries(pairs)

/**
 * Without the fields that say `undefined`: it means nothing of its own.
 *
 * @example
 * import { SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const saved = Either.getOrThrow(Snapshot.seal(SessionState.make({ settings: { trustEnv: undefined } })))
 * console.assert(Object.keys(saved.settings).length === 0)
 */
export const present = (fields: {}) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
