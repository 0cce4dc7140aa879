/**
 * The header fields of a message before credentials and cookies: what was said, and what follows from the body.
 *
 * @module
 */
import { Either } from "effect"
import * as Body from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import { InvalidRequest } from "../data/PreparedRequest.js"
import type { HeaderFields } from "../data/Settings.js"
import { withBoundary } from "./boundary.js"
import type { Encoded } from "./encode.js"

const invalid = (reason: InvalidRequest["reason"], where: string, problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason, where, problem, remedy }))

/** The fields of a message, in order; what a `null` took away is not put back. */
export const fields = (
  record: HeaderFields,
  method: string,
  encoded: Encoded
): Either.Either<Headers.Headers, InvalidRequest> => {
  const out: Array<string> = []
  const said = new Set<string>()
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue
    said.add(name.toLowerCase())
    if (value === null) continue
    if (!Headers.isToken(name)) {
      return invalid(
        "HeaderName",
        `headers[${JSON.stringify(name)}]`,
        "the name is no token",
        "Use letters, digits and hyphens"
      )
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== "string" || !Headers.isValue(one)) return refuseValue(name, one)
      out.push(name, one)
    }
  }
  return Headers.getAll(out, "host").length > 1
    ? invalid("Framing", 'headers["Host"]', "a message is for one host", "Give one value")
    : framed(out, said, method, encoded)
}

const refuseValue = (name: string, value: unknown) =>
  invalid(
    "HeaderValue",
    `headers[${JSON.stringify(name)}]`,
    typeof value === "string"
      ? "the value has a line end, a control character, a blank at an end, or a character beyond Latin-1"
      : `the value is a ${typeof value}`,
    "Trim or encode it; a value is one line of Latin-1 text"
  )

/** Content-Type and the framing of the body: Content-Length or chunked, never both (RFC 9112 §6). */
const framed = (
  out: Array<string>,
  said: ReadonlySet<string>,
  method: string,
  { body, boundary, contentType }: Encoded
): Either.Either<Headers.Headers, InvalidRequest> => {
  if (Headers.has(out, "transfer-encoding")) {
    return invalid(
      "Framing",
      'headers["Transfer-Encoding"]',
      "the framing follows from the body",
      "Leave it out; a body without a length is sent chunked"
    )
  }
  const own = Headers.get(out, "content-type")
  if (own !== undefined && boundary !== undefined) {
    return Either.flatMap(withBoundary(own, boundary), (typed) =>
      framed([...Headers.set(out, "Content-Type", typed)], said, method, { body, contentType })
    )
  }
  if (contentType !== undefined && !said.has("content-type")) out.push("Content-Type", contentType)
  const given = Headers.getAll(out, "content-length")
  const length = Body.length(body)
  const bodiless = body._tag === "Empty"
  if (given.length > 0) {
    const [one] = given
    const wrong =
      given.length > 1 ||
      one === undefined ||
      !/^[0-9]+$/.test(one) ||
      (length !== undefined && !bodiless && Number(one) !== length)
    return wrong || (bodiless && Number(one) !== 0)
      ? invalid(
          "Framing",
          'headers["Content-Length"]',
          `it does not say the body's length${length === undefined ? "" : `, ${length}`}`,
          "Leave it out"
        )
      : Either.right(out)
  }
  if (length === undefined) out.push("Transfer-Encoding", "chunked")
  else if (!bodiless || (method !== "GET" && method !== "HEAD")) out.push("Content-Length", String(length))
  return Either.right(out)
}
