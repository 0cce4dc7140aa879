/**
 * A failure of sending as platform's own kind of error: what its retries and its users match on.
 *
 * @module
 */
import { HttpClientError, HttpClientRequest } from "@effect/platform"
import * as Disclosure from "./Disclosure.js"
import type { SendError } from "./Errors.js"
import { toPlatformRequest } from "./PlatformRequest.js"

/**
 * `RequestError` with reason `"Transport"` for what may be better the next time, and for nothing else: platform's
 * `retryTransient` repeats those. What a policy refused is a `ResponseError` with the response that asked for it. Ours is
 * the `cause`. No query and no userinfo is in the request that the error shows.
 *
 * @example
 * import { Errors, PlatformError } from "@effect-requests/core"
 * import { HttpClientRequest } from "@effect/platform"
 *
 * const refused = new Errors.InvalidRequest({ reason: "Method", where: "method", problem: "no token", remedy: "Use GET" })
 * const error = PlatformError.toPlatformError(HttpClientRequest.get("https://a.test/?key=secret"), refused)
 * console.assert(error.reason === "Encode" && error.cause === refused && !error.message.includes("secret"))
 */
export const toPlatformError = (
  asked: HttpClientRequest.HttpClientRequest,
  cause: SendError
): HttpClientError.HttpClientError => {
  const shown = HttpClientRequest.setUrl(asked, Disclosure.url(asked.url))
  const failed = (reason: HttpClientError.RequestError["reason"], request = shown) =>
    Disclosure.conceal(
      new HttpClientError.RequestError({ request, reason, cause, description: cause.message }),
      "request"
    )
  switch (cause._tag) {
    case "TransportError":
      return failed(cause.reason === "Upload" ? "Encode" : "Transport", toPlatformRequest(cause.request))
    case "BodyError":
      return failed(cause.reason === "Upload" || cause.reason === "Limit" ? "Encode" : "Transport")
    case "InvalidRequest":
      return failed(cause.reason === "Url" ? "InvalidUrl" : "Encode")
    case "TokenError":
      return failed("Encode")
    case "RedirectRefused":
    case "AuthRefused":
    case "HookError":
      return Disclosure.conceal(
        new HttpClientError.ResponseError({
          request: cause.response.request,
          response: cause.response,
          reason: "StatusCode",
          cause,
          description: cause.message
        }),
        "request",
        "response"
      )
  }
}
