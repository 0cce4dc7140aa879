/**
 * The body of a platform request as one of ours.
 *
 * @module
 */
import type { HttpBody } from "@effect/platform"
import { Effect, Stream } from "effect"
import * as Body from "../data/Body.js"
import { InvalidRequest } from "../data/PreparedRequest.js"

/** A body, and the Content-Type that only its encoding can tell. */
export interface Encoded {
  readonly body: Body.Body
  readonly contentType?: string
}

/**
 * What a platform request sends. A stream there may be one that can be read once, so it is taken for that; a form with files
 * is encoded in memory, and can be sent again.
 *
 * @example
 * import { Body, PlatformBody } from "@effect-requests/core"
 * import { HttpBody } from "@effect/platform"
 * import { Effect } from "effect"
 *
 * const { body } = Effect.runSync(PlatformBody.fromPlatformBody(HttpBody.text("hi")))
 * console.assert(Body.length(body) === 2)
 */
export const fromPlatformBody = (body: HttpBody.HttpBody): Effect.Effect<Encoded, InvalidRequest> => {
  switch (body._tag) {
    case "Empty":
      return Effect.succeed({ body: Body.empty })
    case "Uint8Array":
      return Effect.succeed({ body: Body.bytes(body.body) })
    case "Stream":
      return Effect.succeed({ body: Body.oneShot(body.stream, { length: body.contentLength }) })
    case "FormData":
      return encoded(new globalThis.Response(body.formData))
    case "Raw":
      return raw(body)
  }
}

const raw = ({ body, contentLength }: HttpBody.Raw): Effect.Effect<Encoded, InvalidRequest> => {
  if (typeof body === "string") return Effect.succeed({ body: Body.text(body) })
  if (body instanceof Uint8Array) return Effect.succeed({ body: Body.bytes(body) })
  if (body instanceof ArrayBuffer) return Effect.succeed({ body: Body.bytes(new Uint8Array(body)) })
  if (body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams) {
    return encoded(new globalThis.Response(body))
  }
  if (body instanceof ReadableStream) {
    const stream = Stream.fromReadableStream(() => body, failure).pipe(Stream.mapEffect(bytesOf))
    return Effect.succeed({ body: Body.oneShot(stream, { length: contentLength }) })
  }
  return Effect.fail(unfit)
}

/** The platform encodes a form by itself; its boundary is only in the Content-Type that it makes. */
const encoded = (response: globalThis.Response): Effect.Effect<Encoded, InvalidRequest> =>
  Effect.map(Effect.tryPromise({ try: () => response.arrayBuffer(), catch: () => unfit }), (buffer) => {
    const contentType = response.headers.get("content-type")
    return { body: Body.bytes(new Uint8Array(buffer)), ...(contentType === null ? {} : { contentType }) }
  })

const failure = (cause: unknown): unknown => cause

const bytesOf = (piece: unknown): Effect.Effect<Uint8Array, InvalidRequest> =>
  piece instanceof Uint8Array ? Effect.succeed(piece) : Effect.fail(unfit)

const unfit = new InvalidRequest({
  reason: "Body",
  where: "body",
  problem: "it is of a kind that cannot be sent",
  remedy: "Give a text, bytes, a Blob, a form, or a stream of bytes"
})
