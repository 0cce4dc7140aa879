/**
 * Where a request goes: its URL, resolved and parsed once.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Auth } from "../data/Auth.js"
import { byRepeatedText, byValue } from "../data/Memo.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { Settings } from "../data/Settings.js"
import * as Target from "../data/Target.js"
import { userinfoAuth } from "./authorize.js"
import { sameOrigin } from "./origin.js"
import { plainTarget } from "./plainUrl.js"
import { parseUrl } from "./url.js"

/** The place that a request names. */
export interface Located {
  /** As it was asked, before `params`. */
  readonly target: Target.Target
  /** The credentials in the URL, or in the `baseUrl` that stands for its authority. */
  readonly userinfo: Option.Option<Auth>
  /** Of another origin than the one that the session's secrets belong to. */
  readonly foreign: boolean
}

/**
 * The place of a URL by the `baseUrl` of a request (`undefined`: it has none), else by that of its session. Most URLs are
 * plain and need no parser; of the others, what a session asks for again is not parsed again.
 */
export const locate = (
  text: string,
  session: Settings,
  baseUrl: Settings["baseUrl"]
): Either.Either<Located, InvalidRequest> => {
  const home = homeOf(session)
  if (Either.isLeft(home)) return Either.left(home.left)
  if (baseUrl !== undefined) return parsed(text, home.right, baseUrl)
  const target = plainTarget(text, home.right?.target)
  return target === undefined ? known(session)(text) : Either.right(plain(text, target, home.right))
}

/** Nothing in such a text can be a user: if one is asked for, it is the one of the `baseUrl`. */
const plain = (text: string, target: Target.Target, home: Home | undefined): Located => ({
  target,
  userinfo: home === undefined || hasAuthority(text) ? Option.none() : home.userinfo,
  foreign: home !== undefined && !sameOrigin(home.target, target)
})

const known = byValue((session: Settings) =>
  byRepeatedText(256, (text) => Either.flatMap(homeOf(session), (home) => parsed(text, home, undefined)))
)

const parsed = (
  text: string,
  home: Home | undefined,
  baseUrl: Settings["baseUrl"]
): Either.Either<Located, InvalidRequest> =>
  Either.gen(function* () {
    const own = baseUrl === undefined ? undefined : yield* baseOf(baseUrl)
    const base = baseUrl === undefined ? home?.url : own
    const url = yield* parseUrl(text, base, "url")
    const target = targetOf(url, text)
    // What a parsed URL has forgotten is still where its authority was written.
    const written = base === undefined || hasAuthority(text.trim()) ? text : String(baseUrl ?? home?.written)
    return {
      target,
      userinfo: userinfoAuth(written, url),
      foreign: home !== undefined && !sameOrigin(home.target, target)
    }
  })

/** The `baseUrl` of a session. */
interface Home {
  readonly written: string
  readonly url: URL
  readonly target: Target.Target
  readonly userinfo: Option.Option<Auth>
}

/** Parsed once. */
const homeOf = byValue((session: Settings) =>
  Either.map(baseOf(session.baseUrl), (url): Home | undefined => {
    if (url === undefined) return undefined
    const written = String(session.baseUrl)
    return { written, url, target: Target.fromUrl(url), userinfo: userinfoAuth(written, url) }
  })
)

const baseOf = (baseUrl: Settings["baseUrl"]): Either.Either<URL | undefined, InvalidRequest> =>
  baseUrl === undefined || baseUrl === null ? Either.right(undefined) : parseUrl(String(baseUrl), undefined, "baseUrl")

const isAbsolute = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text)

const hasAuthority = (text: string): boolean => isAbsolute(text) || text.startsWith("//")

/** The target of a URL that was asked by this text. */
export const targetOf = (url: URL, text: string): Target.Target => {
  const written = text.trim()
  return Target.fromUrl(url, isAbsolute(written) ? written : undefined)
}
