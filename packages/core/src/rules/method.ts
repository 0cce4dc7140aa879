/**
 * The method of a request.
 *
 * @module
 */
import { Either } from "effect"
import * as Headers from "../data/Headers.js"
import { InvalidRequest } from "../data/InvalidRequest.js"

const invalid = (problem: string, remedy: string) =>
  Either.left(new InvalidRequest({ reason: "Method", where: "method", problem, remedy }))

const known = new Map(
  ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"].map((method) => [method.toLowerCase(), method])
)

/** Methods have case (RFC 9110 §9.1); the well-known ones are forgiven. */
export const methodOf = (method: string): Either.Either<string, InvalidRequest> => {
  const standard = known.get(method.toLowerCase())
  if (standard !== undefined) return Either.right(standard)
  if (!Headers.isToken(method)) {
    return invalid(`${JSON.stringify(method)} is no token`, "Use letters, as in GET or PROPFIND")
  }
  return method.toUpperCase() === "CONNECT"
    ? invalid("CONNECT opens a tunnel and has no response", "Set proxies instead")
    : Either.right(method)
}
