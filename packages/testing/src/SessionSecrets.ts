/**
 * The secrets that a session holds, whether a message has carried them or not: a Digest password never travels, and may
 * stand in an answer all the same.
 *
 * @module
 */
import {
  type Auth,
  Cookies,
  Params,
  type PreparedRequest,
  Rules,
  type SessionState,
  Settings
} from "@effect-requests/core"
import { Redacted } from "effect"
import { credentialsOf, type Secret, tiny } from "./Secrets.js"
import { isHeaderShown, isParamShown, type Shows } from "./Shows.js"

/**
 * Passwords, tokens, cookies, keys, and the values of fields and params whose names `shows` does not list. What a function
 * makes (`Auth.custom`, `Auth.refreshing`) is not known before it was sent; the messages tell of it.
 *
 * @example
 * import { Auth, SessionState } from "@effect-requests/core"
 * import { Cassette } from "@effect-requests/testing"
 * import { Redacted } from "effect"
 *
 * const state = SessionState.make({ settings: { auth: Auth.digest("ada", "never-sent") } })
 * console.assert(Cassette.secretsOf(state).map(Redacted.value).join() === "never-sent")
 */
export const secretsOf = (
  { cookies, settings }: SessionState.SessionState,
  shows: Shows = {}
): ReadonlyArray<Redacted.Redacted<string>> =>
  distinct([
    ...ofAuth(settings.auth),
    ...ofHeaders(settings.headers, shows),
    ...ofParams(settings.params, shows),
    ...Object.values(Settings.partsOf(settings.cookies) ?? {}),
    ...Cookies.toArray(cookies).map(({ value }) => value),
    ...Object.values(Settings.partsOf(settings.proxies) ?? {}).map(passwordOf),
    ...ofCert(settings.cert ?? undefined),
    passwordOf(String(settings.baseUrl ?? ""))
  ])

const distinct = (texts: ReadonlyArray<string | null | undefined>): ReadonlyArray<Redacted.Redacted<string>> =>
  Array.from(new Set(texts)).flatMap((text) =>
    text === null || text === undefined || text.length < tiny ? [] : [Redacted.make(text)]
  )

/** What an adapter is told besides the message: the proxy's password, a certificate's key and passphrase. */
export const ofTransport = ({ cert, proxy, proxyAuthorization }: PreparedRequest.Transport): ReadonlyArray<Secret> =>
  [
    ...(proxy === undefined ? [] : [{ value: passwordOf(proxy), from: "the proxy's URL" }]),
    ...credentialsOf(proxyAuthorization ?? "").map((value) => ({ value, from: "header Proxy-Authorization" })),
    ...ofCert(cert).map((value) => ({ value, from: "the client certificate" }))
  ].filter(({ value }) => value.length >= tiny)

const ofAuth = (auth: Auth.Auth | null | undefined): ReadonlyArray<string> => {
  switch (auth?._tag) {
    case "Basic":
    case "Digest":
      return [Redacted.value(auth.password)]
    case "Bearer":
      return [Redacted.value(auth.token)]
    default:
      return []
  }
}

const ofHeaders = (headers: Settings.Settings["headers"], shows: Shows): ReadonlyArray<string> =>
  Object.entries(Settings.partsOf(headers) ?? {}).flatMap(([name, value]) =>
    value === null || value === undefined || isHeaderShown(shows, name)
      ? []
      : [value].flat().flatMap((one) => credentialsOf(one))
  )

const ofParams = (params: Settings.Settings["params"], shows: Shows): ReadonlyArray<string> => {
  const said = Settings.partsOf(params)
  return said === undefined
    ? []
    : Params.make(said).entries.flatMap(({ name, value }) =>
        typeof value !== "string" || (name !== undefined && isParamShown(shows, name)) ? [] : [value]
      )
}

const ofCert = (cert: PreparedRequest.Transport["cert"]): ReadonlyArray<string> =>
  cert === undefined
    ? []
    : [
        ...("key" in cert ? [Redacted.value(cert.key)] : []),
        ...(cert.passphrase === undefined ? [] : [Redacted.value(cert.passphrase)])
      ]

const passwordOf = (url: string | null): string => (url === null ? "" : Rules.getAuthFromUrl(url)[1])
