/**
 * Which codings of a body are undone, in which order, and how far it may grow (RFC 9110 §8.4, §12.5.3).
 *
 * @module
 */
import { Either } from "effect"
import type { Answer } from "../data/Answer.js"
import { BodyError } from "../data/Body.js"
import type { Limits } from "../data/Decompression.js"
import * as Headers from "../data/Headers.js"
import type { PreparedRequest } from "../data/PreparedRequest.js"
import { defaults, type HeaderFields, partsOf, type Settings } from "../data/Settings.js"

/**
 * The codings of a body, in the order in which they were put on it: all Content-Encoding fields as one list, in lower case,
 * `x-gzip` by its newer name, without `identity`.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.contentCodings(["Content-Encoding", "X-GZIP, identity", "content-encoding", "br"]).join() === "gzip,br")
 */
export const contentCodings = (headers: Headers.Headers): ReadonlyArray<string> =>
  Headers.has(headers, "content-encoding")
    ? Headers.getAll(headers, "content-encoding").flatMap((field) =>
        field.split(",").flatMap((part) => {
          const coding = part.trim().toLowerCase()
          return coding === "" || coding === "identity" ? [] : [aliases[coding] ?? coding]
        })
      )
    : uncoded

const uncoded: ReadonlyArray<string> = []
const aliases: { readonly [name: string]: string | undefined } = Object.assign(Object.create(null), {
  "x-gzip": "gzip"
})

/** Statuses without a body, and 206: a part of something coded cannot be decoded. */
const untouched = new Set([204, 206, 304])

/**
 * The codings to undo, the outermost first; none where the answer has no body or a part of one, or where one of them is
 * unknown: such a body stays as it came (as in requests, CVE-2025-66418 for their number).
 *
 * @example
 * import { Decompression, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const { request } = Hops.call("GET", "https://a.test/")
 * const undone = (coded: string) =>
 *   Rules.codingsToUndo(request, { status: 200, rawHeaders: ["Content-Encoding", coded] }, new Set(["gzip", "br"]), Decompression.limits)
 * console.assert(Either.getOrThrow(undone("gzip, br")).join() === "br,gzip")
 * console.assert(Either.getOrThrow(undone("gzip, aws-chunked")).length === 0)
 * console.assert(Either.isLeft(undone("br,br,br,br,br,br")))
 */
export const codingsToUndo = (
  request: PreparedRequest,
  { rawHeaders, status }: Pick<Answer, "status" | "rawHeaders">,
  known: { readonly has: (coding: string) => boolean },
  limits: Limits
): Either.Either<ReadonlyArray<string>, BodyError> => {
  const codings = contentCodings(rawHeaders)
  if (codings.length === 0 || request.method === "HEAD" || untouched.has(status)) return nothingToUndo
  if (codings.length > limits.codings) {
    return Either.left(
      new BodyError({
        reason: "Limit",
        limit: "decompress.codings",
        detail: `${codings.length} codings lie over each other, and decompress.codings is ${limits.codings}`,
        url: request.target.shown
      })
    )
  }
  return codings.every((coding) => known.has(coding)) ? Either.right([...codings].reverse()) : nothingToUndo
}

const nothingToUndo: Either.Either<ReadonlyArray<string>, BodyError> = Either.right([])

/** How large a body may be, in bytes, and which limit says so. */
export interface Room {
  readonly bytes: number
  readonly limit: "decompress.size" | "decompress.ratio"
}

/** Below this no ratio is suspicious. */
const harmless = 8 * 1024 * 1024

/**
 * How large what came may become.
 *
 * @example
 * import { Decompression, Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.roomFor(64 * 1024, Decompression.limits).bytes === 200 * 64 * 1024)
 * console.assert(Rules.roomFor(1, { size: 10, ratio: 2, codings: 1 }).limit === "decompress.size")
 */
export const roomFor = (came: number, { ratio, size }: Limits): Room => {
  const grown = Math.max(harmless, came * ratio)
  return grown < size ? { bytes: grown, limit: "decompress.ratio" } : { bytes: size, limit: "decompress.size" }
}

/**
 * The error of a body that grew beyond its room.
 *
 * @example
 * import { Decompression, Rules } from "@effect-requests/core"
 *
 * const error = Rules.outgrown("gzip", 70_000, Decompression.limits, "https://a.test/")
 * console.assert(error.reason === "Limit" && error.limit === "decompress.ratio")
 */
export const outgrown = (coding: string, came: number, limits: Limits, url: string): BodyError => {
  const { bytes, limit } = roomFor(came, limits)
  const why =
    limit === "decompress.size"
      ? `decompress.size is ${limits.size}`
      : `${came} bytes came, and decompress.ratio is ${limits.ratio}`
  return new BodyError({
    reason: "Limit",
    limit,
    detail: `${coding}: more than ${Math.floor(bytes)} bytes; ${why}`,
    url
  })
}

/**
 * What a session and its request start from: the defaults, and an Accept-Encoding that says exactly what can be undone. With
 * `decompress: false` there is none; a Range is asked of the plain thing, since a part of a coded one is of no use.
 *
 * @example
 * import { Rules, Settings } from "@effect-requests/core"
 *
 * const fields = (request: Settings.Settings) => Rules.baseline(["gzip", "br"], {}, request).headers
 * console.assert(JSON.stringify(fields({})).includes('"Accept-Encoding":"gzip, br"'))
 * console.assert(JSON.stringify(fields({ headers: { Range: "bytes=0-9" } })).includes('"Accept-Encoding":"identity"'))
 * console.assert(fields({ decompress: false }) === Settings.defaults.headers)
 */
export const baseline = (codings: ReadonlyArray<string>, session: Settings, request: Settings): Settings => {
  if (codings.length === 0 || (request.decompress ?? session.decompress) === false) return defaults
  return asksForRange(request) || asksForRange(session) ? plain : announcing(codings)
}

const asksForRange = ({ headers }: Settings): boolean => {
  for (const name in partsOf(headers) ?? {}) if (name.length === 5 && name.toLowerCase() === "range") return true
  return false
}

const accepting = (field: string): Settings => {
  const fields: HeaderFields = partsOf(defaults.headers) ?? {}
  return { ...defaults, headers: { ...fields, "Accept-Encoding": field } }
}

const plain = accepting("identity")

/** Kept as long as the list: every request of a session starts from the same one. */
const announced = new WeakMap<ReadonlyArray<string>, Settings>()

const announcing = (codings: ReadonlyArray<string>): Settings => {
  const known = announced.get(codings)
  if (known !== undefined) return known
  const made = accepting(codings.join(", "))
  announced.set(codings, made)
  return made
}
