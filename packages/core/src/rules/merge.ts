/**
 * Settings are a monoid: `merge` is associative and `Settings.empty` is its unit (requests' `merge_setting`, `merge_hooks`).
 *
 * @module
 */
import * as Params from "../data/Params.js"
import type { AuthenticationPolicy, EnvironmentPolicy, JarPolicy } from "../data/Policies.js"
import {
  type CookieValues,
  type HeaderFields,
  type Hooks,
  type Layered,
  Only,
  type RedirectPolicy,
  type ResponseHook,
  type Settings
} from "../data/Settings.js"
import * as Timeout from "../data/Timeout.js"
import type * as Tls from "../data/Tls.js"

/**
 * Two layers as one: later wins, records key by key, header names without case. A `null` takes away and stays as a
 * tombstone until `prepare`, so that the order of merging does not matter.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const merged = Rules.merge({ headers: { Accept: "a", "X-A": "1" } }, { headers: { "x-a": null } })
 * console.assert(JSON.stringify(merged.headers) === JSON.stringify({ Accept: "a", "x-a": null }))
 */
export const merge = (base: Settings, over: Settings): Settings => {
  if (isEmpty(over)) return base
  return isEmpty(base) ? present(over) : combined(base, over)
}

const isEmpty = (settings: Settings): boolean => {
  for (const _key in settings) return false
  return true
}

const combined = (base: Settings, over: Settings): Settings => ({
  ...base,
  ...present(over),
  ...pick("headers", mergeHeaders(base.headers, over.headers)),
  ...pick("params", mergeParams(base.params, over.params)),
  ...pick("cookies", mergeCookies(base.cookies, over.cookies)),
  ...pick("hooks", mergeHooks(base.hooks, over.hooks)),
  ...pick("timeout", mergeTimeout(base.timeout, over.timeout)),
  ...pick("redirects", mergeRedirects(base.redirects, over.redirects)),
  ...pick("tls", mergeTls(base.tls, over.tls)),
  ...pick("proxies", mergeProxies(base.proxies, over.proxies)),
  ...pick("environment", mergeEnvironment(base.environment, over.environment)),
  ...pick("authentication", mergeAuthentication(base.authentication, over.authentication)),
  ...pick("jar", mergeJar(base.jar, over.jar))
})

/** Without the keys that say `undefined`: it means nothing of its own. */
const present = (settings: Settings): Settings =>
  Object.values(settings).includes(undefined)
    ? Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
    : settings

const pick = <K extends keyof Settings>(key: K, value: Settings[K]): Pick<Settings, never> =>
  value === undefined ? {} : { [key]: value }

/** Lifts the combination of two values to settings made of parts: nothing, these, exactly these (`Only`), none (`null`). */
const layered =
  <A extends object | string | number | bigint>(combine: (base: A, over: A) => A) =>
  (base: Layered<A> | undefined, over: Layered<A> | undefined): Layered<A> | undefined => {
    if (over === undefined) return base
    if (base === undefined || over === null || over instanceof Only) return over
    if (base === null) return new Only(over)
    return base instanceof Only ? new Only(combine(base.value, over)) : combine(base, over)
  }

/**
 * Two layers of header fields as one: what is overridden keeps its place and takes the later spelling, as in requests'
 * ordered, caseless dictionary. Each field costs the same; beyond about a thousand the record itself becomes slower.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(JSON.stringify(Rules.mergeFields({ A: "1", B: "2" }, { a: "3" })) === '{"a":"3","B":"2"}')
 */
export const mergeFields = (base: HeaderFields, over: HeaderFields): HeaderFields => {
  const fields = new Map<string, readonly [name: string, value: string | ReadonlyArray<string> | null | undefined]>()
  for (const layer of [base, over]) {
    for (const [name, value] of Object.entries(layer))
      if (value !== undefined) fields.set(name.toLowerCase(), [name, value])
  }
  return Object.fromEntries(fields.values())
}

const mergeRecord = <A extends object>(base: A, over: A): A => Object.assign(Object.create(null), base, present(over))

/** Overridden names keep the place of their first entry; names of one's own follow in their own order. */
const mergeEntries = (base: Params.Input, over: Params.Input): Params.Params => {
  const [below, above] = [Params.make(base).entries, Params.make(over).entries]
  const byName = new Map<string | undefined, Array<Params.Param>>()
  for (const param of above) {
    const mine = byName.get(param.name)
    if (mine === undefined) byName.set(param.name, [param])
    else mine.push(param)
  }
  const placed = new Set<string | undefined>()
  const kept = below.flatMap((param) => {
    const mine = byName.get(param.name)
    if (mine === undefined) return [param]
    if (placed.has(param.name)) return []
    placed.add(param.name)
    return mine
  })
  return new Params.Params([...kept, ...above.filter((param) => !placed.has(param.name))])
}

const list = (hooks: Hooks["response"]): ReadonlyArray<ResponseHook> =>
  hooks === undefined ? [] : typeof hooks === "function" ? [hooks] : hooks

/**
 * The hooks that run, in order.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.hooksOf({ response: (response) => response }).length === 1)
 */
export const hooksOf = (hooks: Hooks): ReadonlyArray<ResponseHook> => [...list(hooks.response), ...list(hooks.append)]

const combineHooks = (base: Hooks, over: Hooks): Hooks => {
  if (list(over.response).length > 0) return { response: hooksOf(over) }
  const appended = [...list(base.append), ...list(over.append)]
  // Hooks appended to hooks that replace are hooks that replace: one form, whatever came first.
  return list(base.response).length > 0 ? { response: [...list(base.response), ...appended] } : { append: appended }
}

const mergeHeaders = layered<HeaderFields>(mergeFields)
const mergeParams = layered<Params.Input>(mergeEntries)
const mergeCookies = layered<CookieValues>(mergeRecord)
const mergeHooks = layered<Hooks>(combineHooks)
const mergeTimeout = layered<Timeout.Input>((base, over) => mergeRecord(Timeout.parts(base), Timeout.parts(over)))
const mergeRedirects = layered<Partial<RedirectPolicy>>(mergeRecord)
const mergeEnvironment = layered<Partial<EnvironmentPolicy>>(mergeRecord)
const mergeAuthentication = layered<Partial<AuthenticationPolicy>>(mergeRecord)
const mergeJar = layered<Partial<JarPolicy>>(mergeRecord)
const mergeTls = layered<Tls.Parts>(mergeRecord)
const mergeProxies = layered<NonNullable<Exclude<Settings["proxies"], Only<unknown> | null>>>(mergeRecord)

/** What requests' `merge_setting` takes: a record, whose `null`s are taken out where two are merged, or anything else. */
export type Setting = { readonly [name: string]: unknown } | string | number | boolean | ReadonlyArray<unknown> | null

/**
 * requests' `merge_setting`, word for word: with one side `null` the other is handed back as it is; two records are
 * merged and rid of `null`s; of anything else the request's wins. `merge` is what sessions do.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(JSON.stringify(Rules.mergeSetting({ b: null, c: "4" }, { A: "9" }, true)) === '{"a":"9","c":"4"}')
 */
export const mergeSetting = (request: Setting, session: Setting, caseInsensitive = false): Setting => {
  const [mine, its] = caseInsensitive ? [lowered(request), lowered(session)] : [request, session]
  if (its === null) return mine
  if (mine === null) return its
  if (!isRecord(mine) || !isRecord(its)) return mine
  return Object.fromEntries(
    Array.from(new Map([...Object.entries(its), ...Object.entries(mine)])).filter(([, value]) => value !== null)
  )
}

const isRecord = (setting: Setting): setting is { readonly [name: string]: unknown } =>
  typeof setting === "object" && setting !== null && !Array.isArray(setting)

const lowered = (setting: Setting): Setting =>
  isRecord(setting)
    ? Object.fromEntries(Object.entries(setting).map(([name, value]) => [name.toLowerCase(), value]))
    : setting
