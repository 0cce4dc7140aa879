/**
 * What the browser's tests talk to: an origin of its own on loopback, which lets any page read its answers (but for
 * `/walled`), and tells what arrived.
 *
 * | path | does |
 * | --- | --- |
 * | `/echo` | tells method, URL, fields and body as JSON |
 * | `/status/N`, `/redirect`, `/login` | a status; 302 to `/echo`; sets the cookie `sid`, which no script may read |
 * | `/gzip`, `/latin1`, `/digest` | an encoded body; one of ISO-8859-1 that does not say so; asks for Digest of ada |
 * | `/pieces?id`, `/next?id` | a body of two pieces: the second when `/next` was asked |
 * | `/broken` | promises more bytes than come |
 * | `/silent?id`, `/gone?id` | never answers; answers when the former has lost its client |
 * | `/walled` | may not be read by a page of another origin |
 *
 * @module
 */
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { gzipSync } from "node:zlib"

/** Something that happens once, and can be waited for before and after. */
interface Event {
  readonly happen: () => void
  readonly happened: Promise<void>
}

const event = (): Event => {
  const { promise, resolve } = deferred()
  return { happen: resolve, happened: promise }
}

const deferred = () => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const challenge = 'Digest realm="r", nonce="n0nce", qop="auth", algorithm=MD5'

/** Whether the answer to the challenge is ada's, whose password is `pw` (RFC 7616 §3.4.1). */
const isAda = ({ headers, method = "", url = "" }: IncomingMessage): boolean => {
  const said = (name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(headers.authorization ?? "")?.[1] ?? ""
  const right = [md5("ada:r:pw"), "n0nce", said("nc"), said("cnonce"), "auth", md5(`${method}:${url}`)].join(":")
  return said("response") === md5(right)
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Array<Uint8Array> = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** CORS: every page may send and read everything, its cookies included (Fetch §3.2). */
const opened = ({ headers }: IncomingMessage): Record<string, string> => ({
  "Access-Control-Allow-Origin": headers.origin ?? "*",
  "Access-Control-Allow-Credentials": "true",
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": headers["access-control-request-headers"] ?? "",
  "Access-Control-Expose-Headers": "WWW-Authenticate, X-Shown"
})

/** Starts the server; gives its origin and its end. */
export const serve = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const events = new Map<string, Event>()
  const eventOf = (name: string): Event => {
    const known = events.get(name) ?? event()
    events.set(name, known)
    return known
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
    const id = searchParams.get("id") ?? ""
    const [, room = "", detail = ""] = pathname.split("/")
    const head = (status: number, headers: Record<string, string> = {}) =>
      response.writeHead(status, { ...(room === "walled" ? {} : opened(request)), ...headers })
    const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
      head(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value))
    if (request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined) {
      head(204).end()
      return
    }
    const body = await read(request)
    switch (room) {
      case "echo":
        json({ method: request.method, url: request.url, headers: request.headers, body: body.toString("latin1") })
        return
      case "status":
        json({ status: Number(detail) }, Number(detail), { "X-Shown": "yes", "X-Hidden": "yes" })
        return
      case "redirect":
        head(302, { Location: "/echo" }).end()
        return
      case "login":
        json({}, 200, { "Set-Cookie": "sid=1; Path=/; HttpOnly" })
        return
      case "gzip":
        head(200, { "Content-Encoding": "gzip", "Content-Type": "text/plain" }).end(gzipSync("unpacked"))
        return
      case "latin1":
        head(200, { "Content-Type": "text/plain" }).end(Buffer.from("Größe und Übermut fließen über", "latin1"))
        return
      case "digest":
        if (isAda(request)) json({ name: "ada" })
        else json({}, 401, { "WWW-Authenticate": challenge })
        return
      case "pieces":
        head(200).write("one")
        await eventOf(`next ${id}`).happened
        response.end("two")
        return
      case "next":
        eventOf(`next ${id}`).happen()
        json({})
        return
      case "broken":
        head(200, { "Content-Length": "100" }).write("begun", () => response.destroy())
        return
      case "silent":
        response.on("close", eventOf(`gone ${id}`).happen)
        return
      case "gone":
        await eventOf(`gone ${id}`).happened
        json({})
        return
      default:
        json({ path: pathname }, room === "walled" ? 200 : 404)
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
