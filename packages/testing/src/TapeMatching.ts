/**
 * Which recording answers a request: a pure question, which a user may put in another way.
 *
 * @module
 */
import { Either } from "effect"
import type { Tape, TapeBody, TapeRequest, TapeResponse } from "./Tape.js"

/** In what a recorded request differs from one that is asked, both without secrets; empty where it is the same. Pure. */
export type Matcher = (asked: TapeRequest, recorded: TapeRequest) => ReadonlyArray<string>

/** Method, URL and body, each without its secrets. */
export const matching: Matcher = (asked, recorded) => [
  ...differs("method", asked.method, recorded.method),
  ...differs("URL", asked.url, recorded.url),
  ...differs("body", shown(asked.body), shown(recorded.body))
]

const differs = (what: string, asked: string, recorded: string): ReadonlyArray<string> =>
  asked === recorded ? [] : [`${what}: ${asked}, but ${recorded} was recorded`]

const shown = (body: TapeBody): string => {
  if ("hidden" in body) return `${body.hidden} hidden bytes`
  if ("base64" in body) return `base64 ${body.base64}`
  return body.text === "" ? "none" : body.text
}

/** What a tape has for a request: a recording by its place, or what comes closest. */
export type Found = Either.Either<
  { readonly index: number; readonly response: TapeResponse },
  { readonly closest: TapeRequest | undefined; readonly differences: ReadonlyArray<string> }
>

/** The first recording that fits and was not played yet. Of those that do not fit, the closest differs in the least. */
export const find = (tape: Tape, played: ReadonlySet<number>, asked: TapeRequest, match: Matcher): Found => {
  const judged = tape.exchanges.map(({ request, response }, index) => ({
    index,
    request,
    response,
    differences: match(asked, request)
  }))
  const fitting = judged.find(({ differences, index }) => differences.length === 0 && !played.has(index))
  if (fitting !== undefined) return Either.right(fitting)
  const [closest] = [...judged].sort((a, b) => distance(asked, a) - distance(asked, b))
  return Either.left({ closest: closest?.request, differences: closest?.differences ?? [] })
}

interface Judged {
  readonly request: TapeRequest
  readonly differences: ReadonlyArray<string>
}

/** Fewest differences first; of those, the URL that goes along with the asked one the longest. */
const distance = (asked: TapeRequest, { differences, request }: Judged): number =>
  differences.length - along(asked.url, request.url) / (asked.url.length + 1)

const along = (a: string, b: string): number => {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
