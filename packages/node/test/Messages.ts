/**
 * Prepared messages for an adapter, without a session.
 *
 * @module
 */
import { Answer, Body, type Errors, type Headers, PreparedRequest, Target, Tls } from "@effect-requests/core"
import { Effect, Either } from "effect"

const transport: PreparedRequest.Transport = {
  connectTimeout: 10_000,
  writeTimeout: 30_000,
  headersTimeout: 30_000,
  readTimeout: 30_000,
  verify: true,
  cert: undefined,
  tls: Tls.standard,
  proxy: undefined,
  proxyAuthorization: undefined,
  redirectBody: 64 * 1024
}

/** What a test says of a message; the rest is the usual. */
export interface Parts {
  readonly method?: string
  readonly headers?: Headers.Headers
  readonly body?: Body.Body
  readonly transport?: Partial<PreparedRequest.Transport>
  readonly deadline?: number
}

/** A message, framed as a session would frame it. */
export const message = (url: string, parts: Parts = {}): PreparedRequest.PreparedRequest => {
  const body = parts.body ?? Body.empty
  const method = parts.method ?? (body._tag === "Empty" ? "GET" : "POST")
  const length = Body.length(body)
  const framing =
    length === undefined
      ? ["Transfer-Encoding", "chunked"]
      : body._tag === "Empty"
        ? []
        : ["Content-Length", String(length)]
  return new PreparedRequest.PreparedRequest(
    method,
    Target.fromUrl(new URL(url)),
    [...(parts.headers ?? []), ...framing],
    body,
    { ...transport, ...parts.transport },
    parts.deadline ?? Infinity
  )
}

/** The bytes of an answer, whole or live. */
export const bytes = ({ content }: Answer.Answer): Effect.Effect<Uint8Array, Errors.BodyError> =>
  content._tag === "Whole" ? Effect.succeed(content.bytes) : Answer.collect(content.stream)

/** The body of an answer as Latin-1 text. */
export const text = (answer: Answer.Answer): Effect.Effect<string, Errors.BodyError> =>
  Effect.map(bytes(answer), (all) => Buffer.from(all).toString("latin1"))

/** What an effect fails with; a test fails when it does not. */
export const failure = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.map(Effect.either(effect), (either) => {
    if (Either.isLeft(either)) return either.left
    throw new Error("it was to fail, and did not")
  })

/** Bytes that show when one is lost, doubled or moved. */
export const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255)
