/**
 * A response as JSON, to be kept or handed to another machine (requests pickles one). *Sealed*: with every field, so to be
 * stored as passwords are. *Open*: with only the fields that are known to be harmless, and a list of the others. Both
 * have the body as it is.
 *
 * Not in it, as in requests: the bytes before decoding (`raw`), the connection, `next`; nor what was withheld, the body of the request and how
 * it was to be sent.
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
import { finding, InvalidSnapshot, Unsaveable } from "./SnapshotErrors.js"
import * as Target from "./Target.js"
import { standard } from "./Tls.js"

const Fields = Schema.Array(Schema.Tuple(Schema.String, Schema.String))

const Hop = Schema.Struct({
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

const Saved = Schema.Struct({
  version: Schema.Literal(1),
  kind: Schema.Literal("sealed response", "open response"),
  /** The chain, oldest first; the last is the response, those before it are its history. */
  hops: Schema.NonEmptyArray(Hop),
  /** What an open one left out: `"response.headers[\"Set-Cookie\"]"`. */
  missing: Schema.Array(Schema.String)
})

/** JSON as it is. */
export type SavedResponse = typeof Saved.Encoded

/** A response, and what was left out of it when it was saved: nothing of a sealed one. */
export interface Restored {
  readonly response: Response
  readonly missing: ReadonlyArray<string>
}

type Saves<A> = Either.Either<A, Unsaveable>

const strict = { onExcessProperty: "error" } as const

const hopOf = (hop: Response, path: string, trailers: Headers.Headers): Saves<typeof Hop.Type> => {
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
        trailers: Headers.pairs(trailers),
        elapsed: Option.getOrElse(Duration.toNanos(hop.elapsed), () => 0n),
        ...Option.match(hop.remoteAddress, {
          onNone: () => ({}),
          onSome: (remoteAddress) => ({ remoteAddress })
        })
      })
}

const chain = (response: Response): ReadonlyArray<readonly [hop: Response, path: string]> => [
  ...response.history.map((hop, i) => [hop, `response.history[${i}]`] as const),
  [response, "response"]
]

const encode = (
  kind: "sealed response" | "open response",
  hops: ReadonlyArray<typeof Hop.Type>,
  missing: ReadonlyArray<string>
): Saves<SavedResponse> => {
  const [first, ...others] = hops
  return first === undefined
    ? Either.left(new Unsaveable({ path: "response", problem: "is none" }))
    : Either.mapLeft(
        Schema.encodeEither(Saved, strict)({ version: 1, kind, hops: [first, ...others], missing }),
        ({ issue }) => new Unsaveable(finding(issue))
      )
}

const hopsOf = (response: Response): Saves<ReadonlyArray<typeof Hop.Type>> =>
  Either.all(chain(response).map(([hop, path]) => hopOf(hop, path, hop.answer.trailers?.() ?? [])))

/**
 * All of a response with its history, secrets in plain. `restore` gives it again. Fails with the path of a live body that
 * was not read.
 *
 * @example
 * import { Headers, Response, SavedResponse } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect, Either } from "effect"
 *
 * const { response } = Hops.answered(Hops.call("GET", "https://h.test/"), { text: "hi", headers: { "Set-Cookie": "sid=1" } })
 * const text = JSON.stringify(Either.getOrThrow(SavedResponse.seal(response)))
 * const { response: again } = Either.getOrThrow(SavedResponse.restore(JSON.parse(text)))
 * console.assert(Effect.runSync(again.text) === "hi" && Headers.get(again.rawHeaders, "set-cookie") === "sid=1")
 */
export const seal = (response: Response): Saves<SavedResponse> =>
  Either.flatMap(hopsOf(response), (hops) => encode("sealed response", hops, []))

/**
 * A response without the fields, of its own and of its request, that are not known to be harmless, and without what a URL
 * may hide. Each is listed in `missing`. Its body is in it: only the caller knows whether that is a secret.
 *
 * @example
 * import { SavedResponse } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Either } from "effect"
 *
 * const { response } = Hops.answered(Hops.call("GET", "https://h.test/"), { headers: { "Set-Cookie": "sid=1" } })
 * const open = Either.getOrThrow(SavedResponse.outline(response))
 * console.assert(open.missing.includes('response.headers["Set-Cookie"]') && !JSON.stringify(open).includes("sid=1"))
 */
export const outline = (response: Response): Saves<SavedResponse> =>
  Either.flatMap(hopsOf(response), (hops) => {
    const told = hops.map((hop, i) => tell(hop, i === hops.length - 1 ? "response" : `response.history[${i}]`))
    return encode(
      "open response",
      told.map(({ hop }) => hop),
      told.flatMap(({ missing }) => missing)
    )
  })

const tell = (hop: typeof Hop.Type, path: string) => {
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

/**
 * The response of what was saved, with its history, and what is missing of it. All readers work; `next` is none. Takes any
 * value; no error shows what it found.
 *
 * @example
 * import { SavedResponse } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const damaged = SavedResponse.restore({ version: 1, kind: "sealed response", hops: [], missing: [] })
 * console.assert(Either.isLeft(damaged) && damaged.left._tag === "InvalidSnapshot")
 */
export const restore = (json: unknown): Either.Either<Restored, InvalidSnapshot> =>
  Either.mapBoth(decode(json), {
    onLeft: ({ issue }) => new InvalidSnapshot(finding(issue)),
    onRight: ({ hops: [first, ...others], missing }) => {
      const history: Array<Response> = []
      let response = loaded(first, [])
      for (const hop of others) {
        history.push(response)
        response = loaded(hop, [...history])
      }
      return { response, missing }
    }
  })

const decode = Schema.decodeUnknownEither(Saved, strict)

const loaded = (hop: typeof Hop.Type, history: ReadonlyArray<Response>): Response => {
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
