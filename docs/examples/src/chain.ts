/**
 * A chain of responses as a person reads it: what was asked, what came, what was kept, what stayed behind and why.
 */
import { Headers, type PreparedRequest, type Response } from "@effect-requests/core"
import { Duration } from "effect"

const reasons: Readonly<Record<PreparedRequest.Withheld["why"], string>> = {
  OtherOrigin: "it is a secret of the origin that was asked",
  OtherSite: "it is a SameSite cookie, and another site led here",
  BodyDropped: "the redirect asks for a request without a body",
  NoProxy: "it is for a proxy, and none will read it"
}

const cookieNames = (response: Response.Response): ReadonlyArray<string> =>
  Headers.getAll(response.rawHeaders, "set-cookie").map((line) => line.split("=")[0] ?? "")

/** One hop; secrets are not in it. */
export const hop = (response: Response.Response): string => {
  const { call, reason, status } = response
  const millis = Math.round(Duration.toMillis(response.elapsed))
  return [
    `${call.request.shown}  →  ${status} ${reason} (${millis} ms)`,
    ...cookieNames(response).map((name) => `    cookie set: ${name}`),
    ...call.withheld.map(
      ({ name, what, why }) => `    not sent: ${what === name ? what : `${what} ${name}`}, since ${reasons[why]}`
    )
  ].join("\n")
}

/** The whole chain, oldest first. */
export const lines = (response: Response.Response): string => [...response.history, response].map(hop).join("\n")
