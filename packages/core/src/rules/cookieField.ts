/**
 * The Cookie field of a message: which cookies it gets, and whose word counts.
 *
 * @module
 */
import { Array, Either } from "effect"
import type { Cookie } from "../data/Cookie.js"
import * as Cookies from "../data/Cookies.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import { byLast } from "../data/Memo.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { type CookieValues, partsOf } from "../data/Settings.js"
import { staysBehind } from "./sameSite.js"

/** No cookies of one's own. */
export const noCookies: CookieValues = {}

const noJar: ReadonlyArray<Cookie> = []

/** The `cookies` setting where it may go; after a redirect the session's word may stand before the request's. */
export const ownCookies = ({ foreign, home, redirects, settings }: Call, { state }: Facts): CookieValues => {
  const { cookies, jar } = settings
  if (!home && jar.own === "home") return noCookies
  if (redirects === 0 || foreign || jar.afterRedirect === "request") return cookies
  const session = Object.entries(partsOf(state.settings.cookies) ?? {}).filter(([, value]) => typeof value === "string")
  return { ...cookies, ...Object.fromEntries(session) }
}

/** What the jar sends, and the names of what stays behind since another site led here. */
export const cookiesFor = (
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
export const withCookies = (
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
