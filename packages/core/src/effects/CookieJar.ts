/**
 * A session's cookies, as its users handle them: every change is one pure function on the state.
 *
 * @module
 */
import { Clock, Effect, Either, Option, Ref } from "effect"
import * as Cookie from "../data/Cookie.js"
import * as Cookies from "../data/Cookies.js"
import { mapCookies, type SessionState } from "../data/SessionState.js"
import { parse } from "../data/Target.js"
import { jarOf } from "../rules/policies.js"

/** Where a cookie of one's own belongs: `domain` may be left out when the session has a `baseUrl`. */
export type Attributes = Omit<Cookie.Attributes, "domain"> & { readonly domain?: string | undefined }

/** requests' `Session.cookies`. */
export interface CookieJar {
  /** The value of the one cookie of this name; several are a conflict, to be resolved by domain or path. */
  readonly get: (
    name: string,
    where?: Omit<Cookies.Which, "name">
  ) => Effect.Effect<Option.Option<string>, Cookie.CookieConflict>
  /** All cookies that have not expired, or those that are meant. */
  readonly all: (which?: Cookies.Which) => Effect.Effect<ReadonlyArray<Cookie.Cookie>>
  /** A cookie of one's own, held to the same rules as a server's. */
  readonly set: (name: string, value: string, attributes?: Attributes) => Effect.Effect<void, Cookie.InvalidCookie>
  /** Removes every cookie of this name, or those of one domain or path. */
  readonly delete: (name: string, where?: Omit<Cookies.Which, "name">) => Effect.Effect<void>
  /** Removes all cookies, or those that are meant. */
  readonly clear: (which?: Cookies.Which) => Effect.Effect<void>
}

const everything: Cookies.Which = {}

/**
 * The jar of a state that changes.
 *
 * @example
 * import { CookieJar, SessionState } from "@effect-requests/core"
 * import { Effect, Option, Ref } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const jar = CookieJar.make(yield* Ref.make(SessionState.empty))
 *   yield* jar.set("theme", "dark", { domain: "app.example.test" })
 *   return yield* jar.get("theme")
 * })
 * console.assert(Option.getOrNull(Effect.runSync(program)) === "dark")
 */
export const make = (state: Ref.Ref<SessionState>): CookieJar => {
  const all = (which: Cookies.Which = everything) =>
    Effect.map(Effect.all([Ref.get(state), Clock.currentTimeMillis]), ([{ cookies }, now]) =>
      Cookies.find(cookies, which).filter((cookie) => cookie.expires > now)
    )
  const clear = (which: Cookies.Which = everything) =>
    Ref.update(
      state,
      mapCookies((jar) => Cookies.remove(jar, which))
    )
  return {
    all,
    clear,
    get: (name, where) => Effect.flatMap(all({ ...where, name }), (found) => only(name, found)),
    set: (name, value, attributes) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.flatten(Ref.modify(state, (current) => stored(current, name, value, attributes ?? everything, now)))
      ),
    delete: (name, where) => clear({ ...where, name })
  }
}

const only = (
  name: string,
  found: ReadonlyArray<Cookie.Cookie>
): Effect.Effect<Option.Option<string>, Cookie.CookieConflict> =>
  found.length > 1
    ? Effect.fail(new Cookie.CookieConflict({ name, places: found.map(({ domain, path }) => domain + path) }))
    : Effect.succeed(Option.map(Option.fromNullable(found[0]), (cookie) => cookie.value))

const stored = (
  state: SessionState,
  name: string,
  value: string,
  attributes: Attributes,
  now: number
): readonly [Effect.Effect<void, Cookie.InvalidCookie>, SessionState] => {
  const limits = jarOf(state.settings)
  const domain = attributes.domain ?? hostOf(state.settings.baseUrl)
  const cookie =
    domain === undefined
      ? Either.left(
          new Cookie.InvalidCookie({
            name,
            problem: "no domain is given, and the session has no baseUrl to take it from"
          })
        )
      : Cookie.make(name, value, { ...attributes, domain }, limits.largestCookie)
  return Either.match(cookie, {
    onLeft: (invalid) => [Effect.fail(invalid), state] as const,
    onRight: (fresh) => [Effect.void, mapCookies((jar) => Cookies.put(jar, fresh, now, limits))(state)] as const
  })
}

const hostOf = (baseUrl: string | URL | null | undefined): string | undefined =>
  baseUrl === undefined || baseUrl === null ? undefined : parse(String(baseUrl))?.hostname
