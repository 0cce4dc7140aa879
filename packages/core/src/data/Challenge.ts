/**
 * The challenges of WWW-Authenticate and Proxy-Authenticate.
 *
 * @module
 */

/** One challenge (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case: `"basic"`. */
  readonly scheme: string
  /** The one opaque value that Negotiate and its like send instead of parameters. */
  readonly token68: string | undefined
  /** Names in lower case, values unquoted; of a repeated name the first counts. */
  readonly params: ReadonlyMap<string, string>
}

/**
 * Reads the quoted-string (RFC 9110 §5.6.4) whose opening quote stands at `at`: its value with the backslashes undone,
 * and the index after its closing quote. One that is never closed ends with the text.
 *
 * @example
 * import { Challenge } from "@effect-requests/core"
 *
 * const [value, end] = Challenge.quotedString("a=\"b\\\"c\", d", 2)
 * console.assert(value === "b\"c" && end === 8)
 */
export const quotedString = (text: string, at: number): readonly [value: string, end: number] => {
  let value = ""
  let from = at + 1
  for (let i = from; i < text.length; i++) {
    const char = text[i]
    if (char === '"') return [value + text.slice(from, i), i + 1]
    if (char === "\\") {
      value += text.slice(from, i)
      i += 1
      from = i
    }
  }
  return [value + text.slice(from), text.length]
}

const separators = /[\s,]*/y
const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]*/y
const equals = /[ \t]*=[ \t]*/y
const blanks = /[ \t]*/y
const token68 = /[A-Za-z0-9\-._~+/]*/y
const padding = /=*/y
const unquoted = /[^\s,]*/y
const garbage = /[^\s,"]*/y

// A failed match leaves the index at 0.
const after = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

const endsElement = (text: string, at: number): boolean => at >= text.length || text[at] === ","

// The index after a token68 that stands alone in its list element, else `at`.
const afterToken68 = (text: string, at: number): number => {
  const chars = after(token68, text, at)
  const end = chars === at ? at : after(padding, text, chars)
  return endsElement(text, after(blanks, text, end)) ? end : at
}

/**
 * Reads the values of all WWW-Authenticate (or Proxy-Authenticate) fields, in order (RFC 9110 §11.6.1). One value may
 * hold several challenges. What fits no rule is skipped.
 *
 * @example
 * import { Challenge } from "@effect-requests/core"
 *
 * const [first, second] = Challenge.parse(["Negotiate YQ==, Basic realm=\"a, b\""])
 * console.assert(first?.token68 === "YQ==")
 * console.assert(second?.scheme === "basic" && second.params.get("realm") === "a, b")
 */
export const parse = (values: ReadonlyArray<string>): ReadonlyArray<Challenge> => values.flatMap(parseOne)

const parseOne = (text: string): ReadonlyArray<Challenge> => {
  const challenges: Array<Challenge> = []
  let current: Map<string, string> | undefined
  let at = after(separators, text, 0)
  while (at < text.length) {
    const start = at
    const nameEnd = after(token, text, start)
    const valueAt = nameEnd === start ? start : after(equals, text, nameEnd)
    if (nameEnd === start) {
      at = text[start] === '"' ? quotedString(text, start)[1] : Math.max(start + 1, after(garbage, text, start))
    } else if (valueAt > nameEnd) {
      const [value, end] = parameterValue(text, valueAt)
      const name = text.slice(start, nameEnd).toLowerCase()
      if (current !== undefined && !current.has(name)) current.set(name, value)
      at = end
    } else {
      const params = new Map<string, string>()
      const dataAt = after(blanks, text, nameEnd)
      const dataEnd = dataAt === nameEnd ? dataAt : afterToken68(text, dataAt)
      const opaque = dataEnd > dataAt ? text.slice(dataAt, dataEnd) : undefined
      challenges.push({ scheme: text.slice(start, nameEnd).toLowerCase(), token68: opaque, params })
      // A bare word followed by a comma takes no parameters: `Digest realm="a", stale, nonce="b"` is still one Digest.
      if (current === undefined || (opaque === undefined && !endsElement(text, dataAt))) current = params
      at = dataEnd
    }
    at = after(separators, text, at)
  }
  return challenges
}

const parameterValue = (text: string, at: number): readonly [value: string, end: number] => {
  if (text[at] === '"') return quotedString(text, at)
  const end = after(unquoted, text, at)
  return [text.slice(at, end), end]
}

/**
 * Reads a list of `name=value`, exactly as requests' `parse_dict_header` does: names as written, a name alone has
 * `null`, of a repeated name the last counts. For challenges `parse` is the better reader.
 *
 * @example
 * import { Challenge } from "@effect-requests/core"
 *
 * const fields = Challenge.parseDictHeader("realm=\"a, b\", stale")
 * console.assert(fields["realm"] === "a, b" && fields["stale"] === null)
 */
export const parseDictHeader = (value: string): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    listItems(value).map((item): readonly [string, string | null] => {
      const mark = item.indexOf("=")
      return mark < 0 ? [item, null] : [item.slice(0, mark), unquotedTwice(item.slice(mark + 1))]
    })
  )

// Python's parse_http_list: quotes stay, backslashes within them go.
const listItems = (value: string): ReadonlyArray<string> => {
  const items: Array<string> = []
  let item = ""
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i)
    if (quoted && char === "\\") item += value.charAt(++i)
    else if (!quoted && char === ",") {
      items.push(item.trim())
      item = ""
    } else {
      if (char === '"') quoted = !quoted
      item += char
    }
  }
  return item === "" ? items : [...items, item.trim()]
}

const isQuoted = (value: string): boolean => value.startsWith('"') && value.endsWith('"')

// requests takes the quotes off, and unquote_header_value takes off a second pair.
const unquotedTwice = (value: string): string => {
  const inner = isQuoted(value) ? value.slice(1, -1) : value
  return inner !== value && isQuoted(inner) ? inner.slice(1, -1).replaceAll("\\\\", "\\").replaceAll('\\"', '"') : inner
}
