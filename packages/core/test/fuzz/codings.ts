/** What undoes codings, fed with hostile lists of them and limits of any kind. */
import { Rules } from "@effect-requests/core"
import { Hops } from "@effect-requests/testing"
import * as fc from "effect/FastCheck"
import { settings } from "../arbitraries.js"
import { type Feed, feed } from "./feeding.js"
import { fields, fieldValue, mutated } from "./grammars.js"

const list = mutated(
  fc
    .array(fc.constantFrom("gzip", "x-gzip", " BR", "identity", "deflate", "", "zstd ", "__proto__"), { maxLength: 9 })
    .map((codings) => codings.join(","))
)

const coded = fc.record({
  rawHeaders: fc
    .tuple(fields, fc.array(fc.oneof(list, fieldValue), { maxLength: 3 }))
    .map(([others, lists]) => [...others, ...lists.flatMap((codings) => ["Content-Encoding", codings])]),
  status: fc.integer({ min: 100, max: 999 }),
  limits: fc.record({ size: fc.double(), ratio: fc.double(), codings: fc.double() }),
  came: fc.nat(),
  session: settings,
  request: settings
})

const { request: message } = Hops.call("GET", "https://h.test/")
const known = new Set(["gzip", "br"])

const codings = feed("codings", coded, {
  "Rules.contentCodings": ({ rawHeaders }) => Rules.contentCodings(rawHeaders),
  "Rules.codingsToUndo": ({ limits, ...answer }) => Rules.codingsToUndo(message, answer, known, limits),
  "Rules.roomFor": ({ came, limits }) => Rules.roomFor(came, limits),
  "Rules.outgrown": ({ came, limits }) => Rules.outgrown("gzip", came, limits, "https://h.test/"),
  "Rules.baseline": ({ request, session }) => Rules.baseline(["gzip"], session, request)
})

export const codingFeeds: ReadonlyArray<Feed> = [codings]
