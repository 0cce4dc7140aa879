/**
 * What a session may say to another origin than its own, and what a redirect may take along.
 *
 * @module
 */
import * as Headers from "../data/Headers.js"
import * as Params from "../data/Params.js"
import type { Withheld } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { Only, partsOf, type Settings } from "../data/Settings.js"
import type { Target } from "../data/Target.js"
import type * as Tls from "../data/Tls.js"
import { mayCarry } from "./authorize.js"
import { describesBody, droppedNames, isHarmless, sameOrigin } from "./origin.js"

/** Settings that may be told to anybody, and what was held back. */
export interface Split {
  readonly settings: Settings
  readonly withheld: ReadonlyArray<Withheld>
}

/**
 * A session's settings for a URL of another origin than its `baseUrl`: without its params, its cookies, its client
 * certificate, its pins and server name, its credentials unless they name origins of their own, and its header fields
 * unless they are harmless.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 *
 * const { settings, withheld } = Rules.publicPart({ auth: Auth.bearer("abc"), headers: { "X-Api-Key": "k", Accept: "a" } })
 * console.assert(settings.auth === undefined && withheld.length === 2)
 */
export const publicPart = (
  session: Settings,
  keep: Settings["keepAcrossOrigins"] = session.keepAcrossOrigins
): Split => {
  const { auth, cert, cookies, headers, params, tls, ...harmless } = session
  const kept = new Set((keep ?? []).map((name) => name.toLowerCase()))
  const fields = Object.entries(partsOf(headers) ?? {})
  const stays = ([name, value]: (typeof fields)[number]): boolean =>
    value === null || value === undefined || isHarmless(name, kept)
  const mayGo = Object.fromEntries(fields.filter(stays))
  const named = auth !== undefined && auth !== null && auth.origins !== undefined
  const held = (what: Withheld["what"], names: ReadonlyArray<string>): ReadonlyArray<Withheld> =>
    names.map((name) => ({ what, name, why: "OtherOrigin" }))
  return {
    settings: {
      ...harmless,
      ...(headers === undefined
        ? {}
        : { headers: headers instanceof Only || headers === null ? new Only(mayGo) : mayGo }),
      ...(named || auth === null ? { auth } : {}),
      ...(tls === undefined
        ? {}
        : { tls: tls instanceof Only || tls === null ? new Only(publicTls(tls)) : publicTls(tls) })
    },
    withheld: [
      ...held(
        "header",
        fields.filter((field) => !stays(field)).map(([name]) => name)
      ),
      ...held("param", paramNames(params)),
      ...held("cookie", Object.keys(partsOf(cookies) ?? {})),
      ...held("auth", auth === undefined || auth === null || named ? [] : [auth._tag]),
      ...held("cert", cert === undefined || cert === null ? [] : ["cert"]),
      ...held(
        "tls",
        boundTls.filter((name) => (partsOf(tls)?.[name] ?? null) !== null)
      )
    ]
  }
}

/** These are of one server, and another is not to be judged by them. */
const boundTls = ["pins", "serverName"] as const

const publicTls = (tls: Settings["tls"]): Tls.Parts => {
  const minVersion = partsOf(tls)?.minVersion
  return minVersion === undefined ? {} : { minVersion }
}

const paramNames = (params: Settings["params"]): ReadonlyArray<string> => {
  const value = partsOf(params)
  return value === undefined ? [] : Array.from(new Set(Params.make(value).entries.map(({ name }) => name ?? "")))
}

/** The fields that a redirect takes along, and what it leaves behind. */
export interface Carried {
  readonly own: Headers.Headers
  readonly home: boolean
  readonly withheld: ReadonlyArray<Withheld>
}

/**
 * What travels from a call to the URL that a redirect names: without a body, nothing that describes one; to another
 * origin, nothing but harmless fields. What is left behind does not come back in this chain
 * (requests' `rebuild_auth`, CVE-2014-1829, CVE-2018-18074).
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { headers: { "X-Api-Key": "secret" } })
 * const there = Target.fromUrl(new URL("https://b.example.test/"))
 * console.assert(!Rules.carry(call, there, false).own.includes("secret"))
 */
export const carry = (call: Call, to: Target, keepsBody: boolean): Carried => {
  const { own, request, settings } = call
  const home = call.home && sameOrigin(request.target, to)
  const dressed = keepsBody ? own : Headers.filter(own, (name) => !describesBody(name))
  const travelling = travels(call, dressed, to)
  const leaves = call.home && !home
  const held = (what: Withheld["what"], name: string): Withheld => ({ what, name, why: "OtherOrigin" })
  const { auth } = settings
  return {
    own: travelling,
    home,
    withheld: [
      ...(keepsBody || request.body._tag === "Empty"
        ? []
        : [{ what: "body", name: "body", why: "BodyDropped" } as const]),
      ...droppedNames(own, dressed).map((name) => ({ what: "header", name, why: "BodyDropped" }) as const),
      ...droppedNames(dressed, travelling).map((name) => held("header", name)),
      ...(auth !== undefined && mayCarry(auth, call.home, request.target) && !mayCarry(auth, home, to)
        ? [held("auth", auth._tag)]
        : []),
      ...(leaves && settings.jar.own === "home"
        ? Object.keys(settings.cookies).map((name) => held("cookie", name))
        : []),
      ...(leaves && settings.cert !== undefined ? [held("cert", "cert")] : []),
      ...(leaves && settings.tls.pins.length > 0 ? [held("tls", "pins")] : []),
      ...(leaves && settings.tls.serverName !== undefined ? [held("tls", "serverName")] : [])
    ]
  }
}

const travels = ({ request, settings }: Call, asked: Headers.Headers, to: Target): Headers.Headers => {
  // It was for the proxy of that hop; the next one's stands in `transport.proxy` (CVE-2014-1830, CVE-2023-32681).
  const fields = Headers.remove(asked, "Proxy-Authorization")
  if (settings.redirects.secrets === "authorizationOnly") {
    // requests rebuilds Cookie from the jar on every hop, whoever set it.
    return Headers.remove(fields, "Cookie", ...(sameOrigin(request.target, to) ? [] : ["Authorization"]))
  }
  return sameOrigin(request.target, to)
    ? fields
    : Headers.filter(fields, (name) => isHarmless(name, settings.keepAcrossOrigins))
}
