/**
 * The call that a 3xx asks for, or why it is not made (requests' `resolve_redirects`).
 *
 * @module
 */
import { Either, Option } from "effect"
import * as Body from "../data/Body.js"
import * as Disclosure from "../data/Disclosure.js"
import * as Headers from "../data/Headers.js"
import { type InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import { type RedirectReason, RedirectRefused } from "../data/Refused.js"
import { Call, type Hop } from "../data/Request.js"
import type { Response } from "../data/Response.js"
import * as Target from "../data/Target.js"
import { sameOrigin, sameSite } from "./origin.js"
import { plainTarget } from "./plainUrl.js"
import { getRedirectTarget, rebuildMethod } from "./redirectTarget.js"
import { crossesSite } from "./sameSite.js"
import { carry } from "./secrets.js"
import { parseUrl } from "./url.js"

const keepsBody = (status: number, { request, settings }: Call): boolean =>
  status === 307 ||
  status === 308 ||
  (status === 301 &&
    settings.redirects.bodyOfKeptMethod === "keep" &&
    request.method !== "POST" &&
    request.method !== "GET" &&
    request.method !== "HEAD")

/** A next call, undressed, or a refusal; nothing when the response asks for nothing. */
export type Redirect = Option.Option<Either.Either<Call, RedirectRefused>>

/**
 * The next call of a chain, still without cookies and credentials (`dress` adds them).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either, Option } from "effect"
 *
 * const hop = Hops.answered(Hops.call("POST", "https://a.example.test/x"), { status: 303, headers: { Location: "/y" } })
 * const next = Either.getOrThrow(Option.getOrThrow(Rules.redirect(hop)))
 * console.assert(next.request.method === "GET" && next.request.url === "https://a.example.test/y")
 */
export const redirect = ({ call, response }: Hop): Redirect => {
  const { rawHeaders, status } = response.answer
  return Option.flatMap(getRedirectTarget(status, rawHeaders), (location) =>
    decided(
      call,
      response,
      allowed(call, response).pipe(
        Either.flatMap(() => destination(call, response, location)),
        Either.flatMap((target) => follow(call, response, target))
      )
    )
  )
}

/** The user has the last word, on what would otherwise be followed. */
const decided = ({ settings }: Call, response: Response, next: Either.Either<Call, RedirectRefused>): Redirect => {
  const { decide } = settings.redirects
  if (decide === undefined || Either.isLeft(next)) return Option.some(next)
  const { redirects, request, withheld } = next.right
  const asked = Either.try(() => decide({ response, next: request, withheld, redirects: redirects - 1 }))
  if (Either.isRight(asked) && asked.right === "follow") return Option.some(next)
  if (Either.isRight(asked) && asked.right === "stop") return Option.none()
  return Option.some(
    refuse(
      "Policy",
      response,
      `redirects.decide ${Either.isRight(asked) ? "refused" : "threw at"} ${request.target.shown}`
    )
  )
}

const refuse = (reason: RedirectReason, response: Response, detail: string) =>
  Either.left(new RedirectRefused({ reason, response, detail }))

/** What can be said before the Location is looked at. */
const allowed = ({ redirects, settings }: Call, response: Response): Either.Either<void, RedirectRefused> => {
  if (redirects >= settings.maxRedirects) {
    const seen = response.history.some((hop) => hop.url === response.url)
    const hint = seen ? "; this URL was visited before, which looks like a loop" : ""
    return refuse("TooManyRedirects", response, `Exceeded ${settings.maxRedirects} redirects (maxRedirects)${hint}`)
  }
  const several = Headers.getAll(response.answer.rawHeaders, "location").length > 1
  return several && settings.redirects.severalLocations === "refuse"
    ? refuse("SeveralLocations", response, "it has several Location fields (redirects.severalLocations)")
    : Either.right(undefined)
}

const destination = (
  call: Call,
  response: Response,
  location: string
): Either.Either<Target.Target, RedirectRefused> => {
  const from = call.request.target
  const found = targetOf(location, from)
  if (Either.isLeft(found)) return refuse("InvalidLocation", response, found.left.message)
  const target = found.right
  if (target.scheme !== "http:" && target.scheme !== "https:") {
    return refuse("UnsupportedScheme", response, `only http and https are followed, not ${target.scheme}`)
  }
  return from.scheme === "https:" && target.scheme === "http:" && call.settings.redirects.downgrade === "refuse"
    ? refuse("Downgrade", response, `${target.shown} is not encrypted (redirects.downgrade)`)
    : Either.right(target)
}

const targetOf = (location: string, from: Target.Target): Either.Either<Target.Target, InvalidRequest> => {
  const plain = from.href.includes("#") ? undefined : plainTarget(location, from)
  return plain === undefined
    ? Either.map(parseUrl(location, new URL(from.href), "Location"), (url) => Target.fromUrl(withFragmentOf(from, url)))
    : Either.right(plain)
}

/** A fragment lives on until a Location has one of its own (RFC 9110 §10.2.2). */
const withFragmentOf = (from: Target.Target, url: URL): URL => {
  const hash = from.href.indexOf("#")
  if (hash < 0 || url.hash !== "") return url
  const inherited = new URL(url)
  inherited.hash = from.href.slice(hash)
  return inherited
}

const follow = (call: Call, response: Response, target: Target.Target): Either.Either<Call, RedirectRefused> => {
  const { request, settings } = call
  const kept = keepsBody(response.status, call)
  const body = kept ? request.body : Body.empty
  if (!Body.isReplayable(body)) {
    return refuse(
      "UnrewindableBody",
      response,
      "it asks for the body again, which could be sent only once; use Body.replayable"
    )
  }
  if (body._tag !== "Empty" && !bodyMayGo(call, target)) {
    return refuse(
      "BodyToOtherOrigin",
      response,
      `the body would go to ${Disclosure.url(target.origin)} (redirects.bodyToOtherOrigin)`
    )
  }
  const { home, own, withheld } = carry(call, target, kept)
  const method = rebuildMethod(request.method, response.status)
  return Either.right(
    new Call({
      request: new PreparedRequest(method, target, own, body, request.transport, request.deadline),
      settings,
      redirects: call.redirects + 1,
      challenged: 0,
      proxyChallenged: 0,
      own,
      home,
      foreign: call.foreign,
      crossSite: call.crossSite || crossesSite(request.target, target),
      withheld
    })
  )
}

const bodyMayGo = ({ request, settings }: Call, to: Target.Target): boolean => {
  if (sameOrigin(request.target, to)) return true
  const policy = settings.redirects.bodyToOtherOrigin
  return policy === "follow" || (policy === "sameSite" && sameSite(request.target, to))
}
