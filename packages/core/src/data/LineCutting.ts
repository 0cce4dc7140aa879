/**
 * A text cut into lines, piece by piece: a state, and what ends with the next piece.
 *
 * @module
 */

/** What is known of the line that has not ended yet. */
export type State = Universal | Delimited

/** Lines end with LF, CR LF or CR. */
interface Universal {
  readonly _tag: "Universal"
  readonly rest: string
  /** The last line ended with CR: an LF that comes next belongs to it. */
  readonly afterCr: boolean
}

/** Lines end with a text of the user's. */
interface Delimited {
  readonly _tag: "Delimited"
  readonly rest: string
  readonly delimiter: string
  /** For each length of a matched beginning: the next shorter one that it ends with (Knuth, Morris, Pratt). */
  readonly shorter: Uint32Array
  /** How many characters of the delimiter `rest` ends with. */
  readonly matched: number
}

/**
 * Before the first character. Without a delimiter, or with an empty one, lines end with LF, CR LF or CR; nothing else
 * ends one, unlike requests' `decode_unicode=True`: U+2028 may stand in JSON.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * const [state, lines] = Lines.step(Lines.start(), "a\r")
 * console.assert(lines[0] === "a" && Lines.step(state, "\nb\n")[1].join() === "b")
 */
export const start = (delimiter = ""): State =>
  delimiter === ""
    ? { _tag: "Universal", rest: "", afterCr: false }
    : { _tag: "Delimited", rest: "", delimiter, shorter: shorterMatches(delimiter), matched: 0 }

const shorterMatches = (delimiter: string): Uint32Array => {
  const shorter = new Uint32Array(delimiter.length + 1)
  let length = 0
  for (let at = 1; at < delimiter.length; at += 1) {
    while (length > 0 && delimiter[at] !== delimiter[length]) length = shorter[length] ?? 0
    if (delimiter[at] === delimiter[length]) length += 1
    shorter[at + 1] = length
  }
  return shorter
}

/**
 * The lines that end within the next piece of the text, without what ended them. Each character is looked at once.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * const [state] = Lines.step(Lines.start("--"), "a-")
 * console.assert(Lines.step(state, "-b--")[1].join() === "a,b")
 */
export const step = (state: State, piece: string): readonly [state: State, lines: ReadonlyArray<string>] =>
  state._tag === "Universal" ? universal(state, piece) : delimited(state, piece)

const universal = (state: Universal, piece: string): readonly [State, ReadonlyArray<string>] => {
  if (piece === "") return [state, []]
  const [first = "", ...more] = (state.afterCr && piece.startsWith("\n") ? piece.slice(1) : piece).split(/\r\n|[\r\n]/)
  const afterCr = piece.endsWith("\r")
  const last = more.pop()
  return last === undefined
    ? [{ _tag: "Universal", rest: state.rest + first, afterCr }, []]
    : [{ _tag: "Universal", rest: last, afterCr }, [state.rest + first, ...more]]
}

const delimited = (state: Delimited, piece: string): readonly [State, ReadonlyArray<string>] => {
  const { delimiter, shorter } = state
  const lines: Array<string> = []
  let { matched, rest } = state
  let from = 0
  for (let at = 0; at < piece.length; at += 1) {
    if (matched === 0) {
      const next = piece.indexOf(delimiter.charAt(0), at)
      if (next < 0) break
      at = next
    }
    while (matched > 0 && piece[at] !== delimiter[matched]) matched = shorter[matched] ?? 0
    if (piece[at] === delimiter[matched]) matched += 1
    if (matched === delimiter.length) {
      const line = rest + piece.slice(from, at + 1)
      lines.push(line.slice(0, line.length - delimiter.length))
      rest = ""
      matched = 0
      from = at + 1
    }
  }
  return [{ ...state, rest: rest + piece.slice(from), matched }, lines]
}

/**
 * What was left when the text ended: the last line, if nothing ended it. What ends a line begins none, so that there is
 * no empty line at the end; requests has one there when it is given a delimiter.
 *
 * @example
 * import { Lines } from "@effect-requests/core"
 *
 * console.assert(Lines.end(Lines.step(Lines.start(), "a\nb")[0]).join() === "b")
 * console.assert(Lines.end(Lines.step(Lines.start(), "a\n")[0]).length === 0)
 */
export const end = (state: State): ReadonlyArray<string> => (state.rest === "" ? [] : [state.rest])
