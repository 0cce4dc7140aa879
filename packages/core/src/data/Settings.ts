/**
 * What a session and a request may both say. Absent is no opinion, `null` takes away, later wins (`rules/merge.ts`).
 *
 * @module
 */
import type { Effect } from "effect"
import type { Auth } from "./Auth.js"
import type * as Decompression from "./Decompression.js"
import type { Layered } from "./Layered.js"
import type * as Params from "./Params.js"
import {
  type AuthenticationPolicy,
  compatibleAuthentication,
  compatibleEnvironment,
  compatibleJar,
  type EnvironmentPolicy,
  type JarPolicy,
  safeAuthentication,
  safeEnvironment,
  safeJar
} from "./Policies.js"
import type { PreparedRequest, Withheld } from "./PreparedRequest.js"
import type { Proxies } from "./Proxies.js"
import type { Response } from "./Response.js"
import * as Timeout from "./Timeout.js"
import type { Cert, Policy, Parts as TlsParts, Verify } from "./Tls.js"
import { userAgent } from "./Version.js"

export { type Layered, Only, only, partsOf } from "./Layered.js"

/** Names without case, in order; `null` takes a name away, several values are several fields. */
export type HeaderFields = { readonly [name: string]: string | ReadonlyArray<string> | null | undefined }

/** Cookies of one's own, by name: sent beside those of the jar, never kept in it. */
export type CookieValues = { readonly [name: string]: string | null | undefined }

/**
 * Looks at a response and may replace it: it returns a response, nothing (to keep it), or an Effect of either. Whatever it
 * throws or fails with becomes a `HookError` (requests' `hooks={"response": …}`).
 */
export type ResponseHook = (response: Response) => Response | void | Effect.Effect<Response | void, unknown>

/** `response` replaces the hooks of the layer below; an empty list is no opinion, as in requests. `append` adds to them. */
export interface Hooks {
  readonly response?: ResponseHook | ReadonlyArray<ResponseHook>
  readonly append?: ResponseHook | ReadonlyArray<ResponseHook>
}

/** A redirect that would be followed: what was answered, and exactly what would be sent next. */
export interface RedirectAttempt {
  readonly response: Response
  /** The next message, still without credentials and cookies. */
  readonly next: PreparedRequest
  /** What would stay behind, and why. */
  readonly withheld: ReadonlyArray<Withheld>
  /** How many redirects have led here; this one would be one more. */
  readonly redirects: number
}

/** The user's word on one redirect: go, hand the 3xx back, or fail with `RedirectRefused`. */
export type RedirectDecision = "follow" | "stop" | "refuse"

/** What a session does with a redirect. Every point is a choice of the user; `defaults` are the safe ones. */
export interface RedirectPolicy {
  /** From https to http. */
  readonly downgrade: "refuse" | "follow"
  /** More than one Location field. */
  readonly severalLocations: "refuse" | "join"
  /** A body that a 307 or 308 (or a 301 that keeps its method) takes to another origin. */
  readonly bodyToOtherOrigin: "refuse" | "sameSite" | "follow"
  /** What is a secret of its origin: all but harmless fields, or, as in requests, the Authorization field alone. */
  readonly secrets: "allButHarmless" | "authorizationOnly"
  /** The body of a 301 that keeps its method (PUT, PATCH, DELETE …): RFC 9110 keeps it, requests sends an empty one. */
  readonly bodyOfKeptMethod: "keep" | "drop"
  /** Asked last, about each redirect that the points above let through. A throw is a refusal. */
  readonly decide?: ((attempt: RedirectAttempt) => RedirectDecision) | undefined
}

/** All of it is optional, on a session as on a request. */
export interface Settings {
  /** Relative URLs are resolved against it (RFC 3986), and the session's secrets belong to its origin. */
  readonly baseUrl?: string | URL | null | undefined
  readonly headers?: Layered<HeaderFields> | undefined
  readonly params?: Layered<Params.Input> | undefined
  readonly auth?: Auth | null | undefined
  readonly cookies?: Layered<CookieValues> | undefined
  readonly hooks?: Layered<Hooks> | undefined
  readonly timeout?: Layered<Timeout.Input> | undefined
  /** Whether redirects are followed. Default: yes, except for HEAD. */
  readonly allowRedirects?: boolean | undefined
  /** How many redirects are followed. Default: 30. */
  readonly maxRedirects?: number | undefined
  readonly redirects?: Layered<Partial<RedirectPolicy>> | undefined
  /** Names of header fields that may travel to another origin. */
  readonly keepAcrossOrigins?: ReadonlyArray<string> | null | undefined
  readonly verify?: Verify | undefined
  readonly cert?: Cert | null | undefined
  /** Pins, server name, oldest version. Pins and name belong to the session's origin, like a certificate. */
  readonly tls?: Layered<TlsParts> | undefined
  readonly proxies?: Layered<Proxies> | undefined
  /** Whether the environment (proxies, CA bundle, netrc) is asked. Default: yes; it says nothing unless `World.ReadEnvironment` is provided. */
  readonly trustEnv?: boolean | undefined
  /** How the environment stands to these settings. */
  readonly environment?: Layered<Partial<EnvironmentPolicy>> | undefined
  /** How credentials are put on a message. */
  readonly authentication?: Layered<Partial<AuthenticationPolicy>> | undefined
  /** What cookies are kept, and which are sent. */
  readonly jar?: Layered<Partial<JarPolicy>> | undefined
  /** Whether a Content-Encoding is undone, and how far a body may grow. Default: yes, within `Decompression.limits`. */
  readonly decompress?: Decompression.Input | undefined
}

/** No opinion on anything: the unit of `merge`. */
export const empty: Settings = {}

/** The safe redirects. */
export const safeRedirects: RedirectPolicy = {
  downgrade: "refuse",
  severalLocations: "refuse",
  bodyToOtherOrigin: "sameSite",
  secrets: "allButHarmless",
  bodyOfKeptMethod: "keep"
}

/** What every session starts from. */
export const defaults: Settings = {
  headers: { "User-Agent": userAgent, Accept: "*/*" },
  timeout: Timeout.defaults,
  maxRedirects: 30,
  redirects: safeRedirects,
  trustEnv: true,
  environment: safeEnvironment,
  authentication: safeAuthentication,
  jar: safeJar
}

/**
 * What requests does, for those who move over: redirects (it sends an `X-Api-Key` on to whoever a Location names), the
 * environment, credentials, cookies. Each part is a choice that can be made alone.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 *
 * const moving = Rules.merge(Settings.compatible, { redirects: { downgrade: "refuse" }, maxRedirects: 3 })
 * console.assert(Settings.partsOf(moving.redirects)?.downgrade === "refuse")
 * console.assert(Settings.partsOf(moving.environment)?.netrcDefault === "everyHost")
 */
export const compatible: Settings = {
  redirects: {
    downgrade: "follow",
    severalLocations: "join",
    bodyToOtherOrigin: "follow",
    secrets: "authorizationOnly",
    bodyOfKeptMethod: "drop"
  },
  environment: compatibleEnvironment,
  authentication: compatibleAuthentication,
  jar: compatibleJar
}

/** All layers merged: no field missing, no `null` left, one shape. */
export interface Resolved {
  readonly baseUrl: string | undefined
  /** Tombstones are still here: `prepare` adds no field that the user took away. */
  readonly headers: HeaderFields
  readonly params: Params.Params
  readonly auth: Auth | undefined
  /** `auth` is the user and the password of the URL: no setting named it. */
  readonly authFromUrl: boolean
  /** `auth: null` was said: neither the URL's credentials nor the environment's are wanted. */
  readonly anonymous: boolean
  readonly cookies: CookieValues
  readonly hooks: ReadonlyArray<ResponseHook>
  readonly timeout: Timeout.Timeout
  readonly allowRedirects: boolean
  readonly maxRedirects: number
  readonly redirects: RedirectPolicy
  /** Lower-case names. */
  readonly keepAcrossOrigins: ReadonlySet<string>
  /** `undefined`: nobody said anything, so the environment may, else it is `true`. */
  readonly verify: Verify | undefined
  /** What the request itself says of `verify`. */
  readonly verifyAsked: Verify | undefined
  readonly cert: Cert | undefined
  readonly tls: Policy
  /** Layer by layer, the request's first: proxies are chosen, not merged. A `null` keeps its key from all that follow. */
  readonly proxies: ReadonlyArray<Proxies>
  readonly trustEnv: boolean
  readonly environment: EnvironmentPolicy
  readonly authentication: AuthenticationPolicy
  readonly jar: JarPolicy
  /** `undefined`: the bytes of the wire are wanted. */
  readonly decompress: Decompression.Limits | undefined
}
