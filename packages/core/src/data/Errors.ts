/**
 * Every error in one place; each is defined beside the value that it carries.
 *
 * @module
 */
import type { TokenError } from "./Auth.js"
import type { BodyError } from "./Body.js"
import type { InvalidRequest, TransportError } from "./PreparedRequest.js"
import type { AuthRefused, HookError, RedirectRefused } from "./Refused.js"

export { TokenError } from "./Auth.js"
export type { BodyReason } from "./Body.js"
export { BodyError } from "./Body.js"
export { CookieConflict, InvalidCookie } from "./Cookie.js"
export type { InvalidReason, Phase, TransportReason } from "./PreparedRequest.js"
export { InvalidRequest, TransportError } from "./PreparedRequest.js"
export type { RedirectReason } from "./Refused.js"
export { AuthRefused, HookError, RedirectRefused } from "./Refused.js"
export { StatusError } from "./Response.js"
export { InvalidSnapshot, Unsaveable } from "./SnapshotErrors.js"

/** What sending may fail with. `InvalidRequest` stands for what only sending can tell: no adapter, an unsupported setting. */
export type SendError =
  | InvalidRequest
  | TransportError
  | BodyError
  | RedirectRefused
  | AuthRefused
  | TokenError
  | HookError
