import { Cookies, Headers, Request, Rules, Settings, Target } from "@effect-requests/core"
import { Either, Option } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { answered, facts } from "../given.js"

const at = (url: string) => Target.fromUrl(new URL(url))
const lines = [
  "strict=1; SameSite=Strict; Path=/",
  "lax=2; SameSite=Lax; Path=/",
  "none=3; SameSite=None; Secure; Path=/",
  "mute=4; Path=/"
]
const jar = ["https://a.test/", "https://www.a.test/", "https://b.test/"].reduce(
  (cookies, url) => Cookies.store(cookies, at(url), lines, 0),
  Cookies.empty
)
const known = (settings: Settings.Settings = {}) => facts(settings, jar)
const all = ["strict", "lax", "none", "mute"]

const names = ({ request: { headers } }: Request.Call) =>
  (Headers.get(headers, "cookie") ?? "").split("; ").map((pair) => pair.split("=")[0])

const chain = (method: string, urls: ReadonlyArray<string>, settings: Settings.Settings = {}, status = 307) => {
  const [asked = "", ...more] = urls
  const options: Request.Options = { redirects: { bodyToOtherOrigin: "follow", downgrade: "follow" } }
  return more.reduce(
    (call, to) =>
      Either.getOrThrow(Option.getOrThrow(Rules.followUp(answered(call, status, ["Location", to]), known(settings)))),
    Either.getOrThrow(Rules.prepare(Request.make(method, asked, options), known(settings)))
  )
}

describe("crossesSite", () => {
  it.each<[string, string, boolean]>([
    ["https://a.test/", "https://a.test:8443/", false],
    ["https://a.test/", "https://www.a.test/", false],
    ["http://a.test/", "https://www.a.test/", false],
    ["https://a.test/", "http://a.test/", true],
    ["https://a.test/", "https://b.test/", true],
    ["https://a.co.uk/", "https://b.co.uk/", true],
    ["http://127.0.0.1/", "http://127.0.0.1:8080/", false],
    ["http://127.0.0.1/", "http://127.0.0.2/", true],
    ["http://localhost/", "http://127.0.0.1/", true]
  ])("%s to %s: %s", (from, to, expected) => expect(Rules.crossesSite(at(from), at(to))).toBe(expected))
})

describe("[COK-23] SameSite cookies", () => {
  it("are all sent where the user asks, and within the site", () => {
    expect(names(chain("POST", ["https://a.test/"]))).toEqual(all)
    expect(names(chain("POST", ["https://a.test/", "https://www.a.test/", "https://a.test/b"]))).toEqual(all)
  })
  it.each<[string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["GET", ["https://a.test/", "https://b.test/"], ["lax", "none", "mute"]],
    ["POST", ["https://a.test/", "https://b.test/"], ["none", "mute"]],
    ["GET", ["https://a.test/", "https://b.test/", "https://a.test/back"], ["lax", "none", "mute"]],
    ["POST", ["https://a.test/", "https://b.test/", "https://a.test/back"], ["none", "mute"]],
    ["POST", ["https://a.test/", "https://x.test/", "https://x.test/y", "https://a.test/"], ["none", "mute"]]
  ])("of %s %j: what another site led to gets %j", (method, urls, expected) => {
    const call = chain(method, urls)
    expect(names(call)).toEqual(expected)
    expect(call.withheld.filter(({ why }) => why === "OtherSite").map(({ name }) => name)).toEqual(
      all.filter((name) => !expected.includes(name))
    )
    expect(names(chain(method, urls, Settings.compatible))).toEqual(all)
    expect(names(chain(method, urls, { jar: { sameSite: "ignore" } }))).toEqual(all)
  })
  it("after a redirect that makes a GET, Lax ones go", () => {
    expect(names(chain("POST", ["https://a.test/", "https://b.test/"], {}, 303))).toEqual(["lax", "none", "mute"])
  })
  it("a Strict one goes only where every URL of the chain is of one site", () => {
    const url = fc.constantFrom("https://a.test/", "https://www.a.test/", "https://b.test/")
    fc.assert(
      fc.property(
        fc.array(url, { minLength: 1, maxLength: 5 }),
        fc.constantFrom("GET", "POST", "PUT"),
        (urls, method) => {
          const sites = new Set(urls.map((one) => (one.includes("b.test") ? "b" : "a")))
          expect(names(chain(method, urls)).includes("strict")).toBe(sites.size === 1)
        }
      )
    )
  })
})
