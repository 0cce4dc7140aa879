/**
 * An answer as it comes in: its head, and then its body. Answers of one class, made without copies, die young; a literal
 * that is spread at this rate ends in the old part of the heap, with all that hangs on it.
 *
 * @module
 */
import type { Answer, Headers } from "@effect-requests/core"

const none: Headers.Headers = []

/** The fields behind a body, which come last. They hold nothing of the exchange that they came by. */
export class Trailers {
  fields: Headers.Headers = none
}

/** Everything of an answer but its body. */
export class Head {
  readonly trailers: () => Headers.Headers

  constructor(
    readonly status: number,
    readonly reason: string,
    readonly rawHeaders: Headers.Headers,
    readonly headersAt: bigint,
    /** The other side's address, where the socket leads straight to it. */
    readonly remoteAddress: string | undefined,
    trailers: Trailers
  ) {
    this.trailers = () => trailers.fields
  }
}

/** The answer itself. */
export class Received implements Answer.Answer {
  readonly status: number
  readonly reason: string
  readonly rawHeaders: Headers.Headers
  readonly headersAt: bigint
  readonly trailers: () => Headers.Headers
  readonly remoteAddress?: string

  constructor(
    head: Head,
    readonly content: Answer.Content
  ) {
    this.status = head.status
    this.reason = head.reason
    this.rawHeaders = head.rawHeaders
    this.headersAt = head.headersAt
    this.trailers = head.trailers
    if (head.remoteAddress !== undefined) this.remoteAddress = head.remoteAddress
  }
}
