/**
 * The Digest signature of a message, made at the moment of sending.
 *
 * @module
 */
import { HashMap, Option, Redacted } from "effect"
import type * as Body from "../data/Body.js"
import * as Headers from "../data/Headers.js"
import type { Call } from "../data/Request.js"
import { mapChallenges, type SessionState } from "../data/SessionState.js"
import { answer, coversBody } from "./digest.js"
import { digestOf } from "./entitled.js"

/**
 * Whether `sign` has anything to do.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(Rules.isSigned(Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })))
 */
export const isSigned = (call: Call): boolean => digestOf(call) !== undefined

/**
 * The call with its Digest signature, and the state that has counted it. For `Ref.modify`, at the moment of sending: a
 * nonce's count only grows, whoever sends at the same time, and a call that is sent twice uses two.
 *
 * @example
 * import { Auth, Headers, Rules, SessionState } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { auth: Auth.digest("ada", "secret") })
 * const reply = { status: 401, headers: { "WWW-Authenticate": "Digest realm=r, nonce=n, qop=auth" } }
 * const state = Rules.rememberChallenge(SessionState.empty, Hops.answered(call, reply), "random")
 * const [signed] = Rules.sign(call, state)
 * console.assert(Headers.get(signed.request.headers, "Authorization")?.includes("nc=00000001"))
 */
export const sign = (call: Call, state: SessionState): readonly [Call, SessionState] => {
  const auth = digestOf(call)
  const { body, headers, method, target } = call.request
  const used = Option.getOrUndefined(HashMap.get(state.challenges, target.origin))
  if (auth === undefined || used === undefined || (coversBody(used.challenge) && !isInMemory(body)))
    return [call, state]
  const count = used.count + 1
  const value = answer({
    challenge: used.challenge,
    method,
    uri: target.path,
    username: auth.username,
    password: Redacted.value(auth.password),
    cnonce: used.cnonce,
    count,
    body: body._tag === "Bytes" ? body.bytes : undefined
  })
  return [
    call.withRequest(call.request.withHeaders(Headers.set(headers, "Authorization", value))),
    mapChallenges((all) => HashMap.set(all, target.origin, { ...used, count }))(state)
  ]
}

const isInMemory = (body: Body.Body): boolean => body._tag === "Bytes" || body._tag === "Empty"
