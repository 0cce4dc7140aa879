/**
 * A request's body, and what may go wrong with any body. A body knows whether it can be sent twice.
 *
 * @module
 */
import { Data, type Stream } from "effect"

/** Why a body could not be read, or could not be sent, to its end. */
export type BodyReason =
  /** The connection ended before the announced length, or before the last chunk. */
  | "Truncated"
  /** The connection was reset in the middle. */
  | "Reset"
  /** The TLS connection broke: what came is not what was sent. */
  | "Tls"
  /** Its chunks are no chunks (RFC 9112 §7.1). */
  | "Protocol"
  /** Nothing arrived for longer than `timeout.read`. */
  | "ReadTimeout"
  /** The total deadline passed in the middle. */
  | "Deadline"
  /** It was larger than a limit allows. */
  | "Limit"
  /** Its Content-Encoding could not be undone. */
  | "Decompress"
  /** It is no text of its charset, no JSON, no form. */
  | "Decode"
  /** A body that can be read once was read before. */
  | "Consumed"
  /** The stream that makes a request's body failed. */
  | "Upload"

/**
 * A body broke off, was too large, or could not be decoded. `url` is shown without its secrets.
 *
 * @example
 * import { Errors } from "@effect-requests/core"
 *
 * const error = new Errors.BodyError({ reason: "Truncated", detail: "12 of 20 bytes came" })
 * console.assert(error.message === "The body ended too early: 12 of 20 bytes came")
 */
export class BodyError extends Data.TaggedError("BodyError")<{
  readonly reason: BodyReason
  readonly detail: string
  readonly url?: string
  /** For `"Limit"`: the setting that was in the way, as in `"decompress.ratio"`. */
  readonly limit?: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return `${says[this.reason]}: ${this.detail}${this.url === undefined ? "" : ` (${this.url})`}`
  }
}

const says: Readonly<Record<BodyReason, string>> = {
  Truncated: "The body ended too early",
  Reset: "The connection was reset within the body",
  Tls: "The TLS connection failed within the body",
  Protocol: "The body's framing is broken",
  ReadTimeout: "The body stopped coming",
  Deadline: "The deadline passed within the body",
  Limit: "The body is too large",
  Decompress: "The body could not be decompressed",
  Decode: "The body could not be decoded",
  Consumed: "The body was read before and is gone",
  Upload: "The request's body could not be produced"
}

/** What a request sends. `length` is in bytes; absent when only the end will tell. */
export type Body = Data.TaggedEnum<{
  /** No body at all. */
  Empty: {}
  /** A body in memory. */
  Bytes: { readonly bytes: Uint8Array }
  /** A body that can be made afresh for a redirect, a challenge or a retry. */
  Replayable: { readonly stream: () => Stream.Stream<Uint8Array, unknown>; readonly length: number | undefined }
  /** A body that exists once: sending it a second time is refused, never done with nothing in it. */
  OneShot: { readonly stream: Stream.Stream<Uint8Array, unknown>; readonly length: number | undefined }
}>

const constructors = Data.taggedEnum<Body>()
// Taken once: each look at one makes it anew.
const { Bytes, OneShot, Replayable } = constructors

/** A question and a case analysis over the variants. */
export const { $is: is, $match: match } = constructors

/**
 * No body at all.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.empty._tag === "Empty")
 */
export const empty: Body = constructors.Empty()

/**
 * A body in memory.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.length(Body.bytes(new Uint8Array(3))) === 3)
 */
export const bytes = (bytes: Uint8Array): Body => Bytes({ bytes })

const encoder = new TextEncoder()

/**
 * A text as UTF-8. No Content-Type comes with it, as in requests.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.length(Body.text("é")) === 2)
 */
export const text = (text: string): Body => bytes(encoder.encode(text))

/**
 * A body that is made afresh each time it is sent: redirects with 307 and 308, challenges and retries may repeat it.
 * With `length` (bytes) it goes out with Content-Length, else chunked.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 * import { Stream } from "effect"
 *
 * const body = Body.replayable(() => Stream.make(new Uint8Array([1, 2])), { length: 2 })
 * console.assert(Body.isReplayable(body))
 */
export const replayable = (
  stream: () => Stream.Stream<Uint8Array, unknown>,
  options?: { readonly length?: number | undefined }
): Body => Replayable({ stream, length: options?.length })

/**
 * A body that can be sent once (a pipe, a socket). A redirect or a challenge that asks for it again is a typed error.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 * import { Stream } from "effect"
 *
 * console.assert(!Body.isReplayable(Body.oneShot(Stream.empty)))
 */
export const oneShot = (
  stream: Stream.Stream<Uint8Array, unknown>,
  options?: { readonly length?: number | undefined }
): Body => OneShot({ stream, length: options?.length })

/**
 * Whether it can be sent again.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.isReplayable(Body.text("again")))
 */
export const isReplayable = (self: Body): boolean => self._tag !== "OneShot"

/**
 * Its length in bytes, or `undefined` when only its end will tell.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.length(Body.empty) === 0)
 */
export const length = (self: Body): number | undefined =>
  self._tag === "Empty" ? 0 : self._tag === "Bytes" ? self.bytes.length : self.length

/**
 * Whether a value is one of ours, and not a text or bytes.
 *
 * @example
 * import { Body } from "@effect-requests/core"
 *
 * console.assert(Body.isBody(Body.empty) && !Body.isBody("text"))
 */
export const isBody = (value: unknown): value is Body =>
  typeof value === "object" &&
  value !== null &&
  "_tag" in value &&
  (value._tag === "Empty" || value._tag === "Bytes" || value._tag === "Replayable" || value._tag === "OneShot")
