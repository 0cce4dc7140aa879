/**
 * Messages as values for laws: fields, bodies, URLs, cookies, requests, hops.
 *
 * @module
 */
import { Body, type Headers, Request } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import * as Hops from "./Hops.js"

/**
 * Names of header fields, some of them secret, some twice with another case.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.headerName, 3).length === 3)
 */
export const headerName: fc.Arbitrary<string> = fc.constantFrom(
  "Accept",
  "accept",
  "X-A",
  "x-a",
  "X-B",
  "User-Agent",
  "Authorization",
  "Cookie"
)
/**
 * Values of header fields.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.headerValue, 3).length === 3)
 */
export const headerValue: fc.Arbitrary<string> = fc.constantFrom("1", "two", "a b", "")

/**
 * Bodies that can be sent again.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.body, 3).length === 3)
 */
export const body: fc.Arbitrary<Body.Body> = fc.oneof(
  fc.constant(Body.empty),
  fc.string({ maxLength: 10 }).map(Body.text),
  fc.constant(Body.text("x"))
)

/**
 * Origins that are alike: schemes, ports, a subdomain, another site.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.origin, 3).length === 3)
 */
export const origin: fc.Arbitrary<string> = fc.constantFrom(
  "http://a.test",
  "https://a.test",
  "https://a.test:8443",
  "http://a.test:8080",
  "https://b.a.test",
  "https://b.test",
  "http://b.test"
)
/**
 * Paths, some with a query or a fragment.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.path, 3).length === 3)
 */
export const path: fc.Arbitrary<string> = fc.constantFrom("/", "/a", "/a/b", "/a/b?x=1", "/c#f")
/**
 * An origin and a path.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.url, 3).length === 3)
 */
export const url: fc.Arbitrary<string> = fc.tuple(origin, path).map(([o, p]) => o + p)

/**
 * Header fields as they travel: ordered, names that repeat.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.rawHeaders, 3).every((one) => one.length % 2 === 0))
 */
export const rawHeaders: fc.Arbitrary<Headers.Headers> = fc
  .array(fc.tuple(headerName, headerValue), { maxLength: 5 })
  .map((pairs) => pairs.flat())

/**
 * Set-Cookie values: names that collide, with and without attributes.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.setCookie, 3).every((one) => one.includes("=")))
 */
export const setCookie: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("sid", "SID", "theme", "__Host-a"),
    fc.constantFrom("", "1", "a b", '"q"'),
    fc.subarray(["Path=/", "Path=/a", "Secure", "HttpOnly", "Max-Age=0", "Max-Age=60", "Domain=a.test", "SameSite=Lax"])
  )
  .map(([name, value, attributes]) => [`${name}=${value}`, ...attributes].join("; "))

/**
 * Methods, some without a body.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.method, 3).length === 3)
 */
export const method: fc.Arbitrary<string> = fc.constantFrom(
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "PURGE"
)

/**
 * Requests to absolute URLs that can be prepared.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.request, 3).every(({ url }) => String(url).startsWith("http")))
 */
export const request: fc.Arbitrary<Request.Request> = fc
  .tuple(
    method,
    url,
    fc.constantFrom<Request.Options>({}, { form: { a: 1 } }, { json: [1] }, { headers: { "X-A": "1" } })
  )
  .map(([method, url, options]) => Request.make(method, url, method === "GET" || method === "HEAD" ? {} : options))

/**
 * Hops: a call and its answer, redirects among them.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.hop, 3).every(({ response }) => response.status >= 200))
 */
export const hop: fc.Arbitrary<Request.Hop> = fc
  .tuple(
    method,
    url,
    fc.constantFrom(200, 204, 301, 302, 303, 307, 308, 401, 404, 503),
    url,
    fc.option(setCookie, { nil: undefined })
  )
  .map(([method, url, status, location, cookie]) =>
    Hops.answered(Hops.call(method, url), {
      status,
      headers: [
        ...(status > 300 && status < 400 ? [["Location", location] as const] : []),
        ...(cookie === undefined ? [] : [["Set-Cookie", cookie] as const])
      ]
    })
  )
