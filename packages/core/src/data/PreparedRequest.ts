/**
 * Exactly what goes on the wire, and what may go wrong before it is there.
 *
 * @module
 */
import { Data, Inspectable } from "effect"
import type { Body } from "./Body.js"
import { length as bodyLength } from "./Body.js"
import type { Limits } from "./Decompression.js"
import * as Disclosure from "./Disclosure.js"
import type { Headers } from "./Headers.js"
import type { Target } from "./Target.js"
import type { Cert, Policy, Failure as TlsFailure, Verify } from "./Tls.js"
import type { TunnelAnswer } from "./TunnelAnswer.js"

/** What an adapter is told besides the message itself. Times are milliseconds, `Infinity` for none. */
export interface Transport {
  readonly connectTimeout: number
  readonly writeTimeout: number
  readonly headersTimeout: number
  readonly readTimeout: number
  readonly verify: Verify
  readonly cert: Cert | undefined
  readonly tls: Policy
  /** The proxy's URL, with its credentials; `undefined` for none. */
  readonly proxy: string | undefined
  /**
   * What an HTTP proxy is to be told as Proxy-Authorization: with each message that it reads, else with CONNECT alone,
   * never inside the tunnel (CVE-2023-32681). It stands before a field of that name.
   */
  readonly proxyAuthorization: string | undefined
  /** The most bytes kept of a redirect's body, since nobody will read it; `Infinity` when it will be handed out. */
  readonly redirectBody: number
  /**
   * The most bytes kept of the body of a 401 or 407, by its status and fields: one whose challenge is answered is read by
   * nobody. Absent where none is.
   */
  readonly challengeBody?: ((status: number, rawHeaders: Headers) => number) | undefined
  /** How far the answer's body may grow when its codings are undone; absent when the bytes of the wire are wanted. No adapter looks at it. */
  readonly decompress?: Limits | undefined
}

/**
 * Something an adapter may or may not be able to honour. What it cannot is refused before sending, never ignored; only
 * `"deadline"` (it ends an exchange at `PreparedRequest.deadline` by itself) is made up for by the session.
 */
export type Capability =
  | "deadline"
  | "proxy"
  | "verify"
  | "cert"
  | "tls"
  | "connectTimeout"
  | "writeTimeout"
  | "headersTimeout"
  | "readTimeout"

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

/** Which part of a request is wrong. */
export type InvalidReason =
  | "Url"
  | "Method"
  | "HeaderName"
  | "HeaderValue"
  | "Params"
  | "Body"
  | "Json"
  | "Framing"
  | "Auth"
  | "Cookie"
  | "Setting"
  | "NoAdapter"
  | "Unsupported"
  | "Foreign"

/**
 * A request that cannot be sent. Nothing of it has reached the wire.
 *
 * @example
 * import { Errors } from "@effect-requests/core"
 *
 * const error = new Errors.InvalidRequest({ reason: "Method", where: "method", problem: "\"GE T\" is no token", remedy: "Use GET" })
 * console.assert(error.message === "method: \"GE T\" is no token. Use GET.")
 */
export class InvalidRequest extends Data.TaggedError("InvalidRequest")<{
  readonly reason: InvalidReason
  /** The setting, the option, or the part of it that is wrong. */
  readonly where: string
  readonly problem: string
  /** What to do about it. */
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.where}: ${this.problem}. ${this.remedy}.`
  }
}

/** What happened between us and the other side. */
export type TransportReason =
  | "Dns"
  /** The adapter may not connect there (`network: "public"`). */
  | "Blocked"
  | "Refused"
  | "Unreachable"
  | "Tls"
  | "Proxy"
  | "ConnectTimeout"
  | "WriteTimeout"
  | "HeadersTimeout"
  | "Deadline"
  | "Reset"
  | "Protocol"
  | "Limit"
  | "Upload"
  | "Closed"
  | "Adapter"

/** What a request was in when its time was over; `"read"` is the body of its answer. */
export type Phase = "queue" | "connect" | "write" | "headers" | "read"

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
    const limit = this.limit === undefined ? "" : ` (${this.limit})`
    const phase = this.reason === "Deadline" && this.phase !== undefined ? `; ${passing[this.phase]}` : ""
    return `${this.request.shown}: ${says[this.reason]}${limit}${phase}${this.detail === "" ? "" : `: ${this.detail}`}`
  }
}

const says: Readonly<Record<TransportReason, string>> = {
  Dns: "the host name could not be found; is it spelt right?",
  Blocked: "the adapter may only connect to the public internet",
  Refused: "the connection was refused; is something listening there?",
  Unreachable: "the address cannot be reached from here",
  Tls: "the TLS connection failed",
  Proxy: "the proxy failed",
  ConnectTimeout: "no connection within timeout.connect",
  WriteTimeout: "the other side took nothing of the body within timeout.write",
  HeadersTimeout: "no answer within timeout.headers",
  Deadline: "no answer within timeout.total",
  Reset: "the connection was closed before an answer came",
  Protocol: "the answer is no valid HTTP; is it another service that listens there?",
  Limit: "a limit of the adapter was reached",
  Upload: "the request's body could not be produced",
  Closed: "the adapter is closed: its layer's scope has ended",
  Adapter: "the adapter failed"
}

const passing: Readonly<Record<Phase, string>> = {
  queue: "it waited for a connection",
  connect: "it was connecting",
  write: "its body was being written",
  headers: "it was sent, and waited for the answer",
  read: "the answer's body was being read"
}
