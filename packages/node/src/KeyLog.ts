/**
 * The secrets of TLS connections, for whoever looks at what they carried.
 *
 * @module
 */
import { appendFileSync } from "node:fs"
import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"
import { codeOf } from "./Reasons.js"

/** The path of a file, or who is told of each line. */
export type KeyLog = string | ((line: string) => void)

/** The file cannot be written. */
export class Unwritable extends Error {
  readonly code = "KEY_LOG"
}

/** On a socket that has not shaken hands yet. One whose secrets cannot be kept is given up before a request is on it. */
export const watch = (socket: Socket, keyLog: KeyLog | undefined): void => {
  if (keyLog === undefined || !(socket instanceof TLSSocket)) return
  socket.on("keylog", (bytes: Buffer) => {
    if (typeof keyLog === "string") append(keyLog, bytes, socket)
    else tell(keyLog, bytes)
  })
}

/** At once: a line that comes behind what it decrypts is no use, and there are five for a connection. */
const append = (path: string, bytes: Buffer, socket: Socket): void => {
  try {
    appendFileSync(path, bytes, { mode: 0o600 })
  } catch (error) {
    socket.destroy(new Unwritable(`${path}, the file of the adapter's keyLog, cannot be written (${codeOf(error)})`))
  }
}

const tell = (keyLog: (line: string) => void, bytes: Buffer): void => {
  try {
    keyLog(bytes.toString("latin1").trimEnd())
  } catch {
    // Not the request's fault, and nobody's to hear of it.
  }
}
