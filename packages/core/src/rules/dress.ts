/**
 * What every hop needs afresh: credentials and cookies, for exactly this URL at exactly this time.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import * as Cookies from "../data/Cookies.js"
import type { Environment } from "../data/Environment.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import type { AuthenticationPolicy } from "../data/Policies.js"
import { InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { authorize, mayCarry } from "./authorize.js"
import { cookiesFor, noCookies, ownCookies, withCookies } from "./cookieField.js"
import { environmentAuth } from "./environment.js"
import { toldToProxy } from "./passage.js"
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
