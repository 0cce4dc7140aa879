/**
 * Values for laws by fast-check (`effect/FastCheck`). The alphabets are small: names must collide, or nothing is tested.
 *
 * @module
 */
import { Body, type Headers, Request, Settings } from "@effect-requests/core"
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
 * Header fields as users write them, `null` among them.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.headers, 3).length === 3)
 */
export const headers = fc.dictionary(
  headerName,
  fc.oneof(headerValue, fc.constant(null), fc.array(headerValue, { maxLength: 2 })),
  {
    maxKeys: 4
  }
)
const name = fc.constantFrom("a", "b", "A", "page", "__proto__", "constructor")
const scalar = fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.boolean())
/**
 * Query parameters in each of their forms.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.params, 3).length === 3)
 */
export const params = fc.oneof(
  fc.dictionary(name, fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 2 })), { maxKeys: 3 }),
  fc.array(fc.tuple(name, fc.oneof(scalar, fc.constant(null))), { maxLength: 4 }),
  fc.constantFrom("", "x=1&y", "raw")
)

/** Any layer of parts: the parts, exactly these, or none. */
const layered = <A extends object | string>(parts: fc.Arbitrary<A>) =>
  fc.oneof(
    { weight: 4, arbitrary: parts },
    { weight: 1, arbitrary: parts.map((value) => (typeof value === "object" ? Settings.only(value) : value)) },
    { weight: 1, arbitrary: fc.constant(null) }
  )

const hooks = [1, 2, 3].map(() => () => undefined)
const hook = fc.constantFrom(...hooks)

/**
 * Settings of a session or a request: any layer, with tombstones and `Settings.only`.
 *
 * @example
 * import { Arbitraries } from "@effect-requests/testing"
 * import * as fc from "effect/FastCheck"
 *
 * console.assert(fc.sample(Arbitraries.settings, 3).every((one) => typeof one === "object"))
 */
export const settings: fc.Arbitrary<Settings.Settings> = fc.record(
  {
    baseUrl: fc.constantFrom(null, "https://api.example.test/v1/", "http://h.test"),
    headers: layered(headers),
    params: layered(params),
    cookies: layered(fc.dictionary(fc.constantFrom("sid", "theme"), fc.constantFrom("1", null), { maxKeys: 2 })),
    hooks: layered(
      fc.record(
        { response: fc.array(hook, { maxLength: 2 }), append: fc.array(hook, { maxLength: 2 }) },
        { requiredKeys: [] }
      )
    ),
    timeout: fc.oneof(
      fc.constantFrom(null, 1000, "2 seconds" as const),
      fc.record({ connect: fc.constantFrom(1, null), total: fc.constantFrom(5, null) }, { requiredKeys: [] })
    ),
    allowRedirects: fc.boolean(),
    maxRedirects: fc.nat({ max: 5 }),
    redirects: layered(
      fc.record({ downgrade: fc.constantFrom("refuse" as const, "follow" as const) }, { requiredKeys: [] })
    ),
    keepAcrossOrigins: fc.constantFrom(null, ["X-A"], ["x-b"]),
    verify: fc.constantFrom<Array<Settings.Settings["verify"]>>(true, false, "system"),
    proxies: layered(
      fc.dictionary(fc.constantFrom("http", "all"), fc.constantFrom("http://p.test:1", null), { maxKeys: 2 })
    ),
    decompress: fc.constantFrom<Array<Settings.Settings["decompress"]>>(
      true,
      false,
      { ratio: 10 },
      { size: 1, codings: 0 }
    ),
    trustEnv: fc.boolean(),
    environment: layered(
      fc.record(
        {
          proxies: fc.constantFrom("last" as const, "byKey" as const),
          caBundle: fc.constantFrom("last" as const, "overSession" as const, "ignore" as const),
          netrc: fc.constantFrom("last" as const, "overrides" as const),
          netrcDefault: fc.constantFrom("askedOverHttps" as const, "everyHost" as const),
          netrcEntry: fc.constantFrom("first" as const, "last" as const),
          netrcReading: fc.constantFrom("tolerant" as const, "asPython" as const)
        },
        { requiredKeys: [] }
      )
    ),
    authentication: layered(
      fc.record(
        {
          field: fc.constantFrom("wins" as const, "isReplaced" as const),
          sha1: fc.constantFrom("refuse" as const, "answer" as const)
        },
        { requiredKeys: [] }
      )
    ),
    jar: layered(
      fc.record(
        {
          field: fc.constantFrom("joined" as const, "alone" as const),
          sameSite: fc.constantFrom("honour" as const, "ignore" as const),
          largestCookie: fc.constantFrom(0, 5, 4096, Infinity),
          mostOfDomain: fc.constantFrom(0, 1, 3000, Infinity),
          mostOfAll: fc.constantFrom(0, 1, Infinity)
        },
        { requiredKeys: [] }
      )
    )
  },
  { requiredKeys: [] }
)

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
