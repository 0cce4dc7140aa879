/**
 * Cassettes as HAR 1.2 and back, for browsers' tools and for what they have recorded.
 *
 * @module
 */
import { Disclosure, Headers, Target, Version } from "@effect-requests/core"
import { Either, Encoding, Option, Schema } from "effect"
import { type Entry, Har } from "./HarSchema.js"
import * as Redaction from "./Redaction.js"
import { fields, type Shows } from "./Shows.js"
import { bodyOf, bytesOf, type Exchange, type Tape, type TapeBody, type TapeResponse } from "./Tape.js"

export { Har } from "./HarSchema.js"

const creator = "effect-requests"

/** HAR wants URLs, in which no angle brackets stand. */
const veil = encodeURIComponent(Disclosure.hidden)

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
 * The tape of a HAR, or what is wrong with it. What another program has recorded passes the same allow-lists as when a
 * cassette records. It holds decoded bodies, so that Content-Encoding, Transfer-Encoding and Content-Length are left out of
 * it; a response without its body cannot be played. What `fromTape` has made stays as it is.
 *
 * @example
 * import { Har } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const har = Har.fromTape({ version: 1, exchanges: [] })
 * console.assert(Either.isRight(Har.toTape(JSON.parse(JSON.stringify(har)))) && Either.isLeft(Har.toTape({ log: {} })))
 */
export const toTape = (har: unknown, shows: Shows = {}) =>
  Either.map(
    Schema.decodeUnknownEither(Har)(har),
    ({ log }): Tape => ({
      version: 1,
      exchanges: log.entries.map((one) => (log.creator.name === creator ? own(one) : foreign(one, shows)))
    })
  )

const pairs = (fields: ReadonlyArray<readonly [string, string]>) => fields.map(([name, value]) => ({ name, value }))

const entry = ({ at, millis, request, response }: Exchange): Entry => ({
  startedDateTime: new Date(at).toISOString(),
  time: millis,
  request: {
    method: request.method,
    url: request.url.replaceAll(Disclosure.hidden, veil),
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

const headersOf = (fields: ReadonlyArray<{ readonly name: string; readonly value: string }>): Headers.Headers =>
  Headers.fromPairs(fields.map(({ name, value }) => [name, value] as const))

/** What this package has written is without secrets already, and stays as it is. */
const own = ({ request, response, startedDateTime, time }: Entry): Exchange => {
  const { postData } = request
  const hidden = Math.max(0, Math.trunc(request.bodySize))
  return {
    at: Date.parse(startedDateTime),
    millis: time,
    request: {
      method: request.method,
      url: request.url.replaceAll(veil, Disclosure.hidden),
      headers: Headers.pairs(headersOf(request.headers)),
      body:
        postData !== undefined && postData.text === undefined
          ? { hidden }
          : bodyOf(bytes(postData?.text, postData?._encoding))
    },
    response: {
      status: response.status,
      reason: response.statusText,
      headers: Headers.pairs(headersOf(response.headers)),
      body: absent(response.content) ?? bodyOf(bytes(response.content.text, response.content.encoding))
    }
  }
}

/** A body whose bytes are not in the file, though there were some. */
const absent = ({ size, text }: Entry["response"]["content"]): TapeBody | undefined =>
  text === undefined && size > 0 ? { hidden: Math.trunc(size) } : undefined

const foreign = (one: Entry, shows: Shows): Exchange => {
  const { request, response } = one
  const asked = content(bytes(request.postData?.text, request.postData?._encoding))
  const rawHeaders = Headers.remove(
    headersOf(response.headers),
    "content-encoding",
    "transfer-encoding",
    "content-length"
  )
  const answered = { status: response.status, reason: response.statusText, rawHeaders }
  const body = content(bytes(response.content.text, response.content.encoding))
  const kept = Option.match(Redaction.response({ ...answered, content: body }, shows), {
    onNone: () => bodiless(answered, shows, body.bytes.length),
    onSome: (some) => some.response
  })
  const headers = headersOf(request.headers)
  return {
    at: Date.parse(one.startedDateTime),
    millis: one.time,
    request: Redaction.request({ method: request.method, url: request.url, headers, content: asked }, shows),
    response: { ...kept, body: absent(response.content) ?? kept.body }
  }
}

const bodiless = (
  { rawHeaders, reason, status }: Omit<Redaction.PlainResponse, "content">,
  shows: Shows,
  hidden: number
): TapeResponse => ({ status, reason, headers: fields(rawHeaders, shows), body: { hidden } })

const content = (plain: Uint8Array): Redaction.Content => ({ bytes: plain, unpacked: Option.some(plain) })

const encoder = new TextEncoder()

const bytes = (text: string | undefined, encoding: string | undefined): Uint8Array =>
  encoding === "base64"
    ? Either.getOrElse(Encoding.decodeBase64(text ?? ""), () => new Uint8Array())
    : encoder.encode(text ?? "")
