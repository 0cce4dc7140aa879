/**
 * One request on a stream of an HTTP/2 connection, told to a handler as undici tells it.
 *
 * @module
 */
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2"
import { constants } from "node:http2"
import { Readable } from "node:stream"
import { type Dispatcher, errors } from "undici"
import type { Errand, Post } from "./Carrier.js"
import * as Http2Fields from "./Http2Fields.js"
import { WriteTimeout } from "./Writing.js"

/** A stream that ended without its end; `refused` when the other side says that it did nothing with it (RFC 9113 §8.7). */
export class StreamClosed extends Error {
  constructor(
    readonly refused: boolean,
    readonly code: "UND_ERR_SOCKET" | "ERR_HTTP2_STREAM_ERROR" | "ERR_HTTP2_ERROR",
    message: string
  ) {
    super(message)
  }
}

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_REFUSED_STREAM } = constants

const nameOf = (code: number): string =>
  Object.entries(constants)
    .find(([name, value]) => name.startsWith("NGHTTP2_") && value === code)?.[0]
    .slice(8) ?? String(code)

/** How long a server may be silent about `Expect: 100-continue` before the body goes out all the same (RFC 9110 §10.1.1). */
const patience = 1000

/** What a request is given to its connection with. */
export interface Work {
  readonly options: Errand
  readonly fields: ReadonlyArray<string>
  readonly handler: Dispatcher.DispatchHandler
  readonly remoteAddress: string | undefined
}

/** The controller of a handler, and what the stream does to it. It tells its end once. */
export class Http2Exchange implements Dispatcher.DispatchController, Post {
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: Array<string> | null = null
  rawTrailers: Array<string> | null = null
  private stream: ClientHttp2Stream | undefined = undefined
  private told = false
  private hasAnswered = false
  private received = 0
  private promised: number | undefined = undefined

  constructor(
    private readonly job: Work,
    private readonly maxHeaderSize: number,
    private readonly onClose: () => void
  ) {}

  get remoteAddress(): string | undefined {
    return this.job.remoteAddress
  }

  get phase() {
    if (this.stream === undefined) return "connect"
    return this.isWriting ? "write" : "headers"
  }

  began(): void {}

  answered(): void {}

  abandoned(): void {}

  ended(): void {}

  private get isWriting(): boolean {
    return this.job.options.body !== null && this.stream?.writableFinished === false
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.told = true
    this.stream?.close(NGHTTP2_CANCEL)
  }

  pause(): void {
    this.paused = true
    this.stream?.pause()
    // Nobody reads: that is not the server's silence.
    this.stream?.setTimeout(0)
  }

  resume(): void {
    this.paused = false
    this.stream?.setTimeout(this.job.options.bodyTimeout ?? 0)
    this.stream?.resume()
  }

  /** Begins; `false` when nobody wants it any more. */
  start(session: ClientHttp2Session, line: Http2Fields.Line): boolean {
    const { fields, handler, options } = this.job
    try {
      handler.onRequestStart?.(this, undefined)
    } catch {
      return false
    }
    try {
      const stream = session.request(Http2Fields.outgoing(line, fields), { endStream: options.body === null })
      this.stream = stream
      this.listen(stream)
      stream.setTimeout(this.isWriting ? options.writeTimeout : (options.headersTimeout ?? 0))
      this.write(stream)
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)))
      if (this.stream === undefined) return false
      this.stream.close(NGHTTP2_CANCEL)
    }
    return true
  }

  private listen(stream: ClientHttp2Stream): void {
    // Node's third argument has the fields in their order and with their repeats.
    stream.on("headers", (...all: ReadonlyArray<unknown>) => this.head(all))
    stream.on("response", (...all: ReadonlyArray<unknown>) => this.head(all))
    stream.on("trailers", (...all: ReadonlyArray<unknown>) => {
      this.rawTrailers = Http2Fields.incoming(all[2])
    })
    stream.on("data", (piece: Buffer) => {
      this.received += piece.length
      if (!this.told) this.job.handler.onResponseData?.(this, piece)
    })
    stream.on("timeout", () => this.late(stream))
    stream.on("finish", () => {
      if (!this.hasAnswered) stream.setTimeout(this.job.options.headersTimeout ?? 0)
    })
    // The rest of an upload that nobody waits for is not sent.
    stream.on("end", () => {
      if (!stream.writableEnded && stream.rstCode === NGHTTP2_NO_ERROR) stream.close(NGHTTP2_NO_ERROR)
    })
    stream.on("error", (error: Error) => this.fail(this.because(stream, error)))
    stream.on("close", () => {
      this.end(stream)
      this.onClose()
    })
  }

  private late(stream: ClientHttp2Stream): void {
    if (this.isWriting && !this.hasAnswered && stream.writableLength === 0) {
      // It is the body that is slow to be made.
      stream.setTimeout(this.job.options.writeTimeout)
      return
    }
    const early = this.isWriting ? new WriteTimeout() : new errors.HeadersTimeoutError()
    this.fail(this.hasAnswered ? new errors.BodyTimeoutError() : early)
    stream.close(NGHTTP2_CANCEL)
  }

  private head([headers, , raw]: ReadonlyArray<unknown>): void {
    if (this.told || typeof headers !== "object" || headers === null || !(":status" in headers)) return
    const status = Number(headers[":status"])
    if (status === 100) return
    this.rawHeaders = Http2Fields.incoming(raw)
    if (Http2Fields.sizeOf(this.rawHeaders) > this.maxHeaderSize) {
      this.fail(new errors.HeadersOverflowError())
      this.stream?.close(NGHTTP2_CANCEL)
      return
    }
    this.job.handler.onResponseStarted?.()
    if (status >= 200) {
      this.hasAnswered = true
      const length = "content-length" in headers ? Number(headers["content-length"]) : undefined
      this.promised = this.job.options.method === "HEAD" || status === 204 || status === 304 ? undefined : length
      this.stream?.setTimeout(this.job.options.bodyTimeout ?? 0)
    }
    this.job.handler.onResponseStart?.(this, status, {}, "")
  }

  private end(stream: ClientHttp2Stream): void {
    if (this.told) return
    if (!this.hasAnswered || stream.rstCode !== NGHTTP2_NO_ERROR) {
      this.fail(this.because(stream, undefined))
    } else if (this.promised !== undefined && this.promised !== this.received) {
      this.fail(this.cut(this.promised))
    } else {
      this.told = true
      this.job.handler.onResponseEnd?.(this, {})
    }
  }

  private cut(promised: number): Error {
    return new StreamClosed(false, "UND_ERR_SOCKET", `it ended after ${this.received} of ${promised} bytes`)
  }

  /** A stream ends with its connection or by a code of its own. */
  private because(stream: ClientHttp2Stream, error: Error | undefined): Error {
    const { rstCode = NGHTTP2_NO_ERROR, session } = stream
    if (rstCode === NGHTTP2_REFUSED_STREAM) {
      return new StreamClosed(true, "ERR_HTTP2_STREAM_ERROR", "the server refused the stream (REFUSED_STREAM)")
    }
    // Said by our side too: of a body that is not as long as its Content-Length, for one.
    if (rstCode === NGHTTP2_PROTOCOL_ERROR) {
      return this.promised !== undefined && this.received < this.promised
        ? this.cut(this.promised)
        : new StreamClosed(false, "ERR_HTTP2_ERROR", "the stream is no valid HTTP/2 (PROTOCOL_ERROR)")
    }
    const isLost = session === undefined || session.closed || session.destroyed
    if (error === undefined || "code" in error === false || error.code === "ERR_HTTP2_STREAM_ERROR") {
      return isLost && (rstCode === NGHTTP2_CANCEL || rstCode === NGHTTP2_NO_ERROR)
        ? new StreamClosed(false, "UND_ERR_SOCKET", "the connection was closed")
        : new StreamClosed(false, "ERR_HTTP2_STREAM_ERROR", `the server reset the stream (${nameOf(rstCode)})`)
    }
    return error
  }

  private fail(error: Error): void {
    if (this.told) return
    this.told = true
    this.job.handler.onResponseError?.(this, error)
  }

  private write(stream: ClientHttp2Stream): void {
    const { body } = this.job.options
    if (body === null || body === undefined) return
    const send = (): void => {
      if (body instanceof Readable) {
        body.on("error", (error: Error) => {
          this.fail(error)
          stream.close(NGHTTP2_CANCEL)
        })
        body.pipe(stream)
      } else stream.end(body)
    }
    if (!expects(this.job.fields)) {
      send()
      return
    }
    let sent = false
    const once = (): void => {
      clearTimeout(timer)
      if (sent || stream.closed) return
      sent = true
      send()
    }
    const timer = setTimeout(once, patience)
    stream.once("continue", once)
    // A final answer needs no body any more.
    const never = (): void => {
      sent = true
      clearTimeout(timer)
      if (!stream.writableEnded) stream.close(NGHTTP2_NO_ERROR)
    }
    stream.once("close", () => clearTimeout(timer))
    stream.once("end", () => {
      if (!sent) never()
    })
  }
}

const expects = (fields: ReadonlyArray<string>): boolean =>
  fields.some((name, i) => i % 2 === 0 && name.toLowerCase() === "expect")
