/**
 * A response: what the wire brought, and the readers that platform's functions expect.
 *
 * @module
 */
import {
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
  HttpIncomingMessage,
  Cookies as PlatformCookies,
  Headers as PlatformHeaders,
  UrlParams
} from "@effect/platform"
import { Data, Duration, Effect, Either, Inspectable, Option, Stream } from "effect"
import { type Answer, type Content, collect } from "./Answer.js"
import { BodyError } from "./Body.js"
import * as Charset from "./Charset.js"
import * as Disclosure from "./Disclosure.js"
import * as Headers from "./Headers.js"
import * as Json from "./Json.js"
import * as Lines from "./Lines.js"
import * as Links from "./Links.js"
import { toPlatformRequest } from "./PlatformRequest.js"
import type { Asked, PreparedRequest } from "./PreparedRequest.js"

const none: () => Option.Option<PreparedRequest> = () => Option.none()

/** Plain fields, set once; whatever costs is computed on the first look. */
export class Response extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
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

  /** The message as it was sent. */
  get prepared(): PreparedRequest {
    return this.call.request
  }

  /** The same as platform's own kind of request, for its functions and errors. */
  get request(): HttpClientRequest.HttpClientRequest {
    this.#request ??= toPlatformRequest(this.call.request)
    return this.#request
  }

  /** The URL that answered: of the last hop, with its fragment, without userinfo. */
  get url(): string {
    return this.call.request.target.href
  }

  /** The reason phrase, `""` when there is none. */
  get reason(): string {
    return this.answer.reason
  }

  /** As received: ordered, repeatable, with their case. */
  get rawHeaders(): Headers.Headers {
    return this.answer.rawHeaders
  }

  /** For platform: lower-case names, repeats joined by a comma. `Set-Cookie` is only right in `rawHeaders` and `cookies`. */
  get headers(): PlatformHeaders.Headers {
    this.#headers ??= PlatformHeaders.fromInput(joined(this.answer.rawHeaders))
    return this.#headers
  }

  /** The cookies that this response sets, judged by nobody: those of the session are in its jar. */
  get cookies(): PlatformCookies.Cookies {
    return PlatformCookies.fromSetCookie(Headers.getAll(this.answer.rawHeaders, "set-cookie"))
  }

  /** The address that answered, where the adapter tells. */
  get remoteAddress(): Option.Option<string> {
    return Option.fromNullable(this.answer.remoteAddress)
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

  /** Whether the status is below 400 (requests' `Response.ok`). There is no truthiness. */
  get ok(): boolean {
    return this.status < 400 || this.status >= 600
  }

  /** Whether it is a 301, 302, 303, 307 or 308 with a Location (requests' `Response.is_redirect`). */
  get isRedirect(): boolean {
    return redirects.has(this.status) && Headers.has(this.answer.rawHeaders, "location")
  }

  /** Whether it is a 301 or 308 with a Location (requests' `Response.is_permanent_redirect`). */
  get isPermanentRedirect(): boolean {
    return (this.status === 301 || this.status === 308) && this.isRedirect
  }

  /** The Link header (RFC 8288). */
  get links(): ReadonlyArray<Links.Link> {
    return Headers.getAll(this.answer.rawHeaders, "link").flatMap(Links.parse)
  }

  /** Where the first link of a relation type leads, as an absolute URL: `response.link("next")` is the next page. */
  link(rel: string): Option.Option<string> {
    return Option.flatMap(Option.fromNullable(Links.byRel(this.links, rel)), (link) => Links.target(link, this.url))
  }

  /** The charset that its Content-Type names (requests' `Response.encoding`); `text` looks further than that. */
  get encoding(): Option.Option<string> {
    return Option.fromNullable(Charset.fromContentType(this.contentType))
  }

  private get contentType(): string | undefined {
    return Headers.get(this.answer.rawHeaders, "content-type")
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

  /** The body as a text: by its BOM, its charset, what JSON and HTML say of themselves, UTF-8 if it is that, else a guess. */
  get text(): Effect.Effect<string, HttpClientError.ResponseError> {
    return Effect.map(this.bytes, (bytes) => Charset.text(bytes, this.contentType))
  }

  /**
   * The body's lines as they come, by the charset of its Content-Type, else UTF-8: between CR, LF and CRLF, or between
   * `delimiter`s (requests' `Response.iter_lines`).
   */
  lines(delimiter?: string): Stream.Stream<string, HttpClientError.ResponseError> {
    return Lines.fromStream(this.stream, Charset.fromContentType(this.contentType), delimiter)
  }

  /** The body in pieces of exactly `size` bytes, but the last; without a size as they come (requests' `iter_content`). */
  pieces(size?: number): Stream.Stream<Uint8Array, HttpClientError.ResponseError> {
    return Lines.content(this.stream, size)
  }

  /** The body as JSON, in whichever UTF it is (RFC 8259 §8.1); what is no JSON is a typed error, also the empty body. */
  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    const { content } = this.answer
    return content._tag === "Whole"
      ? Effect.suspend(() => this.parsed(content.bytes))
      : Effect.flatMap(this.bytes, (bytes) => this.parsed(bytes))
  }

  private parsed(bytes: Uint8Array): Effect.Effect<unknown, HttpClientError.ResponseError> {
    const value = parseJson(bytes)
    return Either.isRight(value)
      ? Effect.succeed(value.right)
      : Effect.fail(
          this.failed(new BodyError({ reason: "Decode", detail: value.left, url: this.call.request.target.shown }))
        )
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.ResponseError> {
    return Effect.map(this.bytes, (bytes) => new Uint8Array(bytes).buffer)
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return Effect.map(this.text, (text) => UrlParams.fromInput(new URLSearchParams(text)))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.flatMap(this.bytes, (bytes) =>
      Effect.tryPromise({
        try: () =>
          new globalThis.Response(new Uint8Array(bytes), {
            headers: { "content-type": this.contentType ?? "" }
          }).formData(),
        catch: (cause) =>
          this.failed(
            new BodyError({ reason: "Decode", detail: "no form data", url: this.call.request.target.shown, cause })
          )
      })
    )
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

  private failed(cause: BodyError): HttpClientError.ResponseError {
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

const redirects = new Set([301, 302, 303, 307, 308])

const parseJson = (bytes: Uint8Array): Either.Either<unknown, string> =>
  bytes.length === 0
    ? Either.left("the body is empty, which is no JSON")
    : Either.flatMap(Charset.decodeStrict(bytes, Charset.guessJson(bytes) ?? "utf-8"), (text) =>
        Either.mapLeft(Json.parse(text), ({ column, line }) => `it is no JSON from line ${line}, column ${column} on`)
      )

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
