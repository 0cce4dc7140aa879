/**
 * URLs that need no parser: a known origin and a path in which WHATWG changes nothing. Most requests name one.
 *
 * @module
 */
import { byText } from "../data/Memo.js"
import * as Target from "../data/Target.js"

/** Every character stands as it is, and none begins anything: no scheme, no dot segment, no escape, no fragment. */
const rooted = /^\/(?![/.])(?:[\w~!$&'()*+,;=:@.-]|\/(?![/.]))*(?:\?[\w~!$&()*+,;=:@/?%.-]+)?$/
const rootless = /^(?![.])[\w~!$&'()*+,;=@-](?:[\w~!$&'()*+,;=@.-]|\/(?![/.]))*(?:\?[\w~!$&()*+,;=:@/?%.-]+)?$/

/** The scheme and authority of a text, where a parser would leave both as they are. */
const authority = /^https?:\/\/[a-z][a-z0-9-]{0,62}(?:\.[a-z][a-z0-9-]{0,62})*(?::[1-9][0-9]{0,3})?(?=\/)/

const originOf = byText(256, (text) => {
  const url = Target.parse(`${text}/`)
  const target = url === undefined ? undefined : Target.fromUrl(url)
  return target?.origin === text ? target : undefined
})

/**
 * The target of a text, absolute or relative to `base`, or `undefined` where a parser has to look. The law: it is exactly
 * what `parseUrl` finds. Linear in the text.
 *
 * @example
 * import { Rules, Target } from "@effect-requests/core"
 *
 * const base = Target.fromUrl(new URL("https://api.example.test/v1/"))
 * console.assert(Rules.plainTarget("users?page=2", base)?.href === "https://api.example.test/v1/users?page=2")
 * console.assert(Rules.plainTarget("../admin", base) === undefined)
 */
export const plainTarget = (text: string, base: Target.Target | undefined): Target.Target | undefined => {
  if (base !== undefined && (base.scheme === "https:" || base.scheme === "http:")) {
    if (rooted.test(text)) return below(base, text)
    if (rootless.test(text)) return below(base, base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1) + text)
  }
  const named = authority.exec(text)?.[0]
  const origin = named === undefined ? undefined : originOf(named)
  if (named === undefined || origin === undefined) return undefined
  const path = text.slice(named.length)
  return rooted.test(path) ? below(origin, path) : undefined
}

const below = ({ host, origin, port, scheme }: Target.Target, path: string): Target.Target => {
  const query = path.indexOf("?")
  const pathname = query < 0 ? path : path.slice(0, query)
  return new Target.Target({ href: origin + path, origin, scheme, host, port, path, pathname })
}
