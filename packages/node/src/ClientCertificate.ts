/**
 * What a server does with the client certificate that it asked for, where it does not say it.
 *
 * A client of TLS 1.3 has finished its handshake before the server looks at its certificate (RFC 8446 §4.4.2.4), and a
 * request may be on its way by then. Some servers, Node's among them, then close the connection without a word.
 *
 * @module
 */
import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"
import { codeOf } from "./Reasons.js"

/** The server asked for a certificate, and closed the connection before it had answered anything. */
export class Unwelcome extends Error {
  readonly code: "CLIENT_CERTIFICATE_WANTED" | "CLIENT_CERTIFICATE_UNWELCOME"

  constructor(shown: boolean) {
    super(
      shown
        ? "the server asked for a client certificate, got one, and closed the connection without an answer"
        : "the server asked for a client certificate, got none, and closed the connection without an answer"
    )
    this.code = shown ? "CLIENT_CERTIFICATE_UNWELCOME" : "CLIENT_CERTIFICATE_WANTED"
  }
}

/** How it looks from here when a server closes; an alert of TLS 1.2 that says no more is among them. */
const closing: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"
])

/** Only a request for a certificate tells a client which signatures the server can check (RFC 8446 §4.3.2). */
const look = (socket: TLSSocket): Unwelcome | undefined => {
  const algorithms: ReadonlyArray<string> | null = socket.getSharedSigalgs()
  if (algorithms === null || algorithms.length === 0) return undefined
  return new Unwelcome(Object.keys(socket.getCertificate() ?? {}).length > 0)
}

/** Before anybody else hears of its end: an error has as its cause what the server did not say. */
export const watch = (socket: Socket): void => {
  if (!(socket instanceof TLSSocket)) return
  let asked: Unwelcome | undefined
  let open = false
  socket.prependOnceListener("secureConnect", () => {
    open = true
    asked = look(socket)
  })
  socket.prependOnceListener("end", () => {
    // Within the handshake Node makes an error of it.
    asked ??= look(socket)
    if (open && asked !== undefined && socket.bytesRead === 0) socket.destroy(asked)
  })
  socket.prependListener("error", (error: Error) => {
    asked ??= look(socket)
    if (asked !== undefined && error !== asked && socket.bytesRead === 0 && closing.has(codeOf(error))) {
      error.cause = asked
    }
    // Node goes on to the end of a socket after an alert, and that would be all that is heard.
    socket.destroy(error)
  })
}
