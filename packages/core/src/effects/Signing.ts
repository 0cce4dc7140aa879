/**
 * What a message needs at the moment of sending: a Digest count, a token that is good now.
 *
 * @module
 */
import { Effect, Ref } from "effect"
import type { TokenError, TokenSource } from "../data/Auth.js"
import type { InvalidRequest, TransportError } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import type { SessionState } from "../data/SessionState.js"
import { bearer } from "../rules/authorize.js"
import { challengeBody } from "../rules/bodyLimit.js"
import { tokenSource } from "../rules/entitled.js"
import { isSigned, sign } from "../rules/sign.js"
import { isSignedForProxy, signForProxy } from "../rules/signForProxy.js"
import { until } from "./Deadline.js"

/**
 * The call as it is sent; `undefined` for most calls, which go out as they are.
 *
 * @example
 * import { Auth, SessionState, Signing } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Ref } from "effect"
 *
 * const state = Ref.unsafeMake(SessionState.empty)
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.bearer("abc") })
 * console.assert(Signing.signed(call, state) === undefined)
 */
export const signed = (
  call: Call,
  state: Ref.Ref<SessionState>
): Effect.Effect<Call, TokenError | InvalidRequest | TransportError> | undefined => {
  const source = tokenSource(call)
  if (source !== undefined) return Effect.flatMap(withToken(call, source), (token) => counted(token, state))
  return isSigned(call) || isSignedForProxy(call) ? counted(call, state) : undefined
}

/** Both counts in one step: that of the origin's nonce and that of the proxy's. */
const counted = (call: Call, state: Ref.Ref<SessionState>): Effect.Effect<Call> =>
  Ref.modify(state, (current) => {
    const [signed, after] = sign(call, current)
    const [both, last] = signForProxy(signed, after)
    const { request } = both
    return [both.withRequest(request.withTransport({ ...request.transport, challengeBody: challengeBody(call) })), last]
  })

/**
 * Tells a source that its token was refused.
 *
 * @example
 * import { Signing } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Effect } from "effect"
 *
 * Effect.runSync(Signing.refused(Hops.call("GET", "https://a.example.test/")))
 */
export const refused = (call: Call): Effect.Effect<void> => {
  const source = tokenSource(call)
  return source === undefined || call.token === undefined ? Effect.void : source.refused(call.token)
}

const withToken = (
  call: Call,
  source: TokenSource
): Effect.Effect<Call, TokenError | InvalidRequest | TransportError> =>
  Effect.flatMap(until(call.request, source.current), (token) =>
    Effect.map(bearer(call.request, token), (request) => call.withToken(request, token))
  )
