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
import { Either, Schema } from "effect"
import type { Response } from "./Response.js"
import { Hop, hopOf, loaded, tell } from "./SavedHop.js"
import { finding, InvalidSnapshot, Unsaveable } from "./SnapshotErrors.js"

const Saved = Schema.Struct({
  version: Schema.Literal(1),
  kind: Schema.Literal("sealed response", "open response"),
  /** The chain, oldest first; the last is the response, those before it are its history. */
  hops: Schema.NonEmptyArray(Hop),
  /** What an open one left out: `"response.headers[\"Set-Cookie\"]"`. */
  missing: Schema.Array(Schema.String)
})

type Saves<A> = Either.Either<A, Unsaveable>

const strict = { onExcessProperty: "error" } as const

/** JSON as it is. */
export type SavedResponse = typeof Saved.Encoded

/** A response, and what was left out of it when it was saved: nothing of a sealed one. */
export interface Restored {
  readonly response: Response
  readonly missing: ReadonlyArray<string>
}

const chain = (response: Response): ReadonlyArray<readonly [hop: Response, path: string]> => [
  ...response.history.map((hop, i) => [hop, `response.history[${i}]`] as const),
  [response, "response"]
]

const encode = (
  kind: "sealed response" | "open response",
  hops: ReadonlyArray<Hop>,
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

const hopsOf = (response: Response): Saves<ReadonlyArray<Hop>> =>
  Either.all(chain(response).map(([hop, path]) => hopOf(hop, path)))

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
