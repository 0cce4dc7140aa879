/**
 * One message and its answer as JSON: the schema, what may be shown of it, and the response again.
 *
 * @module
 */
import { Duration, Either, Option, Schema } from "effect"
import { whole } from "./Answer.js"
import { empty } from "./Body.js"
import * as Disclosure from "./Disclosure.js"
import * as Headers from "./Headers.js"
import { PreparedRequest, type Transport } from "./PreparedRequest.js"
import { Response } from "./Response.js"
import { Unsaveable } from "./SnapshotErrors.js"
import * as Target from "./Target.js"
import { standard } from "./Tls.js"

const Fields = Schema.Array(Schema.Tuple(Schema.String, Schema.String))

/** One message and its answer. */
export const Hop = Schema.Struct({
  method: Schema.String,
  url: Schema.String.pipe(Schema.filter((text) => Target.parse(text) !== undefined, { message: () => "is no URL" })),
  requestHeaders: Fields,
  status: Schema.Int.pipe(Schema.between(100, 999)),
  reason: Schema.String,
  headers: Fields,
  /** In base64. */
  body: Schema.Uint8ArrayFromBase64,
  trailers: Fields,
  /** In nanoseconds, as a text. */
  elapsed: Schema.NonNegativeBigInt,
  remoteAddress: Schema.optionalWith(Schema.String, { exact: true })
})

/** As it is in memory, its body bytes. */
export type Hop = typeof Hop.Type

/** A response as it is saved; `path` is where it stands in its chain. Fails for a live body that was not read. */
export const hopOf = (hop: Response, path: string): Either.Either<Hop, Unsaveable> => {
  const body = Option.getOrUndefined(hop.held)
  return body === undefined
    ? Either.left(new Unsaveable({ path: `${path}.body`, problem: "was not read: ask for its bytes first" }))
    : Either.right({
        method: hop.prepared.method,
        url: hop.url,
        requestHeaders: Headers.pairs(hop.prepared.headers),
        status: hop.status,
        reason: hop.reason,
        headers: Headers.pairs(hop.rawHeaders),
        body,
        trailers: Headers.pairs(hop.answer.trailers?.() ?? []),
        elapsed: Option.getOrElse(Duration.toNanos(hop.elapsed), () => 0n),
        ...Option.match(hop.remoteAddress, {
          onNone: () => ({}),
          onSome: (remoteAddress) => ({ remoteAddress })
        })
      })
}

/** What may be shown of a hop, and the paths of what may not. */
export const tell = (hop: Hop, path: string): { readonly hop: Hop; readonly missing: ReadonlyArray<string> } => {
  const sent = tellFields(hop.requestHeaders, `${path}.request.headers`)
  const came = tellFields(hop.headers, `${path}.headers`)
  const behind = tellFields(hop.trailers, `${path}.trailers`)
  const url = Disclosure.url(hop.url)
  return {
    hop: { ...hop, url, requestHeaders: sent.fields, headers: came.fields, trailers: behind.fields },
    missing: [...(url === hop.url ? [] : [`${path}.url`]), ...sent.missing, ...came.missing, ...behind.missing]
  }
}

type Pairs = ReadonlyArray<readonly [name: string, value: string]>

const tellFields = (
  pairs: Pairs,
  path: string
): { readonly fields: Pairs; readonly missing: ReadonlyArray<string> } => {
  const harmless = ([name, value]: Pairs[number]) => Disclosure.headers([name, value])[0]?.[1] === value
  const missing = pairs.filter((pair) => !harmless(pair)).map(([name]) => `${path}[${JSON.stringify(name)}]`)
  return { fields: pairs.filter(harmless), missing: Array.from(new Set(missing)) }
}

/** The response of a hop: all readers work, `next` is none. */
export const loaded = (hop: Hop, history: ReadonlyArray<Response>): Response => {
  const { body, elapsed, headers, method, reason, remoteAddress, requestHeaders, status, trailers, url } = hop
  const target = Target.fromUrl(new URL(url), url)
  const request = new PreparedRequest(method, target, requestHeaders.flat(), empty, transport, Number.POSITIVE_INFINITY)
  const answer = { status, reason, rawHeaders: headers.flat(), content: whole(body), trailers: () => trailers.flat() }
  return new Response(
    { request, withheld: [] },
    remoteAddress === undefined ? answer : { ...answer, remoteAddress },
    history,
    elapsed
  )
}

/** As of a request that says nothing: nobody will send it. */
const transport: Transport = {
  connectTimeout: Number.POSITIVE_INFINITY,
  writeTimeout: Number.POSITIVE_INFINITY,
  headersTimeout: Number.POSITIVE_INFINITY,
  readTimeout: Number.POSITIVE_INFINITY,
  verify: true,
  cert: undefined,
  tls: standard,
  proxy: undefined,
  proxyAuthorization: undefined,
  redirectBody: Number.POSITIVE_INFINITY
}
