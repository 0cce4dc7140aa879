/**
 * From what was asked to what is sent: `Request` and facts in, `Call` out.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import type { Facts } from "../data/Facts.js"
import { byLast, byRepeatedText, byText, byValue } from "../data/Memo.js"
import type { Params } from "../data/Params.js"
import { type InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import { make as ask, Call, type Options, type Request } from "../data/Request.js"
import type { Resolved, Settings } from "../data/Settings.js"
import type { Target } from "../data/Target.js"
import { mayCarry } from "./authorize.js"
import { dress, redressing } from "./dress.js"
import { encode } from "./encode.js"
import { locate, targetOf } from "./locate.js"
import { fields } from "./messageFields.js"
import { methodOf } from "./method.js"
import { publicPart, type Split } from "./secrets.js"
import { type Codings, isBodiless, noCodings, start } from "./start.js"
import { undecided } from "./transport.js"
import { withParams } from "./url.js"

/**
 * The call that a request asks for. Its settings are `merge(baseline, session, options)`; what the session keeps for the
 * origin of its `baseUrl` is left out when the URL is of another one. Total: everything wrong is an `InvalidRequest`
 * (requests' `Session.prepare_request`).
 *
 * @example
 * import { Environment, Request, Rules, SessionState } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const state = SessionState.make({ settings: { baseUrl: "https://api.example.test/v1/", params: { key: "1" } } })
 * const call = Rules.prepare(Request.get("users", { params: { page: 2 } }), { state, environment: Environment.empty, now: 0, nonce: "" })
 * console.assert(Either.getOrThrow(call).request.url === "https://api.example.test/v1/users?key=1&page=2")
 */
export const prepare = (request: Request, facts: Facts): Either.Either<Call, InvalidRequest> => {
  const codings = facts.codings ?? noCodings
  return isEmpty(request.options)
    ? bare(codings)(facts.state.settings)(request.method)(request.url)(facts)
    : Either.flatMap(undressed(request, facts.state.settings, codings, facts.nonce), (call) => dress(call, facts))
}

/** A method and a URL alone ask for the same call again: computed once, and dressed again only when a fact has changed. */
const bare = byValue((codings: Codings) =>
  byValue((session: Settings) =>
    byText(16, (method) =>
      byRepeatedText(256, (url) => {
        const call = undressed(ask(method, url), session, codings, "")
        return Either.isLeft(call) ? () => call : redressing(call.right)
      })
    )
  )
)

/**
 * Everything but what a hop needs afresh: a function of the request, the session's settings and the codings alone. One
 * step after another, and the first that fails is the answer: `Either.gen` would take as long as all of them.
 */
const undressed = (
  request: Request,
  session: Settings,
  codings: Codings,
  nonce: string
): Either.Either<Call, InvalidRequest> => {
  const { options } = request
  const method = methodOf(request.method)
  if (Either.isLeft(method)) return Either.left(method.left)
  const located = locate(request.url, session, options.baseUrl)
  if (Either.isLeft(located)) return Either.left(located.left)
  const { foreign, userinfo } = located.right
  const split = foreign ? publicPart(session, options.keepAcrossOrigins) : ofAll(session)
  const started = start(options, split.settings, codings, method.right, !foreign)
  if (Either.isLeft(started)) return Either.left(started.left)
  const { settings, unframed } = started.right
  const target = withQuery(located.right.target, request.url, settings.params)
  if (Either.isLeft(target)) return Either.left(target.left)
  const encoded = encode(options, nonce)
  if (Either.isLeft(encoded)) return Either.left(encoded.left)
  const own = isBodiless(encoded.right) ? unframed : fields(settings.headers, method.right, encoded.right)
  if (Either.isLeft(own)) return Either.left(own.left)
  const auth = credentials(settings, target.right, userinfo)
  return Either.right(
    new Call({
      request: new PreparedRequest(method.right, target.right, own.right, encoded.right.body, undecided, Infinity),
      settings: auth === settings.auth ? settings : { ...settings, auth, authFromUrl: true },
      redirects: 0,
      challenged: 0,
      proxyChallenged: 0,
      own: own.right,
      home: true,
      foreign,
      crossSite: false,
      withheld: split.withheld
    })
  )
}

const withQuery = (target: Target, text: string, params: Params): Either.Either<Target, InvalidRequest> =>
  params.entries.length === 0 || !target.scheme.startsWith("http")
    ? Either.right(target)
    : Either.map(withParams(new URL(target.href), params), (url) => targetOf(url, text))

const ofAll = byValue((session: Settings): Split => ({ settings: session, withheld: [] }))

const isEmpty = (options: Options): boolean => {
  for (const _key in options) return false
  return true
}

/** The settings' credentials where they may go there, else those of the URL; `auth: null` wants neither. */
const credentials = (settings: Resolved, target: Target, userinfo: Option.Option<Auth>): Auth | undefined => {
  if (settings.anonymous) return undefined
  return settings.auth !== undefined && mayCarry(settings.auth, true, target)
    ? settings.auth
    : Option.getOrElse(userinfo, () => settings.auth)
}

/**
 * The call with the instant at which its chain must be over: taken when sending begins, since a call may wait and may be
 * sent twice.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://api.example.test/", { timeout: "2 seconds" })
 * console.assert(Rules.begin(call, 1000).request.deadline === 3000)
 */
export const begin = byLast(
  (call: Call, now: number): Call => call.withRequest(call.request.withDeadline(now + call.settings.timeout.total))
)
