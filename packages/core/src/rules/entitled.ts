/**
 * Whose proof a call may carry to its origin: what is made only at the moment of sending.
 *
 * @module
 */
import type { Auth, TokenSource } from "../data/Auth.js"
import * as Headers from "../data/Headers.js"
import type { Call, Hop } from "../data/Request.js"
import { mayCarry } from "./authorize.js"

type Digest = Extract<Auth, { readonly _tag: "Digest" }>

/**
 * The source of this call's tokens, where they may go to its URL and the user has not written the field himself.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(Rules.tokenSource(Hops.call("GET", "https://a.example.test/")) === undefined)
 */
export const tokenSource = ({
  home,
  own,
  request,
  settings: { auth, authentication }
}: Call): TokenSource | undefined =>
  auth?._tag === "Refreshing" &&
  mayCarry(auth, home, request.target) &&
  (authentication.field === "isReplaced" || !Headers.has(own, "authorization"))
    ? auth.source
    : undefined

/** The Digest credentials that may be proved to this call's origin, unless the user has written the field himself. */
export const digestOf = ({ home, own, request, settings: { auth, authentication } }: Call): Digest | undefined =>
  auth?._tag === "Digest" &&
  mayCarry(auth, home, request.target) &&
  (authentication.field === "isReplaced" || !Headers.has(own, "authorization"))
    ? auth
    : undefined

/**
 * Whether a hop refused a token that may be renewed: a 401, once a message.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/")
 * console.assert(!Rules.isRefusedToken(Hops.answered(call, { status: 401 })))
 */
export const isRefusedToken = ({ call, response }: Hop): boolean =>
  response.status === 401 && call.challenged === 0 && tokenSource(call) !== undefined
