/**
 * The one decision of a session: what follows from an answer.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Facts } from "../data/Facts.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { Call, Hop } from "../data/Request.js"
import type { AuthRefused, RedirectRefused } from "../data/Refused.js"
import { answered } from "./challenge.js"
import { dress } from "./dress.js"
import { isRedirectStatus, redirect } from "./redirect.js"

/** Why a chain does not go on though its answer asks for it. */
export type SendRefused = RedirectRefused | AuthRefused | InvalidRequest

/** The next call, ready to be sent, or why there is none; nothing when the chain ends here. */
export type FollowUp = Option.Option<Either.Either<Call, SendRefused>>

/**
 * Whether there is anything to decide, seen from the status alone: most hops need no facts.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.asks === "function")
 */
export const asks = ({ response: { status } }: Hop): boolean => isRedirectStatus(status) || status === 401

/**
 * Whether the chain goes on by itself: a challenge is always answered, a redirect is followed where it is allowed.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.goesOn === "function")
 */
export const goesOn = ({ call, response }: Hop): boolean => call.settings.allowRedirects || !isRedirectStatus(response.status)

/**
 * The call that an answer asks for: the same once more for a challenge, another one for a redirect.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * console.assert(typeof Rules.followUp === "function")
 */
export const followUp = (hop: Hop, facts: Facts): FollowUp =>
  Option.map(
    Option.orElse(answered(hop), (): Option.Option<Either.Either<Call, SendRefused>> => redirect(hop)),
    (next): Either.Either<Call, SendRefused> => Either.flatMap(next, (call): Either.Either<Call, SendRefused> => dress(call, facts))
  )
