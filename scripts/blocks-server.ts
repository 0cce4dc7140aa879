/**
 * The server behind `https://NAME.example.test` in the examples of the documentation.
 *
 * | request | answer |
 * | --- | --- |
 * | `POST /login` (a form) | 303 to `/me`, `Set-Cookie: sid=…` |
 * | `GET /me` | `{"id":1,"name":"ada"}` |
 * | `GET /users?page=n` | `{"page":n,"users":[…]}`, `Link: rel="next"` up to page 3 |
 * | `/echo` | `{"method","url","headers","body"}` of the request |
 * | `/status/N` | the status N; 401 asks for Basic, 429 and 503 say Retry-After: 0 |
 * | `/redirect/N` | 302, N times, then `/echo` |
 * | `/bytes/N` | N bytes, 0 1 2 … 255 0 … |
 * | `/slow?ms=N` | `{"ms":N}` after N milliseconds |
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"

/** A running server: its origin, and its end. */
export interface ExampleServer {
  readonly url: string
  readonly close: () => void
}

/** Starts one on a free port. `n` picks 127.0.0.(n+1), so that hosts do not share cookies, where the machine has that address. */
export const serve = async (n: number): Promise<ExampleServer> => {
  const server = createServer((request, response) => {
    read(request).then(
      (body) => answer(request, body, response),
      () => response.destroy()
    )
  })
  const host = await listen(server, `127.0.0.${n + 1}`).catch(() => listen(server, "127.0.0.1"))
  // It must not keep the test run alive.
  server.unref()
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://${host}:${port}`, close }
}

const listen = (server: Server, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, host, () => {
      server.off("error", reject)
      resolve(host)
    })
  })

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly after: number
}

const json = (value: unknown, status = 200, headers: Reply["headers"] = {}): Reply => ({
  status,
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(value),
  after: 0
})

const go = (status: number, location: string, headers: Reply["headers"] = {}): Reply => ({
  status,
  headers: { Location: location, ...headers },
  body: "",
  after: 0
})

const answer = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
  const reply = replyTo(request, body)
  const timer = setTimeout(() => {
    const bare = reply.status === 204 || reply.status === 304
    const length = bare ? {} : { "Content-Length": String(Buffer.byteLength(reply.body)) }
    response.writeHead(reply.status, { ...reply.headers, ...length })
    response.end(bare ? undefined : reply.body)
  }, reply.after)
  response.on("close", () => clearTimeout(timer))
}

const replyTo = (request: IncomingMessage, body: Buffer): Reply => {
  const { headers, method, url = "/" } = request
  const { pathname, searchParams } = new URL(url, "http://localhost")
  const [, room = "", detail = ""] = pathname.split("/")
  const n = Number(detail)
  switch (room) {
    case "login":
      if (method !== "POST") return json({ error: "POST a form" }, 405, { Allow: "POST" })
      return go(303, "/me", { "Set-Cookie": "sid=s3cr3t; Path=/; HttpOnly" })
    case "me":
      return json({ id: 1, name: "ada" })
    case "users":
      return users(Number(searchParams.get("page") ?? "1"))
    case "echo":
      return json({ method, url, headers, body: body.toString("utf8") })
    case "status":
      if (!(Number.isInteger(n) && n >= 200 && n <= 599)) return json({ error: "a status from 200 to 599" }, 400)
      return json({ status: n }, n, asks[n] ?? {})
    case "redirect":
      return go(302, n > 1 ? `/redirect/${n - 1}` : "/echo")
    case "bytes":
      return bytes(n >= 0 && n <= 1e8 ? n : 0)
    case "slow": {
      const ms = Number(searchParams.get("ms") ?? "0")
      return { ...json({ ms }), after: ms }
    }
    default:
      return json({ error: "no such place", path: pathname }, 404)
  }
}

const users = (page: number): Reply => {
  const users = [2 * page - 1, 2 * page].map((id) => ({ id, name: id === 1 ? "ada" : `user${id}` }))
  return json({ page, users }, 200, page < 3 ? { Link: `</users?page=${page + 1}>; rel="next"` } : {})
}

const bytes = (length: number): Reply => ({
  status: 200,
  headers: { "Content-Type": "application/octet-stream" },
  body: Uint8Array.from({ length }, (_, i) => i % 256),
  after: 0
})

const asks: Readonly<Record<number, Reply["headers"]>> = {
  401: { "WWW-Authenticate": 'Basic realm="examples"' },
  429: { "Retry-After": "0" },
  503: { "Retry-After": "0" }
}
