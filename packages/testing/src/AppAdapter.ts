/**
 * An application as an adapter: served in this process, without a socket, streaming both ways.
 *
 * @module
 */

import { HttpApp } from "@effect/platform"
import { Adapter, Answer, Errors, Headers, type PreparedRequest } from "@effect-requests/core"
import { Effect, type Scope, Stream } from "effect"
import { everything, headersWithin, readWithin } from "./Clocked.js"

/** What Deno, Bun, workers, Hono and `HttpApiBuilder.toWebHandler` have: one function. */
export type WebHandler = (request: Request) => Promise<Response>

/**
 * A web handler as an adapter, with the limits of web's `Request` and `Response`: names of fields are in lower case and
 * repeats are joined, but for Set-Cookie; GET and HEAD have no body; CONNECT, TRACE and TRACK do not exist. What cannot
 * be said is an `InvalidRequest`. In a browser, `Request` drops Cookie; elsewhere it does not.
 *
 * @example
 * import { Adapter, Session } from "@effect-requests/core"
 * import { AppAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const wire = AppAdapter.fromWebHandler(async (request) =>
 *   new URL(request.url).pathname === "/login"
 *     ? new Response(null, { status: 303, headers: { Location: "/me", "Set-Cookie": "sid=1" } })
 *     : Response.json({ cookie: request.headers.get("cookie") })
 * )
 * const program = Effect.gen(function* () {
 *   const session = yield* Effect.provideService(Session.make({ baseUrl: "https://app.test" }), Adapter.Adapter, wire)
 *   return yield* (yield* session.post("/login")).text
 * })
 * console.assert((await Effect.runPromise(program)) === '{"cookie":"sid=1"}')
 */
export const fromWebHandler = (handler: WebHandler): Adapter.Wire => {
  const live: Adapter.Send<Scope.Scope> = (request) =>
    Effect.gen(function* () {
      const upload: Upload = { failure: undefined }
      const asked = yield* Effect.try({ try: () => webRequest(request, upload), catch: () => unsayable(request) })
      const response = yield* Effect.tryPromise({
        try: (signal) => handler(new Request(asked, { signal })),
        catch: (cause) => failed(request, cause, upload)
      }).pipe(headersWithin(request))
      yield* Effect.addFinalizer(() => Effect.ignore(Effect.tryPromise(async () => response.body?.cancel())))
      return readWithin(request)(answerOf(response, request))
    })
  return Adapter.fromLive(live, everything)
}

/**
 * An `HttpApp` of platform, an `HttpRouter` among them, as an adapter. An `HttpApi` becomes one by
 * `HttpApiBuilder.httpApp`. Provide its services before. Its Clock is that of the Effect that makes the adapter.
 *
 * @example
 * import { Adapter, Session } from "@effect-requests/core"
 * import { AppAdapter } from "@effect-requests/testing"
 * import { HttpRouter, HttpServerResponse } from "@effect/platform"
 * import { Effect } from "effect"
 *
 * const app = HttpRouter.empty.pipe(HttpRouter.get("/hello", HttpServerResponse.text("hello")))
 * const program = Effect.gen(function* () {
 *   const wire = yield* AppAdapter.fromHttpApp(app)
 *   const session = yield* Effect.provideService(Session.make({ baseUrl: "https://app.test" }), Adapter.Adapter, wire)
 *   return yield* (yield* session.get("/hello")).text
 * })
 * console.assert((await Effect.runPromise(program)) === "hello")
 */
export const fromHttpApp = <E>(app: HttpApp.Default<E, Scope.Scope>): Effect.Effect<Adapter.Wire> =>
  Effect.map(Effect.runtime<never>(), (runtime) => fromWebHandler(HttpApp.toWebHandlerRuntime(runtime)(app)))

interface Upload {
  failure: { readonly cause: unknown } | undefined
}

const webRequest = (request: PreparedRequest.PreparedRequest, upload: Upload): Request => {
  const { body, headers, method, target } = request
  const fields = Headers.setIfAbsent(
    headers,
    "host",
    target.port === "" ? target.host : `${target.host}:${target.port}`
  )
  const init: RequestInit & { readonly duplex: "half" } = {
    method,
    headers: Headers.pairs(fields).map(([name, value]): [string, string] => [name, value]),
    redirect: "manual",
    duplex: "half"
  }
  if (body._tag === "Empty") return new Request(target.href, init)
  if (body._tag === "Bytes") return new Request(target.href, { ...init, body: new Uint8Array(body.bytes) })
  const stream = Stream.tapError(body._tag === "Replayable" ? body.stream() : body.stream, (cause) =>
    Effect.sync(() => {
      upload.failure = { cause }
    })
  )
  return new Request(target.href, { ...init, body: Stream.toReadableStream(stream) })
}

const unsayable = ({ method }: PreparedRequest.PreparedRequest): Errors.InvalidRequest =>
  new Errors.InvalidRequest({
    reason: "Unsupported",
    where: "request",
    problem: `web's Request cannot say this ${method}: it has no CONNECT, TRACE and TRACK, and no body for GET and HEAD`,
    remedy: "Use another method, leave the body out, or test it with Routes"
  })

const failed = (
  request: PreparedRequest.PreparedRequest,
  cause: unknown,
  { failure }: Upload
): Errors.TransportError =>
  failure === undefined
    ? new Errors.TransportError({
        reason: "Adapter",
        sent: "maybe",
        request,
        detail: `the handler has rejected${cause instanceof Error ? `: ${cause.message}` : ""}`,
        cause
      })
    : new Errors.TransportError({ reason: "Upload", sent: "maybe", request, detail: "", cause: failure.cause })

const answerOf = (response: Response, request: PreparedRequest.PreparedRequest): Answer.Answer => ({
  status: response.status,
  reason: response.statusText,
  rawHeaders: Headers.fromPairs(response.headers),
  content:
    response.body === null || request.method === "HEAD"
      ? Answer.whole(new Uint8Array())
      : Answer.live(bodyOf(response.body, request))
})

const bodyOf = (body: ReadableStream<Uint8Array>, request: PreparedRequest.PreparedRequest) =>
  Stream.fromReadableStream({
    evaluate: () => body,
    onError: (cause) =>
      new Errors.BodyError({
        reason: "Reset",
        detail: "the handler's stream has failed",
        url: request.target.shown,
        cause
      }),
    releaseLockOnEnd: true
  })
