/**
 * The one decision of a session: what follows from an answer.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Facts } from "../data/Facts.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { Call, Hop } from "../data/Request.js"
import type { RedirectRefused } from "../data/Response.js"
import { dress } from "./dress.js"
import { isRedirectStatus, redirect } from "./redirect.js"

/** The next call, ready to be sent, or why there is none; nothing when the chain ends here. */
export type FollowUp = Option.Option<Either.Either<Call, RedirectRefused | InvalidRequest>>

/**
 * Whether there is anything to decide, seen from the status alone: most hops need no facts.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.asks === "function")
 */
export const asks = ({ response }: Hop): boolean => isRedirectStatus(response.status)

/**
 * The call that an answer asks for.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.followUp === "function")
 */
export const followUp = (hop: Hop, facts: Facts): FollowUp =>
  Option.map(redirect(hop), (next): Either.Either<Call, RedirectRefused | InvalidRequest> =>
    Either.flatMap(next, (call): Either.Either<Call, RedirectRefused | InvalidRequest> => dress(call, facts))
  )
