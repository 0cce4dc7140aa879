/**
 * The server of the bench, in a process of its own: answers from memory, and remembers when a request came without what it
 * had to bring. Only as much HTTP as the clients of the bench send.
 *
 * @module
 */
import { createServer, type Socket } from "node:net"

const json = JSON.stringify({ id: 1, name: "ada", tags: ["a", "b"], at: "2024-01-01T00:00:00Z", score: 4.5 })
const answer = (status: string, fields: string, body = ""): string =>
  `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const fixed = answer("200 OK", "Content-Type: application/json\r\nServer: bench\r\n", json)
const cookies = ["sid=0123456789abcdef", "theme=dark", "lang=en"]
const login = answer("204 No Content", cookies.map((pair) => `Set-Cookie: ${pair}; Path=/\r\n`).join(""))

/** What a session is made with, and what the server must see of it. */
const fields = ["user-agent: ", "accept: ", "accept-language: en", "x-api-key: key-of-the-bench", "x-client: bench"]

const counted = { asked: 0, bad: 0 }
const held = new Set<Socket>()
const piece = Buffer.alloc(64 * 1024, "x")

/** A message without its cookies or fields is an error of the client, and the bench fails. */
const check = (head: string, wanted: ReadonlyArray<string>): void => {
  const lower = head.toLowerCase()
  if (!wanted.every((text) => lower.includes(text))) counted.bad++
}

const hop = (left: number, target: string): string =>
  left <= 0
    ? fixed
    : answer(
        "302 Found",
        `Location: ${target.slice(0, target.lastIndexOf("/"))}/${left - 1}\r\nSet-Cookie: hop${left}=${left}; Path=/\r\n`
      )

const hopCookies = (left: number): ReadonlyArray<string> =>
  Array.from({ length: 5 - left }, (_, i) => `hop${5 - i}=${5 - i}`)

const stream = (socket: Socket, size: number): void => {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  let left = size
  const more = (): void => {
    while (left > 0) {
      const next = left < piece.length ? piece.subarray(0, left) : piece
      left -= next.length
      if (!socket.write(next)) {
        socket.once("drain", more)
        return
      }
    }
  }
  more()
}

const release = (): void => {
  for (const socket of held) socket.write(fixed)
  held.clear()
}

/** Routes by the first part of the path; the second is a number. */
const serve = (socket: Socket, head: string): void => {
  const target = head.slice(head.indexOf(" ") + 1, head.indexOf(" ", head.indexOf(" ") + 1))
  const [, route = "", part = ""] = target.split(/[/?]/)
  counted.asked++
  switch (route) {
    case "checked":
      check(head, [...fields, ...cookies])
      socket.write(fixed)
      return
    case "login":
      socket.write(login)
      return
    case "checked-hop":
      check(head, [...fields, ...cookies, ...hopCookies(Number(part))])
      socket.write(hop(Number(part), target))
      return
    case "hop":
      socket.write(hop(Number(part), target))
      return
    case "bytes":
      stream(socket, Number(part))
      return
    case "hold":
      held.add(socket)
      return
    case "release":
      release()
      socket.write(fixed)
      return
    case "report":
      socket.write(answer("200 OK", "Content-Type: application/json\r\n", JSON.stringify(counted)))
      counted.bad = 0
      return
    default:
      socket.write(fixed)
  }
}

const lengthOf = (head: string): number => Number(/\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1] ?? 0)

/** Heads are texts, bodies are counted and forgotten: 1 GiB costs no memory. */
const talk = (socket: Socket): void => {
  socket.setNoDelay(true)
  let text = ""
  let pending = ""
  let left = 0
  const read = (chunk: Buffer): void => {
    let rest = chunk
    while (rest.length > 0) {
      if (left > 0) {
        const taken = Math.min(left, rest.length)
        left -= taken
        rest = rest.subarray(taken)
        if (left === 0) serve(socket, pending)
        continue
      }
      text += rest.toString("latin1")
      const end = text.indexOf("\r\n\r\n")
      if (end < 0) return
      pending = text.slice(0, end + 2)
      rest = Buffer.from(text.slice(end + 4), "latin1")
      text = ""
      left = lengthOf(pending)
      if (left === 0) serve(socket, pending)
    }
  }
  socket.on("data", read)
  socket.on("error", () => socket.destroy())
  socket.on("close", () => held.delete(socket))
}

const server = createServer(talk)
server.listen(0, "127.0.0.1", 4096, () => process.send?.(server.address()))
process.on("disconnect", () => process.exit(0))
