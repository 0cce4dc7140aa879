/**
 * What a form in parts is on the wire (RFC 7578; WHATWG HTML, "multipart/form-data encoding algorithm").
 *
 * @module
 */
import { Either, identity } from "effect"
import * as Body from "../data/Body.js"
import * as Multipart from "../data/Multipart.js"
import * as Params from "../data/Params.js"
import { type InvalidReason, InvalidRequest } from "../data/PreparedRequest.js"
import { finder, isBoundary } from "./boundary.js"
import { contentOf, headOf, listOf, shown } from "./multipartPart.js"

const refuse = (reason: InvalidReason, where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

/**
 * A form in parts: fields first, then files, each in its order. Names are UTF-8 with `"`, CR and LF percent-encoded;
 * values and contents are sent as they are, also their line ends. Refused: what would break out of its part, which is
 * a line end in a type or a header, or the boundary in a content that is in memory (requests' `_encode_files`).
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * const form = Rules.multipart({ fields: { a: 1 }, files: { f: { filename: "a.txt", content: "hi" } } }, "B")
 * console.assert(Either.getOrThrow(form).contentType === "multipart/form-data; boundary=B")
 * console.assert(Either.isLeft(Rules.multipart({ files: { f: "--B--" } }, "B")))
 */
export const multipart = (
  input: Multipart.Input,
  boundary: string
): Either.Either<Multipart.Multipart, InvalidRequest> =>
  isBoundary(boundary)
    ? // Whoever writes an iterable or a getter may throw in it.
      Either.flatMap(Either.try({ try: () => encoded(input, boundary), catch: unreadable }), identity)
    : refuse("Body", "multipart.boundary", "it is no boundary", "Use 1 to 70 of the letters, the digits and '+_-.")

const unreadable = () =>
  new InvalidRequest({
    reason: "Body",
    where: "multipart",
    problem: "it cannot be read",
    remedy: "Give a list of parts, or fields and files"
  })

const encoded = (input: Multipart.Input, boundary: string): Either.Either<Multipart.Multipart, InvalidRequest> =>
  Either.gen(function* () {
    const parts = yield* Symbol.iterator in input ? Either.right(Array.from(input)) : named(input)
    const bodies = yield* laidOut(parts, boundary)
    return { body: Multipart.concat(bodies), contentType: `multipart/form-data; boundary=${boundary}` }
  })

type Named = Exclude<Multipart.Input, Iterable<Multipart.Part>>

/** Fields first, then files, each in its order (requests' `_encode_files`). */
const named = (input: Named): Either.Either<ReadonlyArray<Multipart.Part>, InvalidRequest> => {
  const parts: Array<Multipart.Part> = []
  const fields = input.fields ?? []
  // A Body is a record too, as far as a compiler is not asked.
  if (Body.isBody(fields)) return refuse("Body", "multipart.fields", "a body has no names", "Give it as a file")
  for (const { name, value } of Params.make(fields).entries) {
    if (name === undefined) return refuse("Body", "multipart.fields", "a text has no names", "Give a record or pairs")
    if (value === undefined) {
      return refuse(
        "Params",
        `multipart.fields[${shown(name)}]`,
        "it is no text, number or boolean",
        "Give it as a file, or as a text"
      )
    }
    if (value !== null) parts.push({ name, value })
  }
  const files = input.files ?? []
  for (const [name, given] of Symbol.iterator in files ? files : Object.entries(files)) {
    for (const one of listOf(given)) {
      if (one === null || one === undefined) continue
      parts.push(isDescribed(one) ? Multipart.file(name, one.content, one) : Multipart.file(name, one))
    }
  }
  return Either.right(parts)
}

const isDescribed = (file: Multipart.FileInput): file is Exclude<Multipart.FileInput, Multipart.Content> =>
  typeof file === "object" && "content" in file

const encoder = new TextEncoder()

const laidOut = (
  parts: ReadonlyArray<Multipart.Part>,
  boundary: string
): Either.Either<ReadonlyArray<Body.Body>, InvalidRequest> => {
  const holds = finder(encoder.encode(`--${boundary}`))
  const once = new Set<Body.Body>()
  const bodies: Array<Body.Body> = []
  for (const part of parts) {
    if ("content" in part && part.content === null) continue
    const where = `multipart[${shown(part.name)}]`
    const head = headOf(part, where)
    if (Either.isLeft(head)) return Either.left(head.left)
    const content = contentOf("content" in part ? part.content : part.value, where)
    if (Either.isLeft(content)) return Either.left(content.left)
    const body = content.right
    const lines = encoder.encode(head.right)
    if (holds(lines) || (body._tag === "Bytes" && holds(body.bytes))) {
      return refuse("Body", where, "the boundary stands in it", "Take another boundary: a long random one")
    }
    if (once.has(body))
      return refuse("Body", where, "a body that exists once stands in two parts", "Use Body.replayable")
    if (body._tag === "OneShot") once.add(body)
    bodies.push(Body.text(`${bodies.length === 0 ? "" : "\r\n"}--${boundary}\r\n`), Body.bytes(lines), body)
  }
  bodies.push(Body.text(`${bodies.length === 0 ? "" : "\r\n"}--${boundary}--\r\n`))
  return Either.right(bodies)
}
