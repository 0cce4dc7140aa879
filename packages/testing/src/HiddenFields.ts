/**
 * Forms and JSON with the values of some fields hidden, and every other byte as it was.
 *
 * @module
 */
import { Disclosure, Json } from "@effect-requests/core"
import { Either } from "effect"

/** One value of a body, and where it stands in the text. */
export interface Field {
  /** The name under which it stands; what lies in an array goes by the array's; `""` for none. */
  readonly name: string
  readonly value: string
  readonly start: number
  readonly end: number
  /** What stands in its place when it is hidden. */
  readonly veil: string
}

const quotedVeil = JSON.stringify(Disclosure.hidden)

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g

/** The strings, numbers and booleans of a JSON text; `null` is no value. The text must be JSON. */
const scalars = (text: string, offset: number): ReadonlyArray<Field> => {
  const found: Array<Field> = []
  const open: Array<{ readonly isObject: boolean; name: string }> = []
  let isName = false
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const inside = open.at(-1)
    if (token === "{" || token === "[") {
      open.push({ isObject: token === "{", name: inside?.name ?? "" })
      isName = token === "{"
    } else if (token === "}" || token === "]") open.pop()
    else if (token === ",") isName = inside?.isObject === true
    else if (token === ":") isName = false
    else if (isName && inside !== undefined) inside.name = unquoted(token)
    else if (token !== "null") {
      const start = offset + index
      const end = start + token.length
      found.push({ name: inside?.name ?? "", value: unquoted(token), start, end, veil: quotedVeil })
    }
  }
  return found
}

const unquoted = (token: string): string =>
  Either.match(Json.parse(token), { onLeft: () => token, onRight: (value) => String(value) })

const isJson = (text: string): boolean => Either.isRight(Json.parse(text.replace(/^\ufeff/, "")))

/** An object or an array, as opposed to a lone word or number, which may be any text. */
const isNest = (text: string): boolean => /^\ufeff?\s*[{[]/.test(text) && isJson(text)

/**
 * The fields of a text that is JSON, or has JSON in its lines (NDJSON, and the `data:` lines of server-sent events); none
 * where there is no JSON. `isSure`: it says of itself that it is JSON; then nothing is given where it is not.
 */
export const jsonFields = (text: string, isSure: boolean): ReadonlyArray<Field> | undefined => {
  if (isNest(text) || (isSure && isJson(text))) return scalars(text, 0)
  const found: Array<Field> = []
  let offset = 0
  for (const line of text.split("\n")) {
    const [label = ""] = /^(?:data:)?\s*/.exec(line) ?? []
    const rest = line.slice(label.length)
    if (isNest(rest)) found.push(...scalars(rest, offset + label.length))
    else if (isSure && rest.trim() !== "") return undefined
    offset += line.length + 1
  }
  return found
}

/** The fields of a form, `application/x-www-form-urlencoded`. */
export const formFields = (text: string): ReadonlyArray<Field> => {
  let offset = 0
  return text.split("&").flatMap((piece) => {
    const [[name, value] = ["", ""]] = Array.from(new URLSearchParams(piece))
    const equals = piece.indexOf("=")
    const start = offset + (equals < 0 ? 0 : equals + 1)
    const end = offset + piece.length
    offset = end + 1
    // A name without a value may be the secret itself.
    return start === end
      ? []
      : [{ name: equals < 0 ? "" : name, value: equals < 0 ? name : value, start, end, veil: Disclosure.hidden }]
  })
}

/** The text with these fields hidden. */
export const hide = (text: string, fields: ReadonlyArray<Field>): string => {
  let from = 0
  const pieces = fields.map(({ end, start, veil }) => {
    const piece = text.slice(from, start) + veil
    from = end
    return piece
  })
  return pieces.join("") + text.slice(from)
}
