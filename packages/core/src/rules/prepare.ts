/**
 * From what was asked to what is sent: `Request` and facts in, `Call` out.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import type { Facts } from "../data/Facts.js"
import * as Headers from "../data/Headers.js"
import { InvalidRequest, PreparedRequest } from "../data/PreparedRequest.js"
import { Call, type Request } from "../data/Request.js"
import { defaults, type Resolved, type Settings } from "../data/Settings.js"
import * as Target from "../data/Target.js"
import { mayCarry, userinfoAuth } from "./authorize.js"
import { dress } from "./dress.js"
import { encode } from "./encode.js"
import { merge } from "./merge.js"
import { fields } from "./messageFields.js"
import { sameOrigin } from "./origin.js"
import { publicPart } from "./secrets.js"
import { settle } from "./settle.js"
import { proxyLayers, undecided } from "./transport.js"
import { parseUrl, withParams } from "./url.js"

const invalid = (reason: InvalidRequest["reason"], where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

/**
 * The call that a request asks for. Its settings are `merge(defaults, session, options)`; what the session keeps for the
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
export const prepare = (request: Request, facts: Facts): Either.Either<Call, InvalidRequest> =>
  Either.gen(function* () {
    const method = yield* methodOf(request.method)
    const session = facts.state.settings
    const located = yield* locate(request.url, session, request.options)
    const split = located.foreign
      ? publicPart(session, request.options.keepAcrossOrigins)
      : { settings: session, withheld: [] }
    const settings = yield* settle(merge(onDefaults(split.settings), settingsOf(request)), method)
    const url = yield* withParams(located.url, settings.params)
    const encoded = yield* encode(request.options, facts.nonce)
    const own = yield* fields(settings.headers, method, encoded)
    const target = Target.fromUrl(url, isAbsolute(request.url.trim()) ? request.url.trim() : undefined)
    const auth = credentials(settings, target, userinfoAuth(located.text, located.url))
    const authFromUrl = auth !== settings.auth
    const proxies = proxyLayers([request.options, split.settings])
    const call = new Call({
      request: new PreparedRequest(method, target, own, encoded.body, undecided, Infinity),
      settings: { ...settings, auth, authFromUrl, proxies, verifyAsked: request.options.verify ?? undefined },
      redirects: 0,
      challenged: 0,
      proxyChallenged: 0,
      own,
      home: true,
      foreign: located.foreign,
      crossSite: false,
      withheld: split.withheld
    })
    return yield* dress(call, facts)
  })

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

/** Most requests of a session start from the same settings. Kept as long as they are. */
const started = new WeakMap<Settings, Settings>()
const onDefaults = (session: Settings): Settings => {
  const known = started.get(session)
  if (known !== undefined) return known
  const merged = merge(defaults, session)
  started.set(session, merged)
  return merged
}

const isAbsolute = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text)

interface Located {
  readonly url: URL
  /** Where its authority was written: what a parsed URL has forgotten is still there. */
  readonly text: string
  /** Of another origin than the one that the session's secrets belong to. */
  readonly foreign: boolean
}

const locate = (text: string, session: Settings, options: Settings): Either.Either<Located, InvalidRequest> =>
  Either.gen(function* () {
    const home = yield* baseOf(session.baseUrl)
    const base = options.baseUrl === undefined ? home : yield* baseOf(options.baseUrl)
    const url = yield* parseUrl(text, base, "url")
    const written =
      isAbsolute(text.trim()) || text.trim().startsWith("//")
        ? text
        : base === undefined
          ? text
          : String(options.baseUrl ?? session.baseUrl)
    return { url, text: written, foreign: home !== undefined && !sameOrigin(Target.fromUrl(home), Target.fromUrl(url)) }
  })

const baseOf = (baseUrl: Settings["baseUrl"]): Either.Either<URL | undefined, InvalidRequest> =>
  baseUrl === undefined || baseUrl === null ? Either.right(undefined) : parseUrl(String(baseUrl), undefined, "baseUrl")

/** A request's settings, without its body. */
const settingsOf = ({ options }: Request): Settings => {
  const { body: _body, files: _files, form: _form, json: _json, multipart: _multipart, ...settings } = options
  return settings
}

/** The settings' credentials where they may go there, else those of the URL; `auth: null` wants neither. */
const credentials = (settings: Resolved, target: Target.Target, userinfo: Option.Option<Auth>): Auth | undefined => {
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
