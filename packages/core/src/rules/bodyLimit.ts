/**
 * How much of an answer's body anybody will read.
 *
 * @module
 */
import { whole } from "../data/Answer.js"
import * as Headers from "../data/Headers.js"
import type { Transport } from "../data/PreparedRequest.js"
import type { Call } from "../data/Request.js"
import { Response } from "../data/Response.js"
import { isAnswered } from "./followUp.js"
import { isRedirectStatus } from "./redirectTarget.js"

/** How much of a body that nobody reads is worth reading to keep its connection, in bytes. */
export const drained = 64 * 1024

/**
 * The most bytes to keep of an answer's body: all of it, unless a redirect of it is followed or its challenge is answered.
 * Only a body that nobody will read may be cut.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 *
 * const transport = { ...Rules.undecided, redirectBody: 1000 }
 * console.assert(Rules.bodyLimit(transport, 302, ["Location", "/"]) === 1000)
 * console.assert(Rules.bodyLimit(transport, 302, []) === Infinity && Rules.bodyLimit(transport, 401, []) === Infinity)
 */
export const bodyLimit = (
  { challengeBody, redirectBody }: Transport,
  status: number,
  rawHeaders: Headers.Headers
): number => {
  if (isRedirectStatus(status)) return Headers.has(rawHeaders, "location") ? redirectBody : Infinity
  return status === 401 || status === 407 ? (challengeBody?.(status, rawHeaders) ?? Infinity) : Infinity
}

const nothing = whole(new Uint8Array(0))

/**
 * For `Transport.challengeBody`: what is kept of the body of a 401 or 407 to this call.
 *
 * @example
 * import { Auth, Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const limit = Rules.challengeBody(Hops.call("GET", "https://a.test/", { auth: Auth.digest("ada", "secret") }))
 * console.assert(limit(401, ["WWW-Authenticate", "Digest realm=r, nonce=n, qop=auth"]) === Rules.drained)
 * console.assert(limit(401, ["WWW-Authenticate", "Basic realm=r"]) === Infinity)
 */
export const challengeBody =
  (call: Call) =>
  (status: number, rawHeaders: Headers.Headers): number =>
    isAnswered({ call, response: new Response(call, { status, reason: "", rawHeaders, content: nothing }, [], 0n) })
      ? drained
      : Infinity
