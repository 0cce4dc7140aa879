/**
 * Who decided what in a request, and why, as data and as a text.
 *
 * @module
 */
import { about, type Does, type Entry, type Explanation, holds, type What } from "./ExplanationEntry.js"

export * from "./ExplanationEntry.js"

const titles: ReadonlyArray<readonly [what: What, title: string]> = [
  ["url", "URL"],
  ["header", "Header fields"],
  ["param", "Params"],
  ["cookie", "Cookies"],
  ["credential", "Credentials"],
  ["proxy", "Proxy"],
  ["verify", "TLS: who is trusted"],
  ["cert", "TLS: client certificate"],
  ["tls", "TLS: pins, name, version"],
  ["timeout", "Timeouts"],
  ["decompress", "Decompression"],
  ["limit", "Limits"],
  ["redirects", "Redirects"],
  ["environment", "Environment"],
  ["authentication", "Authentication"],
  ["jar", "Jar"]
]

/** A name or a value may hold whatever a URL can encode; it must write no line of its own, nor turn the text around. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)

const longest = 64

const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

const signs: Readonly<Record<Does, string>> = { sets: " ", overrides: " ", removes: "-", withholds: "!" }
const verbs: Readonly<Record<Does, string>> = {
  sets: "",
  overrides: "",
  removes: "removed by ",
  withholds: "withheld by "
}

const decided = ({ does, layer, over }: Entry): string =>
  verbs[does] + layer + (over.length === 0 ? "" : ` over ${Array.from(new Set([...over].reverse())).join(", ")}`)

const columns = (
  rows: ReadonlyArray<readonly [left: string, middle: string, right: string]>
): ReadonlyArray<string> => {
  const width = (at: 0 | 1) => Math.max(...rows.map((row) => row[at].length))
  const [left, middle] = [width(0), width(1)]
  return rows.map((row) => `${row[0].padEnd(left)}  ${middle === 0 ? "" : `${row[1].padEnd(middle)}  `}${row[2]}`)
}

/**
 * An explanation to read: what is sent first, `-` before what was taken away, `!` before what stays back.
 *
 * @example
 * import { Explanation } from "@effect-requests/core"
 *
 * const text = Explanation.toText({
 *   method: "GET",
 *   url: "https://h.test/",
 *   entries: [Explanation.sets("header", "Accept", "session", [], "text/html", "set in its settings")]
 * })
 * console.assert(text === "GET https://h.test/\n\nHeader fields\n   Accept  text/html  session: set in its settings\n")
 */
export const toText = (self: Explanation): string => {
  const groups = titles.flatMap(([what, title]) => {
    const entries = about(self, what)
    if (entries.length === 0) return []
    const rows = [...entries.filter(holds), ...entries.filter((entry) => !holds(entry))].map((entry) => {
      const value = entry.shown === "" && holds(entry) ? '""' : shortened(oneLine(entry.shown))
      return [` ${signs[entry.does]} ${oneLine(entry.name)}`, value, `${decided(entry)}: ${entry.why}`] as const
    })
    return [`\n${title}\n${columns(rows).join("\n")}\n`]
  })
  return `${oneLine(`${self.method} ${self.url}`)}\n${groups.join("")}`
}
