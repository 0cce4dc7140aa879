/**
 * What a .netrc file says about a host.
 *
 * @module
 */
import { Option } from "effect"
import { bareHost, placeOf } from "./noProxy.js"

/** Credentials of an entry. */
export interface Login {
  readonly login: string
  readonly password: string
}

interface Entry extends Login {
  /** `undefined` for `default`. */
  readonly machine: string | undefined
  readonly account: string
}

interface Reader {
  /** The next word, `""` at the end. */
  readonly word: () => string
  /** What is left of this line, with its end; `""` at the end of the text. */
  readonly line: () => string
}

const blanks = new Set([" ", "\t", "\n"])

const reader = (text: string): Reader => {
  let at = 0
  const word = (): string => {
    while (blanks.has(text.charAt(at))) at++
    const quoted = text.charAt(at) === '"'
    if (quoted) at++
    let out = ""
    while (at < text.length) {
      const char = text.charAt(at)
      if (quoted ? char === '"' : blanks.has(char)) break
      if (char === "\\") at++
      out += text.charAt(at)
      at++
    }
    // The end of a line stays: what follows a comment's last word is the next line already.
    if (quoted) at++
    return out
  }
  const line = (): string => {
    const end = text.indexOf("\n", at)
    const from = at
    at = end < 0 ? text.length : end + 1
    return text.slice(from, at)
  }
  return { word, line }
}

/** Past the macro: it ends with an empty line. False when it never does. */
const skipMacro = (from: Reader): boolean => {
  from.word()
  from.line()
  for (let line = from.line(); line !== "\n"; line = from.line()) if (line === "") return false
  return true
}

/** The fields of an entry, and the word after it; `undefined` when a word is none of them. */
const readEntry = (from: Reader, machine: string | undefined): readonly [entry: Entry, next: string] | undefined => {
  let [login, account, password] = ["", "", ""]
  for (;;) {
    const word = from.word()
    if (word.startsWith("#")) from.line()
    else if (word === "login" || word === "user") login = from.word()
    else if (word === "account") account = from.word()
    else if (word === "password") password = from.word()
    else if (word === "" || word === "machine" || word === "default" || word === "macdef") {
      return [{ machine, login, account, password }, word]
    } else return undefined
  }
}

/** Every entry in order; none of a file that cannot be read to its end, since a half-read secret may be another one. */
const entriesOf = (text: string): ReadonlyArray<Entry> => {
  const from = reader(text.replace(/\r\n?/g, "\n"))
  const entries: Array<Entry> = []
  let word = from.word()
  while (word !== "") {
    if (word === "machine" || word === "default") {
      const machine = word === "machine" ? from.word() : undefined
      const read = machine === "" ? undefined : readEntry(from, machine)
      if (read === undefined) return []
      entries.push(read[0])
      word = read[1]
      continue
    }
    if (word.startsWith("#")) from.line()
    else if (word !== "macdef" || !skipMacro(from)) return []
    word = from.word()
  }
  return entries
}

const pick = (entries: ReadonlyArray<Entry>, host: string, allowDefault: boolean): Option.Option<Login> => {
  const bare = bareHost(host).toLowerCase()
  const entry =
    bare === ""
      ? undefined
      : (entries.find(({ machine }) => machine === bare) ??
        (allowDefault ? entries.find(({ machine }) => machine === undefined) : undefined))
  // An entry without anything would become the credentials ":" (requests #7205).
  if (entry === undefined || entry.login + entry.account + entry.password === "") return Option.none()
  return Option.some({ login: entry.login === "" ? entry.account : entry.login, password: entry.password })
}

/**
 * The credentials of a .netrc text for a host: the first (or last) `machine` of exactly this name, else, where it is allowed, the
 * `default`. A text that is malformed anywhere has none. The host is that of a parsed URL, without its port: text
 * before a ":" may be a user (CVE-2024-47081). The account stands in for a missing login.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const found = Rules.netrcFor("machine h.test login ada password pw", "h.test", { allowDefault: true })
 * console.assert(Option.getOrThrow(found).login === "ada")
 */
export const netrcFor = (
  text: string,
  host: string,
  { allowDefault, entry = "first" }: { readonly allowDefault: boolean; readonly entry?: "first" | "last" }
): Option.Option<Login> => {
  const entries = entriesOf(text)
  return pick(entry === "last" ? [...entries].reverse() : entries, host, allowDefault)
}

/**
 * The user and the password of a .netrc text for a URL (requests' `get_netrc_auth`). Of several entries for one machine
 * it takes the last, as Python does; sessions take the first, as curl, ftp and git do.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Option } from "effect"
 *
 * const auth = Rules.getNetrcAuth("machine h.test login ada password pw", "http://h.test:8080/")
 * console.assert(Option.getOrThrow(auth).join(":") === "ada:pw")
 */
export const getNetrcAuth = (text: string, url: string): Option.Option<readonly [login: string, password: string]> =>
  Option.map(
    netrcFor(text, placeOf(url).host, { allowDefault: true, entry: "last" }),
    ({ login, password }) => [login, password] as const
  )
