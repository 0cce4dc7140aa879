/**
 * A response: what the wire brought, its body read at most once, and its place in a chain. What can be asked of it is below:
 * of its head (`ResponseHead`), and of its body (`ResponseReaders`).
 *
 * @module
 */
import {
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
  HttpIncomingMessage,
  Headers as PlatformHeaders
} from "@effect/platform"
import { Data, Duration, Effect, Option, Stream } from "effect"
import { type Answer, type Content, collect } from "./Answer.js"
import type { BodyError } from "./Body.js"
import * as Disclosure from "./Disclosure.js"
import * as Headers from "./Headers.js"
import { toPlatformRequest } from "./PlatformRequest.js"
import type { Asked, PreparedRequest } from "./PreparedRequest.js"
import { ResponseReaders } from "./ResponseReaders.js"

const none: () => Option.Option<PreparedRequest> = () => Option.none()

/** Plain fields, set once; whatever costs is computed on the first look. */
export class Response extends ResponseReaders implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly status: number
  #headers: PlatformHeaders.Headers | undefined = undefined
  #request: HttpClientRequest.HttpClientRequest | undefined = undefined
  #whole: Uint8Array | undefined = undefined

  constructor(
    /** The message that it answers, and what was kept back from it. */
    readonly call: Asked,
    readonly answer: Answer,
    /** The responses before it in its chain, oldest first; each with its own history (requests' `Response.history`). */
    readonly history: ReadonlyArray<Response>,
    private readonly elapsedNanos: bigint,
    private readonly onward: () => Option.Option<PreparedRequest> = none
  ) {
    super()
    this.status = answer.status
  }

  /** The same response from another answer: what a hook hands on. */
  withAnswer(answer: Answer): Response {
    return new Response(this.call, answer, this.history, this.elapsedNanos, this.onward)
  }

  /** The same response, with the question what comes next: for whoever writes an adapter of sessions. */
  withNext(onward: () => Option.Option<PreparedRequest>): Response {
    return new Response(this.call, this.answer, this.history, this.elapsedNanos, onward)
  }

  /** The request that it asks for next, by a redirect or a challenge; decided when looked at, nothing is sent (requests' `Response.next`). */
  get next(): Option.Option<PreparedRequest> {
    return this.onward()
  }

  /** The same as platform's own kind of request, for its functions and errors. */
  get request(): HttpClientRequest.HttpClientRequest {
    this.#request ??= toPlatformRequest(this.call.request)
    return this.#request
  }

  /** For platform: lower-case names, repeats joined by a comma. `Set-Cookie` is only right in `rawHeaders` and `cookies`. */
  get headers(): PlatformHeaders.Headers {
    this.#headers ??= PlatformHeaders.fromInput(joined(this.answer.rawHeaders))
    return this.#headers
  }

  /**
   * The fields behind the body (RFC 9110 §6.5): none before the body was read to its end, and where the adapter does not tell.
   * They are no part of `headers`: whoever sent the body may have promised less at its beginning.
   */
  get trailers(): Effect.Effect<Headers.Headers> {
    return Effect.sync(() => this.answer.trailers?.() ?? [])
  }

  /** From sending to the response's header, of this hop alone, by the Clock (requests' `Response.elapsed`). */
  get elapsed(): Duration.Duration {
    return Duration.nanos(this.elapsedNanos)
  }

  get content(): Content {
    return this.answer.content
  }

  /** The body, when it is in memory: always of `session.get`, of a live one once its `bytes`, `text` or `json` were asked. */
  get held(): Option.Option<Uint8Array> {
    const { content } = this.answer
    return Option.fromNullable(content._tag === "Whole" ? content.bytes : this.#whole)
  }

  /** The body's bytes as they come. A live body can be read once. */
  get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    const { content } = this.answer
    if (content._tag === "Whole") return content.bytes.length === 0 ? Stream.empty : Stream.succeed(content.bytes)
    return this.#whole === undefined
      ? Stream.mapError(content.stream, (cause) => this.failed(cause))
      : Stream.succeed(this.#whole)
  }

  /** The body's bytes as they came over the wire, before any Content-Encoding was undone (requests' `Response.raw`). */
  get raw(): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    const content = this.answer.encoded ?? this.answer.content
    return content._tag === "Whole"
      ? Stream.succeed(content.bytes)
      : Stream.mapError(content.stream, (cause) => this.failed(cause))
  }

  /** The whole body. A live one is read once and kept: text, then json, then bytes is fine. */
  get bytes(): Effect.Effect<Uint8Array, HttpClientError.ResponseError> {
    const { content } = this.answer
    if (content._tag === "Whole") return Effect.succeed(content.bytes)
    return Effect.suspend(() => {
      if (this.#whole !== undefined) return Effect.succeed(this.#whole)
      return collect(content.stream).pipe(
        Effect.mapError((cause) => this.failed(cause)),
        Effect.tap((bytes) => {
          this.#whole = bytes
        })
      )
    })
  }

  /** Fails with a `StatusError` when the status is 4xx or 5xx, else gives the response (requests' `raise_for_status`). */
  get raiseForStatus(): Effect.Effect<Response, StatusError> {
    return this.status >= 400 && this.status < 600
      ? Effect.fail(new StatusError({ response: this }))
      : Effect.succeed(this)
  }

  /** Without the body, and without any value that may be a secret. */
  toJSON(): unknown {
    const { content } = this.answer
    return {
      _id: "@effect-requests/core/Response",
      request: this.call.request.toJSON(),
      status: this.status,
      reason: this.reason,
      headers: Disclosure.headers(this.answer.rawHeaders),
      body: content._tag === "Whole" ? { _tag: "Whole", length: content.bytes.length } : { _tag: "Live" },
      history: this.history.map((hop) => `${hop.status} ${hop.call.request.shown}`)
    }
  }

  protected failed(cause: BodyError): HttpClientError.ResponseError {
    return Disclosure.conceal(
      new HttpClientError.ResponseError({
        request: this.request,
        response: this,
        reason: "Decode",
        cause,
        description: cause.message
      }),
      "request",
      "response"
    )
  }
}

/** Platform keeps the last of several; RFC 9110 §5.3 joins them. */
const joined = (fields: Headers.Headers): ReadonlyMap<string, string> => {
  const out = new Map<string, string>()
  for (const [name, value] of Headers.pairs(fields)) {
    const key = name.toLowerCase()
    const before = out.get(key)
    out.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  return out
}

/**
 * `raiseForStatus` as a function, for pipes (requests' `Response.raise_for_status`).
 *
 * @example
 * import { Http, Response } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const page = Http.get("https://api.example.test/me").pipe(Effect.flatMap(Response.raiseForStatus))
 * console.assert(Effect.isEffect(page))
 */
export const raiseForStatus = (self: Response): Effect.Effect<Response, StatusError> => self.raiseForStatus

/** What a `StatusError` is made of. */
export interface StatusErrorParts {
  readonly response: Response
}

/** The status was 4xx or 5xx and `raiseForStatus` was asked. The message shows no secret of the URL. */
export class StatusError extends Data.TaggedError("StatusError")<StatusErrorParts> {
  constructor(parts: StatusErrorParts) {
    super(parts)
    Disclosure.conceal(this, "response")
  }

  override get message(): string {
    const { call, reason, status } = this.response
    return `${status} ${status < 500 ? "Client" : "Server"} Error: ${reason} for url: ${call.request.target.shown}`
  }
}
