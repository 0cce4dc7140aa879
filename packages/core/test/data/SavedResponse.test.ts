import { Answer, Headers, Response, SavedResponse } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Duration, Effect, Either, Option, Stream } from "effect"
import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"

const through = (json: unknown): unknown => JSON.parse(JSON.stringify(json))
const message = (url: string, headers: Record<string, string> = {}) => Hops.call("GET", url, { headers })

const token = fc.stringMatching(/^[A-Za-z-]{1,8}$/)
const hop = fc.record({
  path: fc.webPath(),
  status: fc.integer({ min: 100, max: 999 }),
  reason: fc.string(),
  rawHeaders: fc.array(fc.tuple(token, fc.string()), { maxLength: 4 }).map((pairs) => pairs.flat()),
  bytes: fc.uint8Array(),
  nanos: fc.bigInt({ min: 0n, max: 10n ** 15n })
})
const chain = fc.array(hop, { minLength: 1, maxLength: 5 }).map((hops) =>
  hops.reduce<ReadonlyArray<Response.Response>>((before, { bytes, nanos, path, ...answer }) => {
    const call = message(`https://h.test${path}`, { Authorization: "Bearer s3cr3t" })
    const content = Answer.whole(bytes)
    return before.concat(new Response.Response(call, { ...answer, content }, before, nanos))
  }, [])
)

const facts = (response: Response.Response): unknown => ({
  status: response.status,
  reason: response.reason,
  url: response.url,
  method: response.prepared.method,
  sent: response.prepared.headers,
  headers: response.rawHeaders,
  bytes: Array.from(Effect.runSync(response.bytes)),
  elapsed: Duration.toNanos(response.elapsed),
  history: response.history.map(facts)
})

describe("SavedResponse", () => {
  it("[PKL-03] [PKL-09] restore undoes seal: status, fields, bytes, history", () => {
    fc.assert(
      fc.property(chain, (hops) => {
        for (const response of hops.slice(-1)) {
          const { missing, response: again } = Either.getOrThrow(
            SavedResponse.restore(through(Either.getOrThrow(SavedResponse.seal(response))))
          )
          expect(facts(again)).toEqual(facts(response))
          expect(missing).toEqual([])
        }
      })
    )
  })

  const reply = {
    json: { a: 1 },
    headers: { "Set-Cookie": "sid=s3cr3t; Path=/", Link: '</2>; rel="next"', Location: "/x" }
  }

  it("[PKL-04] its readers work; next is none, raw is the body", () => {
    const { response } = Hops.answered(message("https://h.test/"), { ...reply, status: 302 })
    const { response: again } = Either.getOrThrow(
      SavedResponse.restore(through(Either.getOrThrow(SavedResponse.seal(response))))
    )
    expect(Effect.runSync(again.json)).toEqual({ a: 1 })
    expect(again.links).toEqual(response.links)
    expect(again.cookies.toJSON()).toEqual(response.cookies.toJSON())
    expect(again.isRedirect).toBe(true)
    expect(Option.isNone(again.next)).toBe(true)
    expect(Effect.runSync(Stream.runCount(again.raw))).toBe(1)
  })

  it("[PKL-09] an open one names what it leaves out, and has no secret", () => {
    const call = message("https://h.test/?token=s3cr3t&page=2", { Authorization: "Bearer s3cr3t", Accept: "a/b" })
    const { response } = Hops.answered(call, reply, [Hops.answered(call, reply).response])
    const open = Either.getOrThrow(SavedResponse.outline(response))
    expect(JSON.stringify(open)).not.toContain("s3cr3t")
    const { missing, response: again } = Either.getOrThrow(SavedResponse.restore(through(open)))
    for (const path of ["response", "response.history[0]"])
      for (const place of [".url", '.request.headers["Authorization"]', '.headers["Set-Cookie"]'])
        expect(missing).toContain(path + place)
    expect(Headers.get(again.prepared.headers, "accept")).toBe("a/b")
    expect(Effect.runSync(again.json)).toEqual({ a: 1 })
  })

  it("a live body that was not read is an error with its path; one that was is saved", async () => {
    const live = new Response.Response(
      message("https://h.test/"),
      { status: 200, reason: "", rawHeaders: [], content: Answer.live(Stream.make(new Uint8Array([104, 105]))) },
      [],
      0n
    )
    const refused = SavedResponse.seal(live)
    expect(Either.isLeft(refused) && refused.left).toMatchObject({ _tag: "Unsaveable", path: "response.body" })
    expect(Either.isLeft(SavedResponse.outline(live))).toBe(true)
    expect(await Effect.runPromise(live.text)).toBe("hi")
    const { response } = Either.getOrThrow(SavedResponse.restore(Either.getOrThrow(SavedResponse.seal(live))))
    expect(await Effect.runPromise(response.text)).toBe("hi")
  })

  const good = Either.getOrThrow(SavedResponse.seal(Hops.answered(message("https://h.test/"), reply).response))
  it.each<[what: string, json: unknown, path: string]>([
    ["nothing", undefined, ""],
    ["another version", { ...good, version: 2 }, "version"],
    ["a field too many", { ...good, s3cr3t: 1 }, ""],
    ["no hop", { ...good, hops: [] }, "hops[0]"],
    ["no URL", { ...good, hops: [{ ...good.hops[0], url: "s3cr3t" }] }, "hops[0].url"],
    ["no base64", { ...good, hops: [{ ...good.hops[0], body: "s3cr3t!" }] }, "hops[0].body"],
    ["a time below zero", { ...good, hops: [{ ...good.hops[0], elapsed: "-1" }] }, "hops[0].elapsed"],
    ["a status of none", { ...good, hops: [{ ...good.hops[0], status: 1000 }] }, "hops[0].status"]
  ])("refuses %s, and does not show it", (_what, json, path) => {
    const refused = SavedResponse.restore(json)
    expect(Either.isLeft(refused) && refused.left.path).toBe(path)
    expect(Either.isLeft(refused) && refused.left.message).not.toContain("s3cr3t")
  })
})
