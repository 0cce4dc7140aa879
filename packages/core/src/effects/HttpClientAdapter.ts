/**
 * An adapter from platform's `HttpClient`: fetch in browsers, Deno, Bun and workers, platform-node's own, a user's mock.
 *
 * @module
 */
import {
  FetchHttpClient,
  HttpBody,
  HttpClient,
  type HttpClientError,
  HttpClientRequest,
  type HttpClientResponse,
  Cookies as PlatformCookies
} from "@effect/platform"
import { Context, Effect, Option, type Scope, Stream } from "effect"
import { type Answer, live } from "../data/Answer.js"
import { type Body, BodyError } from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import { isMethod } from "../data/PlatformRequest.js"
import { InvalidRequest, type PreparedRequest, TransportError } from "../data/PreparedRequest.js"
import { platformFailure } from "../rules/platformFailure.js"
import { isForbidden } from "./ForbiddenFields.js"

type Failed = InvalidRequest | TransportError

/**
 * Sends by a platform client, which must follow no redirects by itself; fetch is told so. What the client cannot honour is
 * refused: it is never ignored.
 */
export const send =
  (client: HttpClient.HttpClient) =>
  (request: PreparedRequest): Effect.Effect<Answer, Failed, Scope.Scope> =>
    Effect.suspend(() => {
      const upload: Upload = { failure: undefined }
      return Effect.flatMap(messageOf(request, upload), (message) =>
        Effect.contextWithEffect((context: Context.Context<never>) => {
          const init = new FollowNothing(Context.getOption(context, FetchHttpClient.RequestInit))
          return HttpClient.withScope(client)
            .execute(message)
            .pipe(
              Effect.mapError((error) => failed(request, error, upload)),
              Effect.flatMap((response) => answerOf(request, response, init.isFetch)),
              Effect.provideService(FetchHttpClient.RequestInit, init.options),
              // A hop has its span already, without the query.
              Effect.locally(HttpClient.currentTracerDisabledWhen, () => true)
            )
        })
      )
    })

/** What went wrong with a body that is sent: no client tells it apart from the network. */
interface Upload {
  failure: { readonly cause: unknown } | undefined
}

/** What fetch is told besides the message, and whether it was fetch that was told: no other client reads it. */
class FollowNothing {
  isFetch = false
  readonly options: RequestInit

  constructor(given: Option.Option<RequestInit>) {
    const told = (): "manual" => {
      this.isFetch = true
      return "manual"
    }
    this.options = Object.defineProperty({ ...Option.getOrUndefined(given) }, "redirect", {
      enumerable: true,
      get: told
    })
  }
}

const unsupported = (where: string, problem: string, remedy: string) =>
  Effect.fail(new InvalidRequest({ reason: "Unsupported", where, problem, remedy }))

/** Said of itself by a session, and left to the platform where it insists; the framing follows from the body. */
const unasked = new Set(["user-agent", "accept-encoding", "content-length", "transfer-encoding"])

const messageOf = (
  request: PreparedRequest,
  upload: Upload
): Effect.Effect<HttpClientRequest.HttpClientRequest, InvalidRequest> => {
  const { body, headers, method, target } = request
  if (!isMethod(method)) {
    return unsupported("method", `platform's HttpClient does not know ${method}`, "Use another adapter for this URL")
  }
  const fields = new Map<string, string>()
  for (const [name, value] of Headers.pairs(headers)) {
    const key = name.toLowerCase()
    if (key === "transfer-encoding") continue
    if (isForbidden(key)) {
      if (unasked.has(key)) continue
      return unsupported(
        `headers[${JSON.stringify(name)}]`,
        "this platform does not let a program set it",
        "Leave it out"
      )
    }
    const before = fields.get(key)
    fields.set(key, before === undefined ? value : `${before}${key === "cookie" ? "; " : ", "}${value}`)
  }
  const hash = target.href.indexOf("#")
  const url = hash < 0 ? target.href : target.href.slice(0, hash)
  // The body first: platform would put a Content-Type of its own in the place of the message's.
  return Effect.succeed(
    HttpClientRequest.make(method)(url).pipe(
      HttpClientRequest.setBody(bodyOf(body, upload)),
      HttpClientRequest.setHeaders(Object.fromEntries(fields))
    )
  )
}

/** No type: what the message says of itself stands in its fields. */
const untyped = ""

const bodyOf = (body: Body, upload: Upload): HttpBody.HttpBody => {
  const watched = (stream: Stream.Stream<Uint8Array, unknown>) =>
    Stream.tapError(stream, (cause) =>
      Effect.sync(() => {
        upload.failure = { cause }
      })
    )
  switch (body._tag) {
    case "Empty":
      return HttpBody.empty
    case "Bytes":
      return HttpBody.uint8Array(body.bytes, untyped)
    case "Replayable":
      return HttpBody.stream(watched(body.stream()), untyped, body.length)
    case "OneShot":
      return HttpBody.stream(watched(body.stream), untyped, body.length)
  }
}

/** The status of a redirect that a browser hides (Fetch §2.2.6, "opaque-redirect filtered response"). */
const opaque = 0

const answerOf = (
  request: PreparedRequest,
  response: HttpClientResponse.HttpClientResponse,
  isFetch: boolean
): Effect.Effect<Answer, TransportError> =>
  response.status === opaque
    ? Effect.fail(
        new TransportError({
          reason: "Adapter",
          sent: "yes",
          request,
          detail: "a browser does not say where a redirect leads: ask for the URL that it leads to"
        })
      )
    : Effect.succeed({
        status: response.status,
        reason: "",
        rawHeaders: fieldsOf(response, isFetch && "content-encoding" in response.headers),
        content: live(bodyOfAnswer(request, response))
      })

/** Fetch has undone a coding, but still names it, and the length that it had. */
const undone = new Set(["content-encoding", "content-length"])

/** Platform joins repeats; only cookies can be told apart again. */
const fieldsOf = ({ cookies, headers }: HttpClientResponse.HttpClientResponse, isDecoded: boolean): Headers.Headers => [
  ...Object.entries(headers)
    .filter(([name]) => name !== "set-cookie" && !(isDecoded && undone.has(name)))
    .flat(),
  ...PlatformCookies.toSetCookieHeaders(cookies).flatMap((line) => ["set-cookie", line])
]

const bodyOfAnswer = (
  request: PreparedRequest,
  { stream }: HttpClientResponse.HttpClientResponse
): Stream.Stream<Uint8Array, BodyError> =>
  Stream.catchAll(stream, (error): Stream.Stream<Uint8Array, BodyError> => {
    if (error.reason === "EmptyBody") return Stream.empty
    const { detail } = platformFailure(error.cause)
    return Stream.fail(new BodyError({ reason: "Reset", detail, url: request.target.shown, cause: error.cause }))
  })

/** The platform's error shows the query, so that only what is below it goes on. */
const failed = (request: PreparedRequest, error: HttpClientError.HttpClientError, { failure }: Upload): Failed => {
  if (failure !== undefined) {
    return new TransportError({ reason: "Upload", sent: "maybe", request, detail: "", cause: failure.cause })
  }
  if (error._tag === "RequestError" && error.reason !== "Transport") {
    return new TransportError({ reason: "Upload", sent: "maybe", request, detail: error.reason, cause: error.cause })
  }
  return new TransportError({ ...platformFailure(error.cause), request, cause: error.cause })
}
