/**
 * A state without its secrets, and the list of what was left out: an allow-list, the same as of errors and logs.
 *
 * @module
 */
import { HashMap } from "effect"
import { toArray } from "./Cookies.js"
import * as Disclosure from "./Disclosure.js"
import * as Params from "./Params.js"
import type { Proxies } from "./Proxies.js"
import { attributes, type SavedAttributes } from "./SavedCookies.js"
import type { EveryField } from "./SavedSettings.js"
import type { SessionState } from "./SessionState.js"
import { type CookieValues, type HeaderFields, type Layered, Only, type Settings } from "./Settings.js"

/** A secret that an open snapshot left out: to be given again by whoever restores it. */
export interface Missing {
  /** Where it stood, as code writes it: `settings.headers["X-Api-Key"]`, `cookies["app.example.test/"]["sid"]`. */
  readonly where: string
  readonly what:
    | "header"
    | "param"
    | "cookie"
    | "auth"
    | "cert"
    | "url"
    | "userinfo"
    | "query"
    | "fragment"
    | "challenge"
  /** Of a cookie of the jar: all but its value. */
  readonly cookie?: SavedAttributes
}

/** What may be told, and what may not. */
export interface Told<A> {
  readonly value: A
  readonly missing: ReadonlyArray<Missing>
}

/**
 * The settings without secrets, and every secret of the state by name. Functions are no secrets and stay.
 *
 * @example
 * import { Auth, SessionState, Snapshot } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const state = SessionState.make({ settings: { auth: Auth.bearer("abc"), headers: { Accept: "a", "X-Key": "k" } } })
 * const { missing } = Either.getOrThrow(Snapshot.outline(state))
 * console.assert(missing.map(({ where }) => where).join() === 'settings.headers["X-Key"],settings.auth')
 */
export const tell = (state: SessionState): Told<Settings> => {
  const settings = tellSettings(state.settings)
  const cookies = toArray(state.cookies).map((cookie): Missing => {
    const place = JSON.stringify(cookie.domain + cookie.path)
    return { where: `cookies[${place}][${JSON.stringify(cookie.name)}]`, what: "cookie", cookie: attributes(cookie) }
  })
  const challenges = Array.from(HashMap.keys(state.challenges))
    .sort()
    .map((origin) => missing(`challenges[${JSON.stringify(origin)}]`, "challenge"))
  return { value: settings.value, missing: [...settings.missing, ...cookies, ...challenges] }
}

const missing = (where: string, what: Missing["what"]): Missing => ({ where, what })

const tellSettings = (settings: Settings): Told<Settings> => {
  const { auth, baseUrl, cert } = settings
  const base = tellUrl(baseUrl === undefined || baseUrl === null ? baseUrl : String(baseUrl), "settings.baseUrl")
  const fields = tellLayer(settings.headers, tellHeaders)
  const query = tellLayer(settings.params, tellParams)
  const user = withheld(auth, "settings.auth", "auth")
  const values = tellLayer(settings.cookies, tellCookies)
  const client = withheld(cert, "settings.cert", "cert")
  const routes = tellLayer(settings.proxies, tellProxies)
  // Each by name: what a later version adds is not told before somebody has thought of it.
  const told: EveryField<Settings> = {
    baseUrl: base.value,
    headers: fields.value,
    params: query.value,
    auth: user.value,
    cookies: values.value,
    hooks: settings.hooks,
    timeout: settings.timeout,
    allowRedirects: settings.allowRedirects,
    maxRedirects: settings.maxRedirects,
    redirects: settings.redirects,
    keepAcrossOrigins: settings.keepAcrossOrigins,
    verify: settings.verify,
    cert: client.value,
    tls: settings.tls,
    proxies: routes.value,
    trustEnv: settings.trustEnv,
    environment: settings.environment,
    authentication: settings.authentication,
    jar: settings.jar,
    decompress: settings.decompress
  }
  return { value: told, missing: [base, fields, query, user, values, client, routes].flatMap((one) => one.missing) }
}

/** A tombstone is no secret; anything else is. */
const withheld = (value: unknown, where: string, what: Missing["what"]): Told<null | undefined> => {
  if (value === undefined || value === null) return { value, missing: [] }
  return { value: undefined, missing: [missing(where, what)] }
}

const tellLayer = <A extends object | string, B extends object | string>(
  setting: Layered<A> | undefined,
  f: (value: A) => Told<B>
): Told<Layered<B> | undefined> => {
  if (setting === undefined || setting === null) return { value: setting, missing: [] }
  if (!(setting instanceof Only)) return f(setting)
  const told = f(setting.value)
  return { ...told, value: new Only(told.value) }
}

const tellRecord = <A, B>(
  record: { readonly [name: string]: A | undefined },
  f: (value: A, name: string) => Told<B | undefined>
): Told<{ readonly [name: string]: B }> => {
  const told = Object.entries(record).map(
    ([name, value]) => [name, value === undefined ? nothing : f(value, name)] as const
  )
  return {
    value: Object.fromEntries(told.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]))),
    missing: told.flatMap(([, one]) => one.missing)
  }
}

const nothing: Told<undefined> = { value: undefined, missing: [] }

const tellCookies = (own: CookieValues) =>
  tellRecord(own, (value, name) => withheld(value, `settings.cookies[${JSON.stringify(name)}]`, "cookie"))

const tellProxies = (own: Proxies) =>
  tellRecord(own, (value, key) => tellUrl(value, `settings.proxies[${JSON.stringify(key)}]`))

const tellHeaders = (fields: HeaderFields): Told<HeaderFields> =>
  tellRecord(fields, (value, name): Told<string | ReadonlyArray<string> | null | undefined> => {
    const values = typeof value === "string" ? [value] : (value ?? [])
    return values.every((one) => Disclosure.headers([name, one])[0]?.[1] === one)
      ? { value, missing: [] }
      : { value: undefined, missing: [missing(`settings.headers[${JSON.stringify(name)}]`, "header")] }
  })

const tellParams = (input: Params.Input): Told<Params.Input> => {
  const { entries } = Params.make(input)
  const secret = entries.filter((param) => !isHarmless(param))
  const names = new Set(
    secret.map(({ name }) => (name === undefined ? "settings.params" : `settings.params[${JSON.stringify(name)}]`))
  )
  return {
    value: new Params.Params(entries.filter(isHarmless)),
    missing: Array.from(names, (where) => missing(where, "param"))
  }
}

const isHarmless = ({ name, value }: Params.Param): boolean => {
  if (value === null) return true
  const query = name === undefined ? `?${value}` : `?${name}=x`
  return (name === undefined || /^\w+$/.test(name)) && Disclosure.url(query) === query
}

/** A URL as far as it may be told: without userinfo, a query of unknown names, a fragment. */
const tellUrl = (text: string | null | undefined, where: string): Told<string | null | undefined> => {
  if (text === undefined || text === null) return { value: text, missing: [] }
  const place = /^[^?#]*/.exec(text)?.[0] ?? ""
  const [query = "", ...fragment] = text.slice(place.length).split("#")
  // Where a password ends is certain in a plain URL only.
  if (text.includes("@") && (text.lastIndexOf("@") > place.length || !isPlain(place)))
    return withheld(text, where, "url")
  const bare = Disclosure.url(place)
  const tellsQuery = Disclosure.url(bare + query) === bare + query
  return {
    value: tellsQuery ? bare + query : bare,
    missing: [
      ...(bare === place ? [] : [missing(where, "userinfo")]),
      ...(tellsQuery ? [] : [missing(where, "query")]),
      ...(fragment.length === 0 ? [] : [missing(where, "fragment")])
    ]
  }
}

const isPlain = (text: string): boolean => {
  try {
    return text.length < 8192 && /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && new URL(text).host !== ""
  } catch {
    return false
  }
}
