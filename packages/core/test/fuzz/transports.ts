/** What a transport is asked for, what it fails with, and what it brought and was saved. */
import { Answer, type Headers, Rules, SavedResponse } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import { Either } from "effect"
import * as fc from "effect/FastCheck"
import { type Feed, feed } from "./feeding.js"
import { anything, bytes, fields, noise, url } from "./grammars.js"

const code = fc.constantFrom("ECONNREFUSED", "EPIPE", "__proto__", "constructor", "")

const cause = fc.letrec<{ readonly cause: unknown }>((tie) => ({
  cause: fc.oneof(
    { depthSize: "small" },
    anything,
    fc.record({ code: fc.oneof(code, anything), cause: tie("cause") }, { requiredKeys: [] }),
    code.map((named) => Object.assign(new Error(named), { code: named }))
  )
})).cause

const failures = feed("failures of a platform", cause, {
  "Rules.platformFailure": (thrown) => Rules.platformFailure(thrown)
})

const policy = fc.record(
  {
    pins: fc.array(fc.oneof(noise, fc.constant(`sha256/${"A".repeat(43)}=`)), { maxLength: 2 }),
    serverName: noise,
    minVersion: fc.constantFrom("TLSv1.2" as const, "TLSv1.3" as const)
  },
  { requiredKeys: [] }
)

const policies = feed("policies of TLS", policy, { "Rules.settleTls": (tls) => Rules.settleTls(tls) })

const sample = Hops.answered(Hops.call("GET", "https://h.test/"), { text: "a" })
const good = Either.getOrThrow(SavedResponse.seal(sample.response))

/** A saved response with one thing changed, or anything at all. */
const damaged = fc.oneof(
  anything,
  fc.record({ key: fc.constantFrom("version", "kind", "hops", "missing"), value: anything }).map(({ key, value }) => ({
    ...good,
    [key]: value
  })),
  fc
    .record({
      key: fc.constantFrom("url", "body", "elapsed", "headers", "status"),
      value: fc.oneof(anything, url, noise)
    })
    .map(({ key, value }) => ({ ...good, hops: [{ ...good.hops[0], [key]: value }] }))
)

const saved = feed("saved responses", fc.record({ damaged, rawHeaders: fields, body: bytes }), {
  "SavedResponse.restore": ({ damaged }) => SavedResponse.restore(damaged),
  "SavedResponse.seal": ({ body, rawHeaders }) => SavedResponse.seal(answered(body, rawHeaders)),
  "SavedResponse.outline": ({ body, rawHeaders }) => SavedResponse.outline(answered(body, rawHeaders))
})

const answered = (body: Uint8Array, rawHeaders: Headers.Headers) =>
  sample.response.withAnswer({ ...sample.response.answer, rawHeaders, content: Answer.whole(body) })

export const transportFeeds: ReadonlyArray<Feed> = [failures, policies, saved]
