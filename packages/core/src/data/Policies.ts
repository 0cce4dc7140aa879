/**
 * Choices that a session leaves to its user, each with a safe default: `Settings` has them as parts, `Settings.compatible`
 * has them as requests does.
 *
 * @module
 */

/** How the environment (variables and .netrc) stands to what settings say. */
export interface EnvironmentPolicy {
  /**
   * `"last"`: a proxy of the request, else of the session, else of the variables. `"byKey"`: the variables stand in for the
   * key of the URL's scheme where no layer has it, so that they beat an `all` key; NO_PROXY limits the variables alone
   * (requests' `Session.send`).
   */
  readonly proxies: "last" | "byKey"
  /**
   * REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE. `"last"`: only where nobody says `verify`. `"overSession"`: over the session's
   * `verify`, and over a request's `true` (requests' `Session.request`). `"ignore"`: never (requests' `Session.send`).
   */
  readonly caBundle: "last" | "overSession" | "ignore"
  /**
   * `"last"`: an entry is used only where there are no other credentials. `"overrides"`: where no `auth` is set it beats the
   * URL's user and an Authorization field, and after a redirect `auth` too (requests' `rebuild_auth`).
   */
  readonly netrc: "last" | "overrides"
  /** Who gets the `default` entry: the host that was asked, over https, or every host on every hop. */
  readonly netrcDefault: "askedOverHttps" | "everyHost"
  /** Of several entries for one machine: the first, as curl, ftp and git take, or the last, as Python does. */
  readonly netrcEntry: "first" | "last"
  /**
   * `"tolerant"`: a comment ends with its line, wherever it begins. `"asPython"`: one of several words between entries,
   * behind an empty line or a quoted value spoils the file, so that no entry of it is used, and `machine default` is the
   * `default` entry (Python's `netrc`).
   */
  readonly netrcReading: "tolerant" | "asPython"
  /**
   * After a redirect. `"afresh"`: the proxy is chosen by the user's settings and the variables again. `"carried"`: one that
   * the variables named for the hop before stands among the settings from then on, so that NO_PROXY says no more of it
   * (requests' `rebuild_proxies`).
   */
  readonly proxiesOfHop: "afresh" | "carried"
}

/** How credentials are put on a message, and which challenges are answered. */
export interface AuthenticationPolicy {
  /** An Authorization field of the headers beats credentials (`auth`, the URL's user), or it is replaced by them. */
  readonly field: "wins" | "isReplaced"
  /** Digest with SHA-1 is in no RFC and in no registry: such a challenge is not answered, or it is. */
  readonly sha1: "refuse" | "answer"
  /** Which status a Digest challenge comes with: 401 (RFC 9110 §11.6.1), or any 4xx (requests' `handle_401`). */
  readonly challengedBy: "only401" | "any4xx"
}

/** What cookies are kept, and which are sent. Sizes are in bytes, `Infinity` for no limit. */
export interface JarPolicy {
  /** A Cookie field of the headers: the jar's and the request's cookies join it, or it is all that is sent. */
  readonly field: "joined" | "alone"
  /** After a redirect to another site, `SameSite` cookies stay behind (RFC 6265bis §5.8.3), or nobody looks at it. */
  readonly sameSite: "honour" | "ignore"
  /** Where the `cookies` setting goes: to the origin that was asked, or wherever a redirect leads. */
  readonly own: "home" | "everyHost"
  /** Whose `cookies` setting counts for a name that both have, from the first redirect on: the request's, or the session's. */
  readonly afterRedirect: "request" | "session"
  /** Name and value of one cookie together; a larger one is ignored (RFC 6265bis §5.7). Default: 4,096. */
  readonly largestCookie: number
  /** The most cookies of one domain. Default: 3,000. */
  readonly mostOfDomain: number
  /** The most cookies of all. Default: no limit. A jar that is full costs its size for each cookie that comes. */
  readonly mostOfAll: number
}

/** Explicit beats the environment. */
export const safeEnvironment: EnvironmentPolicy = {
  proxies: "last",
  caBundle: "last",
  netrc: "last",
  netrcDefault: "askedOverHttps",
  netrcEntry: "first",
  netrcReading: "tolerant",
  proxiesOfHop: "afresh"
}

/** The environment as requests has it. */
export const compatibleEnvironment: EnvironmentPolicy = {
  proxies: "byKey",
  caBundle: "overSession",
  netrc: "overrides",
  netrcDefault: "everyHost",
  netrcEntry: "last",
  netrcReading: "asPython",
  proxiesOfHop: "carried"
}

/** What was written wins, and what no RFC knows is not answered. */
export const safeAuthentication: AuthenticationPolicy = {
  field: "wins",
  sha1: "refuse",
  challengedBy: "only401"
}

/** Credentials as requests puts them on. */
export const compatibleAuthentication: AuthenticationPolicy = {
  field: "isReplaced",
  sha1: "answer",
  challengedBy: "any4xx"
}

/** Cookies by RFC 6265bis. */
export const safeJar: JarPolicy = {
  field: "joined",
  sameSite: "honour",
  own: "home",
  afterRedirect: "request",
  largestCookie: 4096,
  mostOfDomain: 3000,
  mostOfAll: Number.POSITIVE_INFINITY
}

/** Cookies as requests sends them; what is kept stays limited. */
export const compatibleJar: Partial<JarPolicy> = {
  field: "alone",
  sameSite: "ignore",
  own: "everyHost",
  afterRedirect: "session"
}
