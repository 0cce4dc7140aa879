/**
 * Whether a server's public key is one of those that were asked for (RFC 7469 §2.6, of its own certificate alone).
 *
 * @module
 */
import { createHash } from "node:crypto"
import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"

/** None of the pins is the server's. */
export class PinMismatch extends Error {
  readonly code = "PIN_MISMATCH"
}

/**
 * Looks at the key with which the server has just proved itself; an error when it is none of these. It is asked once for each
 * socket: Node hands a client its server's certificate a single time.
 */
export const refusal = (socket: Socket, pins: ReadonlyArray<string>): PinMismatch | undefined => {
  if (pins.length === 0) return undefined
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return new PinMismatch("the server showed no certificate")
  const key = certificate.publicKey.export({ type: "spki", format: "der" })
  const shown = `sha256/${createHash("sha256").update(key).digest("base64")}`
  return pins.includes(shown) ? undefined : new PinMismatch(`the server's key is ${shown}`)
}
