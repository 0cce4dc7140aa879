/**
 * Puts credentials on a message, and decides whether they may be there.
 *
 * @module
 */
import { Either, Encoding, Option, Redacted } from "effect"
import type { Auth } from "../data/Auth.js"
import * as AuthData from "../data/Auth.js"
import * as Headers from "../data/Headers.js"
import type { AuthenticationPolicy } from "../data/Policies.js"
import { InvalidRequest, type PreparedRequest } from "../data/PreparedRequest.js"
import { parse, type Target } from "../data/Target.js"

const invalid = (where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "Auth", where, problem, remedy }))

/**
 * The value of an Authorization field for a user and a password (RFC 7617, in UTF-8; requests' `_basic_auth_str`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.basicAuth("Aladdin", "open sesame") === "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
 */
export const basicAuth = (username: string, password: string): string =>
  `Basic ${Encoding.encodeBase64(`${username}:${password}`)}`

/**
 * Whether credentials may go to `target`: to the origins that they name, else wherever the chain is still at home.
 *
 * @example
 * import { Auth, Rules, Target } from "@effect-requests/core"
 *
 * const there = Target.fromUrl(new URL("https://files.example.test/"))
 * console.assert(!Rules.mayCarry(Auth.bearer("abc"), false, there))
 * console.assert(Rules.mayCarry(Auth.forOrigins(Auth.bearer("abc"), ["https://files.example.test"]), false, there))
 */
export const mayCarry = (auth: Auth, home: boolean, target: Target): boolean =>
  auth.origins === undefined ? home : auth.origins.some((origin) => originOf(origin) === target.origin)

const originOf = (text: string): string | undefined => parse(text)?.origin

/**
 * The message with its credentials. An Authorization field of the user stays as it is, unless
 * `field` says that it is replaced (`AuthenticationPolicy`).
 *
 * @example
 * import { Auth, Headers, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * const signed = Either.getOrThrow(Rules.authorize(request, Auth.basic("ada", "pw")))
 * console.assert(Headers.get(signed.headers, "Authorization") === "Basic YWRhOnB3")
 */
export const authorize = (
  request: PreparedRequest,
  auth: Auth,
  field: AuthenticationPolicy["field"] = "wins"
): Either.Either<PreparedRequest, InvalidRequest> => {
  const broken = auth.origins?.find((origin) => originOf(origin) === undefined)
  if (broken !== undefined)
    return invalid("auth.origins", `${JSON.stringify(broken)} is no origin`, 'Give "https://host"')
  if (field === "wins" && Headers.has(request.headers, "authorization")) return Either.right(request)
  switch (auth._tag) {
    case "Basic": {
      const password = Redacted.value(auth.password)
      if (/[:\p{Cc}]/u.test(auth.username) || /\p{Cc}/u.test(password)) {
        return invalid(
          "auth",
          "a user with a colon, or a control character, has no Basic form (RFC 7617)",
          "Use other credentials"
        )
      }
      return Either.right(withAuthorization(request, basicAuth(auth.username, password)))
    }
    case "Bearer":
      return bearer(request, auth.token)
    // Made when it is sent: a token has its time, a challenge its count.
    case "Refreshing":
    case "Digest":
      return Either.right(request)
    case "Custom":
      return signed(request, auth.sign)
    default:
      return invalid("auth", "it is no Auth", "Make one: Auth.basic, Auth.bearer, Auth.digest, Auth.custom")
  }
}

/**
 * The message with a token (RFC 6750 §2.1).
 *
 * @example
 * import { Headers, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either, Redacted } from "effect"
 *
 * const { request } = Hops.call("GET", "https://a.example.test/")
 * const signed = Either.getOrThrow(Rules.bearer(request, Redacted.make("abc")))
 * console.assert(Headers.get(signed.headers, "Authorization") === "Bearer abc")
 */
export const bearer = (
  request: PreparedRequest,
  secret: Redacted.Redacted<string>
): Either.Either<PreparedRequest, InvalidRequest> => {
  const token = Redacted.value(secret)
  return /^[\x21-\x7e]+$/.test(token)
    ? Either.right(withAuthorization(request, `Bearer ${token}`))
    : invalid(
        "auth",
        "the token is empty, or has a blank or a character beyond ASCII",
        'Give the token alone, without "Bearer"'
      )
}

const withAuthorization = (request: PreparedRequest, value: string): PreparedRequest =>
  request.withHeaders(Headers.set(request.headers, "Authorization", value))

/** Fields that say where a message goes and where it ends: a signer must not say otherwise. */
const framed = new Set(["host", "content-length", "transfer-encoding"])

const signed = (request: PreparedRequest, sign: AuthData.Sign): Either.Either<PreparedRequest, InvalidRequest> => {
  const { body, headers, method, target } = request
  const hash = target.href.indexOf("#")
  const url = hash < 0 ? target.href : target.href.slice(0, hash)
  return Either.try({
    try: () => sign({ method, url, headers, body }),
    catch: (cause) =>
      new InvalidRequest({
        reason: "Auth",
        where: "auth.sign",
        problem: `it threw ${cause instanceof Error ? cause.name : typeof cause}`,
        remedy: "Return the fields to set; a signer fails by not being given what it needs"
      })
  }).pipe(
    Either.flatMap((fields) => {
      const bad = Headers.pairs(fields).find(([name, value]) => !Headers.isToken(name) || !Headers.isValue(value))
      const framing = Headers.pairs(fields).find(([name]) => framed.has(name.toLowerCase()))
      if (bad !== undefined) {
        return invalid(
          "auth.sign",
          `the field ${JSON.stringify(bad[0])} is no legal header field`,
          "Return [name, value, …] pairs"
        )
      }
      return framing === undefined
        ? Either.right(Headers.pairs(fields).reduce((set, [name, value]) => Headers.set(set, name, value), headers))
        : invalid("auth.sign", `${framing[0]} follows from the URL and the body`, "Leave it to the message")
    }),
    Either.map((fields) => request.withHeaders(fields))
  )
}

/**
 * The credentials that a URL carries, percent-decoded, or none: a user without a colon is no credential (requests'
 * `get_auth_from_url`). `text` is the URL as written, since a parsed one has forgotten the colon.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * console.assert(Option.isSome(Rules.userinfoAuth("https://ada:pw%21@h.test/", new URL("https://ada:pw%21@h.test/"))))
 * console.assert(Option.isNone(Rules.userinfoAuth("https://ada@h.test/", new URL("https://ada@h.test/"))))
 */
export const userinfoAuth = (text: string, url: URL): Option.Option<Auth> => {
  const bare = url.password === "" && !/^[^/?#]*\/\/[^/?#@]*:@/.test(text)
  return (url.username === "" && url.password === "") || bare
    ? Option.none()
    : Option.some(AuthData.basic(decoded(url.username), decoded(url.password)))
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
