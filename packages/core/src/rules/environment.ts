/**
 * What the variables and the .netrc say.
 *
 * @module
 */
import { Option, Redacted } from "effect"
import * as Auth from "../data/Auth.js"
import type { Environment, Variables } from "../data/Environment.js"
import type { Proxies } from "../data/Proxies.js"
import type { Target } from "../data/Target.js"
import { netrcFor, type Reading } from "./netrc.js"

const suffix = "_proxy"

/** The variables whose name ends in `_proxy`, in any case. The last letter tells most others apart without a copy. */
const proxyVariables = (variables: Variables): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.keys(variables).flatMap((name) => {
    const last = name.charAt(name.length - 1)
    const value = last === "y" || last === "Y" ? variables[name] : undefined
    return value !== undefined && name.slice(-suffix.length).toLowerCase() === suffix ? [[name, value] as const] : []
  })

/**
 * By scheme, the value of every `*_proxy` variable (Python's `getproxies_environment`): lower case beats upper case,
 * also when it is empty and so names none. With REQUEST_METHOD set this is a CGI program, whose HTTP_PROXY is the
 * client's word (CVE-2016-1000110): only `http_proxy` counts there. NO_PROXY is not among them.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const proxies = Rules.environmentProxies({ http_proxy: "", HTTP_PROXY: "http://a.test", ALL_PROXY: "http://b.test" })
 * console.assert(JSON.stringify(proxies) === "{\"all\":\"http://b.test\"}")
 */
export const environmentProxies = (variables: Variables): Proxies => {
  const proxies = new Map<string, string>()
  const all = proxyVariables(variables)
  for (const [name, value] of all) if (value !== "") proxies.set(schemeOf(name), value)
  if (variables["REQUEST_METHOD"] !== undefined) proxies.delete("http")
  for (const [name, value] of all) {
    if (!name.endsWith(suffix)) continue
    if (value !== "") proxies.set(schemeOf(name), value)
    else proxies.delete(schemeOf(name))
  }
  proxies.delete("no")
  return Object.fromEntries(proxies)
}

const schemeOf = (name: string): string => name.slice(0, -suffix.length).toLowerCase()

const firstOf = (variables: Variables, ...names: ReadonlyArray<string>): string => {
  for (const name of names) {
    const value = variables[name]
    if (value !== undefined && value !== "") return value
  }
  return ""
}

/**
 * The NO_PROXY list, `""` for none: the lower-case variable unless it is empty, else the upper-case one.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.environmentNoProxy({ NO_PROXY: "a.test", no_proxy: "b.test" }) === "b.test")
 */
export const environmentNoProxy = (variables: Variables): string => firstOf(variables, "no_proxy", "NO_PROXY")

/**
 * The CA file that REQUESTS_CA_BUNDLE names, else CURL_CA_BUNDLE, else SSL_CERT_FILE (OpenSSL's, which requests does not
 * read). An empty one is unset: it never switches checks off.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.environmentVerify({ CURL_CA_BUNDLE: "/ca.pem" })?.caFile === "/ca.pem")
 * console.assert(Rules.environmentVerify({ CURL_CA_BUNDLE: "" }) === undefined)
 */
export const environmentVerify = (variables: Variables): { readonly caFile: string } | undefined => {
  const caFile = firstOf(variables, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
  return caFile === "" ? undefined : { caFile }
}

/**
 * The credentials of the .netrc for a target, bound to its origin. `allowDefault` says whether the entry for every host
 * counts: not where a server chose the host, so not after a redirect.
 *
 * @example
 * import { Environment, Rules, Target } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const environment = Environment.make({}, "machine h.test login ada password pw")
 * const auth = Rules.environmentAuth(environment, Target.fromUrl(new URL("https://h.test/")), { allowDefault: false })
 * console.assert(Option.getOrThrow(auth).origins?.[0] === "https://h.test")
 */
export const environmentAuth = (
  environment: Environment,
  target: Target,
  reading: Reading
): Option.Option<Auth.Auth> =>
  environment.netrc === undefined
    ? Option.none()
    : Option.map(netrcFor(Redacted.value(environment.netrc), target.host, reading), ({ login, password }) =>
        Auth.forOrigins(Auth.basic(login, password), [target.origin])
      )
