/**
 * One part of a form: its header fields, and its content.
 *
 * @module
 */
import { Either } from "effect"
import * as Body from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import type * as Multipart from "../data/Multipart.js"
import { type InvalidReason, InvalidRequest } from "../data/PreparedRequest.js"

const refuse = (reason: InvalidReason, where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

/** A name as an error shows it. */
export const shown = (name: unknown): string =>
  typeof name === "string" ? JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name) : typeof name

/** What is given once or several times, as a list. */
export const listOf = <A>(given: A | ReadonlyArray<A>): ReadonlyArray<A> => (isList(given) ? given : [given])

const isList = <A>(given: A | ReadonlyArray<A>): given is ReadonlyArray<A> => Array.isArray(given)

/** The head of a part, without its last empty line; `where` names the part in a refusal. */
export const headOf = (part: Multipart.Part, where: string): Either.Either<string, InvalidRequest> => {
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

/** What a part holds, as a body. */
export const contentOf = (content: unknown, where: string): Either.Either<Body.Body, InvalidRequest> => {
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
