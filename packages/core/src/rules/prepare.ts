/**
 * From what was asked to what is sent: `Request` and facts in, `Call` out.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import * as Body from "../data/Body.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import { byRepeatedText, byText, byValue } from "../data/Memo.js"
import type { Params } from "../data/Params.js"
import { InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import { make as ask, Call, type Options, type Request } from "../data/Request.js"
import { empty as noSettings, type Resolved, type Settings } from "../data/Settings.js"
import type { Target } from "../data/Target.js"
import { mayCarry } from "./authorize.js"
import { baseline } from "./contentCoding.js"
import { dress, redressing } from "./dress.js"
import { type Encoded, encode } from "./encode.js"
import { locate, targetOf } from "./locate.js"
import { merge } from "./merge.js"
import { fields } from "./messageFields.js"
import { publicPart, type Split } from "./secrets.js"
import { settle } from "./settle.js"
import { proxyLayers, undecided } from "./transport.js"
import { withParams } from "./url.js"

const invalid = (reason: InvalidRequest["reason"], where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

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

/** The content codings that can be undone. A session has one list of them, so that it can be remembered by. */
type Codings = ReadonlyArray<string>
const noCodings: Codings = []

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
  const start =
    isPlain(options) && !foreign
      ? plain(codings)(session)(method.right)
      : begun(options, split.settings, codings, method.right)
  if (Either.isLeft(start)) return Either.left(start.left)
  const { settings, unframed } = start.right
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

const known = new Map(
  ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"].map((method) => [method.toLowerCase(), method])
)

/** Methods have case (RFC 9110 §9.1); the well-known ones are forgiven. */
const methodOf = (method: string): Either.Either<string, InvalidRequest> => {
  const standard = known.get(method.toLowerCase())
  if (standard !== undefined) return Either.right(standard)
  if (!Headers.isToken(method)) {
    return invalid("Method", "method", `${JSON.stringify(method)} is no token`, "Use letters, as in GET or PROPFIND")
  }
  return method.toUpperCase() === "CONNECT"
    ? invalid("Method", "method", "CONNECT opens a tunnel and has no response", "Set proxies instead")
    : Either.right(method)
}

/** What the session and the options come to, for one method. */
interface Start {
  readonly settings: Resolved
  /** The fields of a message without a body. */
  readonly unframed: Either.Either<Headers.Headers, InvalidRequest>
}

const startOf = (
  merged: Settings,
  layers: readonly [options: Settings, session: Settings],
  method: string
): Either.Either<Start, InvalidRequest> =>
  Either.map(settle(merged, method), (settled) => ({
    settings: { ...settled, proxies: proxyLayers(layers), verifyAsked: layers[0].verify ?? undefined },
    unframed: fields(settled.headers, method, bodiless)
  }))

const begun = (
  options: Options,
  session: Settings,
  codings: Codings,
  method: string
): Either.Either<Start, InvalidRequest> =>
  startOf(merge(onBase(baseline(codings, session, options))(session), settingsOf(options)), [options, session], method)

/** Most requests say nothing but a URL and a body: they start from the same settings, computed once for each method. */
const plain = byValue((codings: Codings) =>
  byValue((session: Settings) =>
    byText(16, (method) =>
      startOf(onBase(baseline(codings, session, noSettings))(session), [noSettings, session], method)
    )
  )
)

const bodiless: Encoded = { body: Body.empty, contentType: undefined }
const isBodiless = ({ body, contentType }: Encoded): boolean => body._tag === "Empty" && contentType === undefined

const onBase = byValue((base: Settings) => byValue((session: Settings): Settings => merge(base, session)))

const ofAll = byValue((session: Settings): Split => ({ settings: session, withheld: [] }))

/** A request's settings, without its body. */
const settingsOf = (options: Options): Settings => {
  const { body: _body, files: _files, form: _form, json: _json, multipart: _multipart, ...settings } = options
  return settings
}

const bodies: ReadonlySet<string> = new Set(["body", "files", "form", "json", "multipart"])

const isEmpty = (options: Options): boolean => {
  for (const _key in options) return false
  return true
}

/** Whether a request has no settings of its own. */
const isPlain = (options: Options): boolean => {
  for (const key in options) if (!bodies.has(key)) return false
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
export const begin = (call: Call, now: number): Call =>
  call.withRequest(call.request.withDeadline(now + call.settings.timeout.total))
