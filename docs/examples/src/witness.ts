/**
 * Another origin: it answers everything with 200 and writes down the bytes that it received. A verdict about what was
 * sent reads these, not what we believe to have sent.
 */
import { createServer } from "node:net"
import { Data, Effect } from "effect"

/** A witness, and its testimony. */
export interface Witness {
  readonly url: string
  /** All that any connection has brought, byte for byte. */
  readonly received: Effect.Effect<string>
}

/** The other origin could not be set up. */
export class WitnessError extends Data.TaggedError("WitnessError")<{ readonly cause: Error }> {
  override get message(): string {
    return `cannot listen: ${this.cause.message}`
  }
}

const page = "you are at another origin"
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${page.length}\r\n\r\n${page}`

/** Listens while the scope is open, under another host name than the application. */
export const run = Effect.acquireRelease(
  Effect.async<{ readonly witness: Witness; readonly close: () => void }, WitnessError>((resume) => {
    const pieces: Array<Buffer> = []
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy())
      socket.on("data", (piece) => {
        pieces.push(piece)
        if (Buffer.concat(pieces).includes("\r\n\r\n")) socket.write(answer)
      })
    })
    server.on("error", (cause) => resume(Effect.fail(new WitnessError({ cause }))))
    server.listen(0, "localhost", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const received = Effect.sync(() => Buffer.concat(pieces).toString("latin1"))
      resume(
        Effect.succeed({ witness: { url: `http://localhost:${port}/landing`, received }, close: () => server.close() })
      )
    })
  }),
  ({ close }) => Effect.sync(close)
).pipe(Effect.map(({ witness }) => witness))
