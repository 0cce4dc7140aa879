/**
 * A table as a real server on loopback, over whatever `HttpServer` the platform has: for clients that are no session, and
 * for what only a socket shows.
 *
 * @module
 */

import {
  Cookies,
  HttpServer,
  HttpServerRequest,
  HttpServerResponse,
  Headers as PlatformHeaders
} from "@effect/platform"
import { type Adapter, type Answer, Body, Headers, PreparedRequest, Rules, Target } from "@effect-requests/core"
import { Data, Effect, Option, type Scope } from "effect"
import { noReply, type Routes, type Running, toAdapter } from "./Routes.js"

/** A table that listens. */
export interface Listening extends Running {
  /** Without a slash at its end: `http://127.0.0.1:41234`. */
  readonly url: string
}

/** The server that was given listens on more than loopback: strangers could ask it. Nothing was served. */
export class NotLoopback extends Data.TaggedError("NotLoopback")<{
  /** The address that it listens on. */
  readonly hostname: string
}> {
  override get message(): string {
    const host = `it listens on ${this.hostname}, which is not loopback`
    return `a table is served on this machine alone: ${host}; make the server with { port: 0, host: "127.0.0.1" }`
  }
}

/**
 * Serves a table until the scope ends, as a table at work whose calls are logged. Names of fields are in lower case and
 * repeats are joined by commas, but for Set-Cookie: so platform's servers take and give them. The reason phrase is the
 * server's own, and bytes without a Content-Type are sent as `application/octet-stream`. A message without a route is answered with 501, and the text says what came nearest; any other failure
 * is a 502. A server that listens on more than loopback is refused.
 *
 * @example
 * import { createServer } from "node:http"
 * import { Route, Routes, RoutesServer } from "@effect-requests/testing"
 * import { NodeHttpServer } from "@effect/platform-node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const table = yield* RoutesServer.serve(Routes.make(Route.get("/hello").reply({ text: "hello" })))
 *   const text = yield* Effect.promise(() => fetch(`${table.url}/hello`).then((response) => response.text()))
 *   yield* table.calledTimes("GET /hello", 1)
 *   return text
 * })
 * const server = NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })
 * const text = await Effect.runPromise(Effect.provide(Effect.scoped(program), server))
 * console.assert(text === "hello")
 */
export const serve = <R>(
  self: Routes<R>
): Effect.Effect<Listening, NotLoopback, R | HttpServer.HttpServer | Scope.Scope> =>
  Effect.gen(function* () {
    const { address } = yield* HttpServer.HttpServer
    if (address._tag === "TcpAddress" && !isLoopback(address.hostname)) {
      return yield* new NotLoopback({ hostname: address.hostname })
    }
    const table = yield* toAdapter(self)
    yield* HttpServer.serveEffect(app(table.wire))
    return { ...table, url: urlOf(address) }
  })

const isLoopback = (hostname: string): boolean => /^(127\.[\d.]+|::1|(::ffff:)127\.[\d.]+|localhost)$/i.test(hostname)

/** An address of IPv6 stands in brackets. */
const urlOf = (address: HttpServer.Address): string =>
  address._tag === "TcpAddress" && address.hostname.includes(":")
    ? `http://[${address.hostname}]:${address.port}`
    : HttpServer.formatAddress(address)

const app = (wire: Adapter.Wire) =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    Effect.flatMap(received(request), (message) => Effect.flatMap(wire.live(message), replied)).pipe(
      Effect.catchAll((error) => {
        const lacks = error._tag === "TransportError" ? noReply(error) : undefined
        return Effect.succeed(
          HttpServerResponse.text(lacks?.message ?? error.message, { status: lacks === undefined ? 502 : 501 })
        )
      })
    )
  )

/** What came, as the message that an adapter would have been given. */
const received = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.map(request.arrayBuffer, (body) => {
    const url = Option.getOrElse(HttpServerRequest.toURL(request), () => new URL("http://unknown.invalid/"))
    return new PreparedRequest.PreparedRequest(
      request.method,
      Target.fromUrl(url),
      Headers.fromPairs(Object.entries(request.headers)),
      body.byteLength === 0 ? Body.empty : Body.bytes(new Uint8Array(body)),
      Rules.undecided,
      Infinity
    )
  })

const replied = (answer: Answer.Answer) => {
  const cookies = Headers.getAll(answer.rawHeaders, "set-cookie")
  const fields = Headers.remove(answer.rawHeaders, "set-cookie", "content-type", "content-length")
  const options = {
    status: answer.status,
    headers: joined(fields),
    cookies: Cookies.fromSetCookie(cookies),
    contentType: Headers.get(answer.rawHeaders, "content-type"),
    contentLength: lengthOf(answer)
  }
  if (answer.content._tag === "Live") return Effect.succeed(HttpServerResponse.stream(answer.content.stream, options))
  return Effect.succeed(
    answer.content.bytes.length === 0
      ? HttpServerResponse.empty(options)
      : HttpServerResponse.uint8Array(answer.content.bytes, options)
  )
}

/** Repeats as one value (RFC 9110 §5.3); platform's `fromInput` keeps the last of several pairs. */
const joined = (fields: Headers.Headers): PlatformHeaders.Headers =>
  PlatformHeaders.fromInput(
    Object.fromEntries(Headers.pairs(fields).map(([name]) => [name.toLowerCase(), Headers.getAll(fields, name)]))
  )

const lengthOf = (answer: Answer.Answer): number | undefined => {
  const said = Headers.get(answer.rawHeaders, "content-length")
  return said === undefined ? undefined : Number(said)
}
