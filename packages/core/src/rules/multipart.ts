/**
 * What a form in parts is on the wire (RFC 7578; WHATWG HTML, "multipart/form-data encoding algorithm").
 *
 * @module
 */
import { Either, identity } from "effect"
import * as Body from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import * as Multipart from "../data/Multipart.js"
import * as Params from "../data/Params.js"
import { type InvalidReason, InvalidRequest } from "../data/PreparedRequest.js"

const refuse = (reason: InvalidReason, where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

const shown = (name: unknown): string =>
  typeof name === "string" ? JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name) : typeof name

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

// What RFC 2046 §5.1.1 allows and a Content-Type takes without quotes, which not every server reads.
const isBoundary = (text: string): boolean => /^[0-9A-Za-z'+_.-]{1,70}$/.test(text)

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

const listOf = <A>(given: A | ReadonlyArray<A>): ReadonlyArray<A> => (isList(given) ? given : [given])

const isList = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)

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

const headOf = (part: Multipart.Part, where: string): Either.Either<string, InvalidRequest> => {
  const { contentType, filename, headers }: Multipart.FileOptions = "content" in part ? part : {}
  if (!isText(part.name)) return refuse("Body", `${where}.name`, notText(part.name), "Give a text")
  let head = `Content-Disposition: form-data; name="${escaped(part.name)}"`
  if (filename !== undefined && filename !== null) {
    if (!isText(filename))
      return refuse("Body", `${where}.filename`, notText(filename), "Give a text, or null for none")
    head += `; filename="${escaped(filename)}"`
  }
  return Either.map(fieldsOf(headers ?? {}, contentType, where), (fields) => `${head}\r\n${fields}\r\n`)
}

const fieldsOf = (
  headers: NonNullable<Multipart.FileOptions["headers"]>,
  contentType: Multipart.FileOptions["contentType"],
  where: string
): Either.Either<string, InvalidRequest> => {
  let type = contentType
  if (type !== undefined && type !== null && !isLine(type)) return refuseLine(`${where}.contentType`)
  let fields = ""
  for (const [name, values] of Object.entries(headers)) {
    const place = `${where}.headers[${shown(name)}]`
    if (!Headers.isToken(name))
      return refuse("HeaderName", place, "the name is no token", "Use letters, digits and hyphens")
    const lower = name.toLowerCase()
    if (lower === "content-disposition")
      return refuse("HeaderName", place, "it is made of the names", "Give name and filename")
    for (const value of listOf(values)) {
      if (value === null || value === undefined) continue
      if (!isLine(value)) return refuseLine(place)
      if (lower !== "content-type") fields += `${name}: ${value}\r\n`
      else if (type === undefined) type = value
    }
  }
  return Either.right(type ? `Content-Type: ${type}\r\n${fields}` : fields)
}

const refuseLine = (where: string) =>
  refuse(
    "HeaderValue",
    where,
    "it is no text, or has a line end, a control character or half of a surrogate pair",
    "Give one line of text"
  )

const contentOf = (content: unknown, where: string): Either.Either<Body.Body, InvalidRequest> => {
  if (content instanceof Uint8Array) return Either.right(Body.bytes(content))
  if (Body.isBody(content)) {
    const length = Body.length(content)
    return length === undefined || (Number.isSafeInteger(length) && length >= 0)
      ? Either.right(content)
      : refuse("Body", where, `${length} is no number of bytes`, "Leave the length out when it is not known")
  }
  const plain =
    typeof content === "number" || typeof content === "bigint" || typeof content === "boolean"
      ? String(content)
      : content
  return isText(plain)
    ? Either.right(Body.text(plain))
    : refuse("Body", where, notText(plain), "Give a text, bytes or a Body; cut texts at characters")
}

const notText = (value: unknown): string =>
  typeof value === "string" ? "it has half of a surrogate pair, which is no character" : `it is of type ${typeof value}`

const isText = (value: unknown): value is string => typeof value === "string" && !/\p{Surrogate}/u.test(value)

const isLine = (value: unknown): value is string => isText(value) && !/[\0-\x08\x0a-\x1f\x7f]/.test(value)

const escapes: Readonly<Record<string, string>> = { '"': "%22", "\r": "%0D", "\n": "%0A" }

const escaped = (text: string): string => text.replace(/["\r\n]/g, (char) => escapes[char] ?? char)

/** Whether bytes stand in others (Horspool's search): it looks at one byte in many, since large files pass here. */
const finder = (wanted: Uint8Array): ((bytes: Uint8Array) => boolean) => {
  const last = wanted.length - 1
  const jump = new Uint8Array(256).fill(wanted.length)
  wanted.forEach((byte, at) => {
    if (at < last) jump[byte] = last - at
  })
  return (bytes) => {
    for (let at = last; at < bytes.length; at += jump[bytes[at] ?? 0] ?? 1) {
      let back = 0
      while (back <= last && bytes[at - back] === wanted[last - back]) back += 1
      if (back > last) return true
    }
    return false
  }
}

/**
 * A Content-Type that the user gave, with the boundary that it must name: `multipart/related` and others have the same
 * parts. Refused: another boundary than this, and a type that is no multipart. requests sends it without any.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Either } from "effect"
 *
 * console.assert(Either.getOrThrow(Rules.withBoundary("multipart/mixed", "B")) === "multipart/mixed; boundary=B")
 * console.assert(Either.isLeft(Rules.withBoundary("multipart/mixed; boundary=C", "B")))
 */
export const withBoundary = (contentType: string, boundary: string): Either.Either<string, InvalidRequest> => {
  const where = 'headers["Content-Type"]'
  if (!/^\s*multipart\/[^\s;]+\s*(?:;|$)/i.test(contentType)) {
    return refuse("HeaderValue", where, "the body is in parts, and this is no multipart type", "Leave it out")
  }
  const [, given] = /;\s*boundary\s*=\s*("[^"]*"|[^\s;]*)/i.exec(contentType) ?? []
  if (given === undefined) return Either.right(`${contentType.trimEnd()}; boundary=${boundary}`)
  return given === boundary || given === `"${boundary}"`
    ? Either.right(contentType)
    : refuse("HeaderValue", where, "it names another boundary than the body has", "Leave the boundary out")
}
