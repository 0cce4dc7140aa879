/**
 * Why a stream of HTTP/2 ended without an answer, or within one.
 *
 * @module
 */
import { type ClientHttp2Stream, constants } from "node:http2"

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

/** The bytes of a body that came, and how many its Content-Length promised, if it did. */
export interface Progress {
  readonly received: number
  readonly promised: number | undefined
}

/** A body that is not as long as it was said to be. */
export const cut = ({ promised, received }: Progress): StreamClosed =>
  new StreamClosed(false, "UND_ERR_SOCKET", `it ended after ${received} of ${promised} bytes`)

/** A stream ends with its connection or by a code of its own. */
export const because = (stream: ClientHttp2Stream, error: Error | undefined, progress: Progress): Error => {
  const { rstCode = NGHTTP2_NO_ERROR, session } = stream
  if (rstCode === NGHTTP2_REFUSED_STREAM) {
    return new StreamClosed(true, "ERR_HTTP2_STREAM_ERROR", "the server refused the stream (REFUSED_STREAM)")
  }
  // Said by our side too: of a body that is not as long as its Content-Length, for one.
  if (rstCode === NGHTTP2_PROTOCOL_ERROR) {
    return progress.promised !== undefined && progress.received < progress.promised
      ? cut(progress)
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
