/**
 * What every hop needs afresh: credentials and cookies, for exactly this URL at exactly this time.
 *
 * @module
 */
import { Array, Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import type { Cookie } from "../data/Cookie.js"
import * as Cookies from "../data/Cookies.js"
import type { Environment } from "../data/Environment.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import { byLast } from "../data/Memo.js"
import type { AuthenticationPolicy } from "../data/Policies.js"
import { InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { type CookieValues, partsOf } from "../data/Settings.js"
import { authorize, mayCarry } from "./authorize.js"
import { environmentAuth } from "./environment.js"
import { toldToProxy } from "./passage.js"
import { staysBehind } from "./sameSite.js"
import { transport } from "./transport.js"

/**
 * The call with the transport of its URL, the credentials that may go there, and the Cookie field that it gets.
 *
 * @example
 * import { Auth, Headers, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const call = Hops.call("GET", "https://api.example.test/", { auth: Auth.bearer("abc") })
 * const dressed = Either.getOrThrow(Rules.dress(call, Hops.facts()))
 * console.assert(Headers.get(dressed.request.headers, "Authorization") === "Bearer abc")
 */
export const dress = (call: Call, facts: Facts): Either.Either<Call, InvalidRequest> => {
  const { own, request, settings } = call
  const { body, deadline, method, target } = request
  const { held, sent } = cookiesFor(call, facts)
  const alone = settings.jar.field === "alone" && Headers.has(own, "cookie")
  const decided = transport(settings, target, call.home, facts.environment)
  if (Either.isLeft(decided)) return Either.left(decided.left)
  const headers = withCookies(own, alone ? noCookies : ownCookies(call, facts), sent)
  if (Either.isLeft(headers)) return Either.left(headers.left)
  const message = new PreparedRequest(method, target, headers.right, body, decided.right, deadline)
  const signed = withCredentials(message, call, facts)
  return Either.isLeft(signed) ? Either.left(signed.left) : Either.right(toldToProxy(call.dressed(signed.right, held)))
}

/**
 * `dress` for a call that is made again and again: the same call is handed out as long as the jar and the environment are
 * the same values and none of its cookies has expired. The law: it is exactly what `dress` answers.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://api.example.test/")
 * const again = Rules.redressing(call)
 * console.assert(again(Hops.facts()) !== undefined)
 */
export const redressing = (call: Call): ((facts: Facts) => Either.Either<Call, InvalidRequest>) => {
  let asked = false
  let last: Dressed | undefined
  return (facts) => {
    // Most calls are asked for once: what would hold is found out for those that come again.
    if (!asked) {
      asked = true
      return dress(call, facts)
    }
    if (last === undefined || !holds(last, facts)) last = dressed(call, facts)
    return last.call
  }
}

/** A dressed call, and the facts by which it would be the same. */
interface Dressed {
  readonly call: Either.Either<Call, InvalidRequest>
  readonly cookies: Cookies.Cookies
  readonly environment: Environment
  readonly from: number
  readonly until: number
}

const holds = ({ cookies, environment, from, until }: Dressed, facts: Facts): boolean =>
  cookies === facts.state.cookies && environment === facts.environment && from <= facts.now && facts.now < until

const dressed = (call: Call, facts: Facts): Dressed => {
  const { environment, now, state } = facts
  const until = Cookies.matching(state.cookies, call.request.target, now).reduce(
    (soonest, { expires }) => Math.min(soonest, expires),
    Infinity
  )
  return { call: dress(call, facts), cookies: state.cookies, environment, from: now, until }
}

const withCredentials = (
  message: PreparedRequest,
  call: Call,
  facts: Facts
): Either.Either<PreparedRequest, InvalidRequest> => {
  const { auth, authFromUrl, authentication, environment } = call.settings
  const own = auth !== undefined && mayCarry(auth, call.home, message.target) ? auth : undefined
  const overrides = environment.netrc === "overrides" && (auth === undefined || authFromUrl || call.redirects > 0)
  const found = own === undefined || overrides ? fromNetrc(message, call, facts) : Option.none()
  if (Option.isSome(found)) return signedByNetrc(message, found.value, overrides ? "isReplaced" : "wins")
  return own === undefined ? Either.right(message) : authorize(message, own, authentication.field)
}

const signedByNetrc = (message: PreparedRequest, found: Auth, field: AuthenticationPolicy["field"]) =>
  Either.mapLeft(
    authorize(message, found, field),
    ({ problem, reason }) =>
      new InvalidRequest({
        reason,
        where: "netrc",
        problem,
        remedy: "Mend the entry of this host, or set trustEnv: false"
      })
  )

/** The entry for every host is for the host that the user asked, over https: no server chooses who gets it. */
const fromNetrc = (
  { target }: PreparedRequest,
  { foreign, redirects, settings }: Call,
  { environment }: Facts
): Option.Option<Auth> =>
  settings.anonymous || !settings.trustEnv
    ? Option.none()
    : environmentAuth(environment, target, {
        allowDefault:
          settings.environment.netrcDefault === "everyHost" ||
          (redirects === 0 && !foreign && target.scheme === "https:"),
        entry: settings.environment.netrcEntry,
        reading: settings.environment.netrcReading
      })

const noCookies: CookieValues = {}

const noJar: ReadonlyArray<Cookie> = []

/** The `cookies` setting where it may go; after a redirect the session's word may stand before the request's. */
const ownCookies = ({ foreign, home, redirects, settings }: Call, { state }: Facts): CookieValues => {
  const { cookies, jar } = settings
  if (!home && jar.own === "home") return noCookies
  if (redirects === 0 || foreign || jar.afterRedirect === "request") return cookies
  const session = Object.entries(partsOf(state.settings.cookies) ?? {}).filter(([, value]) => typeof value === "string")
  return { ...cookies, ...Object.fromEntries(session) }
}

/** What the jar sends, and the names of what stays behind since another site led here. */
const cookiesFor = (
  { crossSite, own, request, settings: { jar } }: Call,
  { now, state }: Facts
): { readonly sent: ReadonlyArray<Cookie>; readonly held: ReadonlyArray<string> } => {
  if (jar.field === "alone" && Headers.has(own, "cookie")) return { sent: noJar, held: [] }
  const matching = Cookies.matching(state.cookies, request.target, now)
  if (!crossSite || jar.sameSite === "ignore") return { sent: matching, held: [] }
  const [sent, held] = Array.partition(matching, (cookie) => staysBehind(cookie, request.method))
  return { sent, held: held.map(({ name }) => name) }
}

/** A cookie of the Cookie field beats one of the request's own, which beats one of the jar: by name. */
const withCookies = (
  fields: Headers.Headers,
  own: CookieValues,
  jar: ReadonlyArray<Cookie>
): Either.Either<Headers.Headers, InvalidRequest> => {
  const explicit = Headers.get(fields, "cookie")
  if (explicit === undefined && isNone(own)) {
    return Either.right(
      jar.length === 0 ? fields : withCookie(fields, jar.length > few ? joined(jar) : fieldOf(...jar))
    )
  }
  const said = new Set(
    explicit === undefined ? [] : explicit.split(";").map((pair) => (pair.split("=")[0] ?? "").trim())
  )
  const pairs: Array<string> = explicit === undefined || explicit === "" ? [] : [explicit]
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined || said.has(name)) continue
    said.add(name)
    if (value === null) continue
    if (!Headers.isToken(name) || /[;\s]/.test(value) || !Headers.isValue(value)) return unfit(name)
    pairs.push(`${name}=${value}`)
  }
  for (const cookie of jar) {
    if (!said.has(cookie.name)) pairs.push(cookie.pair)
  }
  if (pairs.length === 0) return Either.right(fields)
  const value = pairs.join("; ")
  return Either.right(
    explicit === undefined ? Headers.append(fields, "Cookie", value) : Headers.set(fields, "Cookie", value)
  )
}

const joined = (jar: ReadonlyArray<Cookie>): string => jar.map(pairOf).join("; ")

/** A call has room for some arguments, not for a whole jar. */
const few = 32
const fieldOf = byLast((...jar: ReadonlyArray<Cookie>) => joined(jar))

/** Most requests of a session have the same fields and the same cookies as the one before: they share one list. */
const withCookie = byLast((fields: Headers.Headers, value: string) => Headers.append(fields, "Cookie", value))

const isNone = (own: CookieValues): boolean => {
  for (const _name in own) return false
  return true
}

const pairOf = ({ pair }: Cookie): string => pair

const unfit = (name: string) =>
  Either.left(
    new InvalidRequest({
      reason: "Cookie",
      where: `cookies[${JSON.stringify(name)}]`,
      problem: "its name or value has a character that a cookie cannot have",
      remedy: "Encode it, with encodeURIComponent for instance"
    })
  )
