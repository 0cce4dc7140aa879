/**
 * The one decision of a session: what follows from an answer.
 *
 * @module
 */
import { Either, Option } from "effect"
import type { Facts } from "../data/Facts.js"
import type { InvalidRequest } from "../data/PreparedRequest.js"
import type { AuthRefused, RedirectRefused } from "../data/Refused.js"
import { Call, type Hop } from "../data/Request.js"
import type { TunnelAnswer } from "../data/TunnelAnswer.js"
import { answered } from "./answered.js"
import { answerable, isChallenge } from "./challenge.js"
import { carriedProxies } from "./chooseProxy.js"
import { dress } from "./dress.js"
import { isRefusedToken } from "./entitled.js"
import { passage } from "./passage.js"
import { proxyAnswerable, proxyAnswered, proxySaid } from "./proxyChallenge.js"
import { redirect } from "./redirect.js"
import { isRedirectStatus } from "./redirectTarget.js"

/** Why a chain does not go on though its answer asks for it. */
export type SendRefused = RedirectRefused | AuthRefused | InvalidRequest

/** The next call, ready to be sent, or why there is none; nothing when the chain ends here. */
export type FollowUp = Option.Option<Either.Either<Call, SendRefused>>

/**
 * Whether there is anything to decide, seen from the status alone: most hops need no facts.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(!Rules.asks(Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 200 })))
 */
export const asks = ({ call, response: { status } }: Hop): boolean =>
  isRedirectStatus(status) || status === 407 || isChallenge(call, status)

/**
 * Whether the chain goes on by itself: a challenge is always answered, a redirect is followed where it is allowed.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * const call = Hops.call("GET", "https://a.example.test/", { allowRedirects: false })
 * console.assert(!Rules.goesOn(Hops.answered(call, { status: 302, headers: { Location: "/" } })))
 */
export const goesOn = ({ call, response }: Hop): boolean =>
  call.settings.allowRedirects || !isRedirectStatus(response.status)

/**
 * Whether a hop is our own affair: its challenge will be answered, so that nobody else need see it.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 *
 * console.assert(!Rules.isAnswered(Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 401 })))
 */
export const isAnswered = (hop: Hop): boolean => {
  if (hop.response.status < 400) return false
  const said = proxySaid(hop)
  return (
    isRefusedToken(hop) ||
    Option.isSome(answerable(hop)) ||
    (said !== undefined && Option.isSome(proxyAnswerable(said)))
  )
}

/**
 * The call that an answer asks for: the same once more for a challenge, another one for a redirect.
 *
 * @example
 * import { Rules } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const hop = Hops.answered(Hops.call("GET", "https://a.example.test/"), { status: 404 })
 * console.assert(Option.isNone(Rules.followUp(hop, Hops.facts())))
 */
export const followUp = (hop: Hop, facts: Facts): FollowUp =>
  Option.map(
    Option.orElse(answered(hop), () =>
      Option.orElse(proxyAnswered(hop), (): Option.Option<Either.Either<Call, SendRefused>> => redirect(hop))
    ),
    (next): Either.Either<Call, SendRefused> =>
      Either.flatMap(next, (call): Either.Either<Call, SendRefused> => dress(withProxies(call, hop, facts), facts))
  )

/** After a redirect the settings of the chain may have taken up the proxy of the hop before. */
const withProxies = (next: Call, { call }: Hop, { environment: { variables } }: Facts): Call => {
  const { settings } = next
  if (settings.environment.proxiesOfHop === "afresh" || next.redirects === call.redirects) return next
  const proxies = carriedProxies(call.request.target, settings.proxies, settings.trustEnv ? variables : {})
  return new Call({ ...next, settings: { ...settings, proxies } })
}

/**
 * The same question about what a proxy said to CONNECT: the call once more for a challenge, else the failure stands.
 * Nothing of the message was sent, so that any body can go out again.
 *
 * @example
 * import { Rules, TunnelAnswer } from "@effect-requests/core"
 * import { Hops } from "@effect-requests/testing"
 * import { Option } from "effect"
 *
 * const call = Hops.call("GET", "https://h.test/", { proxies: { all: "http://ada:pw@proxy.test:3128" } })
 * const after = (status: number, fields: ReadonlyArray<string>) =>
 *   Rules.followTunnel(call, new TunnelAnswer.TunnelAnswer(status, "", fields), Hops.facts())
 * console.assert(Option.isSome(after(407, ["Proxy-Authenticate", "Digest realm=r, nonce=n, qop=auth"])))
 * console.assert(Option.isNone(after(403, [])))
 */
export const followTunnel = (
  call: Call,
  { rawHeaders, status }: TunnelAnswer,
  facts: Facts
): Option.Option<Either.Either<Call, InvalidRequest>> =>
  passage(call.request) === "Tunnel"
    ? Option.map(proxyAnswerable({ call, status, rawHeaders }), () => dress(call.onceMoreToProxy(), facts))
    : Option.none()
