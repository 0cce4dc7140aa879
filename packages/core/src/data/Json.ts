/**
 * JSON with the place where it stops being JSON. An engine's own message quotes the text, which may be a secret.
 *
 * @module
 */
import { Either } from "effect"

/** Where a text is no JSON: an index into it, and the line and column that an editor shows, from 1. */
export interface Fault {
  readonly at: number
  readonly line: number
  readonly column: number
}

/**
 * The value of a JSON text (RFC 8259), or where it is none.
 *
 * @example
 * import { Json } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.isRight(Json.parse("[1, 2]")))
 * console.assert(Either.getOrElse(Json.parse('{"a": nope}'), (fault) => fault.at) === 6)
 */
export const parse = (text: string): Either.Either<unknown, Fault> => {
  try {
    return Either.right<unknown>(JSON.parse(text))
  } catch {
    return Either.left(placed(text, faultOf(text)))
  }
}

const placed = (text: string, at: number): Fault => {
  const before = text.slice(0, at)
  const start = before.lastIndexOf("\n") + 1
  return { at, line: before.split("\n").length, column: at - start + 1 }
}

/** What may come next. */
type Expects = "value" | "value or ]" | "name or }" | "name" | ":" | ", or end" | "nothing"

/** The first index that no JSON text with this beginning has; the text's length when it only ended too early. */
const faultOf = (text: string): number => {
  const open: Array<"{" | "["> = []
  let expects: Expects = "value"
  let at = 0
  const after = (): Expects => (open.length === 0 ? "nothing" : ", or end")
  for (;;) {
    at = token(text, at, /[ \t\n\r]*/y)
    const next = text[at]
    if (next === undefined) return at
    if (expects === "nothing") return at
    if (expects === ":") {
      if (next !== ":") return at
      expects = "value"
      at++
    } else if (expects === ", or end") {
      const inside = open.at(-1)
      if (next === ",") expects = inside === "{" ? "name" : "value"
      else if (next === (inside === "{" ? "}" : "]")) {
        open.pop()
        expects = after()
      } else return at
      at++
    } else if ((expects === "value or ]" && next === "]") || (expects === "name or }" && next === "}")) {
      open.pop()
      expects = after()
      at++
    } else if (expects === "name" || expects === "name or }") {
      const end = next === '"' ? stringEnd(text, at) : { at, whole: false }
      if (!end.whole) return end.at
      at = end.at
      expects = ":"
    } else if (next === "{" || next === "[") {
      open.push(next)
      expects = next === "{" ? "name or }" : "value or ]"
      at++
    } else {
      const end = next === '"' ? stringEnd(text, at) : scalarEnd(text, at)
      if (!end.whole) return end.at
      at = end.at
      expects = after()
    }
  }
}

interface End {
  readonly at: number
  readonly whole: boolean
}

const token = (text: string, at: number, pattern: RegExp): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

const stringEnd = (text: string, start: number): End => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) return { at: at + 1, whole: true }
    if (code < 32) return { at, whole: false }
    if (code !== 92) continue
    const escape = token(text, at, /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)
    if (escape === at) return { at, whole: false }
    at = escape - 1
  }
  return { at: text.length, whole: false }
}

const words = ["true", "false", "null"]

const scalarEnd = (text: string, start: number): End => {
  const word = words.find((one) => text.startsWith(one, start))
  if (word !== undefined) return { at: start + word.length, whole: true }
  const end = token(text, start, /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y)
  return { at: end, whole: end > start }
}
