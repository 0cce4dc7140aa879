/**
 * Why a chain does not go on though its answer asks for it. The response that asked is in each error.
 *
 * @module
 */
import { Data } from "effect"
import { conceal } from "./Disclosure.js"
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

/** What a `RedirectRefused` is made of. */
export interface RedirectRefusedParts {
  readonly reason: RedirectReason
  readonly response: Response
  /** What was wrong with it, and which setting decides. */
  readonly detail: string
}

/** A redirect that is not followed. The response that asked for it is here, with the history before it. */
export class RedirectRefused extends Data.TaggedError("RedirectRefused")<RedirectRefusedParts> {
  constructor(parts: RedirectRefusedParts) {
    super(parts)
    conceal(this, "response")
  }

  override get message(): string {
    const { call, status } = this.response
    return `${this.reason}: ${call.request.shown} answered ${status}: ${this.detail}`
  }
}

/** What a `AuthRefused` is made of. */
export interface AuthRefusedParts {
  readonly reason: "UnrewindableBody" | "BodyNotInMemory"
  readonly response: Response
  readonly detail: string
}

/** A challenge that cannot be answered, though there are credentials for it. The response with the challenge is here. */
export class AuthRefused extends Data.TaggedError("AuthRefused")<AuthRefusedParts> {
  constructor(parts: AuthRefusedParts) {
    super(parts)
    conceal(this, "response")
  }

  override get message(): string {
    const { call, status } = this.response
    return `${this.reason}: ${call.request.shown} answered ${status}: ${this.detail}`
  }
}

/** What a `HookError` is made of. */
export interface HookErrorParts {
  readonly response: Response
  readonly cause: unknown
}

/** A response hook failed, or threw. `response` is what it was given. */
export class HookError extends Data.TaggedError("HookError")<HookErrorParts> {
  constructor(parts: HookErrorParts) {
    super(parts)
    conceal(this, "response")
  }

  override get message(): string {
    const why = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `A response hook failed for ${this.response.call.request.shown}: ${why}`
  }
}
