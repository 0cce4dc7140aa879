/**
 * A session as platform's `HttpClient`: whatever is written for that one keeps cookies, credentials and safe redirects.
 *
 * @module
 */
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "@effect/platform"
import { Context, Effect, Exit, FiberRef, GlobalValue, Option, Ref, Runtime, Scope, Stream } from "effect"
import { live } from "../data/Answer.js"
import type { SendError } from "../data/Errors.js"
import { toPlatformError } from "../data/PlatformError.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import { make as ask, type Request } from "../data/Request.js"
import type { Response } from "../data/Response.js"
import type { SessionState } from "../data/SessionState.js"
import { empty as noSettings, type Settings } from "../data/Settings.js"
import * as Target from "../data/Target.js"
import { merge } from "../rules/merge.js"
import { fromPlatformBody } from "./PlatformBody.js"
import { TraceContext } from "./Tracing.js"

/** What the bridge needs of a session. */
export interface Streaming {
  readonly state: Ref.Ref<SessionState>
  readonly stream: (request: Request) => Effect.Effect<Response, SendError, Scope.Scope>
}

/**
 * What requests of this fiber say beside their platform request: a timeout, a proxy, credentials. Default: nothing.
 *
 * @example
 * import { HttpClientBridge } from "@effect-requests/core"
 * import { Effect } from "effect"
 *
 * const patient = Effect.provideService(HttpClientBridge.CurrentOptions, { timeout: "5 minutes" })
 * console.assert(Effect.isEffect(patient(Effect.void)))
 */
export class CurrentOptions extends Context.Reference<CurrentOptions>()("@effect-requests/core/CurrentOptions", {
  defaultValue: (): Settings => noSettings
}) {}

const responses = new WeakMap<HttpClientRequest.HttpClientRequest, Response>()

/**
 * The session's own response behind one that a client of the bridge gave: with history, `rawHeaders`, `elapsed`.
 *
 * @example
 * import { HttpClientBridge, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { HttpClient } from "@effect/platform"
 * import { Effect, Layer, Option } from "effect"
 *
 * const client = Layer.provide(Session.layerHttpClient(), StubAdapter.layer(() => ({ text: "hello" })))
 * const program = Effect.map(HttpClient.get("https://a.example.test/"), HttpClientBridge.responseOf)
 * console.assert(Option.getOrThrow(await Effect.runPromise(Effect.provide(program, client))).history.length === 0)
 */
export const responseOf = (response: HttpClientResponse.HttpClientResponse): Option.Option<Response> =>
  Option.fromNullable(responses.get(response.request))

/** The user's own word on which requests have no span; ours keeps platform's span away. */
class Spanless extends Context.Reference<Spanless>()("@effect-requests/core/Spanless", {
  defaultValue: (): ((request: HttpClientRequest.HttpClientRequest) => boolean) => () => false
}) {}

const always = (): boolean => true

/**
 * The client of a session. It is platform's own (`HttpClient.make`), so that `withScope` and interruption abort. Each hop has
 * a span of the session's, since platform's shows the query; names, propagation and switches of the span are the user's.
 * `Session.toHttpClient` gives it a whole session; this takes any way to stream.
 *
 * @example
 * import { HttpClientBridge, Session } from "@effect-requests/core"
 * import { StubAdapter } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { state, stream } = yield* Session.make({ baseUrl: "https://api.example.test" })
 *   return yield* HttpClientBridge.make({ state, stream }).get("/me")
 * })
 * const me = await Effect.runPromise(Effect.provide(program, StubAdapter.layer(() => ({ text: "ada" }))))
 * console.assert((await Effect.runPromise(me.text)) === "ada")
 */
export const make = (session: Streaming): HttpClient.HttpClient => {
  const client = HttpClient.make((request, url, signal, fiber) => {
    const context = fiber.currentContext
    const silent = Context.get(context, Spanless)(request) || !fiber.getFiberRef(FiberRef.currentTracerEnabled)
    const name = Context.get(context, HttpClient.SpanNameGenerator)
    const propagate = fiber.getFiberRef(HttpClient.currentTracerPropagation)
    const traces = { ...Context.get(context, TraceContext), propagate, nameOf: () => name(request) }
    return asked(request, url, Context.get(context, CurrentOptions)).pipe(
      Effect.flatMap((question) => leased(session.stream(question), signal)),
      Effect.tap((response) => Effect.sync(() => responses.set(response.request, response))),
      Effect.mapError((error) => toPlatformError(request, error)),
      Effect.provideService(TraceContext, traces),
      Effect.withTracerEnabled(!silent)
    )
  })
  const resolved = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.map(Ref.get(session.state), (state) => based(request, state))
  // After all that is mapped on top: what `prependUrl` has before a path may be relative as well.
  return HttpClient.makeWith(
    (request: Effect.Effect<HttpClientRequest.HttpClientRequest>) =>
      Effect.flatMap(Effect.flatMap(request, resolved), client.execute),
    Effect.succeed
  ).pipe(
    HttpClient.transformResponse((effect) =>
      Effect.flatMap(FiberRef.get(HttpClient.currentTracerDisabledWhen), (disabled) =>
        effect.pipe(
          Effect.provideService(Spanless, disabled),
          Effect.locally(HttpClient.currentTracerDisabledWhen, always)
        )
      )
    )
  )
}

/** Platform's own memory of which request belongs to which `withScope`. */
const scoped = GlobalValue.globalValue(
  "@effect/platform/HttpClient/scopedRequests",
  () => new WeakMap<HttpClientRequest.HttpClientRequest, AbortController>()
)

/** A relative URL is the session's to resolve; platform would take it for none. The scope of a request stays with it. */
const based = (
  request: HttpClientRequest.HttpClientRequest,
  { settings: { baseUrl } }: SessionState
): HttpClientRequest.HttpClientRequest => {
  if (baseUrl === undefined || baseUrl === null || Target.parse(request.url) !== undefined) return request
  const url = Target.parse(request.url, baseUrl)
  if (url === undefined) return request
  const absolute = HttpClientRequest.setUrl(request, url.href)
  const controller = scoped.get(request)
  if (controller !== undefined) scoped.set(absolute, controller)
  return absolute
}

/** The framing follows from the body; a field of platform's stands as the user's own. */
const asked = (
  { body, headers, method }: HttpClientRequest.HttpClientRequest,
  url: URL,
  options: Settings
): Effect.Effect<Request, InvalidRequest> =>
  Effect.map(fromPlatformBody(body), (encoded) => {
    const { "content-length": _, ...own } = headers
    const type = encoded.contentType
    const typed = type === undefined || "content-type" in own ? own : { ...own, "content-type": type }
    return ask(method, url, { ...merge(options, { headers: typed }), body: encoded.body })
  })

/**
 * A response whose connection has a scope of its own: it ends with the body, with the signal, and when there is no response.
 */
const leased = <E>(stream: Effect.Effect<Response, E, Scope.Scope>, signal: AbortSignal): Effect.Effect<Response, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.zip(Scope.make(), Effect.runtime<never>()), ([scope, runtime]) => {
      const close = Scope.close(scope, Exit.void)
      return restore(Scope.extend(stream, scope)).pipe(
        Effect.onError(() => close),
        Effect.map((response) => {
          signal.addEventListener("abort", () => Runtime.runFork(runtime)(close), { once: true })
          const { answer } = response
          if (answer.content._tag === "Whole") return response
          return response.withAnswer({ ...answer, content: live(Stream.ensuring(answer.content.stream, close)) })
        })
      )
    })
  )
