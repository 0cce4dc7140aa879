/**
 * Settings as values for laws: any layer, with tombstones and `Settings.only`.
 *
 * @module
 */
import { Settings } from "@effect-requests/core"
import * as fc from "effect/FastCheck"
import { headerName, headerValue } from "./MessageArbitraries.js"

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
          netrcReading: fc.constantFrom("tolerant" as const, "asPython" as const),
          proxiesOfHop: fc.constantFrom("afresh" as const, "carried" as const)
        },
        { requiredKeys: [] }
      )
    ),
    authentication: layered(
      fc.record(
        {
          field: fc.constantFrom("wins" as const, "isReplaced" as const),
          sha1: fc.constantFrom("refuse" as const, "answer" as const),
          challengedBy: fc.constantFrom("only401" as const, "any4xx" as const)
        },
        { requiredKeys: [] }
      )
    ),
    jar: layered(
      fc.record(
        {
          field: fc.constantFrom("joined" as const, "alone" as const),
          sameSite: fc.constantFrom("honour" as const, "ignore" as const),
          own: fc.constantFrom("home" as const, "everyHost" as const),
          afterRedirect: fc.constantFrom("request" as const, "session" as const),
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
