/**
 * What is wrong with a request that cannot be sent.
 *
 * @module
 */
import { Data } from "effect"

/** Which part of a request is wrong. */
export type InvalidReason =
  | "Url"
  | "Method"
  | "HeaderName"
  | "HeaderValue"
  | "Params"
  | "Body"
  | "Json"
  | "Framing"
  | "Auth"
  | "Cookie"
  | "Setting"
  | "NoAdapter"
  | "Unsupported"
  | "Foreign"

/**
 * A request that cannot be sent. Nothing of it has reached the wire.
 *
 * @example
 * import { Errors } from "@effect-requests/core"
 *
 * const error = new Errors.InvalidRequest({ reason: "Method", where: "method", problem: "\"GE T\" is no token", remedy: "Use GET" })
 * console.assert(error.message === "method: \"GE T\" is no token. Use GET.")
 */
export class InvalidRequest extends Data.TaggedError("InvalidRequest")<{
  readonly reason: InvalidReason
  /** The setting, the option, or the part of it that is wrong. */
  readonly where: string
  readonly problem: string
  /** What to do about it. */
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.where}: ${this.problem}. ${this.remedy}.`
  }
}
