/**
 * The body of a request on its stream: at once, or when the server says that it wants it.
 *
 * @module
 */
import { type ClientHttp2Stream, constants } from "node:http2"
import { Readable } from "node:stream"
import type { Errand } from "./Carrier.js"

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants

/** How long a server may be silent about `Expect: 100-continue` before the body goes out all the same (RFC 9110 §10.1.1). */
const patience = 1000

const expects = (fields: ReadonlyArray<string>): boolean =>
  fields.some((name, i) => i % 2 === 0 && name.toLowerCase() === "expect")

/** Writes it; `fail` hears why it could not be made. */
export const upload = (
  stream: ClientHttp2Stream,
  body: NonNullable<Errand["body"]>,
  fields: ReadonlyArray<string>,
  fail: (error: Error) => void
): void => {
  const send = (): void => {
    if (body instanceof Readable) {
      body.on("error", (error: Error) => {
        fail(error)
        stream.close(NGHTTP2_CANCEL)
      })
      body.pipe(stream)
    } else stream.end(body)
  }
  if (expects(fields)) onceWanted(stream, send)
  else send()
}

const onceWanted = (stream: ClientHttp2Stream, send: () => void): void => {
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
