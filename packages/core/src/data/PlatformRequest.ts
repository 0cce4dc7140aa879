/**
 * A message as platform's own kind of request: what its functions and errors carry.
 *
 * @module
 */
import { HttpBody, HttpClientRequest, type HttpMethod, Headers as PlatformHeaders, UrlParams } from "@effect/platform"
import type { Body } from "./Body.js"
import * as Headers from "./Headers.js"
import type { PreparedRequest } from "./PreparedRequest.js"

const methods: ReadonlyArray<string> = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]

/**
 * Whether platform knows a method.
 *
 * @example
 * import { PlatformRequest } from "@effect-requests/core"
 *
 * console.assert(PlatformRequest.isMethod("GET") && !PlatformRequest.isMethod("PROPFIND"))
 */
export const isMethod = (method: string): method is HttpMethod.HttpMethod => methods.includes(method)

/**
 * Platform knows seven methods; another one is shown as POST there, while the wire has it as prepared. The query stands in
 * `urlParams`, so that platform's error messages do not show it, and the value shows itself as the message does.
 *
 * @example
 * import { PlatformRequest } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const { request } = Hops.call("GET", "https://a.example.test/x?token=secret")
 * console.assert(PlatformRequest.toPlatformRequest(request).url === "https://a.example.test/x")
 */
export const toPlatformRequest = (request: PreparedRequest): HttpClientRequest.HttpClientRequest => {
  const { href, origin, path, pathname } = request.target
  const hash = href.indexOf("#")
  const built = HttpClientRequest.make(isMethod(request.method) ? request.method : "POST")(origin + pathname, {
    headers: PlatformHeaders.fromInput(
      Headers.pairs(request.headers).map(([name, value]): [string, string] => [name, value])
    ),
    urlParams: UrlParams.fromInput(new URLSearchParams(path.slice(pathname.length))),
    body: toPlatformBody(request.body),
    hash: hash < 0 ? undefined : href.slice(hash + 1)
  })
  return Object.defineProperty(built, "toJSON", { value: () => request.toJSON() })
}

const toPlatformBody = (body: Body): HttpBody.HttpBody => {
  switch (body._tag) {
    case "Empty":
      return HttpBody.empty
    case "Bytes":
      return HttpBody.uint8Array(body.bytes)
    case "Replayable":
      return HttpBody.stream(body.stream(), undefined, body.length)
    case "OneShot":
      return HttpBody.stream(body.stream, undefined, body.length)
  }
}
