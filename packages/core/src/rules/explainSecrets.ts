/**
 * Explains the cookies and the credentials of a request.
 *
 * @module
 */
import { Either, Option } from "effect"
import * as Cookies from "../data/Cookies.js"
import * as Disclosure from "../data/Disclosure.js"
import { Environment } from "../data/Environment.js"
import { type Entry, type Layer, removes, sets, withholds } from "../data/Explanation.js"
import * as Headers from "../data/Headers.js"
import { Call } from "../data/Request.js"
import { mayCarry, userinfoAuth } from "./authorize.js"
import { dress } from "./dress.js"
import { type Case, cookieNames, distinct, type Entries, headerNames, plainNames, told, trail } from "./provenance.js"

const { hidden } = Disclosure

/** A text without "=" may be a value without a name. */
const pairNames = (fields: ReadonlyArray<string>, nameless: ReadonlyArray<string>): ReadonlyArray<string> => {
  const pairs = fields.flatMap((field) => field.split(";")).map((pair) => pair.trim())
  const nameOf = (pair: string) =>
    pair.includes("=") && !nameless.includes(pair) ? (pair.split("=")[0] ?? "").trim() : hidden
  return distinct(pairs.flatMap((pair) => (pair === "" ? [] : [nameOf(pair)])))
}

export const cookies = ({ call, facts, layers }: Case): Entries => {
  const fates = trail(layers, cookieNames)
  const field = trail(layers, headerNames).get("cookie")
  const matching = Cookies.matching(facts.state.cookies, call.request.target, facts.now)
  const nameless = matching.flatMap((cookie) => (cookie.name === "" ? [cookie.pair] : []))
  const explicit = pairNames(Headers.getAll(call.own, "cookie"), [])
  const sent = pairNames(Headers.getAll(call.request.headers, "cookie"), nameless)
  const inJar = (name: string): ReadonlyArray<Layer> => (matching.some((cookie) => cookie.name === name) ? ["jar"] : [])
  const entryOf = (name: string): Entry => {
    const fate = fates.get(name)
    if (field !== undefined && explicit.includes(name)) {
      return sets(
        "cookie",
        name,
        field.layer,
        [...inJar(name), ...told(fate)],
        hidden,
        "it is in the Cookie field of the headers, which wins"
      )
    }
    return fate?.live === true
      ? sets("cookie", name, fate.layer, [...inJar(name), ...fate.over], hidden, fate.why)
      : sets("cookie", name, "jar", told(fate), hidden, "a response set it for this URL")
  }
  const unsent = Array.from(fates).filter(([name]) => !sent.includes(name))
  const gone = unsent.filter(([, { live }]) => !live)
  const silenced = [
    ...unsent.flatMap(([name, { layer, live }]) => (live ? [[name, layer] as const] : [])),
    ...distinct(matching.map((cookie) => (cookie.name === "" ? hidden : cookie.name)))
      .filter((name) => !sent.includes(name) && !fates.has(name))
      .map((name) => [name, "jar"] as const)
  ]
  return [
    ...sent.map(entryOf),
    ...silenced.map(([name, layer]) =>
      withholds(
        "cookie",
        name,
        field?.layer ?? "request",
        [layer],
        hidden,
        "a Cookie field is all that is sent (jar.field)"
      )
    ),
    ...gone.map(([name, fate]) => removes("cookie", name, { ...fate, over: [...inJar(name), ...fate.over] }))
  ]
}

/** Whether the .netrc has an entry for it: asked of `dress`, with nothing else that could sign. */
const isInNetrc = ({ call, facts }: Case): boolean => {
  const own = Headers.remove(call.own, "authorization")
  const settings = { ...call.settings, auth: undefined, anonymous: false, trustEnv: true, proxies: [], cookies: {} }
  const environment = new Environment({ variables: {}, netrc: facts.environment.netrc })
  const dressed = dress(new Call({ ...call, settings, own }), { ...facts, environment })
  return Either.isRight(dressed) && Headers.has(dressed.right.request.headers, "authorization")
}

export const credentials = (about: Case): Entries => {
  const { call, layers, request, url } = about
  const { anonymous, auth, authFromUrl, authentication, environment, trustEnv } = call.settings
  const { target } = call.request
  const fate = trail(layers, plainNames).get("auth")
  const field = Headers.has(call.own, "authorization") ? trail(layers, headerNames).get("authorization") : undefined
  const userinfo: ReadonlyArray<Layer> = Option.isSome(userinfoAuth(request.url, url)) ? ["url"] : []
  const inNetrc: ReadonlyArray<Layer> = isInNetrc(about) ? ["netrc"] : []
  const inUrl = anonymous ? [] : userinfo
  const inFile = anonymous || !trustEnv ? [] : inNetrc
  const own = auth !== undefined && mayCarry(auth, call.home, target)
  if (inFile.length > 0 && environment.netrc === "overrides" && (auth === undefined || authFromUrl)) {
    const over = [...inUrl, ...told(fate), ...told(field)]
    const why = "an entry of the .netrc beats the URL's user and an Authorization field (environment.netrc)"
    return [sets("credential", "Basic", "netrc", over, hidden, why)]
  }
  const replaced = own && authentication.field === "isReplaced" ? told(field) : []
  if (field !== undefined && replaced.length === 0) {
    const over = [...inFile, ...inUrl, ...told(fate)]
    return [
      sets("credential", "Authorization", field.layer, over, hidden, "an Authorization field of the headers wins")
    ]
  }
  if (own) {
    const challenged = auth._tag === "Digest" ? "; it answers a challenge, and signs nothing before one came" : ""
    return fate?.live === true
      ? [
          sets(
            "credential",
            auth._tag,
            fate.layer,
            [...inFile, ...inUrl, ...fate.over, ...replaced],
            hidden,
            fate.why + challenged
          )
        ]
      : [
          sets(
            "credential",
            auth._tag,
            "url",
            [...inFile, ...told(fate), ...replaced],
            hidden,
            "the URL's userinfo, which leaves the URL"
          )
        ]
  }
  const holderOfAuth = fate?.layer ?? "request"
  const trusted = trail(layers, plainNames).get("trustEnv")?.layer ?? "request"
  const bound = "Auth.forOrigins names other origins than this one"
  return [
    ...inFile.map((layer) =>
      sets(
        "credential",
        "Basic",
        layer,
        auth === undefined ? told(fate) : [],
        hidden,
        "the .netrc has an entry for this host"
      )
    ),
    ...(auth === undefined ? [] : [withholds("credential", auth._tag, holderOfAuth, [], hidden, bound)]),
    ...(auth === undefined
      ? []
      : inUrl.map((layer) =>
          withholds(
            "credential",
            "Basic",
            holderOfAuth,
            [layer],
            hidden,
            "auth stands before it, though it may not go here"
          )
        )),
    ...(anonymous && fate !== undefined && inFile.length === 0
      ? [removes("credential", "auth", { ...fate, over: [...(trustEnv ? inNetrc : []), ...userinfo, ...fate.over] })]
      : []),
    ...(trustEnv || anonymous
      ? []
      : inNetrc.map((layer) => withholds("credential", "Basic", trusted, [layer], hidden, "trustEnv is false")))
  ]
}
