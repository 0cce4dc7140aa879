/**
 * The words of a .netrc file, and what stands between them.
 *
 * @module
 */
import type { EnvironmentPolicy } from "../data/Policies.js"

/** Where a comment stands: among the words of an entry, or between entries. */
export type Place = "entry" | "file"

/** Goes through a text once. */
export interface Reader {
  /** The next word, `""` at the end. */
  readonly word: () => string
  /** Goes past the comment that this word, the last one, began. */
  readonly comment: (word: string, place: Place) => void
  /** Goes past a macro and the empty line at its end. False when it never ends. */
  readonly macro: () => boolean
}

const blanks = new Set([" ", "\t", "\n"])

/** A text from its start. Where Python ends a comment is a matter of which lines its lexer has counted. */
export const reader = (file: string, reading: EnvironmentPolicy["netrcReading"]): Reader => {
  const text = file.replace(/\r\n?/g, "\n")
  let at = 0
  let ends = 0
  let endsBefore = 0
  const step = (): string => {
    const char = text.charAt(at)
    at++
    if (char === "\n") ends++
    return char
  }
  const word = (): string => {
    endsBefore = ends
    let char = step()
    while (blanks.has(char)) char = step()
    const quoted = char === '"'
    if (quoted) char = step()
    let out = ""
    while (char !== "" && !(quoted ? char === '"' : blanks.has(char))) {
      out += char === "\\" ? step() : char
      char = step()
    }
    return out
  }
  const line = (): string => {
    const end = text.indexOf("\n", at)
    const from = at
    at = end < 0 ? text.length : end + 1
    return text.slice(from, at)
  }
  // A word takes the blank behind it along: at the end of a line there is no rest of it.
  const rest = (): void => {
    if (text.charAt(at - 1) !== "\n") line()
  }
  const comment = (begun: string, place: Place): void => {
    if (reading === "tolerant") rest()
    else if (ends === endsBefore && (place === "entry" || begun === "#")) line()
  }
  const macro = (): boolean => {
    word()
    if (reading === "tolerant") rest()
    for (let one = line(); one !== "\n"; one = line()) if (one === "") return false
    return true
  }
  return { word, comment, macro }
}
