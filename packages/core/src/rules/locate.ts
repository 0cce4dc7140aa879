/**
 * Where a request goes: its URL, resolved and parsed once.
 *
 * @module
 */
import { Either, type Option } from "effect"
import type { Auth } from "../data/Auth.js"
import { byText, byValue } from "../data/Memo.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { Settings } from "../data/Settings.js"
import * as Target from "../data/Target.js"
import { userinfoAuth } from "./authorize.js"
import { sameOrigin } from "./origin.js"
import { parseUrl } from "./url.js"

/** The place that a request names. */
export interface Located {
  /** As it was asked, before `params`. */
  readonly url: URL
  readonly target: Target.Target
  /** The credentials in the URL, or in the `baseUrl` that stands for its authority. */
  readonly userinfo: Option.Option<Auth>
  /** Of another origin than the one that the session's secrets belong to. */
  readonly foreign: boolean
}

/**
 * The place of a URL by the `baseUrl` of a request (`undefined`: it has none), else by that of its session. A session asks
 * for the same URLs again: the last 256 texts are not parsed twice.
 */
export const locate = (
  text: string,
  session: Settings,
  baseUrl: Settings["baseUrl"]
): Either.Either<Located, InvalidRequest> =>
  baseUrl === undefined ? known(session)(text) : parsed(text, session, baseUrl)

const known = byValue((session: Settings) => byText(256, (text) => parsed(text, session, undefined)))

const parsed = (
  text: string,
  session: Settings,
  baseUrl: Settings["baseUrl"]
): Either.Either<Located, InvalidRequest> =>
  Either.gen(function* () {
    const home = yield* homeOf(session)
    const base = baseUrl === undefined ? home?.url : yield* baseOf(baseUrl)
    const url = yield* parseUrl(text, base, "url")
    const target = targetOf(url, text)
    // What a parsed URL has forgotten is still where its authority was written.
    const written = base === undefined || hasAuthority(text.trim()) ? text : String(baseUrl ?? session.baseUrl)
    return {
      url,
      target,
      userinfo: userinfoAuth(written, url),
      foreign: home !== undefined && !sameOrigin(home.target, target)
    }
  })

/** The `baseUrl` of a session, parsed once. */
const homeOf = byValue((session: Settings) =>
  Either.map(baseOf(session.baseUrl), (url) => (url === undefined ? undefined : { url, target: Target.fromUrl(url) }))
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
