/**
 * The boundary between the parts of a body (RFC 2046 §5.1.1).
 *
 * @module
 */
import { Either } from "effect"
import { InvalidRequest } from "../data/PreparedRequest.js"

/**
 * Whether a text can be a boundary: what RFC 2046 allows and a Content-Type takes without quotes, which not every server
 * reads.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(Rules.isBoundary("B-1") && !Rules.isBoundary("a b"))
 */
export const isBoundary = (text: string): boolean => /^[0-9A-Za-z'+_.-]{1,70}$/.test(text)

/** Whether bytes stand in others (Horspool's search): it looks at one byte in many, since large files pass here. */
export const finder = (wanted: Uint8Array): ((bytes: Uint8Array) => boolean) => {
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
  if (!/^\s*multipart\/[^\s;]+\s*(?:;|$)/i.test(contentType)) {
    return refuse("the body is in parts, and this is no multipart type", "Leave it out")
  }
  const [, given] = /;\s*boundary\s*=\s*("[^"]*"|[^\s;]*)/i.exec(contentType) ?? []
  if (given === undefined) return Either.right(`${contentType.trimEnd()}; boundary=${boundary}`)
  return given === boundary || given === `"${boundary}"`
    ? Either.right(contentType)
    : refuse("it names another boundary than the body has", "Leave the boundary out")
}

const refuse = (problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "HeaderValue", where: 'headers["Content-Type"]', problem, remedy }))
