/**
 * Exactly what goes on the wire, and the error of a message that nothing answered.
 *
 * @module
 */
import { Data, Inspectable } from "effect"
import type { Body } from "./Body.js"
import { length as bodyLength } from "./Body.js"
import * as Disclosure from "./Disclosure.js"
import type { Headers } from "./Headers.js"
import type { Target } from "./Target.js"
import type { Failure as TlsFailure } from "./Tls.js"
import type { Transport } from "./Transport.js"
import { inWords, type Phase, type TransportReason } from "./TransportReason.js"
import type { TunnelAnswer } from "./TunnelAnswer.js"

export * from "./InvalidRequest.js"
export type * from "./Transport.js"
export type { Phase, TransportReason } from "./TransportReason.js"

/** One message, ready for an adapter. It shows itself without secrets. */
export class PreparedRequest extends Inspectable.Class {
  constructor(
    readonly method: string,
    readonly target: Target,
    /** In order and with the case that they have on the wire. */
    readonly headers: Headers,
    readonly body: Body,
    readonly transport: Transport,
    /** The instant, in milliseconds of the Clock, at which the whole chain ends; `Infinity` before sending and for none. */
    readonly deadline: number
  ) {
    super()
  }

  /** The absolute URL, with a fragment and without userinfo. */
  get url(): string {
    return this.target.href
  }

  /** The same message with other fields. */
  withHeaders(headers: Headers): PreparedRequest {
    return new PreparedRequest(this.method, this.target, headers, this.body, this.transport, this.deadline)
  }

  /** The same message, to be over at another instant. */
  withDeadline(deadline: number): PreparedRequest {
    return new PreparedRequest(this.method, this.target, this.headers, this.body, this.transport, deadline)
  }

  /** The same message, to be sent in another way. */
  withTransport(transport: Transport): PreparedRequest {
    return new PreparedRequest(this.method, this.target, this.headers, this.body, transport, this.deadline)
  }

  /** Method and URL as they may be shown. */
  get shown(): string {
    return `${this.method} ${this.target.shown}`
  }

  toJSON(): unknown {
    return {
      _id: "@effect-requests/core/PreparedRequest",
      method: this.method,
      url: this.target.shown,
      headers: Disclosure.headers(this.headers),
      body: { _tag: this.body._tag, length: bodyLength(this.body) }
    }
  }
}

/** Something that was asked for and does not travel: its name and why, never its value. */
export interface Withheld {
  readonly what: "header" | "cookie" | "param" | "auth" | "cert" | "tls" | "body"
  readonly name: string
  readonly why: /** It belongs to another origin (docs/decisions/0003). */
    | "OtherOrigin"
    /** A SameSite cookie, after a redirect from another site (docs/decisions/0010). */
    | "OtherSite"
    /** The redirect asks for a request without a body: the body, and what describes it. */
    | "BodyDropped"
    /** It is for a proxy, and none will read it. */
    | "NoProxy"
}

/** What a response answers: the message, and what was kept back from it. */
export interface Asked {
  readonly request: PreparedRequest
  readonly withheld: ReadonlyArray<Withheld>
}

/** What a `TransportError` is made of. */
export interface TransportErrorParts {
  readonly reason: TransportReason
  readonly sent: "no" | "maybe" | "yes"
  readonly request: PreparedRequest
  /** What the platform said: a code or a sentence. */
  readonly detail: string
  /** With reason `"Tls"`, where the adapter can tell: what is wrong. */
  readonly tls?: TlsFailure
  /** With reason `"Limit"`, where the adapter can tell: the option that was in the way, as in `"maxHeaderSize"`. */
  readonly limit?: string
  /** With a reason of time, where the adapter can tell: what the request was in. */
  readonly phase?: Phase | undefined
  readonly cause?: unknown
  /** What a proxy answered to CONNECT; absent where none did. */
  readonly tunnel?: TunnelAnswer | undefined
}

/**
 * No response came. `sent` says whether the other side may have acted on the request: `"no"` is always safe to repeat,
 * `"maybe"` only when the method is idempotent, `"yes"` when it began to answer.
 *
 * @example
 * import { Errors } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const { request } = Hops.call("POST", "https://a.example.test/")
 * const error = new Errors.TransportError({ reason: "Refused", sent: "no", request, detail: "ECONNREFUSED" })
 * console.assert(error.message.startsWith("POST https://a.example.test/: the connection was refused"))
 */
export class TransportError extends Data.TaggedError("TransportError")<TransportErrorParts> {
  constructor(parts: TransportErrorParts) {
    super(parts)
    Disclosure.conceal(this, "request", "tunnel")
  }

  override get message(): string {
    const words = inWords(this.reason, this.limit, this.phase)
    return `${this.request.shown}: ${words}${this.detail === "" ? "" : `: ${this.detail}`}`
  }
}
