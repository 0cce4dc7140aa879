/**
 * What a Set-Cookie line means: judged by tough-cookie, whose jar keeps nothing.
 *
 * @module
 */
import { CookieJar, type CookieJar as Judge, Store, Cookie as ToughCookie } from "tough-cookie"
import { Cookie } from "./CookieValue.js"
import { safeJar } from "./Policies.js"
import type { Target } from "./Target.js"

/** Remembers nothing: tough-cookie is asked what it would store, the jar is ours. */
class Nothing extends Store {
  override synchronous = true
  override findCookie(...args: ReadonlyArray<unknown>): Promise<undefined> {
    return answer(args)
  }
  override putCookie(...args: ReadonlyArray<unknown>): Promise<void> {
    return answer(args)
  }
  override updateCookie(...args: ReadonlyArray<unknown>): Promise<void> {
    return answer(args)
  }
}

const resolved = Promise.resolve(undefined)
const answer = (args: ReadonlyArray<unknown>): Promise<undefined> => {
  const callback = args.at(-1)
  if (typeof callback === "function") callback(null, undefined)
  return resolved
}

const judge: Judge = new CookieJar(new Nothing(), { looseMode: true })

/**
 * The cookie that a Set-Cookie line makes when `target` sent it, or `undefined` when it must be ignored (RFC 6265bis §5.7).
 * `largest`: bytes of name and value together.
 *
 * @example
 * import { Cookie, Target } from "@effect-requests/core"
 *
 * const from = Target.fromUrl(new URL("https://app.example.test/login"))
 * console.assert(Cookie.judged("sid=1; Path=/; Secure", from, 0)?.hostOnly === true)
 * console.assert(Cookie.judged("sid=1; Domain=other.test", from, 0) === undefined)
 */
export const judged = (
  line: string,
  target: Target,
  now: number,
  largest: number = safeJar.largestCookie
): Cookie | undefined => {
  const cookie = tryJudge(line, target.href, now)
  if (cookie === undefined) return undefined
  const length = cookie.key.length + cookie.value.length
  if (length === 0 || length > largest) return undefined
  const domain = cookie.domain ?? ""
  const { sameSite } = cookie
  return new Cookie({
    name: cookie.key,
    value: cookie.value,
    domain,
    path: cookie.path ?? "/",
    // A single label has nobody below it whom it may speak for.
    hostOnly: (cookie.hostOnly ?? true) || !domain.includes("."),
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: sameSite === "strict" || sameSite === "lax" || sameSite === "none" ? sameSite : undefined,
    expires: cookie.expiryTime(new Date(now)) ?? Infinity,
    creation: now,
    serial: 0
  })
}

const tryJudge = (line: string, href: string, now: number): ToughCookie | undefined => {
  try {
    const cookie = judge.setCookieSync(line, href, { now: new Date(now), ignoreError: true })
    return cookie instanceof ToughCookie ? cookie : undefined
  } catch {
    return undefined
  }
}
