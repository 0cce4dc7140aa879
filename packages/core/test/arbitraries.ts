/** Values for the laws. Small alphabets: names must collide, or nothing is tested. */
import { Body, Settings } from "@effect-requests/core"
import * as fc from "effect/FastCheck"

export const headerName = fc.constantFrom(
  "Accept",
  "accept",
  "X-A",
  "x-a",
  "X-B",
  "User-Agent",
  "Authorization",
  "Cookie"
)
export const headerValue = fc.constantFrom("1", "two", "a b", "")
export const headers = fc.dictionary(
  headerName,
  fc.oneof(headerValue, fc.constant(null), fc.array(headerValue, { maxLength: 2 })),
  {
    maxKeys: 4
  }
)
const name = fc.constantFrom("a", "b", "A", "page", "__proto__", "constructor")
const scalar = fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.boolean())
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
    trustEnv: fc.boolean(),
    environment: layered(
      fc.record(
        {
          proxies: fc.constantFrom("last" as const, "byKey" as const),
          caBundle: fc.constantFrom("last" as const, "overSession" as const, "ignore" as const),
          netrc: fc.constantFrom("last" as const, "overrides" as const),
          netrcDefault: fc.constantFrom("askedOverHttps" as const, "everyHost" as const),
          netrcEntry: fc.constantFrom("first" as const, "last" as const)
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

export const body = fc.oneof(
  fc.constant(Body.empty),
  fc.string({ maxLength: 10 }).map(Body.text),
  fc.constant(Body.text("x"))
)

export const origin = fc.constantFrom(
  "http://a.test",
  "https://a.test",
  "https://a.test:8443",
  "http://a.test:8080",
  "https://b.a.test",
  "https://b.test",
  "http://b.test"
)
export const path = fc.constantFrom("/", "/a", "/a/b", "/a/b?x=1", "/c#f")
export const url = fc.tuple(origin, path).map(([o, p]) => o + p)
