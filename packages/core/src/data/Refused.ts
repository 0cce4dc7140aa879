/**
 * Why a chain does not go on though its answer asks for it. The response that asked is in each error.
 *
 * @module
 */
import { Data } from "effect"
import type { Response } from "./Response.js"

/** Why a redirect was not followed. */
export type RedirectReason =
  | "TooManyRedirects"
  | "Downgrade"
  | "InvalidLocation"
  | "SeveralLocations"
  | "UnsupportedScheme"
  | "UnrewindableBody"
  | "BodyToOtherOrigin"
  /** The user's own `redirects.decide` said so. */
  | "Policy"

/** A redirect that is not followed. The response that asked for it is here, with the history before it. */
export class RedirectRefused extends Data.TaggedError("RedirectRefused")<{
  readonly reason: RedirectReason
  readonly response: Response
  /** What was wrong with it, and which setting decides. */
  readonly detail: string
}> {
  override get message(): string {
    const { call, status } = this.response
    return `${this.reason}: ${call.request.shown} answered ${status}: ${this.detail}`
  }
}

/** A challenge that cannot be answered, though there are credentials for it. The response with the challenge is here. */
export class AuthRefused extends Data.TaggedError("AuthRefused")<{
  readonly reason: "UnrewindableBody" | "BodyNotInMemory"
  readonly response: Response
  readonly detail: string
}> {
  override get message(): string {
    const { call, status } = this.response
    return `${this.reason}: ${call.request.shown} answered ${status}: ${this.detail}`
  }
}

/** A response hook failed, or threw. `response` is what it was given. */
export class HookError extends Data.TaggedError("HookError")<{ readonly response: Response; readonly cause: unknown }> {
  override get message(): string {
    const why = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `A response hook failed for ${this.response.call.request.shown}: ${why}`
  }
}
