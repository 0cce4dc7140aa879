/**
 * The other side of `pnpm bench:load`, in a process of its own: its memory is not the client's.
 *
 * @module
 */
import { createServer, type ServerResponse } from "node:http"

const piece = Buffer.alloc(64 * 1024, 7)

/** Writes so many bytes, as fast as the socket takes them. */
const pour = (response: ServerResponse, left: number): void => {
  if (left === 0) response.end()
  else if (response.write(piece.subarray(0, Math.min(left, piece.length))))
    setImmediate(() => pour(response, left - Math.min(left, piece.length)))
  else response.once("drain", () => pour(response, left - Math.min(left, piece.length)))
}

const drip = (response: ServerResponse): void => {
  const timer = setInterval(() => response.write("."), 1000)
  response.on("close", () => clearInterval(timer))
}

const server = createServer((request, response) => {
  const [, what, size = "0"] = (request.url ?? "").split("/")
  if (what === "drip") drip(response)
  else if (what === "bytes") {
    response.setHeader("Content-Length", size)
    pour(response, Number(size))
  } else if (what === "wait") setTimeout(() => response.end("late"), Math.random() * Number(size))
  else {
    let count = 0
    request.on("data", (chunk) => {
      count += chunk.length
    })
    request.on("end", () => response.end(String(count)))
  }
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "")
})
