/**
 * What the body of a response can be read as: a text, lines, pieces, JSON, a form.
 *
 * @module
 */
import { type HttpClientError, UrlParams } from "@effect/platform"
import { Effect, Either, type Stream } from "effect"
import { BodyError } from "./Body.js"
import * as Charset from "./Charset.js"
import * as Json from "./Json.js"
import * as Lines from "./Lines.js"
import { ResponseHead } from "./ResponseHead.js"

/** Readers that stand upon `bytes` and `stream`: each makes something of them, or fails as they do. They hold nothing themselves. */
export abstract class ResponseReaders extends ResponseHead {
  abstract get bytes(): Effect.Effect<Uint8Array, HttpClientError.ResponseError>
  abstract get stream(): Stream.Stream<Uint8Array, HttpClientError.ResponseError>
  protected abstract failed(cause: BodyError): HttpClientError.ResponseError

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
}

const parseJson = (bytes: Uint8Array): Either.Either<unknown, string> =>
  bytes.length === 0
    ? Either.left("the body is empty, which is no JSON")
    : Either.flatMap(Charset.decodeStrict(bytes, Charset.guessJson(bytes) ?? "utf-8"), (text) =>
        Either.mapLeft(Json.parse(text), ({ column, line }) => `it is no JSON from line ${line}, column ${column} on`)
      )
