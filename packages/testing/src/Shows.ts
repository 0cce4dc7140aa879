/**
 * What of a message may stand in a file, by name: allow-lists, never a deny-list.
 *
 * @module
 */
import { Disclosure, Headers } from "@effect-requests/core"

/**
 * Names whose values may stand in the file, besides the fields and parameters that core shows of every message. `"*"` among
 * them means every name that does not sound like a secret's (`isSecretName`); such a name has to be written out. Header
 * fields have no case.
 */
export interface Shows {
  readonly headers?: ReadonlyArray<string>
  /** Query parameters. */
  readonly params?: ReadonlyArray<string>
  /** Fields of forms and of JSON, at any depth; what lies in an array goes by the array's name. */
  readonly fields?: ReadonlyArray<string>
  /**
   * Bodies that cannot be hidden field by field: a request that is neither form nor JSON (by default its length alone is
   * kept), and a response whose coding is unknown or whose JSON is none (by default it is refused).
   */
  readonly bodies?: boolean
}

const secretWords: ReadonlySet<string> = new Set(
  (
    "apikey accesskey auth authorization cookie cookies credential credentials csrf jwt nonce otp pass passcode passphrase " +
    "passwd password passwords pin privatekey pwd secret secrets session sessionid sid sig signature token tokens xsrf"
  ).split(" ")
)

const words = (name: string): ReadonlyArray<string> =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** Whether a name sounds like that of a secret: `access_token`, `X-Api-Key`, `sessionId`. */
export const isSecretName = (name: string): boolean => {
  const all = words(name)
  return all.some((word, i) => secretWords.has(word) || secretWords.has(word + (all[i + 1] ?? "")))
}

/** Whether a list names it, or has `"*"` and it sounds harmless. */
export const lists = (names: ReadonlyArray<string> = [], name: string): boolean =>
  names.includes(name) || (names.includes("*") && !isSecretName(name))

/** Whether the value of a header field may be shown. A Location is shown in part, and a Set-Cookie too. */
export const isHeaderShown = ({ headers = [] }: Shows, name: string): boolean =>
  lists(
    headers.map((one) => one.toLowerCase()),
    name.toLowerCase()
  ) || Disclosure.headers([name, "x"])[0]?.[1] === "x"

/** Whether the value of a query parameter may be shown. */
export const isParamShown = ({ params = [] }: Shows, name: string): boolean =>
  lists(params, name) || Disclosure.url(`?${encodeURIComponent(name)}=x`).endsWith("=x")

/** A URL without userinfo and fragment, and without the values of parameters that are not listed. */
export const url = (href: string, shows: Shows): string => {
  const [place = "", hash] = cut(href, "#")
  const [path = "", query] = cut(place, "?")
  const shown = query?.split("&").map((piece) => param(piece, shows))
  const end = hash === undefined ? "" : Disclosure.url(`#${hash}`)
  return Disclosure.url(path) + (shown === undefined ? "" : `?${shown.join("&")}`) + end
}

const cut = (text: string, at: string): ReadonlyArray<string> => {
  const index = text.indexOf(at)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

const param = (piece: string, { params = [] }: Shows): string => {
  const [name = ""] = Array.from(new URLSearchParams(piece).keys())
  return lists(params, name) ? piece : Disclosure.url(`?${piece}`).slice(1)
}

/** Header fields in order and with their case. Of a Location the query is hidden as in a URL, of a Set-Cookie the value. */
export const fields = (raw: Headers.Headers, shows: Shows): ReadonlyArray<readonly [name: string, value: string]> => {
  const named = (shows.headers ?? []).map((name) => name.toLowerCase())
  return Headers.pairs(raw).map(([name, value]) => {
    const lower = name.toLowerCase()
    if (lower === "location" && !named.includes(lower)) return [name, url(value, shows)]
    if (lower === "set-cookie" && !named.includes(lower)) {
      return [name, value.replace(/^([^=;]*)=[^;]*/, `$1=${Disclosure.hidden}`)]
    }
    return [name, isHeaderShown(shows, name) ? value : Disclosure.hidden]
  })
}
