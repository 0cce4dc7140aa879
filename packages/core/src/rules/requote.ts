/**
 * A URL with its percent-escapes as requests writes them.
 *
 * @module
 */
import { Either } from "effect"

const quote = (text: string, unsafe: RegExp): string =>
  text.replace(unsafe, (run) => {
    let out = ""
    for (const byte of new TextEncoder().encode(run)) out += "%" + byte.toString(16).toUpperCase().padStart(2, "0")
    return out
  })

/**
 * The escapes of unreserved characters decoded (RFC 3986 §2.3; requests' `unquote_unreserved`), all else as it is. Left
 * is an escape that is not hex, such as `"%zz"`, for which requests raises InvalidURL; `%`, `%2` and `%-1` are no
 * escapes.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.unquoteUnreserved("/%7Eada%2F%")) === "/~ada%2F%")
 * console.assert(Either.isLeft(Rules.unquoteUnreserved("/%zz")))
 */
export const unquoteUnreserved = (uri: string): Either.Either<string, string> => {
  const bad = /%(?![0-9a-f]{2})[\p{L}\p{N}]{2}/iu.exec(uri)
  if (bad !== null) return Either.left(bad[0])
  return Either.right(
    uri.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
      const char = String.fromCharCode(Number.parseInt(hex, 16))
      return /[A-Za-z0-9._~-]/.test(char) ? char : escape
    })
  )
}

/**
 * A URL with its illegal characters escaped as UTF-8 and its needless escapes undone (requests' `requote_uri`). One
 * escape that is not hex, and every "%" counts as a character: `%zz%20` becomes `%25zz%2520`.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.requoteUri("http://h.test/%41 ☃") === "http://h.test/A%20%E2%98%83")
 */
export const requoteUri = (uri: string): string =>
  Either.match(unquoteUnreserved(uri), {
    onLeft: () => quote(uri, /[^A-Za-z0-9._~!#$&'()*+,/:;=?@[\]-]+/g),
    onRight: (unquoted) => quote(unquoted, /[^A-Za-z0-9._~!#$%&'()*+,/:;=?@[\]-]+/g)
  })
