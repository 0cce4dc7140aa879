/**
 * One request on a stream of an HTTP/2 connection, told to a handler as undici tells it.
 *
 * @module
 */
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2"
import { constants } from "node:http2"
import { type Dispatcher, errors } from "undici"
import type { Errand, Post } from "./Carrier.js"
import { because, cut, type Progress } from "./Http2Failure.js"
import * as Http2Fields from "./Http2Fields.js"
import { upload } from "./Http2Upload.js"
import { WriteTimeout } from "./Writing.js"

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants

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
      const { body } = options
      if (body !== null && body !== undefined) upload(stream, body, fields, (error) => this.fail(error))
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
    stream.on("error", (error: Error) => this.fail(because(stream, error, this.progress)))
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
      this.fail(because(stream, undefined, this.progress))
    } else if (this.promised !== undefined && this.promised !== this.received) {
      this.fail(cut(this.progress))
    } else {
      this.told = true
      this.job.handler.onResponseEnd?.(this, {})
    }
  }

  private get progress(): Progress {
    return { received: this.received, promised: this.promised }
  }

  private fail(error: Error): void {
    if (this.told) return
    this.told = true
    this.job.handler.onResponseError?.(this, error)
  }
}
