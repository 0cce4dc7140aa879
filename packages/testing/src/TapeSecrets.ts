/**
 * Whether something that is about to be written holds a secret.
 *
 * @module
 */
import { Headers } from "@effect-requests/core"
import { Effect, Option } from "effect"
import { CassetteError } from "./CassetteErrors.js"
import { bytewise, type Leak, type Place } from "./SecretSearch.js"
import { bytesOf, type Exchange, type TapeBody } from "./Tape.js"
import { type Unpacker, unpack } from "./Unpacking.js"

/** All places of an exchange in which a secret might stand, a compressed body unpacked too. */
export const placesOf = (unpacker: Unpacker, { request, response }: Exchange): Effect.Effect<ReadonlyArray<Place>> =>
  Effect.map(
    Effect.all([inside(unpacker, request), inside(unpacker, response)]),
    ([asked, answered]): ReadonlyArray<Place> => {
      const of = `of ${request.method} ${request.url}`
      return [
        { name: `the URL ${of}`, text: request.url },
        { name: `the method ${of}`, text: request.method },
        ...placesIn(`the request's`, of, request.headers),
        ...asked.map((text) => ({ name: `the request's body ${of}`, text })),
        { name: `the reason phrase ${of}`, text: response.reason },
        ...placesIn(`the response's`, of, response.headers),
        ...answered.map((text) => ({ name: `the response's body ${of}`, text }))
      ]
    }
  )

const placesIn = (whose: string, of: string, fields: ReadonlyArray<readonly [string, string]>): ReadonlyArray<Place> =>
  fields.map(([name, value]) => ({ name: `${whose} ${name} ${of}`, text: `${name}\n${value}` }))

interface Message {
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: TapeBody
}

const inside = (unpacker: Unpacker, { body, headers }: Message): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(unpack(unpacker, Headers.fromPairs(headers), bytesOf(body)), (unpacked) => {
    const texts = [textOf(body), ...Option.toArray(Option.map(unpacked, bytewise))]
    return Array.from(new Set(texts)).filter((text) => text !== "")
  })

const textOf = (body: TapeBody): string => ("text" in body ? body.text : bytewise(bytesOf(body)))

/** The writer's refusal. */
export const refusal = (path: string, found: ReadonlyArray<Leak>): CassetteError => {
  const lines = Array.from(new Set(found.map(({ from, place }) => `  - that of ${from} stands in ${place}`)))
  const detail = [
    "not written, a secret of this session would stand in the file:",
    ...lines,
    "  If it may stand there, say so: by its name in `shows`, or by its value in `harmless`."
  ].join("\n")
  return new CassetteError({ reason: "Secret", path, detail })
}
