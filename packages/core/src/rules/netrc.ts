/**
 * What a .netrc file says about a host.
 *
 * @module
 */
import { Option } from "effect"
import type { EnvironmentPolicy } from "../data/Policies.js"
import { type Reader, reader } from "./netrcReader.js"
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

/** The fields of an entry, and the word after it; `undefined` when a word is none of them. */
const readEntry = (from: Reader, machine: string | undefined): readonly [entry: Entry, next: string] | undefined => {
  let [login, account, password] = ["", "", ""]
  for (;;) {
    const word = from.word()
    if (word.startsWith("#")) from.comment(word, "entry")
    else if (word === "login" || word === "user") login = from.word()
    else if (word === "account") account = from.word()
    else if (word === "password") password = from.word()
    else if (word === "" || word === "machine" || word === "default" || word === "macdef") {
      return [{ machine, login, account, password }, word]
    } else return undefined
  }
}

/** Every entry in order; none of a file that cannot be read to its end, since a half-read secret may be another one. */
const entriesOf = (text: string, reading: EnvironmentPolicy["netrcReading"]): ReadonlyArray<Entry> => {
  const from = reader(text, reading)
  const entries: Array<Entry> = []
  let word = from.word()
  while (word !== "") {
    if (word === "machine" || word === "default") {
      const named = word === "machine" ? from.word() : undefined
      // Python keeps the default among the machines, by that name.
      const machine = reading === "asPython" && named === "default" ? undefined : named
      const read = machine === "" ? undefined : readEntry(from, machine)
      if (read === undefined) return []
      entries.push(read[0])
      word = read[1]
      continue
    }
    if (word.startsWith("#")) from.comment(word, "file")
    else if (word !== "macdef" || !from.macro()) return []
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

/** How a text is read, and which of its entries counts. */
export interface Reading {
  /** Whether the `default` entry may answer. */
  readonly allowDefault: boolean
  /** Of several entries for one machine. Default: the first. */
  readonly entry?: EnvironmentPolicy["netrcEntry"]
  /** What a comment is. Default: tolerant. */
  readonly reading?: EnvironmentPolicy["netrcReading"]
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
  { allowDefault, entry = "first", reading = "tolerant" }: Reading
): Option.Option<Login> => {
  const entries = entriesOf(text, reading)
  return pick(entry === "last" ? [...entries].reverse() : entries, host, allowDefault)
}

/**
 * The user and the password of a .netrc text for a URL (requests' `get_netrc_auth`). Of several entries for one machine
 * it takes the last, and it knows comments where Python does; sessions take the first, as curl, ftp and git do, and
 * know comments everywhere.
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
    netrcFor(text, placeOf(url).host, { allowDefault: true, entry: "last", reading: "asPython" }),
    ({ login, password }) => [login, password] as const
  )
