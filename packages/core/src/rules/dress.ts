/**
 * What every hop needs afresh: credentials and cookies, for exactly this URL at exactly this time.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import * as Cookies from "../data/Cookies.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import { InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import type { CookieValues } from "../data/Settings.js"
import { authorize, mayCarry } from "./authorize.js"
import { environmentAuth } from "./environment.js"
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
  const { home, own, request, settings } = call
  const { body, deadline, method, target } = request
  return transport(settings, target, home, facts.environment).pipe(
    Either.map((transport) => new PreparedRequest(method, target, own, body, transport, deadline)),
    Either.flatMap((message) => withCookies(message, home ? settings.cookies : noCookies, facts)),
    Either.flatMap((message) => withCredentials(message, call, facts)),
    Either.map((message) => call.withRequest(message))
  )
}

const withCredentials = (
  message: PreparedRequest,
  call: Call,
  facts: Facts
): Either.Either<PreparedRequest, InvalidRequest> => {
  const { auth } = call.settings
  if (auth !== undefined && mayCarry(auth, call.home, message.target)) return authorize(message, auth)
  return Option.match(fromNetrc(message, call, facts), {
    onNone: () => Either.right(message),
    onSome: (found) =>
      Either.mapLeft(
        authorize(message, found),
        ({ problem, reason }) =>
          new InvalidRequest({
            reason,
            where: "netrc",
            problem,
            remedy: "Mend the entry of this host, or set trustEnv: false"
          })
      )
  })
}

/** The entry for every host is for the host that the user asked, over https: no server chooses who gets it. */
const fromNetrc = (
  { target }: PreparedRequest,
  { foreign, redirects, settings }: Call,
  { environment }: Facts
): Option.Option<Auth> =>
  settings.anonymous || !settings.trustEnv
    ? Option.none()
    : environmentAuth(environment, target, { allowDefault: redirects === 0 && !foreign && target.scheme === "https:" })

const noCookies: CookieValues = {}

/** A cookie of the Cookie field beats one of the request's own, which beats one of the jar: by name. */
const withCookies = (
  request: PreparedRequest,
  own: CookieValues,
  { now, state }: Facts
): Either.Either<PreparedRequest, InvalidRequest> => {
  const explicit = Headers.get(request.headers, "cookie")
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
  for (const cookie of Cookies.matching(state.cookies, request.target, now)) {
    if (!said.has(cookie.name)) pairs.push(cookie.pair)
  }
  return Either.right(
    pairs.length === 0 ? request : request.withHeaders(Headers.set(request.headers, "Cookie", pairs.join("; ")))
  )
}

const unfit = (name: string) =>
  Either.left(
    new InvalidRequest({
      reason: "Cookie",
      where: `cookies[${JSON.stringify(name)}]`,
      problem: "its name or value has a character that a cookie cannot have",
      remedy: "Encode it, with encodeURIComponent for instance"
    })
  )
