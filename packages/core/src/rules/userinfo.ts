/**
 * The user and the password in a URL.
 *
 * @module
 */

const unquote = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(run.slice(1).split("%"), (hex) => Number.parseInt(hex, 16))
    )
  )

/**
 * The user and the password of a URL, percent-decoded as UTF-8 (requests' `get_auth_from_url`). Without a colon there
 * are none, so `["", ""]`: `http://user@h/` sends nothing, `http://user:@h/` an empty password, which a parsed `URL`
 * cannot tell apart.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.getAuthFromUrl("http://ada:p%40w@h.test/").join(" ") === "ada p@w")
 * console.assert(Rules.getAuthFromUrl("http://ada@h.test/").join("") === "")
 */
export const getAuthFromUrl = (url: string): readonly [username: string, password: string] => {
  const authority = /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/i.exec(url)?.[1] ?? ""
  const at = authority.lastIndexOf("@")
  const userinfo = at < 0 ? "" : authority.slice(0, at)
  const colon = userinfo.indexOf(":")
  return colon < 0 ? ["", ""] : [unquote(userinfo.slice(0, colon)), unquote(userinfo.slice(colon + 1))]
}
