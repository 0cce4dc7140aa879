/**
 * The choices of a session without a gap, or which of them is none.
 *
 * @module
 */
import { Either } from "effect"
import {
  type AuthenticationPolicy,
  type EnvironmentPolicy,
  type JarPolicy,
  safeAuthentication,
  safeEnvironment,
  safeJar
} from "../data/Policies.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import { present } from "../data/SavedSettings.js"
import { type Layered, partsOf, type RedirectPolicy, type Settings, safeRedirects } from "../data/Settings.js"

/** The words that a choice may be, each. */
type Words<P> = { readonly [K in keyof P]: ReadonlyArray<P[K]> }

const redirectWords: Words<Omit<RedirectPolicy, "decide">> = {
  downgrade: ["refuse", "follow"],
  severalLocations: ["refuse", "join"],
  bodyToOtherOrigin: ["refuse", "sameSite", "follow"],
  secrets: ["allButHarmless", "authorizationOnly"],
  bodyOfKeptMethod: ["keep", "drop"]
}

const environmentWords: Words<EnvironmentPolicy> = {
  proxies: ["last", "byKey"],
  caBundle: ["last", "overSession", "ignore"],
  netrc: ["last", "overrides"],
  netrcDefault: ["askedOverHttps", "everyHost"],
  netrcEntry: ["first", "last"],
  netrcReading: ["tolerant", "asPython"],
  proxiesOfHop: ["afresh", "carried"]
}

const authenticationWords: Words<AuthenticationPolicy> = {
  field: ["wins", "isReplaced"],
  sha1: ["refuse", "answer"],
  challengedBy: ["only401", "any4xx"]
}

const jarWords: Words<Pick<JarPolicy, "field" | "sameSite" | "own" | "afterRedirect">> = {
  field: ["joined", "alone"],
  sameSite: ["honour", "ignore"],
  own: ["home", "everyHost"],
  afterRedirect: ["request", "session"]
}

const limits = ["largestCookie", "mostOfDomain", "mostOfAll"] as const

/** Every choice that is there. */
export interface Policies {
  readonly redirects: RedirectPolicy
  readonly environment: EnvironmentPolicy
  readonly authentication: AuthenticationPolicy
  readonly jar: JarPolicy
}

/**
 * All choices of these settings: what nobody says is the safe one. A word that is none of a choice's is refused, since
 * no rule could tell what it means.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const policies = Either.getOrThrow(Rules.policies({ jar: { mostOfAll: 1000 } }))
 * console.assert(policies.jar.mostOfAll === 1000 && policies.jar.mostOfDomain === 3000)
 * console.assert(Either.isLeft(Rules.policies({ jar: { mostOfAll: -1 } })))
 */
export const policies = (settings: Settings): Either.Either<Policies, InvalidRequest> =>
  isSafe(settings) ? safe : judged(settings)

const safe: Either.Either<Policies> = Either.right({
  redirects: safeRedirects,
  environment: safeEnvironment,
  authentication: safeAuthentication,
  jar: safeJar
})

/** Most requests: nobody has chosen anything. */
const isSafe = ({ authentication, environment, jar, redirects }: Settings): boolean =>
  (redirects === undefined || redirects === safeRedirects) &&
  (environment === undefined || environment === safeEnvironment) &&
  (authentication === undefined || authentication === safeAuthentication) &&
  (jar === undefined || jar === safeJar)

const judged = (settings: Settings): Either.Either<Policies, InvalidRequest> =>
  Either.gen(function* () {
    const redirects = { ...safeRedirects, ...said(settings.redirects) }
    const environment = { ...safeEnvironment, ...said(settings.environment) }
    const authentication = { ...safeAuthentication, ...said(settings.authentication) }
    const jar = jarOf(settings)
    yield* spelled("redirects", redirects, redirectWords)
    yield* spelled("environment", environment, environmentWords)
    yield* spelled("authentication", authentication, authenticationWords)
    yield* spelled("jar", jar, jarWords)
    for (const limit of limits) yield* counted(limit, jar[limit])
    return { redirects, environment, authentication, jar }
  })

/**
 * What these settings say of the jar, unjudged: for a cookie that is set by hand, with no request to refuse.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.jarOf({}).largestCookie === 4096)
 */
export const jarOf = (settings: Settings): JarPolicy => ({ ...safeJar, ...said(settings.jar) })

/** Without what is `undefined`: it means nothing of its own. */
const said = <A extends object>(policy: Layered<A> | undefined): Partial<A> => {
  const parts = partsOf(policy)
  return parts === undefined ? {} : Object.assign(Object.create(null), present(parts))
}

const refuse = (where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "Setting", where, problem, remedy }))

const spelled = <P extends object>(
  name: string,
  policy: P,
  words: Words<Partial<P>>
): Either.Either<void, InvalidRequest> => {
  const made = new Map<string, unknown>(Object.entries(policy))
  for (const [choice, known] of Object.entries<ReadonlyArray<unknown>>(words)) {
    const word = made.get(choice)
    if (!known.includes(word)) {
      return refuse(`${name}.${choice}`, `${shown(word)} is no choice`, `Give one of ${known.join(", ")}`)
    }
  }
  return Either.right(undefined)
}

const shown = (word: unknown): string => (typeof word === "string" ? JSON.stringify(word) : `a ${typeof word}`)

const counted = (limit: string, count: number): Either.Either<void, InvalidRequest> =>
  count === Number.POSITIVE_INFINITY || (Number.isInteger(count) && count >= 0)
    ? Either.right(undefined)
    : refuse(`jar.${limit}`, `${shown(count)} is no count`, "Give a whole number from 0, or Infinity")
