/**
 * Cassettes as HAR 1.2 and back, for browsers' tools and for what they have recorded.
 *
 * @module
 */
import { Headers, Target, Version } from "@effect-requests/core"
import { Either, Encoding, Schema } from "effect"
import { type Entry, Har } from "./HarSchema.js"
import * as Redaction from "./Redaction.js"
import { bodyOf, bytesOf, type Exchange, type Tape, type TapeBody } from "./Tape.js"

export { Har } from "./HarSchema.js"

const creator = "effect-requests"

/**
 * A tape as HAR: without secrets, as the tape is.
 *
 * @example
 * import { Har } from "@effect-requests/testing"
 *
 * console.assert(Har.fromTape({ version: 1, exchanges: [] }).log.version === "1.2")
 */
export const fromTape = (tape: Tape): Har => ({
  log: { version: "1.2", creator: { name: creator, version: Version.version }, entries: tape.exchanges.map(entry) }
})

/**
 * The tape of a HAR, with its secrets left out by the same allow-lists as when a cassette records; or what is wrong with
 * it. What a browser has recorded holds decoded bodies: Content-Encoding, Transfer-Encoding and Content-Length are left
 * out of it.
 *
 * @example
 * import { Har } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const har = Har.fromTape({ version: 1, exchanges: [] })
 * console.assert(Either.isRight(Har.toTape(JSON.parse(JSON.stringify(har)))) && Either.isLeft(Har.toTape({ log: {} })))
 */
export const toTape = (har: unknown, shows: Redaction.Shows = {}) =>
  Either.map(Schema.decodeUnknownEither(Har)(har), ({ log }): Tape => {
    const own = log.creator.name === creator
    return { version: 1, exchanges: log.entries.map((one) => exchange(one, own, shows)) }
  })

const pairs = (fields: ReadonlyArray<readonly [string, string]>) => fields.map(([name, value]) => ({ name, value }))

const entry = ({ at, millis, request, response }: Exchange): Entry => ({
  startedDateTime: new Date(at).toISOString(),
  time: millis,
  request: {
    method: request.method,
    url: request.url,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: pairs(request.headers),
    queryString: pairs(Array.from(Target.parse(request.url)?.searchParams ?? [])),
    ...posted(request.body, typeOf(request.headers)),
    headersSize: -1,
    bodySize: sizeOf(request.body)
  },
  response: {
    status: response.status,
    statusText: response.reason,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: pairs(response.headers),
    content: { size: sizeOf(response.body), mimeType: typeOf(response.headers), ...written(response.body, "encoding") },
    redirectURL: Headers.get(Headers.fromPairs(response.headers), "location") ?? "",
    headersSize: -1,
    bodySize: sizeOf(response.body)
  },
  cache: {},
  timings: { send: 0, wait: millis, receive: 0 }
})

const typeOf = (fields: ReadonlyArray<readonly [string, string]>): string =>
  Headers.get(Headers.fromPairs(fields), "content-type") ?? ""

const sizeOf = (body: TapeBody): number => ("hidden" in body ? body.hidden : bytesOf(body).length)

const posted = (body: TapeBody, mimeType: string) =>
  "text" in body && body.text === "" ? {} : { postData: { mimeType, ...written(body, "_encoding") } }

const written = <Name extends string>(body: TapeBody, encoding: Name) => {
  if ("hidden" in body) return {}
  return "text" in body ? { text: body.text } : { text: body.base64, [encoding]: "base64" }
}

const exchange = (one: Entry, own: boolean, shows: Redaction.Shows): Exchange => {
  const { postData } = one.request
  const body = bytes(postData?.text, postData?._encoding)
  const raw = Headers.fromPairs(one.response.headers.map(({ name, value }) => [name, value] as const))
  const rawHeaders = own ? raw : Headers.remove(raw, "content-encoding", "transfer-encoding", "content-length")
  const answer = { status: one.response.status, reason: one.response.statusText, rawHeaders }
  const headers = Headers.fromPairs(one.request.headers.map(({ name, value }) => [name, value] as const))
  const kept = Redaction.request({ method: one.request.method, url: one.request.url, headers, body }, shows)
  const hidden = postData !== undefined && postData.text === undefined
  return {
    at: Date.parse(one.startedDateTime),
    millis: one.time,
    // What this package has written is without secrets already: its bodies stay as they are.
    request: hidden
      ? { ...kept, body: { hidden: Math.max(0, Math.trunc(one.request.bodySize)) } }
      : own
        ? { ...kept, body: bodyOf(body) }
        : kept,
    response: Redaction.response(answer, bytes(one.response.content.text, one.response.content.encoding), shows)
  }
}

const encoder = new TextEncoder()

const bytes = (text: string | undefined, encoding: string | undefined): Uint8Array =>
  encoding === "base64"
    ? Either.getOrElse(Encoding.decodeBase64(text ?? ""), () => new Uint8Array())
    : encoder.encode(text ?? "")
