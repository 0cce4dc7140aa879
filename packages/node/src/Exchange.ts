/**
 * One request on its way through undici: what collecting and streaming have in common.
 *
 * @module
 */
import { type Deadline, Errors, type Headers, type PreparedRequest, Roster, Rules } from "@effect-requests/core"
import { type Clock, Effect } from "effect"
import type { Dispatcher } from "undici"
import type { Guest, Post } from "./Carrier.js"
import { StreamClosed } from "./Http2Failure.js"
import { ProxyFailure } from "./ProxyFailure.js"
import { QueueFull } from "./Queue.js"
import * as Reasons from "./Reasons.js"
import { Head, Trailers } from "./Received.js"
import type { Upload } from "./Upload.js"
import { isLong } from "./Writing.js"

/** undici asks for an Error; nobody sees it, and one for all saves a stack trace for each. */
const withdrawn = new Error("withdrawn")

/** Who keeps count of the exchanges, and is told of what no result shows. */
export interface Books {
  readonly forget: (exchange: Exchange) => void
  readonly inform: (information: {
    readonly request: PreparedRequest.PreparedRequest
    readonly status: number
    readonly rawHeaders: Headers.Headers
  }) => void
}

/** A handler of undici. From its first result on it takes nothing more, and it never throws where undici does not expect it. */
export abstract class Exchange implements Guest, Roster.Member {
  post: Post | undefined = undefined
  /** Among those that are under way. */
  place = Roster.nowhere
  /** Whether the caller has a result, or wants none any more. */
  protected over = false
  protected controller: Dispatcher.DispatchController | undefined = undefined
  private sent: Errors.TransportError["sent"] = "no"
  private head: Head | undefined = undefined
  private trailers: Trailers | undefined = undefined

  constructor(
    readonly request: PreparedRequest.PreparedRequest,
    protected readonly done: Deadline.Done,
    protected readonly clock: Clock.Clock,
    readonly upload: Upload | undefined,
    private readonly books: Books
  ) {}

  /** The status and the fields are there. */
  protected abstract onHead(head: Head): void
  protected abstract onPiece(bytes: Uint8Array): void
  protected abstract onEnd(): void
  /** The body broke off. */
  protected abstract onBreak(error: Errors.BodyError): void

  /** Whether it has begun to be sent. */
  get isSent(): boolean {
    return this.sent !== "no"
  }

  get isLong(): boolean {
    const { body } = this.request
    return this.upload !== undefined || (body._tag === "Bytes" && isLong(body.bytes.length))
  }

  private get phase(): Errors.Phase {
    return this.head === undefined ? (this.post?.phase ?? "queue") : "read"
  }

  /** Nobody waits any more. */
  abort(): Deadline.Ended {
    const { phase } = this
    if (!this.over) {
      this.finish()
      this.controller?.abort(withdrawn)
    }
    return { sent: this.sent, phase }
  }

  late(reason: "WriteTimeout" | "HeadersTimeout"): void {
    if (this.over) return
    this.fail(this.transportError(reason, "", undefined))
    this.controller?.abort(withdrawn)
  }

  /** It cannot be sent. */
  refuse(error: Errors.InvalidRequest): void {
    if (this.over) return
    this.finish()
    this.done(Effect.fail(error))
  }

  /** The adapter goes away. */
  dismiss(): void {
    if (this.over) return
    this.fail(
      this.head === undefined
        ? this.transportError("Closed", "", undefined)
        : this.bodyError("Reset", "the adapter was closed", undefined)
    )
    this.controller?.abort(withdrawn)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Where abort() would destroy a healthy connection, throwing here makes undici go on to the next request.
    if (this.over) throw withdrawn
    this.controller = controller
    this.sent = "maybe"
    this.post?.began()
  }

  onResponseStarted(): void {
    this.sent = "yes"
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, reason?: string): void {
    if (this.over) return
    if (status < 200) {
      this.books.inform({ request: this.request, status, rawHeaders: texts(controller.rawHeaders) })
      return
    }
    this.post?.answered()
    this.trailers = new Trailers()
    const head = new Head(
      status,
      reason ?? "",
      texts(controller.rawHeaders),
      this.clock.unsafeCurrentTimeNanos(),
      this.post?.remoteAddress,
      this.trailers
    )
    this.head = head
    this.onHead(head)
    // undici takes a Content-Length for a promise even where no body can follow (RFC 9110 §8.6).
    if (status === 204 || status === 304) this.end()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.over) this.onPiece(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))
  }

  onResponseEnd({ rawTrailers }: Dispatcher.DispatchController): void {
    if (this.trailers !== undefined) this.trailers.fields = texts(rawTrailers)
    this.post?.ended()
    this.end()
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.post?.ended()
    if (!this.over) this.fail(this.errorOf(error))
  }

  private end(): void {
    if (this.over) return
    this.finish()
    this.onEnd()
  }

  protected finish(): void {
    this.over = true
    this.books.forget(this)
    this.post?.abandoned()
    this.upload?.stop()
  }

  /** Ends the exchange with an error: before the head for the one who waits, after it in the body. */
  protected fail(error: Errors.InvalidRequest | Errors.TransportError | Errors.BodyError): void {
    this.finish()
    if (this.head !== undefined && error._tag === "BodyError") this.onBreak(error)
    else this.done(Effect.fail(error))
  }

  private errorOf(error: unknown): Errors.InvalidRequest | Errors.TransportError | Errors.BodyError {
    const failed = this.upload?.failure
    if (this.head !== undefined) {
      if (failed !== undefined) return this.bodyError("Upload", failed.detail, failed.cause)
      const { detail, reason } = Reasons.broke(error)
      return this.bodyError(reason, detail, error)
    }
    if (failed !== undefined) return this.transportError("Upload", failed.detail, failed.cause)
    // The server says that it has done nothing with it (RFC 9113 §8.7).
    if (error instanceof StreamClosed && error.refused) this.sent = "no"
    if (error instanceof QueueFull)
      return this.transportError("Limit", error.message, undefined, { limit: "maxWaiting" })
    if (error instanceof ProxyFailure) {
      const { detail, reason, tunnel } = error
      return new Errors.TransportError({ reason, sent: this.sent, request: this.request, detail, tunnel })
    }
    const code = Reasons.codeOf(error)
    if (Reasons.unfit.has(code)) return unfit(error)
    const { detail, reason, ...more } = Reasons.failure(error)
    return this.transportError(reason, detail, error, more)
  }

  private transportError(
    reason: Errors.TransportReason,
    detail: string,
    cause: unknown,
    more: Pick<Reasons.Failure, "tls" | "limit"> = {}
  ): Errors.TransportError {
    const phase = phases[reason]
    const when = phase === undefined ? {} : { phase }
    return new Errors.TransportError({
      reason,
      sent: this.sent,
      request: this.request,
      detail,
      cause,
      ...when,
      ...more
    })
  }

  protected bodyError(reason: Errors.BodyReason, detail: string, cause: unknown): Errors.BodyError {
    return new Errors.BodyError({ reason, detail, url: this.request.target.shown, cause })
  }

  /** How much of this answer's body anybody will read. */
  protected room({ rawHeaders, status }: Head): number {
    return Rules.bodyLimit(this.request.transport, status, rawHeaders)
  }
}

/** Each part of the time has a phase of its own. */
const phases: Partial<Record<Errors.TransportReason, Errors.Phase>> = {
  ConnectTimeout: "connect",
  WriteTimeout: "write",
  HeadersTimeout: "headers"
}

const unfit = (error: unknown): Errors.InvalidRequest =>
  new Errors.InvalidRequest({
    reason: "Unsupported",
    where: "request",
    problem: Reasons.saying(error),
    remedy: "Change what it names, or use another adapter"
  })

/** Field names and values are bytes; Latin-1 loses none of them (RFC 9110 §5.5). */
const texts = (raw: Dispatcher.DispatchController["rawHeaders"]): Headers.Headers => {
  const out: Array<string> = []
  if (Array.isArray(raw)) for (const one of raw) out.push(typeof one === "string" ? one : one.toString("latin1"))
  return out
}
